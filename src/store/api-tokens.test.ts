import { expect, onTestFinished, test } from 'vitest';
import { addUsers, scratchDatabase } from '../testing/scratch-database.ts';
import { createApiTokens } from './api-tokens.ts';
import type { Database } from './database.ts';
import { createUserStates } from './user-states.ts';

const NOW = Date.UTC(2026, 10, 24, 12);
const MINUTE = 60_000;

async function world() {
  const database = await scratchDatabase();
  await addUsers(database, 2);
  return { database, tokens: openTokens(database) };
}

function openTokens(database: Database) {
  const tokens = createApiTokens(database.prisma, database.sql);
  onTestFinished(() => tokens.close());
  return tokens;
}

const script = { userId: 1, name: 'script', scopes: ['read' as const], expiresAt: null, now: NOW };

test('a token opens its own user, and nothing of it but a hash is stored', async () => {
  const { database, tokens } = await world();
  const { id, token } = tokens.create({ ...script, scopes: ['read', 'control'] });
  expect(token).toMatch(/^blitz_[\w-]{43}$/);
  expect(tokens.find(token, NOW)).toEqual({
    tokenId: id,
    scopes: ['read', 'control'],
    expiresAt: null,
    userId: 1,
    email: 'user1@example.com',
    role: 'user',
  });
  expect(tokens.find(`${token}x`, NOW)).toBeNull();
  const stored = JSON.stringify(database.sql.prepare('SELECT * FROM ApiToken').all());
  expect(stored).not.toContain(token.slice(6, 40));
  expect(stored).toContain(token.slice(-4));
});

test('a token ends when it expires, when it is revoked and when its user is disabled', async () => {
  const { database, tokens } = await world();
  const brief = tokens.create({ ...script, expiresAt: NOW + MINUTE });
  expect([
    tokens.find(brief.token, NOW + MINUTE - 1) !== null,
    tokens.find(brief.token, NOW + MINUTE),
  ]).toEqual([true, null]);
  const revoked = tokens.create(script);
  expect(await tokens.revoke(2, revoked.id)).toBe(false);
  expect(tokens.isValid(revoked.id, NOW)).toBe(true);
  expect(await tokens.revoke(1, revoked.id)).toBe(true);
  expect([tokens.find(revoked.token, NOW), tokens.isValid(revoked.id, NOW)]).toEqual([null, false]);

  const other = tokens.create(script);
  const states = createUserStates(database.sql);
  states.disable(1, 'protect', NOW);
  expect(tokens.find(other.token, NOW)).toBeNull();
  states.enable(1);
  // Disabling ended it for good.
  expect(tokens.find(other.token, NOW)).toBeNull();
});

test('a use is seen at once and written down later, by nobody who waits', async () => {
  const { database, tokens } = await world();
  const { token } = tokens.create(script);
  const stored = () => database.sql.prepare('SELECT lastUsedAt FROM ApiToken').pluck().get();
  tokens.find(token, NOW + 1);
  tokens.find(token, NOW + 2);
  expect((await tokens.list(1))[0]?.lastUsedAt).toBe(NOW + 2);
  expect(stored()).toBeNull();
  tokens.flush();
  expect(stored()).toBe('2026-11-24T12:00:00.002+00:00');
  expect((await openTokens(database).list(1))[0]?.lastUsedAt).toBe(NOW + 2);
});

test('all tokens of one user are revoked together, those of others stay', async () => {
  const { tokens } = await world();
  tokens.create(script);
  tokens.create(script);
  const theirs = tokens.create({ ...script, userId: 2 });
  expect(await tokens.revokeAll(1)).toBe(2);
  expect(tokens.find(theirs.token, NOW)?.userId).toBe(2);
});
