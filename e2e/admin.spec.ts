/** The operator's console. */
import { expect, signIn, test } from './people.ts';
import { ADMIN } from './start-server.ts';

test('the admin creates a user, who signs in and is no admin', async ({ page, browser, baseURL }, {
  testId,
}) => {
  await signIn(page, ADMIN);
  await page.getByRole('link', { name: 'Admin console' }).click();
  await page.getByRole('button', { name: 'Create user' }).click();
  const dialog = page.getByRole('dialog', { name: 'Create user' });
  const email = `new-${testId}@example.com`;
  await dialog.getByLabel('Email').fill(email);
  await dialog.getByLabel('First password').fill('short');
  await dialog.getByRole('button', { name: 'Create user' }).click();
  await expect(dialog.getByLabel('First password')).toHaveAccessibleDescription(/at least 10 characters/);
  await dialog.getByLabel('First password').fill('long enough, this one');
  await dialog.getByRole('button', { name: 'Create user' }).click();
  await expect(page.getByText(`${email} can sign in now`)).toBeVisible();
  await expect(page.getByRole('row', { name: new RegExp(email) })).toBeVisible();

  const other = await browser.newContext(baseURL === undefined ? {} : { baseURL });
  const theirs = await other.newPage();
  await signIn(theirs, { email, password: 'long enough, this one' });
  await expect(theirs.getByTestId('bot-state')).toHaveText('Not running');
  await expect(theirs.getByText('Paper exchange, paper money').first()).toBeVisible();
  await expect(theirs.getByRole('link', { name: 'Admin console' })).toHaveCount(0);
  await theirs.goto('/admin/console');
  await expect(theirs.getByText('Only the admin may see this page.')).toBeVisible();
  await other.close();
});

test("the admin starts and stops a user's bot in the live table", async ({ page, person }) => {
  await signIn(page, ADMIN);
  await page.goto('/admin/console');
  await page.getByLabel('Filter users').fill(person.email);
  const row = page.getByRole('row', { name: new RegExp(person.email) });
  await expect(row).toContainText('not running');
  await expect(page.getByRole('row')).toHaveCount(2); // the head and this one
  await row.getByRole('button', { name: /^Start/ }).click();
  await expect(row).toContainText('running');
  await expect(row.getByRole('button', { name: /^Stop/ })).toBeEnabled();
  await row.getByRole('button', { name: /^Stop/ }).click();
  const dialog = page.getByRole('dialog', { name: `Stop the bot of ${person.email}` });
  await dialog.getByLabel(/Close the position now/).check();
  await expect(dialog.getByRole('button', { name: 'Close and stop' })).toBeDisabled();
  await dialog.getByLabel(/whatever price/).check();
  await dialog.getByRole('button', { name: 'Close and stop' }).click();
  await expect(row).toContainText('stopped');
});
