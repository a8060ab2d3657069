/** The console with many users: filters, many at once, one in detail, how the machine is. */
import { createCrowd, expect, type Page, signIn, test } from './people.ts';
import { ADMIN } from './start-server.ts';

const rows = (page: Page) => page.locator('tbody tr:not([aria-hidden])');

async function openConsole(page: Page): Promise<void> {
  await signIn(page, ADMIN);
  await page.goto('/admin/console');
  await expect(page.getByText(/\d+ shown, none selected/)).toBeVisible();
}

test('of many users only those in sight are drawn, and all can be reached', async ({ page, baseURL }, {
  testId,
}) => {
  const name = `many-${testId}`;
  await createCrowd(baseURL ?? '', { name, count: 60, running: 0 });
  await openConsole(page);
  await page.getByLabel('Filter users').fill(name);
  await expect(page.getByText('60 shown, none selected')).toBeVisible();
  const grid = page.getByRole('region', { name: 'Users and their bots' });
  await expect(page.getByRole('table').first()).toHaveAttribute('aria-rowcount', '61');
  expect(await rows(page).count()).toBeLessThan(45);
  const last = grid.getByText(`${name}-59@example.com`);
  await expect(last).toHaveCount(0);
  await grid.focus();
  await page.keyboard.press('End');
  await expect(last).toBeVisible();
  await page.getByRole('button', { name: 'User', exact: true }).click();
  await page.getByRole('button', { name: 'User', exact: true }).click();
  await grid.evaluate((element) => element.scrollTo(0, 0));
  // Sorted as text, from the end: 9 comes after 59.
  await expect(rows(page).first()).toContainText(`${name}-9@example.com`);
});

test('many are started, recovered and stopped at once', async ({ page, baseURL }, { testId }) => {
  const name = `bulk-${testId}`;
  await createCrowd(baseURL ?? '', { name, count: 7, running: 1 });
  await openConsole(page);
  await page.getByLabel('Filter users').fill(name);
  await expect(page.getByText('7 shown, none selected')).toBeVisible();
  await expect(page.getByLabel('Start the selected')).toBeDisabled();
  await page.getByRole('button', { name: 'Select all 7' }).click();

  await page.getByLabel('Start the selected').click();
  const starting = page.getByRole('dialog', { name: 'Start bots' });
  await expect(starting.getByText('6 users')).toBeVisible();
  await expect(starting.getByText('1 is left out')).toBeVisible();
  await starting.getByRole('button', { name: 'Start 6 bots' }).click();
  await expect(starting.getByText('Finished · 6 done')).toBeVisible({ timeout: 30_000 });
  await starting.getByRole('button', { name: 'Close' }).click();
  for (const row of await rows(page).all()) await expect(row).toContainText(/(?<!not )running/);

  await page.getByLabel('Recover the selected').click();
  const recovering = page.getByRole('dialog', { name: 'Recover orders' });
  await expect(recovering.getByRole('button', { name: /^(Close|Cancel)$/ })).toBeVisible({ timeout: 30_000 });
  await recovering.getByRole('button', { name: /^(Close|Cancel)$/ }).click();

  await page.getByLabel('Stop the selected').click();
  const stopping = page.getByRole('dialog', { name: 'Stop bots' });
  await stopping.getByLabel(/Close the position now/).check();
  await expect(stopping.getByRole('button', { name: 'Stop 7 bots' })).toBeDisabled();
  await stopping.getByLabel(/whatever price/).check();
  await stopping.getByRole('button', { name: 'Stop 7 bots' }).click();
  await expect(stopping.getByText('Finished · 7 done')).toBeVisible({ timeout: 30_000 });
  await stopping.getByRole('button', { name: 'Close' }).click();
  await page.getByLabel('State', { exact: true }).selectOption('stopped');
  await expect(page.getByText(/^7 of 7 selected|^7 shown/)).toBeVisible({ timeout: 30_000 });
});

