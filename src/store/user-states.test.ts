import { expect, test } from 'vitest';
import { scratchDatabase } from '../testing/scratch-database.ts';
import type { Database } from './database.ts';
import { createUserData } from './user-data.ts';
import { createUserStates } from './user-states.ts';
import { userTables } from './user-tables.ts';
import { createUsers } from './users.ts';

const NOW = Date.UTC(2026, 10, 24, 12);

async function world() {
  const database = await scratchDatabase();
  const users = createUsers(database.prisma);
  const add = async (email: string, role: 'user' | 'admin') => {
    const made = await users.create({ email, passwordHash: 'a hash', role });
    if (!made.ok) throw new Error(made.error.message);
    return made.value.id;
  };
  return { database, users, states: createUserStates(database.sql), add };
}

test('a disabled user has no session left, also after being enabled again', async () => {
  const { users, states, add } = await world();
  const ann = await add('ann@example.com', 'user');
  const first = (await users.findById(ann))?.sessionVersion ?? 0;
  expect(states.disable(ann, 'close', NOW)).toBe(true);
  expect(await users.findById(ann)).toMatchObject({
    disabledAt: NOW,
    disabledMode: 'close',
    sessionVersion: first + 1,
  });
  // The moment stays, the mode is the newest.
  expect(states.disable(ann, 'leave', NOW + 1)).toBe(true);
  expect(await users.findById(ann)).toMatchObject({ disabledAt: NOW, disabledMode: 'leave' });
  states.enable(ann);
  expect(await users.findById(ann)).toMatchObject({
    disabledAt: null,
    disabledMode: null,
    sessionVersion: first + 2,
  });
});

test('how a user stands is read anew each time', async () => {
  const { users, states, add } = await world();
  const ann = await add('ann@example.com', 'user');
  const sessionVersion = (await users.findById(ann))?.sessionVersion ?? 0;
  const first = { email: 'ann@example.com', role: 'user', sessionVersion, disabled: false };
  expect(states.standingOf(ann)).toEqual(first);
  await users.setPassword(ann, 'another hash');
  expect(states.standingOf(ann)).toEqual({ ...first, sessionVersion: sessionVersion + 1 });
  states.setRole(ann, 'admin');
  expect(states.standingOf(ann)).toMatchObject({ role: 'admin', sessionVersion: sessionVersion + 2 });
  await add('another@example.com', 'admin');
  states.disable(ann, 'leave', NOW);
  expect(states.standingOf(ann)).toMatchObject({ disabled: true, sessionVersion: sessionVersion + 3 });
  await states.remove(ann, NOW);
  expect(states.standingOf(ann)).toBeNull();
});

test('the last enabled admin can be neither disabled nor removed', async () => {
  const { states, add } = await world();
  const [first, second] = [await add('a@example.com', 'admin'), await add('b@example.com', 'admin')];
  expect(states.disable(first, 'protect', NOW)).toBe(true);
  expect(states.disable(second, 'protect', NOW)).toBe(false);
  expect(await states.remove(second, NOW)).toBe(false);
  expect(await states.remove(first, NOW)).toBe(true);
});

test('only a disabled user can be removed, and nobody else loses anything', async () => {
  const { database, users, states, add } = await world();
  const [ann, ben] = [await add('ann@example.com', 'user'), await add('ben@example.com', 'user')];
  for (const userId of [ann, ben]) fill(database, userId, 1200);
  expect(await states.remove(ann, NOW)).toBe(false);
  expect(rowsOf(database, ann)).toBe(1204);
  states.disable(ann, 'protect', NOW);
  expect(await states.remove(ann, NOW)).toBe(true);
  expect(await users.findById(ann)).toBeNull();
  expect([rowsOf(database, ann), rowsOf(database, ben)]).toEqual([0, 1204]);
});

test('the id of a removed user is never given again, whatever order users are made and removed in', async () => {
  const { users, states, add } = await world();
  const newest = await add('ann@example.com', 'user');
  states.disable(newest, 'protect', NOW);
  expect(await states.remove(newest, NOW)).toBe(true);
  expect(await add('ben@example.com', 'user')).toBeGreaterThan(newest);
  const asked = await users.create({ id: newest, email: 'c@example.com', passwordHash: '-', role: 'user' });
  expect(asked).toMatchObject({ ok: false, error: { code: 'id_taken' } });
  // The email is free again, the id is not.
  expect(await add('ann@example.com', 'user')).toBeGreaterThan(newest + 1);
});

test('an export has everything of the user and no secret', async () => {
  const { database, add } = await world();
  const [ann, ben] = [await add('ann@example.com', 'user'), await add('ben@example.com', 'user')];
  for (const userId of [ann, ben]) fill(database, userId, 700);
  const parts = new Map<string, number>();
  let text = '';
  for (const { part, rows } of createUserData(database.sql).read(ann)) {
    parts.set(part, (parts.get(part) ?? 0) + rows.length);
    text += JSON.stringify(rows);
  }
  expect(Object.fromEntries(parts)).toMatchObject({
    events: 700,
    credential: 1,
    tokens: 1,
    links: 1,
    fills: 0,
  });
  expect(text).not.toMatch(/hidden|"sealed|Hash"/);
  expect(text).not.toContain(`"userId":${ben}`);
  expect(createUserData(database.sql).count(ann, ['events'])).toBe(4);
});

test('every table that names a user is exported and removed with them', async () => {
  const { database } = await world();
  const related = database.sql
    .prepare(
      `SELECT m.name FROM sqlite_master AS m JOIN pragma_foreign_key_list(m.name) AS f
       WHERE m.type = 'table' AND f."table" = 'User' ORDER BY m.name`,
    )
    .pluck()
    .all();
  expect(related.length).toBeGreaterThan(5);
  expect(userTables(database.sql).map(({ name }) => name)).toEqual(related);
});

function fill({ sql }: Database, userId: number, events: number): void {
  const event = sql.prepare(
    "INSERT INTO Event (userId, cycleKey, type, data, at) VALUES (?, 1, 'x', '{}', 0)",
  );
  for (let index = 0; index < events; index += 1) event.run(userId);
  const time = '2026-11-24T12:00:00.000+00:00';
  sql.prepare('INSERT INTO Bot (userId) VALUES (?)').run(userId);
  sql
    .prepare(
      `INSERT INTO Credential (userId, venue, environment, sealedKey, sealedSecret, keyHint, updatedAt)
       VALUES (?, 'bybit', 'paper', 'hidden', 'hidden', '1234', ?)`,
    )
    .run(userId, time);
  sql
    .prepare(
      `INSERT INTO ApiToken (userId, name, tokenHash, hint, scopes, createdAt) VALUES (?, 'n', ?, 'abcd', 'read', ?)`,
    )
    .run(userId, `hidden ${userId}`, time);
  sql
    .prepare(
      `INSERT INTO InviteLink (kind, tokenHash, userId, createdAt, expiresAt) VALUES ('password', ?, ?, ?, ?)`,
    )
    .run(`hidden ${userId}`, userId, time, time);
}

function rowsOf({ sql }: Database, userId: number): number {
  return createUserData(sql).count(userId);
}
