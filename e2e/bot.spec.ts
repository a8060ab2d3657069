/** The main journey, and the buttons around it. */
import { expect, signIn, test } from './people.ts';

test('a person signs in, starts, sees a cycle close, and stops', async ({ page, person }) => {
  await signIn(page, person);
  const state = page.getByTestId('bot-state');
  await expect(state).toHaveText('Not running');
  await expect(page.getByText('Your first cycle will appear here')).toBeVisible();

  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await expect(page.getByText('The bot was started.')).toBeVisible();
  await expect(state).toHaveText(/Cycle 1: open|Running/);

  // Without a reload: the page is told.
  const firstCycle = page.getByRole('region', { name: 'Cycles' }).getByRole('row', { name: /^1 / }).first();
  await expect(firstCycle).toContainText('take-profit', { timeout: 90_000 });
  await expect(firstCycle).toContainText(/\+\d+\.\d\d/);

  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Stop the bot' });
  await dialog.getByLabel(/Close the position now/).check();
  await expect(dialog.getByRole('button', { name: 'Close and stop' })).toBeDisabled();
  await dialog.getByLabel(/whatever price/).check();
  await dialog.getByRole('button', { name: 'Close and stop' }).click();
  await expect(state).toHaveText('Not running');
  await expect(page.getByTestId('bot-protection')).toHaveText('No position');
  await expect(page.getByText('No order of the bot is on the exchange.')).toBeVisible();
});

test('an open cycle shows its position, its orders by tag and its protection', async ({
  page,
  person,
  baseURL,
}) => {
  await signIn(page, person);
  // Far away, so that the cycle stays open while it is looked at.
  await page.getByRole('textbox', { name: 'Take-profit' }).fill('900%');
  await page.getByRole('button', { name: 'Save settings' }).click();
  await expect(page.getByText('Saved.')).toBeVisible();
  await page.getByRole('button', { name: 'Start', exact: true }).click();

  await expect(page.getByTestId('bot-state')).toHaveText('Cycle 1: open');
  await expect(page.getByTestId('bot-protection')).toHaveText('Protected');
  const orders = page.getByRole('region', { name: 'Orders' }).first();
  await expect(orders.getByText(/^sm_tp_\d+_BTCUSDT$/)).toBeVisible();
  await expect(orders.getByText(/^sm_leg_4_\d+_BTCUSDT$/)).toBeVisible();
  await expect(page.getByRole('img', { name: /Take-profit.*Average entry/ })).toBeVisible();

  await page.getByRole('button', { name: 'Status' }).click();
  await expect(page.getByText(/^As of .*Cycle 1: open/)).toBeVisible();
  await page.getByRole('button', { name: 'Recover' }).click();
  const recover = page.getByRole('dialog', { name: 'Recover orders' });
  await expect(recover.getByText(/Nothing to do: everything is in place/)).toBeVisible();
  await recover.getByRole('button', { name: 'Close' }).click();

  await page.reload();
  await expect(page.getByTestId('bot-state')).toHaveText('Cycle 1: open');
  const script = await page.context().request.post(`${baseURL}/api/bot/stop`, { data: { mode: 'close' } });
  expect(script.status()).toBe(200);
  await expect(page.getByTestId('bot-protection')).toHaveText('No position');
});

test('the page fits a phone, and its buttons can be reached by keyboard', async ({ page, person }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto('/signin');
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeEnabled();
  await page.getByLabel('Email').focus();
  await page.keyboard.type(person.email);
  await page.keyboard.press('Tab');
  await page.keyboard.type(person.password);
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('bot-state')).toHaveText('Not running');
  const [needed, there] = await page.evaluate(() => [
    document.documentElement.scrollWidth,
    document.documentElement.clientWidth,
  ]);
  expect(needed).toBe(there);

  await page.getByRole('button', { name: 'Start', exact: true }).focus();
  await page.keyboard.press('Tab');
  // Stop is disabled while nothing runs, so the next one is Status.
  await expect(page.getByRole('button', { name: 'Status' })).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Recover orders' });
  await expect(dialog).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('button', { name: 'Recover' })).toBeFocused();
});

test('what was left on the exchange is asked for again by Status', async ({ page, person }) => {
  await signIn(page, person);
  await page.getByRole('textbox', { name: 'Take-profit' }).fill('900%');
  await page.getByRole('button', { name: 'Save settings' }).click();
  await expect(page.getByText('Saved.')).toBeVisible();
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  const state = page.getByTestId('bot-state');
  await expect(state).toHaveText('Cycle 1: open');
  await expect(page.getByTestId('bot-protection')).toHaveText('Protected');
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Stop the bot' });
  await dialog.getByLabel(/Leave everything as it is/).check();
  await dialog.getByLabel(/look after the position/).check();
  await dialog.getByRole('button', { name: 'Leave and stop' }).click();
  await expect(state).toHaveText('Not running, with an open position');
  const message = page.getByText(/nobody acts on them/).first();
  await page.getByRole('button', { name: 'Close this message' }).click();
  await expect(message).toBeHidden();

  await page.reload();
  await expect(page.getByText(/This is what was last known/).first()).toBeVisible();
  await page.getByRole('button', { name: 'Status' }).click();
  await expect(page.getByText(/The exchange was asked \d\d:\d\d:\d\d/).first()).toBeVisible();
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await expect(state).toHaveText('Cycle 1: open');
});
