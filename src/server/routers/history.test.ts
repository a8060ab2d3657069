import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeMovedUsers } from '../../store/moved-users.ts';
import { openSql } from '../../store/database.ts';
import { createVault } from '../../store/vault.ts';
import { createFakeRuntime, type FakeRuntime, SECRET } from '../../testing/fake-runtime.ts';
import { authenticate } from '../session.ts';
import { appRouter } from './app-router.ts';

let fake: FakeRuntime;
beforeAll(async () => {
  fake = await createFakeRuntime();
});
afterAll(() => fake.close());

async function as(userId: number) {
  const principal = await authenticate(new Headers({ cookie: await fake.cookieOf(userId) }));
  return appRouter.createCaller({
    principal,
    address: '203.0.113.9',
    foreign: null,
    setCookie: () => undefined,
  });
}

test('trades from before the move are listed in pages, newest first, for their user alone', async () => {
  const [ann, bob] = [await fake.addUser('ann@example.com'), await fake.addUser('bob@example.com')];
  const trade = {
    symbol: 'BTC/USDT',
    side: 'long',
    entryPrice: '1',
    exitPrice: null,
    quantity: '2',
    pnl: '-0.1',
  };
  const pastTrades = [1, 2, 3].map((originalId) => ({ ...trade, originalId, closedAt: originalId * 1000 }));
  const sql = openSql(fake.runtime.database.path);
  writeMovedUsers(sql, [{ id: ann, account: null, pastTrades }], { vault: createVault(SECRET), now: 0 });
  sql.close();
  const caller = await as(ann);
  const first = await caller.trades.list({ limit: 2 });
  expect(first.items.map(({ closedAt }) => closedAt)).toEqual([
    '1970-01-01T00:00:03.000Z',
    '1970-01-01T00:00:02.000Z',
  ]);
  expect(first.items[0]).toMatchObject(trade);
  const second = await caller.trades.list({ limit: 2, cursor: first.nextCursor });
  expect([second.items.length, second.nextCursor]).toEqual([1, null]);
  expect((await (await as(bob)).trades.list({ limit: 2 })).items).toEqual([]);
  await expect(caller.trades.list({ limit: 2, cursor: 'x' })).resolves.toEqual({
    items: [],
    nextCursor: null,
  });
});
