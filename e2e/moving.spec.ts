/** Moving in from the original server: imported before the first start, let in by a link, the past on the page. */
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { endInstancesAfterEach, newInstance, root, runCommand, start } from './instance.ts';

endInstancesAfterEach();

const original = path.join(root, 'src/testing/original/users.db');

test('who moved in chooses a password, and finds the ladder, the key and past trades', async ({ page }) => {
  const instance = await newInstance();
  const environment = { ...instance.environment, PUBLIC_URL: instance.url };
  const moved = await runCommand({ ...instance, environment }, 'import', original, '--yes');
  expect(moved).toMatchObject({ ok: true, written: true, totals: { new: 8, refused: 2 } });
  await start(instance, 'node');
  const links = fs.readFileSync(String(moved['entrancesFile']), 'utf8').trim().split('\n');
  const [, link = ''] = links.find((line) => line.startsWith('ann@example.com\t'))?.split('\t') ?? [];

  await page.goto(link);
  await expect(page.getByRole('heading', { name: 'Choose a password' })).toBeVisible();
  await page.getByLabel('Password', { exact: true }).fill('a long enough password');
  await page.getByLabel('Password again').fill('a long enough password');
  await page.getByRole('button', { name: 'Set password and sign in' }).click();
  await expect(page).toHaveURL(`${instance.url}/`);
  await expect(page.getByTestId('bot-state')).toHaveText('Not running');

  const past = page.getByRole('region', { name: 'Before the move', exact: true });
  await expect(past.getByRole('row')).toHaveCount(3);
  await expect(past.getByRole('row').nth(1)).toContainText('+0.92');
  await expect(past.getByRole('row').nth(1)).toContainText('26,123.5');
  await expect(page.getByLabel('Leg 2 margin in USDT')).toHaveValue('45.5');
  await expect(page.getByText('6789').first()).toBeVisible();

  // The original's admin is the admin here, and no password was printed for another.
  expect(fs.readFileSync(path.join(instance.folder, 'output.txt'), 'utf8')).not.toContain('sign in as');
  await page.goto(link);
  await expect(page.getByRole('heading', { name: 'This link does not work' })).toBeVisible();
});
