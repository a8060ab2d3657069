/** The ladder editor: what is wrong is said at its field, and nothing wrong is saved. */
import { expect, signIn, test } from './people.ts';

test('a wrong value is named at its field and changes nothing', async ({ page, person }) => {
  await signIn(page, person);
  const amount = page.getByLabel('Leg 2 margin in USDT');
  await expect(amount).toHaveValue('30');
  await amount.fill('-5');
  await expect(amount).toHaveAttribute('aria-invalid', 'true');
  await expect(amount).toHaveAccessibleDescription(/"-5" is not allowed/);
  await page.getByRole('button', { name: 'Save settings' }).click();
  await expect(page.getByText('Not saved: one field needs a change.')).toBeVisible();

  await page.reload();
  await expect(amount).toHaveValue('30');
});

test('what the exchange does not allow is named with what would suffice', async ({ page, person }) => {
  await signIn(page, person);
  const leverage = page.getByLabel('Leverage');
  await leverage.fill('900');
  await expect(leverage).toHaveAccessibleDescription(/above the \d+/);
  await leverage.fill('10');
  await expect(leverage).toHaveAttribute('aria-invalid', 'false');
  const amount = page.getByLabel('Leg 1 margin in USDT');
  await amount.fill('0.5');
  await expect(amount).toHaveAccessibleDescription(/minimum/);
});

test('legs are added, moved and removed, and saved as they stand', async ({ page, person }) => {
  await signIn(page, person);
  await page.getByRole('button', { name: 'Add a leg' }).click();
  await page.getByLabel('Leg 5 margin in USDT').fill('80');
  await page.getByLabel('Leg 5 gap in percent').fill('2.5%');
  await page.getByRole('button', { name: 'Move leg 5 up' }).click();
  await page.getByRole('button', { name: 'Remove leg 1' }).click();
  // 20 20 30 45 70 80 → up → 20 20 30 45 80 70 → without leg 1 → 20 30 45 80 70
  await page.getByRole('button', { name: 'Save settings' }).click();
  await expect(page.getByText('Saved.')).toBeVisible();
  await page.reload();
  await expect(page.getByLabel('Leg 3 margin in USDT')).toHaveValue('80');
  await expect(page.getByLabel('Leg 3 gap in percent')).toHaveValue('2.5');
  await expect(page.getByLabel('Leg 4 margin in USDT')).toHaveValue('70');
  await expect(page.getByLabel('Leg 5 margin in USDT')).toHaveCount(0);
  await expect(page.getByLabel('Rounds')).toHaveValue('5');
});
