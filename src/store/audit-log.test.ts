import { expect, test } from 'vitest';
import { addUsers, scratchDatabase } from '../testing/scratch-database.ts';
import { createAuditLog, FAILED_SIGN_IN, type NewAuditEntry } from './audit-log.ts';

const NOW = Date.UTC(2026, 10, 24, 12);
const DAY = 24 * 60 * 60 * 1000;

function entry(change: Partial<NewAuditEntry> = {}): NewAuditEntry {
  return {
    at: NOW,
    actorId: 1,
    actorEmail: 'ann@example.com',
    via: 'session',
    address: '203.0.113.9',
    action: 'bot.start',
    subjectId: 1,
    subjectEmail: 'ann@example.com',
    detail: {},
    ...change,
  };
}

test('entries are read back as they were written, newest first, page by page', async () => {
  const log = createAuditLog((await scratchDatabase()).sql);
  for (let index = 0; index < 5; index += 1) log.write(entry({ detail: { index } }));
  const first = log.list({ limit: 2 });
  expect(first.items[0]).toEqual({
    ...entry({ detail: { index: 4 } }),
    id: 5,
    at: '2026-11-24T12:00:00.000Z',
  });
  const second = log.list({ limit: 2, cursor: first.nextCursor });
  const third = log.list({ limit: 2, cursor: second.nextCursor });
  const seen = [first, second, third].flatMap(({ items }) => items.map(({ detail }) => detail['index']));
  expect([seen, third.nextCursor]).toEqual([[4, 3, 2, 1, 0], null]);
  expect(log.list({ limit: 2, cursor: 'nonsense' })).toEqual({ items: [], nextCursor: null });
});

test('they are found by whoever did it or had it done to them, and by action or the beginning of one', async () => {
  const log = createAuditLog((await scratchDatabase()).sql);
  log.write(entry({ action: 'bot.start' }));
  log.write(entry({ action: 'bot.stop', actorId: 9, subjectId: 2 }));
  log.write(entry({ action: 'botany.plant', actorId: 9, subjectId: 1 }));
  log.write(entry({ action: 'user.disable', actorId: 2, subjectId: 3 }));
  const actions = (request: { userId?: number; action?: string }) =>
    log.list({ limit: 10, ...request }).items.map(({ action }) => action);
  expect(actions({ userId: 2 })).toEqual(['user.disable', 'bot.stop']);
  expect(actions({ userId: 1 })).toEqual(['botany.plant', 'bot.start']);
  expect(actions({ action: 'bot.' })).toEqual(['bot.stop', 'bot.start']);
  expect(actions({ action: 'bot.start' })).toEqual(['bot.start']);
  expect(actions({ userId: 2, action: 'user.' })).toEqual(['user.disable']);
});

test('what is too old or too much is forgotten, and failed sign-ins push out nothing but each other', async () => {
  const log = createAuditLog((await scratchDatabase()).sql, {
    daysMax: 30,
    entriesMax: 3,
    failuresMax: 2,
    perActorMax: 100,
  });
  log.write(entry({ at: NOW - 31 * DAY, action: 'user.create' }));
  for (const action of ['a.a', 'b.b', 'c.c', 'd.d']) log.write(entry({ action }));
  for (let index = 0; index < 50; index += 1) log.write(entry({ action: FAILED_SIGN_IN, detail: { index } }));
  log.prune(NOW);
  const left = log.list({ limit: 100 }).items;
  expect(left.map(({ action, detail }) => detail['index'] ?? action)).toEqual([49, 48, 'd.d', 'c.c', 'b.b']);
});

test('a page of one user is read along the indexes, without sorting everything of theirs', async () => {
  const { sql } = await scratchDatabase();
  const asked: string[] = [];
  const listening = new Proxy(sql, {
    get: (target, name) =>
      name === 'prepare'
        ? (text: string) => {
            asked.push(text);
            return target.prepare(text);
          }
        : Reflect.get(target, name),
  });
  const log = createAuditLog(listening);
  for (let index = 0; index < 9; index += 1) {
    log.write(entry({ actorId: index % 3, subjectId: index % 2, detail: { index } }));
  }
  for (const request of [{}, { cursor: '7' }, { action: 'bot.start' }, { action: 'bot.' }]) {
    log.list({ limit: 2, userId: 1, ...request });
    const text = asked.at(-1) ?? '';
    const values = Array((text.match(/\?/g) ?? []).length).fill(1);
    const plan = sql.prepare(`EXPLAIN QUERY PLAN ${text}`).all(...values) as { detail: string }[];
    const steps = plan.map(({ detail }) => detail).join('; ');
    expect(steps).not.toMatch(/SCAN AuditEntry|TEMP B-TREE FOR ORDER BY/);
    expect(steps).toMatch(/actorId=\?.*subjectId=\?/);
  }
  const page = log.list({ limit: 3, userId: 1, cursor: '9' });
  expect(page.items.map(({ id }) => id)).toEqual([8, 6, 5]);
  expect(page.nextCursor).toBe('5');
});

test('what one user does pushes out only their own entries, and never what an admin did', async () => {
  const database = await scratchDatabase();
  await addUsers(database, 2);
  database.sql.prepare(`UPDATE User SET role = 'admin' WHERE id = 2`).run();
  const limits = { daysMax: 400, entriesMax: 1_000, failuresMax: 2, perActorMax: 3 };
  const log = createAuditLog(database.sql, limits);
  log.write(entry({ actorId: 7, action: 'other.first' }));
  for (let index = 0; index < 5; index += 1)
    log.write(entry({ actorId: 2, subjectId: 1, detail: { index } }));
  for (let index = 0; index < 990; index += 1) log.write(entry({ action: 'bot.stop', detail: { index } }));
  log.prune(NOW);
  const left = log.list({ limit: 100 }).items;
  expect(left.map(({ actorId }) => actorId)).toEqual([1, 1, 1, 2, 2, 2, 2, 2, 7]);
  expect(left.slice(0, 3).map(({ detail }) => detail['index'])).toEqual([989, 988, 987]);
});
