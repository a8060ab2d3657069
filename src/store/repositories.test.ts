import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CycleRecord } from '../domain/records.ts';
import type { VenueKey } from '../domain/venue-key.ts';
import { cycles as cycleRecords } from '../testing/journal-arbitraries.ts';
import { addUsers, scratchDatabase } from '../testing/scratch-database.ts';
import { createStoredBots } from './bots.ts';
import { createCredentials } from './credentials.ts';
import { createCycles } from './cycles.ts';
import { createFills } from './fills.ts';
import { SqliteJournal } from './journal.ts';
import { createRevokedSessions } from './revoked-sessions.ts';
import { createSettingsStore } from './settings.ts';
import { createUsers } from './users.ts';
import { createVault } from './vault.ts';

const vault = createVault('a master secret for tests only, long enough');
const key: VenueKey = {
  venue: 'bybit',
  environment: 'paper',
  apiKey: 'the-key-1234',
  apiSecret: 'the-secret',
};

test('users are found by email in any case, and an email belongs to one user', async () => {
  const users = createUsers((await scratchDatabase()).prisma);
  const made = await users.create({
    id: 42,
    email: ' Ada@Example.com ',
    passwordHash: 'hash',
    role: 'admin',
  });
  expect(made).toMatchObject({ ok: true, value: { id: 42, email: 'ada@example.com' } });
  expect(await users.findByEmail('ADA@example.COM')).toMatchObject({
    id: 42,
    role: 'admin',
    disabledAt: null,
  });
  expect(await users.create({ email: 'ada@example.com', passwordHash: 'h', role: 'user' })).toMatchObject({
    ok: false,
    error: { code: 'email_taken' },
  });
  expect(
    await users.create({ id: 42, email: 'b@example.com', passwordHash: 'h', role: 'user' }),
  ).toMatchObject({
    ok: false,
    error: { code: 'id_taken' },
  });
  expect(await users.countAdmins()).toBe(1);
  expect(await users.list()).toHaveLength(1);
});

test('a new password ends every session of the user', async () => {
  const users = createUsers((await scratchDatabase()).prisma);
  const made = await users.create({ id: 1, email: 'a@example.com', passwordHash: 'old', role: 'user' });
  if (!made.ok) throw new Error(made.error.message);
  expect(await users.setPassword(1, 'new')).toBe(true);
  const next = made.value.sessionVersion + 1;
  expect(await users.findById(1)).toMatchObject({ passwordHash: 'new', sessionVersion: next });
  expect(await users.setPassword(2, 'new')).toBe(false);
});

test('a signed-out session stays revoked until it would have ended', async () => {
  const database = await scratchDatabase();
  const sessions = createRevokedSessions(database.sql);
  sessions.revoke('one', 2_000, 1_000);
  sessions.revoke('one', 2_000, 1_000);
  expect(createRevokedSessions(database.sql).isRevoked('one')).toBe(true);
  expect(sessions.isRevoked('two')).toBe(false);
  sessions.revoke('two', 4_000, 3_000);
  expect([sessions.isRevoked('one'), sessions.isRevoked('two')]).toEqual([false, true]);
});

test('an id beyond the column names no user', async () => {
  const users = createUsers((await scratchDatabase()).prisma);
  expect(await users.findById(2 ** 40)).toBeNull();
});

test('settings are read back as they were saved', async () => {
  const database = await scratchDatabase();
  await addUsers(database, 1);
  const store = createSettingsStore(database.prisma);
  expect(await store.read(1)).toBeNull();
  const settings = {
    symbol: 'BTC/USDT',
    side: 'short',
    leverage: 10,
    legs: [
      { amount: '20', gap: '0' },
      { amount: '20.5', gap: '1.5' },
    ],
    rounds: 2,
    takeProfit: '5',
    stopLoss: '0',
    repeat: true,
    cooldown: 8,
    guard: 'halt',
  } as const;
  for (const leverage of [10, 20]) {
    const changed = { ...settings, leverage, legs: [...settings.legs] };
    await store.save(1, changed);
    expect(await store.read(1)).toEqual(changed);
  }
});

test('a key is stored sealed, shown by its last characters, and opens for its user only', async () => {
  const database = await scratchDatabase();
  await addUsers(database, 2);
  const credentials = createCredentials(database.prisma, vault);
  expect(await credentials.save(1, key, 'uid-1')).toEqual({ ok: true });
  expect(await credentials.read(1)).toEqual({
    venue: 'bybit',
    environment: 'paper',
    keyHint: '1234',
    accountUid: 'uid-1',
  });
  expect(await credentials.open(1)).toEqual(key);
  const stored = JSON.stringify(database.sql.prepare('SELECT * FROM Credential').all());
  expect(stored).not.toContain(key.apiKey);
  expect(stored).not.toContain(key.apiSecret);
  database.sql.prepare('UPDATE Credential SET userId = 2').run();
  expect(await credentials.open(2)).toBeNull();
});

