import { expect, it, onTestFinished } from 'vitest';
import { createRoster } from '../store/roster.ts';
import { createStateChanges } from '../store/state-changes.ts';
import type { Sql } from '../store/database.ts';
import { createFakeRuntime } from '../testing/fake-runtime.ts';
import { managerWorld } from '../testing/manager-world.ts';
import { consoleOverview, type ConsoleOverview } from './console-overview.ts';

const USERS = 1000;
/** Answers are kept for half a second. */
const renewed = () => new Promise((resolve) => setTimeout(resolve, 550));
const sinceOf = ({ epoch, revision }: ConsoleOverview) => ({ epoch, revision });

/** Counts what is asked of the database. */
function counted(sql: Sql): { sql: Sql; asked: () => number } {
  let asked = 0;
  const counting = new Proxy(sql, {
    get: (target, name) => {
      if (name !== 'prepare') return Reflect.get(target, name, target);
      return (text: string) => {
        const statement: ReturnType<Sql['prepare']> = new Proxy(target.prepare(text), {
          get: (inner, method) => {
            const value: unknown = Reflect.get(inner, method, inner);
            if (typeof value !== 'function') return value;
            if (method === 'all' || method === 'get') asked += 1;
            return (...given: unknown[]) => {
              const answer: unknown = value.apply(inner, given);
              return answer === inner ? statement : answer;
            };
          },
        });
        return statement;
      };
    },
  });
  return { sql: counting, asked: () => asked };
}

/** A thousand users with a key, settings and a bot at rest; the first of them can be started. */
async function crowd() {
  const doors = await createFakeRuntime();
  onTestFinished(() => doors.close());
  const world = await managerWorld(1);
  const { sql } = world.database;
  const insert = {
    user: sql.prepare(`INSERT INTO User (id, email, passwordHash) VALUES (?, ?, '-')`),
    key: sql.prepare(
      `INSERT INTO Credential (userId, venue, environment, sealedKey, sealedSecret, keyHint, updatedAt)
       VALUES (?, 'bybit', 'paper', '-', '-', 'wxyz', '2026-01-01T00:00:00.000+00:00')`,
    ),
    settings: sql.prepare(
      `INSERT INTO BotSettings (userId, symbol, side, leverage, legs, rounds, takeProfit, stopLoss, repeat, cooldown, guard, updatedAt)
       VALUES (?, 'BTC/USDT', 'long', 10, '[]', 1, '5', '0', 1, 8, 'halt', '2026-01-01T00:00:00.000+00:00')`,
    ),
    bot: sql.prepare(
      `INSERT INTO Bot (userId, status, lastErrorCode, lastErrorMessage, lastErrorAt)
       VALUES (?, 'halted', 'other_instance', ?, '2026-01-01T00:00:00.000+00:00')`,
    ),
  };
  sql.transaction(() => {
    for (let id = 1; id <= USERS; id += 1) {
      if (id > 1) insert.user.run(id, `somebody-with-a-long-name-${id}@example.com`);
      insert.key.run(id);
      insert.settings.run(id);
      if (id > 1)
        insert.bot.run(id, 'Somebody else trades here: the bot keeps the protection and waits. '.repeat(2));
    }
  })();
  const database = counted(sql);
  const bots = world.boot(database.sql);
  const roster = createRoster(database.sql);
  const stateChanges = createStateChanges(database.sql);
  Object.assign(doors.runtime, { bots, roster, stateChanges });
  return { bots, sql, database };
}

it('answers a thousand users with a handful of queries, and then only with what changed', async () => {
  await renewed();
  const { bots, sql, database } = await crowd();
  const before = database.asked();
  const first = await consoleOverview(null);
  expect(first).toMatchObject({ whole: true, total: USERS, gone: [] });
  expect(first.lines).toHaveLength(USERS);
  // The stored bots, their clocks, the roster, and how far the log of changes has come: none of them per user.
  expect(database.asked() - before).toBe(4);
  expect(Buffer.byteLength(JSON.stringify(first))).toBeLessThan(750 * USERS);
  expect(first.lines[500]).toMatchObject({
    id: 501,
    status: 'halted',
    environment: 'paper',
    symbol: 'BTC/USDT',
    covered: true,
    lastError: { code: 'other_instance' },
  });

  expect(await consoleOverview(sinceOf(first))).toMatchObject({ whole: false, lines: [], gone: [] });
  await renewed();
  const quiet = await consoleOverview(sinceOf(first));
  expect(quiet).toMatchObject({ revision: first.revision, lines: [] });

  await bots.start(1);
  sql.prepare('DELETE FROM User WHERE id = 7').run();
  await renewed();
  const then = await consoleOverview(sinceOf(first));
  expect(then.lines.map(({ id, running }) => ({ id, running }))).toEqual([{ id: 1, running: true }]);
  expect(then).toMatchObject({ whole: false, gone: [7], total: USERS - 1 });
  expect(then.newestStateChange).toBeGreaterThan(first.newestStateChange);
  expect(Buffer.byteLength(JSON.stringify(then))).toBeLessThan(1500);

  expect((await consoleOverview({ epoch: 'of another start', revision: first.revision })).whole).toBe(true);
}, 30_000);

it('lets the bots pass between two answers, however many ask', async () => {
  await renewed();
  const { database } = await crowd();
  await consoleOverview(null);
  const before = database.asked();
  for (let asker = 0; asker < 50; asker += 1) await consoleOverview(null);
  // Only the log's newest number is looked up.
  expect(database.asked() - before).toBe(50);
}, 30_000);
