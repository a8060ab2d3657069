import { expect, test } from 'vitest';
import { createUsers } from '../store/users.ts';
import { scratchDatabase } from '../testing/scratch-database.ts';
import { ensureFirstAdmin } from './first-admin.ts';
import { verifyPassword } from './password.ts';

const wanted = { email: 'admin@admin.com', password: null };

test('the first admin gets a random password, made once', async () => {
  const users = createUsers((await scratchDatabase()).prisma);
  const first = await ensureFirstAdmin(users, wanted);
  if (!first.ok || first.value?.madePassword == null) throw new Error('a password was made');
  const stored = await users.findByEmail('admin@admin.com');
  expect(stored?.role).toBe('admin');
  expect(first.value.madePassword.length).toBeGreaterThanOrEqual(16);
  expect(await verifyPassword(stored?.passwordHash ?? '', first.value.madePassword)).toBe(true);
  expect(await ensureFirstAdmin(users, wanted)).toEqual({ ok: true, value: null });
});

test('ADMIN_PASSWORD is used as given, and only while there is no admin', async () => {
  const users = createUsers((await scratchDatabase()).prisma);
  await ensureFirstAdmin(users, { email: 'boss@example.com', password: 'given-password' });
  await ensureFirstAdmin(users, { email: 'other@example.com', password: 'another-password' });
  expect((await users.list()).map((user) => user.email)).toEqual(['boss@example.com']);
  const hash = (await users.findByEmail('boss@example.com'))?.passwordHash ?? '';
  expect(hash).toMatch(/^\$argon2id\$/);
  expect(await verifyPassword(hash, 'given-password')).toBe(true);
  expect(await verifyPassword(hash, 'another-password')).toBe(false);
});

test('no stored text but a hash opens with any password', async () => {
  expect(await verifyPassword('', '')).toBe(false);
  expect(await verifyPassword('plain', 'plain')).toBe(false);
});

test('an ordinary user is not made admin silently', async () => {
  const users = createUsers((await scratchDatabase()).prisma);
  await users.create({ email: 'admin@admin.com', passwordHash: '-', role: 'user' });
  expect(await ensureFirstAdmin(users, wanted)).toMatchObject({ ok: false, error: { code: 'email_taken' } });
});
