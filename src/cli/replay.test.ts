import { expect, test, vi } from 'vitest';
import type { Database } from '../store/database.ts';
import { idOf, inPosition } from '../testing/bot-world.ts';
import { runScript } from '../testing/run-program.ts';

// Every run is a process of its own, and the machine may be busy.
vi.setConfig({ testTimeout: 120_000 });

const replay = ({ path }: Database, ...args: string[]) =>
  runScript('src/cli/replay.ts', args, { BLITZ_DB_PATH: path });

async function settledCycle() {
  const all = await inPosition();
  const { venue, bot } = all;
  venue.fill(idOf(venue, 'leg_1'), '0.01');
  await vi.waitFor(() => expect(venue.order(idOf(venue, 'tp'))?.quantity).toBe('0.02'));
  venue.fill(idOf(venue, 'tp'), '0.02');
  await vi.waitFor(() => expect(bot.hasCycle).toBe(false));
  return all;
}

test('a cycle is told in words and found the same, while a server has its database open', async () => {
  const { database } = await settledCycle();
  const told = await replay(database, '--user', '1', '--cycle', '1');
  expect(told.code).toBe(0);
  expect(told.stdout).toMatch(/filled: buy 0.01 at 19800/);
  expect(told.stdout).toMatch(/→ amend sm_tp_1_BTCUSDT_\w+ quantity 20/);
  expect(told.stdout).toMatch(/→ cycle-settled number 1 net 3.95/);
  expect(told.stdout).toMatch(
    /✓ cycle 1 \(BTC\/USDT long, settled\): \d+ rows, \d+ bytes; each of \d+ decisions/,
  );
  const data = JSON.parse((await replay(database, '--user', '1', '--cycle', '1', '--json')).stdout) as object;
  expect(data).toMatchObject({ ok: true, userId: 1, differs: 0, unknown: 0, cycle: { number: 1 } });
});

test('a decision that would be another one today is shown, and ends with 1', async () => {
  const { database } = await settledCycle();
  const changed = database.sql
    .prepare(`UPDATE Event SET data = replace(data, '"quantity":20', '"quantity":10') WHERE type = 'amend'`)
    .run().changes;
  expect(changed).toBe(1);
  const told = await replay(database, '--user', '1', '--cycle', '1');
  expect(told.code).toBe(1);
  expect(told.stdout).toMatch(/→ amend sm_tp_1_BTCUSDT_\w+ quantity 10/);
  expect(told.stdout).toMatch(/≠ today: amend sm_tp_1_BTCUSDT_\w+ quantity 20/);
  expect(told.stdout).toMatch(/✗ cycle 1 .*1 of \d+ decisions differ today/);
});

test('a cycle of which nothing is kept, or that never was, is said to be so', async () => {
  const { database } = await settledCycle();
  database.sql.prepare('DELETE FROM Event').run();
  const empty = await replay(database, '--user', '1', '--cycle', '1', '--json');
  expect([empty.code, JSON.parse(empty.stdout)]).toMatchObject([1, { ok: false, same: 0 }]);
  for (const args of [
    ['--user', '1', '--cycle', '9'],
    ['--user', 'me', '--cycle', '1'],
    ['--cycle', '1'],
    ['x'],
  ]) {
    const refused = await replay(database, ...args, '--json');
    expect([refused.code, JSON.parse(refused.stdout)]).toMatchObject([2, { error: 'wrong_usage' }]);
  }
});
