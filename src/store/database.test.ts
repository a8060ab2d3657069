import BetterSqlite3 from 'better-sqlite3';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { migrationsFolder, scratchDatabase } from '../testing/scratch-database.ts';
import { scratchFolder } from '../testing/scratch-folder.ts';
import { checkDatabaseFile, openDatabase } from './database.ts';
import { expectedPragmas, pragmaNames } from './pragmas.ts';

const contentsOf = (folder: string) =>
  fs
    .readdirSync(folder)
    .sort()
    .map((name) => {
      const hash = createHash('sha256').update(fs.readFileSync(path.join(folder, name)));
      return `${name} ${hash.digest('hex')}`;
    });

test('both connections keep the six PRAGMAs of the original', async () => {
  const database = await scratchDatabase();
  expect(database.pragmas()).toEqual(expectedPragmas);
  for (const name of pragmaNames) {
    const rows = await database.prisma.$queryRawUnsafe<Record<string, unknown>[]>(`PRAGMA ${name}`);
    const answer = Object.values(rows[0] ?? {})[0];
    expect([name, typeof answer === 'bigint' ? Number(answer) : answer]).toEqual([
      name,
      expectedPragmas[name],
    ]);
  }
});

test('a second start applies no migration again and keeps the PRAGMAs', async () => {
  const file = path.join(scratchFolder(), 'deep', 'er', 'users.db');
  const first = await openDatabase(file, migrationsFolder);
  if (!first.ok) throw new Error(first.error.message);
  expect(first.value.migrated).toHaveLength(fs.readdirSync(migrationsFolder).length - 1);
  await first.value.close();
  const second = await openDatabase(file, migrationsFolder);
  if (!second.ok) throw new Error(second.error.message);
  expect(second.value.migrated).toEqual([]);
  expect(second.value.pragmas()).toEqual(expectedPragmas);
  await second.value.close();
});

test('a closed database leaves no write-ahead log behind', async () => {
  const folder = scratchFolder();
  const opened = await openDatabase(path.join(folder, 'users.db'), migrationsFolder);
  if (!opened.ok) throw new Error(opened.error.message);
  await opened.value.prisma.user.create({ data: { email: 'a@example.com', passwordHash: '-' } });
  await opened.value.close();
  expect(fs.readdirSync(folder)).toEqual(['users.db']);
});

test("the original server's own users.db is refused and stays as it is", async () => {
  const folder = scratchFolder();
  const file = path.join(folder, 'users.db');
  const original = new BetterSqlite3(file);
  original.pragma('journal_mode = WAL');
  original.exec(
    "CREATE TABLE user (id INTEGER PRIMARY KEY, email TEXT); INSERT INTO user VALUES (1, 'a@b.c')",
  );
  original.close();
  const before = contentsOf(folder);
  const opened = await openDatabase(file, migrationsFolder);
  expect(opened).toMatchObject({ ok: false, error: { code: 'not_ours' } });
  expect(!opened.ok && opened.error.message).toMatch(/original Blitz server.*BLITZ_DB_PATH/);
  expect(contentsOf(folder)).toEqual(before);
});

test.each([
  ['text', 'hello, this is a diary and not a database at all'],
  ['a cut-off header', 'SQLite format 3\0'],
])('a file of %s is refused and stays as it is', (_what, content) => {
  const folder = scratchFolder();
  const file = path.join(folder, 'users.db');
  fs.writeFileSync(file, content);
  const before = contentsOf(folder);
  expect(checkDatabaseFile(file)).toMatchObject({ ok: false });
  expect(contentsOf(folder)).toEqual(before);
});

test('a folder at the database path is refused with what to do', () => {
  const checked = checkDatabaseFile(scratchFolder());
  expect(checked).toMatchObject({ ok: false, error: { code: 'unreadable' } });
  expect(!checked.ok && checked.error.message).toContain('BLITZ_DB_PATH');
});

test('our database restored from a text dump, without its application id, is known by its tables', async () => {
  const file = path.join(scratchFolder(), 'users.db');
  const opened = await openDatabase(file, migrationsFolder);
  if (!opened.ok) throw new Error(opened.error.message);
  await opened.value.close();
  const sql = new BetterSqlite3(file);
  sql.pragma('application_id = 0');
  sql.close();
  expect(checkDatabaseFile(file)).toEqual({ ok: true, value: 'ours' });
});

test('a crash right after the first start leaves a file that is known as ours', async () => {
  const folder = scratchFolder();
  const file = path.join(folder, 'users.db');
  const opened = await openDatabase(file, migrationsFolder);
  if (!opened.ok) throw new Error(opened.error.message);
  const copy = path.join(scratchFolder(), 'users.db');
  fs.copyFileSync(file, copy);
  await opened.value.close();
  expect(checkDatabaseFile(copy)).toEqual({ ok: true, value: 'ours' });
});

test('Prisma refuses to open a transaction, in every form', async () => {
  const { prisma } = await scratchDatabase();
  const forms = [
    () => prisma.$transaction([prisma.user.count(), prisma.user.count()]),
    () => prisma.$transaction(async (inner) => inner.user.count()),
    () =>
      prisma.user.create({
        data: { email: 'a@example.com', passwordHash: '-', bot: { create: {} } },
      }),
  ];
  for (const form of forms) await expect(form()).rejects.toThrow('Prisma never opens a transaction');
  expect(await prisma.user.count()).toBe(0);
});

test('the database is readable by its owner alone, also when it was made more open', async () => {
  const file = path.join(scratchFolder(), 'users.db');
  const first = await openDatabase(file, migrationsFolder);
  if (first.ok) await first.value.close();
  fs.chmodSync(file, 0o644);
  const again = await openDatabase(file, migrationsFolder);
  expect(fs.statSync(file).mode & 0o777).toBe(0o600);
  if (again.ok) await again.value.close();
});
