/** The documentation's pictures: a bot with an open cycle and some history. */
import path from 'node:path';
import { createCrowd, createPerson, expect, type Person, scriptFor, signIn, test } from './people.ts';
import { ADMIN } from './start-server.ts';

const FOLDER = path.resolve(import.meta.dirname, '../docs/screenshots');
const DESKTOP = { width: 1280, height: 960 };
const PEOPLE = ['mara', 'jonas', 'wei', 'luca', 'sofia'];
const PHONE = { width: 390, height: 844 };

test('sign-in', async ({ page }) => {
  await page.setViewportSize(DESKTOP);
  await page.goto('/signin');
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeEnabled();
  await page.screenshot({ path: path.join(FOLDER, 'sign-in.png') });
});

test('a bot at work, on a desk and on a phone', async ({ page, baseURL }) => {
  const [mara, ...others] = PEOPLE.map((name) => ({
    email: `${name}@example.com`,
    password: 'a long password',
  }));
  if (mara === undefined) throw new Error('the pictures show somebody');
  for (const person of [mara, ...others]) await createPerson(baseURL ?? '', person);
  for (const person of others.slice(1)) await start(baseURL ?? '', person);
  await trade(baseURL ?? '', mara);
  await page.setViewportSize(DESKTOP);
  await signIn(page, mara);
  await expect(page.getByTestId('bot-state')).toHaveText(/^Cycle \d+: open/, { timeout: 60_000 });
  await expect(page.getByTestId('bot-protection')).toHaveText('Protected');
  await page.screenshot({ path: path.join(FOLDER, 'user-desktop.png'), fullPage: true });
  await page.setViewportSize(PHONE);
  await page.screenshot({ path: path.join(FOLDER, 'user-phone.png') });
});

test('the admin console with many users, on a desk and on a phone', async ({ page, baseURL }) => {
  test.setTimeout(300_000);
  const crowd = await createCrowd(baseURL ?? '', { name: 'trader', count: 150, running: 25 });
  await leaveOne(baseURL ?? '', crowd);
  await page.setViewportSize({ width: 1440, height: 960 });
  await signIn(page, ADMIN);
  await page.goto('/admin/console');
  await expect(page.getByText(/\d{3} shown, none selected/)).toBeVisible();
  await page.getByRole('button', { name: 'State', exact: true }).click();
  await expect(page.getByText('not known').first()).toBeVisible();
  await expect(page.getByText('Event-loop delay')).toBeVisible();
  await page.screenshot({ path: path.join(FOLDER, 'admin-desktop.png'), fullPage: true });

  const running = page.getByRole('row', { name: /running/ }).first();
  await running
    .getByRole('button', { name: /@example.com$/ })
    .first()
    .click();
  await expect(page.getByRole('dialog').getByText('not running → starting')).toBeVisible();
  await page.screenshot({ path: path.join(FOLDER, 'admin-details.png') });
  await page.getByLabel('Close the details').click();
  await page.getByRole('button', { name: /^Select all/ }).click();
  await page.getByLabel('Stop the selected').click();
  await expect(page.getByRole('dialog', { name: 'Stop bots' })).toBeVisible();
  await page.screenshot({ path: path.join(FOLDER, 'admin-many.png') });
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Clear selection' }).click();

  await page.setViewportSize(PHONE);
  await expect(page.getByRole('listitem').first()).toContainText('trader');
  await page.screenshot({ path: path.join(FOLDER, 'admin-phone.png') });
});

/** So that there is somebody to look after: a position that was left on the exchange. */
async function leaveOne(baseURL: string, crowd: { id: number; email: string }[]): Promise<void> {
  const script = await scriptFor(baseURL, ADMIN);
  for (const { id } of crowd.slice(0, 25)) {
    const status = await script.get(`/api/trpc/bot.status?input=${JSON.stringify({ userId: id })}`);
    if ((await status.json()).result.data.position === null) continue;
    const stopped = await script.post('/api/trpc/admin.users.stop', { data: { userId: id, mode: 'leave' } });
    expect(stopped.status()).toBe(200);
    break;
  }
  await script.dispose();
}

async function start(baseURL: string, person: Person): Promise<void> {
  const script = await scriptFor(baseURL, person);
  expect((await script.post('/api/bot/start')).status()).toBe(200);
  await script.dispose();
}

/** Three cycles in quick succession, then one whose take-profit is far enough away to be looked at. */
async function trade(baseURL: string, person: Person): Promise<void> {
  const script = await scriptFor(baseURL, person);
  const settings = (await (await script.get('/api/trpc/settings.get')).json()).result.data;
  const save = (change: object) =>
    script.post('/api/trpc/settings.save', { data: { ...settings, ...change } });
  await save({ cooldown: 1 });
  await script.post('/api/bot/start');
  await expect
    .poll(async () => (await (await script.get('/api/bot/status')).json()).cycle?.number ?? 0, {
      timeout: 90_000,
    })
    .toBeGreaterThan(3);
  await save({ cooldown: 1, takeProfit: '25', stopLoss: '80' });
  await script.dispose();
}
