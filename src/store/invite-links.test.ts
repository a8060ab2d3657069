import { expect, test } from 'vitest';
import { addUsers, scratchDatabase } from '../testing/scratch-database.ts';
import { createInviteLinks } from './invite-links.ts';

const NOW = Date.UTC(2026, 10, 24, 12);
const HOUR = 60 * 60 * 1000;
const join = { kind: 'join' as const, now: NOW, expiresAt: NOW + HOUR };

async function world() {
  const database = await scratchDatabase();
  await addUsers(database, 1);
  return { database, links: createInviteLinks(database.prisma) };
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

test('a link is used once, whoever else tries at the same moment', async () => {
  const { links } = await world();
  const { id, token } = await links.create(join);
  const claims = await Promise.all(Array.from({ length: 5 }, () => links.claim(id, NOW)));
  expect(claims.filter(Boolean)).toHaveLength(1);
  expect(await links.find(token, NOW)).toBeNull();
  await links.release(id);
  expect(await links.find(token, NOW)).not.toBeNull();
});

test('an expired or revoked link can neither be found nor claimed', async () => {
  const { links } = await world();
  const brief = await links.create(join);
  expect(await links.find(brief.token, NOW + HOUR)).toBeNull();
  expect(await links.claim(brief.id, NOW + HOUR)).toBe(false);
  const revoked = await links.create(join);
  expect(await links.revoke(revoked.id, NOW)).toBe(true);
  expect(await links.revoke(revoked.id, NOW)).toBe(false);
  expect(await links.claim(revoked.id, NOW)).toBe(false);
  expect(await links.revoke(2 ** 40, NOW)).toBe(false);
});

test('a link that is revoked while a use of it fails does not come back', async () => {
  const { links } = await world();
  const { id, token } = await links.create(join);
  expect(await links.claim(id, NOW)).toBe(true);
  expect(await links.revoke(id, NOW)).toBe(false);
  await links.release(id);
  expect(await links.find(token, NOW)).toBeNull();
  expect(await links.claim(id, NOW)).toBe(false);
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
