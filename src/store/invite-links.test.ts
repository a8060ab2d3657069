import { expect, test } from 'vitest';
import { addUsers, scratchDatabase } from '../testing/scratch-database.ts';
import { createInviteLinks } from './invite-links.ts';
import { createUsers } from './users.ts';

const NOW = Date.UTC(2026, 10, 24, 12);
const HOUR = 60 * 60 * 1000;
const SPENT = { ok: false, code: 'spent' } as const;
const join = { kind: 'join' as const, now: NOW, expiresAt: NOW + HOUR };

async function world() {
  const database = await scratchDatabase();
  await addUsers(database, 1);
  const users = createUsers(database.prisma);
  return { database, users, links: createInviteLinks(database.prisma, database.sql) };
}

test('a link is found by its token, of which only a hash is stored', async () => {
  const { database, links } = await world();
  const { id, token } = await links.create({ ...join, email: 'ann@example.com' });
  expect(await links.find(token, NOW)).toMatchObject({
    id,
    kind: 'join',
    email: 'ann@example.com',
    usedAt: null,
  });
  expect(await links.find(`${token}x`, NOW)).toBeNull();
  expect(JSON.stringify(database.sql.prepare('SELECT * FROM InviteLink').all())).not.toContain(token);
});

test('a link makes one account, whoever else tries', async () => {
  const { links, users } = await world();
  const { id, token } = await links.create(join);
  const used = ['ann', 'bob', 'eve'].map((name) =>
    links.join(id, { email: `${name}@example.com`, passwordHash: 'hash' }, NOW),
  );
  expect(used).toEqual([{ ok: true, userId: 2 }, SPENT, SPENT]);
  expect(await links.find(token, NOW)).toBeNull();
  expect(await users.findById(2)).toMatchObject({ email: 'ann@example.com', role: 'user', createdAt: NOW });
  expect(await users.findByEmail('bob@example.com')).toBeNull();
});

test('an address that is taken leaves the link as it was', async () => {
  const { links, users } = await world();
  const { id, token } = await links.create(join);
  await users.create({ email: 'ann@example.com', passwordHash: 'hash', role: 'user' });
  const taken = links.join(id, { email: ' Ann@Example.com', passwordHash: 'other' }, NOW);
  expect(taken).toEqual({ ok: false, code: 'email_taken' });
  expect(await links.find(token, NOW)).not.toBeNull();
});

test.each([
  { kind: 'join', table: 'User', when: 'BEFORE INSERT' },
  { kind: 'password', table: 'User', when: 'BEFORE UPDATE' },
] as const)('a crash while a $kind link is used leaves it unused', async ({ kind, table, when }) => {
  const { database, links } = await world();
  const userId = kind === 'password' ? 1 : null;
  const { id, token } = await links.create({ ...join, kind, userId });
  // The process dies after the link was used up and before what it is for was written.
  database.sql.exec(
    `CREATE TRIGGER power_fails ${when} ON "${table}" BEGIN SELECT RAISE(ABORT, 'power fails'); END`,
  );
  const use = () =>
    kind === 'join'
      ? links.join(id, { email: 'ann@example.com', passwordHash: 'hash' }, NOW)
      : links.setPassword(id, 'hash', NOW);
  expect(use).toThrow('power fails');
  database.sql.exec('DROP TRIGGER power_fails');
  expect(await links.find(token, NOW)).not.toBeNull();
  expect(use()).toMatchObject({ ok: true });
});

test('a password link sets the password of its user once and ends their sessions', async () => {
  const { links, users } = await world();
  const before = await users.findById(1);
  const { id } = await links.create({ ...join, kind: 'password', userId: 1 });
  expect(links.join(id, { email: 'ann@example.com', passwordHash: 'hash' }, NOW)).toEqual(SPENT);
  expect(links.setPassword(id, 'new hash', NOW)).toEqual({ ok: true, userId: 1 });
  expect(links.setPassword(id, 'newer hash', NOW)).toEqual(SPENT);
  const after = await users.findById(1);
  expect(after?.passwordHash).toBe('new hash');
  expect(after?.sessionVersion).toBe((before?.sessionVersion ?? 0) + 1);
});

test('an expired or revoked link can neither be found nor used', async () => {
  const { links } = await world();
  const use = (id: number, now: number) =>
    links.join(id, { email: 'ann@example.com', passwordHash: 'hash' }, now);
  const brief = await links.create(join);
  expect(await links.find(brief.token, NOW + HOUR)).toBeNull();
  expect(use(brief.id, NOW + HOUR)).toEqual(SPENT);
  const revoked = await links.create(join);
  expect(await links.revoke(revoked.id, NOW)).toBe(true);
  expect(await links.revoke(revoked.id, NOW)).toBe(false);
  expect(use(revoked.id, NOW)).toEqual(SPENT);
  expect(await links.revoke(2 ** 40, NOW)).toBe(false);
});

test('all open links of one user are revoked together', async () => {
  const { links } = await world();
  const reset = { ...join, kind: 'password' as const, userId: 1 };
  const made = [await links.create(reset), await links.create(reset), await links.create(join)];
  await links.revokeOf(1, NOW);
  const found = await Promise.all(made.map(({ token }) => links.find(token, NOW)));
  expect(found.map((link) => link !== null)).toEqual([false, false, true]);
  expect((await links.list()).map(({ id }) => id)).toEqual(made.map(({ id }) => id).reverse());
});
