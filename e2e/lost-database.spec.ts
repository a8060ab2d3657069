/** The database is deleted under an open cycle: the user made again, the key entered again, and Recover finds it. */
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { endInstancesAfterEach, exitOf, type Instance, newInstance, start } from './instance.ts';
import { scriptFor, signIn } from './people.ts';

endInstancesAfterEach();

const ADMIN = { email: 'admin@admin.com', password: 'a password for journeys' };
const PERSON = { id: 42, email: 'ann@example.com', password: 'a long enough password' };
// Far away, so that nothing closes by itself.
const LADDER = {
  symbol: 'BTC/USDT',
  side: 'long',
  leverage: 5,
  legs: [
    { amount: '50', gap: '0' },
    { amount: '50', gap: '3' },
    { amount: '80', gap: '4' },
  ],
  rounds: 3,
  takeProfit: '150',
  stopLoss: '0',
  repeat: false,
  cooldown: 8,
  guard: 'halt',
};

type Script = Awaited<ReturnType<typeof scriptFor>>;

async function ask<T>(script: Script, procedure: string, data: object): Promise<T> {
  const answer = await script.post(`/api/trpc/${procedure}`, { data });
  expect(answer.status(), await answer.text()).toBe(200);
  return ((await answer.json()) as { result: { data: T } }).result.data;
}

async function query<T>(script: Script, procedure: string): Promise<T> {
  const answer = await script.get(`/api/trpc/${procedure}?input=${encodeURIComponent('{}')}`);
  expect(answer.status(), await answer.text()).toBe(200);
  return ((await answer.json()) as { result: { data: T } }).result.data;
}

async function makeUser(instance: Instance, key: { apiKey: string; apiSecret: string }): Promise<Script> {
  const admin = await scriptFor(instance.url, ADMIN);
  expect(await ask<{ id: number }>(admin, 'admin.users.create', PERSON)).toMatchObject({ id: PERSON.id });
  await admin.dispose();
  const script = await scriptFor(instance.url, PERSON);
  await ask(script, 'credentials.save', { venue: 'bybit', environment: 'paper', ...key });
  return script;
}

interface Status {
  cycle: { cycleKey: string; state: string } | null;
  position: { quantity: string; averageEntryPrice: string } | null;
  protection: { covered: boolean };
  orders: { clientOrderId: string }[];
}

test('the cycle is shown, adopted, protected and settled, with no order doubled and none left', async ({
  browser,
}) => {
  const instance = await newInstance();
  const server = await start(instance, 'node');
  const paper = `http://127.0.0.1:${instance.environment['PAPER_PORT']}`;
  const account = await fetch(`${paper}/paper/accounts`, { method: 'POST' });
  const { apiKey, apiSecret } = (await account.json()) as { apiKey: string; apiSecret: string };
  const before = await makeUser(instance, { apiKey, apiSecret });
  await ask(before, 'settings.save', LADDER);
  await ask(before, 'bot.start', {});
  const status = (script: Script) => query<Status>(script, 'bot.status');
  await expect.poll(async () => (await status(before)).orders.length, { timeout: 30_000 }).toBe(3);
  const cycle = await status(before);
  await before.dispose();
  const exit = exitOf(server);
  server.kill('SIGKILL');
  await exit;
  for (const file of ['users.db', 'users.db-wal', 'users.db-shm'])
    fs.rmSync(path.join(instance.folder, file), { force: true });

  await start(instance, 'node');
  const script = await makeUser(instance, { apiKey, apiSecret });
  const context = await browser.newContext({ baseURL: instance.url });
  const page = await context.newPage();
  await signIn(page, PERSON);
  await page.getByRole('button', { name: 'Recover' }).click();
  const dialog = page.getByRole('dialog', { name: 'Recover orders' });
  await expect(dialog.getByText(/^Cycle .* rests on the exchange/)).toBeVisible();
  await expect(dialog.getByText(`sm_tp_42_BTCUSDT_${cycle.cycle?.cycleKey}`)).toBeVisible();
  await expect(dialog.getByText(/take-profit rests at 150 %, the saved settings say 5 %/)).toBeVisible();
  await dialog.getByRole('button', { name: 'Do these 3 steps' }).click();
  await expect(page.getByTestId('bot-protection')).toHaveText('Protected');
  const after = await status(script);
  expect(after).toMatchObject({
    cycle: { cycleKey: cycle.cycle?.cycleKey },
    position: { quantity: cycle.position?.quantity, averageEntryPrice: cycle.position?.averageEntryPrice },
  });
  expect(ids(after)).toEqual(ids(cycle));

  await page.getByRole('button', { name: 'Recover' }).click();
  await expect(
    dialog.getByText('Nothing to do: everything is in place. 3 orders were checked.'),
  ).toBeVisible();
  await dialog.getByRole('button', { name: 'Close' }).click();

  await ask(script, 'bot.stop', { mode: 'close' });
  await expect.poll(async () => (await status(script)).cycle, { timeout: 30_000 }).toBeNull();
  const { items } = await query<{ items: { state: string; partial: boolean; net: string }[] }>(
    script,
    'cycles.list',
  );
  expect(items).toMatchObject([
    { number: 1, state: 'settled', partial: false, cycleKey: cycle.cycle?.cycleKey },
  ]);
  expect((await status(script)).orders).toEqual([]);
  await context.close();
  await script.dispose();
});

function ids({ orders }: Status): string[] {
  return orders.map(({ clientOrderId }) => clientOrderId).toSorted();
}