test('one user in detail: what happened, disabled and enabled, and removed after typing', async ({
  page,
  person,
}) => {
  await openConsole(page);
  await page.getByLabel('Filter users').fill(person.email);
  await page.getByRole('button', { name: person.email, exact: true }).click();
  const details = page.getByRole('dialog', { name: person.email });
  await expect(details.getByTestId('bot-state')).toHaveText('Not running');
  await details.getByRole('button', { name: 'Start', exact: true }).click();
  await expect(details.getByText('starting → running')).toBeVisible();
  await details.getByRole('button', { name: 'Stop', exact: true }).click();
  const stop = page.getByRole('dialog', { name: `Stop the bot of ${person.email}` });
  await stop.getByLabel(/Close the position now/).check();
  await stop.getByLabel(/whatever price/).check();
  await stop.getByRole('button', { name: 'Close and stop' }).click();
  await expect(details.getByTestId('bot-state')).toHaveText('Not running');

  await details.getByRole('button', { name: 'Reset password' }).click();
  await expect(details.getByLabel('Password link')).toHaveValue(/^http.*\/\w+/);
  await details.getByRole('button', { name: 'Disable' }).click();
  await page
    .getByRole('dialog', { name: `Disable ${person.email}` })
    .getByRole('button', { name: 'Disable' })
    .click();
  await expect(details.getByRole('button', { name: 'Enable' })).toBeVisible();
  await expect(details.getByRole('button', { name: 'Start', exact: true })).toBeDisabled();
  await details.getByRole('button', { name: 'Enable' }).click();
  await expect(details.getByRole('button', { name: 'Disable' })).toBeVisible();

  await details.getByRole('button', { name: 'Remove' }).click();
  const removal = page.getByRole('dialog', { name: `Remove ${person.email}` });
  await expect(removal.getByRole('button', { name: 'Remove for good' })).toBeDisabled();
  await removal.getByLabel(/to confirm/).fill(person.email);
  await removal.getByRole('button', { name: 'Remove for good' }).click();
  await expect(page.getByText(`${person.email} was removed.`)).toBeVisible();
  await expect(page.getByText('No user matches this filter.')).toBeVisible();
});

test('the machine and what the bots went through are on the same page', async ({ page, person, baseURL }) => {
  await openConsole(page);
  const machine = page.getByRole('region', { name: 'Machine' });
  await expect(machine.getByText(/synthetic prices in 60× time/)).toBeVisible();
  await expect(machine.getByText('Event-loop delay')).toBeVisible();
  await expect(machine.getByText(/write-ahead log/)).toBeVisible();
  await page.getByLabel('Filter users').fill(person.email);
  await page
    .getByRole('row', { name: new RegExp(person.email) })
    .getByRole('button', { name: /^Start/ })
    .click();
  const changes = page.getByRole('region', { name: 'Changes of state' });
  await expect(changes.getByText(person.email).first()).toBeVisible();
  const script = page.context().request;
  const users = (await (await script.get(`${baseURL}/api/trpc/admin.console`)).json()).result.data.lines;
  const { id } = users.find((user: { email: string }) => user.email === person.email);
  await script.post(`${baseURL}/api/trpc/admin.users.stop`, { data: { userId: id, mode: 'close' } });
});

test('the console fits a phone as cards', async ({ page, person }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await openConsole(page);
  await page.getByLabel('Filter users').fill(person.email);
  const card = page.getByRole('listitem').filter({ hasText: person.email }).first();
  await expect(card).toContainText('not running');
  const [needed, there] = await page.evaluate(() => [
    document.documentElement.scrollWidth,
    document.documentElement.clientWidth,
  ]);
  expect(needed).toBe(there);
  await card.getByRole('button', { name: `${person.email} id` }).click();
  await expect(page.getByRole('dialog', { name: person.email })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog', { name: person.email })).toBeHidden();
});
