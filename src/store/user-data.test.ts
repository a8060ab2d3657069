import { expect, test } from 'vitest';
import { addUsers, scratchDatabase } from '../testing/scratch-database.ts';
import { createUserData } from './user-data.ts';

/** Events and past trades of two users, mixed, with many of one cycle and some that come late. */
async function world() {
  const database = await scratchDatabase();
  await addUsers(database, 2);
  const { sql } = database;
  const event = sql.prepare('INSERT INTO Event (userId, cycleKey, type, data, at) VALUES (?, ?, ?, ?, ?)');
  const trade = sql.prepare('INSERT INTO PastTrade (userId, originalId) VALUES (?, ?)');
  for (let index = 0; index < 2_000; index += 1) {
    event.run(1 + (index % 2), index < 1_600 ? 5 : 7 - (index % 3), 'note', String(index), index);
    trade.run(1 + (index % 2), 3_000 - index);
  }
  return sql;
}

test('every row of the user is read once, in pieces, and none of another', async () => {
  const sql = await world();
  const read = [...createUserData(sql).read(1)];
  const rows = (part: string) => read.filter((piece) => piece.part === part).flatMap((piece) => piece.rows);
  const events = rows('events');
  const stored = sql.prepare('SELECT * FROM Event WHERE userId = 1 ORDER BY cycleKey, id').all();
  expect(events).toEqual(stored);
  expect(rows('pastTrades').map(({ originalId }) => originalId)).toEqual(
    Array.from({ length: 1_000 }, (_, index) => 1_002 + 2 * index),
  );
  expect(Math.max(...read.map((piece) => piece.rows.length))).toBe(300);
});

test('a piece is found along an index: nothing is sorted, and no key is read again from its beginning', async () => {
  const sql = await world();
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
  expect([...createUserData(listening).read(1)].length).toBeGreaterThan(8);
  const selects = asked.filter((text) => text.includes('@userId'));
  const plans = selects.map((text) => {
    const given = { userId: 1, orderNumber: 5, rowNumber: 5 };
    const steps = sql.prepare(`EXPLAIN QUERY PLAN ${text}`).all(given) as { detail: string }[];
    return steps.map(({ detail }) => detail).join('; ');
  });
  expect(plans.length).toBeGreaterThan(8);
  expect(plans.filter((plan) => /TEMP B-TREE/.test(plan))).toEqual([]);
  const ofEvents = plans[selects.findIndex((text) => text.includes('"Event"'))];
  expect(ofEvents).toMatch(/userId=\? AND cycleKey=\? AND rowid>\?.*userId=\? AND cycleKey>\?/);
});