test('one venue account belongs to one user', async () => {
  const database = await scratchDatabase();
  await addUsers(database, 3);
  const credentials = createCredentials(database.prisma, vault);
  await credentials.save(1, key, 'uid-1');
  expect(await credentials.save(2, { ...key, apiKey: 'other' }, 'uid-1')).toMatchObject({
    ok: false,
    error: { code: 'account_taken' },
  });
  expect(await credentials.read(2)).toBeNull();
  expect(await credentials.save(2, key, 'uid-2')).toEqual({ ok: true });
  expect(await credentials.save(2, key, 'uid-1')).toMatchObject({ ok: false });
  expect(await credentials.read(2)).toMatchObject({ accountUid: 'uid-2' });
  // An account that nobody asked the venue for yet is nobody's.
  expect(await credentials.save(3, key, null)).toEqual({ ok: true });
  expect(await credentials.remove(1, Date.now())).toBe(true);
  expect(await credentials.save(2, key, 'uid-1')).toEqual({ ok: true });
});

test('keys sealed with another secret key are noticed at the start', async () => {
  const database = await scratchDatabase();
  await addUsers(database, 1);
  const other = createCredentials(database.prisma, createVault('quite another master secret, as long'));
  expect(await other.checkOpens()).toEqual({ ok: true });
  await createCredentials(database.prisma, vault).save(1, key, null);
  expect(await other.checkOpens()).toMatchObject({ ok: false, error: { code: 'sealed_elsewhere' } });
  expect(await createCredentials(database.prisma, vault).checkOpens()).toEqual({ ok: true });
});

test('cycles and fills are paged newest first, each exactly once', async () => {
  const database = await scratchDatabase();
  await addUsers(database, 2);
  const journal = new SqliteJournal(database.sql);
  const [record] = fc.sample(cycleRecords(1), { numRuns: 1, seed: 3 }) as [CycleRecord];
  for (let number = 1; number <= 5; number += 1) {
    const cycleKey = 40_000 + number;
    const fill = { ...fillOf(1, cycleKey), executionId: `e${number}` };
    journal.commit({ cycle: { ...record, state: 'settled', number, cycleKey }, fills: [fill] });
  }
  journal.commit({ cycle: { ...record, state: 'abandoned', number: 6, cycleKey: 40_006 } });
  const cycles = createCycles(database.prisma);
  const fills = createFills(database.prisma);
  const seen: number[] = [];
  let cursor: string | null = null;
  do {
    const page = await cycles.list(1, { cursor, limit: 2 });
    seen.push(...page.items.map((item) => item.number));
    cursor = page.nextCursor;
  } while (cursor !== null);
  expect(seen).toEqual([5, 4, 3, 2, 1]);
  expect((await cycles.list(2, { limit: 100 })).items).toEqual([]);
  expect(await cycles.list(1, { cursor: 'nonsense', limit: 2 })).toEqual({ items: [], nextCursor: null });
  const byNumber = await fills.list(1, { cycle: 3, limit: 100 });
  expect(byNumber.items.map((item) => item.executionId)).toEqual(['e3']);
  const cycleKey = (40_003).toString(36);
  expect(await fills.list(1, { cycle: cycleKey, limit: 100 })).toEqual(byNumber);
  expect((await fills.list(1, { limit: 100 })).items.map((item) => item.executionId)).toEqual([
    'e5',
    'e4',
    'e3',
    'e2',
    'e1',
  ]);
  expect(byNumber.items[0]).toMatchObject({ at: '2026-01-01T00:00:00.000Z', price: '100', kind: 'leg' });
});

test('times of the journal and of Prisma are stored alike', async () => {
  const database = await scratchDatabase();
  await addUsers(database, 1);
  const [record] = fc.sample(cycleRecords(1), { numRuns: 1, seed: 4 }) as [CycleRecord];
  const at = Date.UTC(2026, 4, 17, 10, 20, 30, 456);
  new SqliteJournal(database.sql).commit({ cycle: { ...record, openedAt: at } });
  const found = await database.prisma.cycle.findMany({ where: { openedAt: new Date(at) } });
  expect(found.map((row) => row.openedAt.getTime())).toEqual([at]);
});

test('stored bots are listed as the journal wrote them', async () => {
  const database = await scratchDatabase();
  await addUsers(database, 1);
  const record = {
    userId: 1,
    desired: 'running',
    mode: 'run',
    status: 'running',
    cycleNumber: 1,
    cycleKey: 2,
    cooldownUntil: null,
    startedAt: 1_767_225_600_000,
    heartbeatAt: null,
    lastErrorCode: null,
    lastErrorMessage: null,
    lastErrorAt: null,
  } as const;
  new SqliteJournal(database.sql).commit({ bot: record });
  expect(createStoredBots(database.sql).list()).toEqual([{ ...record, hasOpenCycle: false }]);
});

function fillOf(userId: number, cycleKey: number) {
  return {
    executionId: 'e',
    userId,
    cycleKey,
    clientOrderId: 'sm_leg_0_1_BTCUSDT_1',
    exchangeOrderId: 'x',
    tag: 'sm_leg_0_1_BTCUSDT',
    kind: 'leg',
    leg: 0,
    executionKind: 'trade',
    direction: 'buy',
    price: '100',
    quantity: '1',
    fee: '0.055',
    feeCurrency: 'USDT',
    at: Date.UTC(2026, 0, 1),
  } as const;
}
