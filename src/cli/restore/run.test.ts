import BetterSqlite3 from 'better-sqlite3';
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { takeLock } from '../../paper/instance-lock.ts';
import { lockInstance } from '../../server/instance-lock.ts';
import { openDatabase, openSql } from '../../store/database.ts';
import { createUsers } from '../../store/users.ts';
import { migrationsFolder } from '../../testing/scratch-database.ts';
import { scratchFolder } from '../../testing/scratch-folder.ts';
import { type ScratchInstance, scratchInstance } from '../../testing/scratch-instance.ts';
import { takeBackup } from '../backup/take.ts';
import { type RestoreRequest, restoreBackup } from './run.ts';

const now = Date.UTC(2026, 10, 24, 12);
const stamp = '2026-11-24T12-00-00-000Z';

function backUp(config: ScratchInstance, more: { withKey?: boolean } = {}): string {
  const target = path.join(scratchFolder(), 'now.db');
  const request = { withKey: true, withPaper: true, keep: null, migrationsFolder, target, now };
  const taken = takeBackup({ ...request, config, ...more });
  if (!taken.ok) throw new Error(taken.error.message);
  return taken.value.database;
}

function restore(file: string, config: RestoreRequest['config'], more: Partial<RestoreRequest> = {}) {
  const flags = { write: true, dropKeys: false, paper: false };
  return restoreBackup({ file, config, migrationsFolder, now, ...flags, ...more });
}

function look(config: ScratchInstance, query: string): unknown[] {
  const sql = new BetterSqlite3(config.databasePath, { readonly: true });
  try {
    return sql.prepare(query).pluck().all();
  } finally {
    sql.close();
  }
}

const namesIn = (config: ScratchInstance) => fs.readdirSync(config.instanceFolder).sort();

test('a backup takes the place of the database and its key, which are set aside', async () => {
  const [ann, bob] = [await scratchInstance('ann@example.com'), await scratchInstance('bob@example.com')];
  const secret = fs.readFileSync(path.join(ann.instanceFolder, 'secret.key'), 'utf8');
  expect(await restore(backUp(ann), bob)).toMatchObject({
    ok: true,
    value: { written: true, secretKey: 'backup', paper: 'none', keysDropped: false },
  });
  expect(look(bob, 'SELECT email FROM User')).toEqual(['ann@example.com']);
  expect(fs.readFileSync(path.join(bob.instanceFolder, 'secret.key'), 'utf8')).toBe(secret);
  expect(namesIn(bob)).toEqual([
    'secret.key',
    `secret.key.before-restore-${stamp}`,
    'server.lock',
    'users.db',
    `users.db.before-restore-${stamp}`,
  ]);
  for (const name of namesIn(bob).filter((file) => file !== 'server.lock'))
    expect([name, fs.statSync(path.join(bob.instanceFolder, name)).mode & 0o777]).toEqual([name, 0o600]);
  const opened = await openDatabase(bob.databasePath, migrationsFolder);
  expect(opened.ok).toBe(true);
  if (opened.ok) await opened.value.close();
});

test('without --yes the backup is checked and nothing is touched', async () => {
  const [ann, bob] = [await scratchInstance('ann@example.com'), await scratchInstance('bob@example.com')];
  const before = namesIn(bob);
  expect(await restore(backUp(ann), bob, { write: false })).toMatchObject({
    ok: true,
    value: { written: false, setAside: [], contents: { users: 1, runningBots: 1 } },
  });
  expect(namesIn(bob)).toEqual(before);
  expect(look(bob, 'SELECT email FROM User')).toEqual(['bob@example.com']);
});

test('keys of cycles go on far above those of the backup and of the database that is replaced', async () => {
  const ann = await scratchInstance('ann@example.com', 90_000);
  const backup = backUp(ann);
  const sql = new BetterSqlite3(ann.databasePath);
  sql.exec('UPDATE Bot SET cycleKey = 93000');
  sql.close();
  await restore(backup, ann);
  // 93000 + 1 + 10000; the calendar is at 47160 then.
  expect(look(ann, 'SELECT cycleKey FROM Bot')).toEqual([103_001]);
});

test('a backup of the first version is restored, and the next start brings it up to date', async () => {
  const first = scratchFolder();
  for (const name of ['migration_lock.toml', '20261122000000_init'])
    fs.cpSync(path.join(migrationsFolder, name), path.join(first, name), { recursive: true });
  const old = await scratchInstance('ann@example.com', 50_000, first);
  const bob = await scratchInstance('bob@example.com');
  const later = fs.readdirSync(migrationsFolder).length - 2;
  expect(await restore(backUp(old), bob)).toMatchObject({
    value: { contents: { migrationsMissing: later } },
  });
  const opened = await openDatabase(bob.databasePath, migrationsFolder);
  expect(opened.ok && opened.value.migrated).toHaveLength(later);
  if (opened.ok) await opened.value.close();
});

test('a calendar beyond both counts too, and a bot that never had a cycle asks the venue', async () => {
  const ann = await scratchInstance('ann@example.com', 40);
  await restore(backUp(ann), ann);
  // 2026-11-24T12:00Z is 327.5 days after the epoch: 327.5 · 144 = 47160, + 10000.
  expect(look(ann, 'SELECT cycleKey FROM Bot')).toEqual([57_160]);
  const bob = await scratchInstance('bob@example.com', 0);
  await restore(backUp(bob), bob);
  expect(look(bob, 'SELECT cycleKey FROM Bot')).toEqual([0]);
});

test('sessions and links of the backup work no more, since nobody knows which were ended or used meanwhile', async () => {
  const ann = await scratchInstance('ann@example.com');
  const sql = openSql(ann.databasePath);
  sql.exec(
    "INSERT INTO InviteLink (kind, tokenHash, userId, createdAt, expiresAt) VALUES ('password', 'x', 7, '2026-11-24', '2999-01-01')",
  );
  sql.close();
  await restore(backUp(ann), ann);
  const [first] = look(ann, 'SELECT sessionVersion FROM User');
  expect(first).not.toBe(1);
  expect(look(ann, 'SELECT revokedAt FROM InviteLink')).toEqual(['2026-11-24T12:00:00.000+00:00']);
});

test('the restored database says in its audit that it was restored, and from what', async () => {
  const ann = await scratchInstance('ann@example.com');
  await restore(backUp(ann), ann);
  const columns = 'action, via, actorId, subjectId, at, detail';
  const [entry, ...more] = look(ann, `SELECT json_array(${columns}) FROM AuditEntry`) as string[];
  expect(more).toEqual([]);
  const [action, via, actorId, subjectId, at, detail] = JSON.parse(entry ?? '[]') as string[];
  expect([action, via, actorId, subjectId]).toEqual(['instance.restore', 'cli', null, null]);
  expect(at).toBe('2026-11-24T12:00:00.000+00:00');
  expect(JSON.parse(detail ?? '')).toEqual({
    backup: 'now.db',
    secretKey: 'instance',
    paper: 'none',
    keysDropped: false,
  });
});

test('the same backup, restored twice, lets nobody in who signed in between', async () => {
  const ann = await scratchInstance('ann@example.com');
  const backup = backUp(ann);
  await restore(backup, ann);
  const [between] = look(ann, 'SELECT sessionVersion FROM User');
  await restore(backup, ann, { now: now + 1 });
  expect(look(ann, 'SELECT sessionVersion FROM User')).not.toEqual([between]);
});

async function made(config: ScratchInstance, email: string, id?: number) {
  const opened = await openDatabase(config.databasePath, migrationsFolder);
  if (!opened.ok) throw new Error(opened.error.message);
  const users = createUsers(opened.value.prisma);
  const user = await users.create({ email, passwordHash: '-', role: 'user', ...(id && { id }) });
  await opened.value.close();
  if (!user.ok) throw new Error(user.error.message);
  return user.value;
}

test('a cookie of a user made after the backup opens nobody else: neither the id nor the number comes again', async () => {
  const ann = await scratchInstance('ann@example.com');
  const backup = backUp(ann);
  const forgotten = await made(ann, 'mallory@example.com');
  await restore(backup, ann);
  const next = await made(ann, 'victim@example.com');
  expect([forgotten.id, next.id]).toEqual([8, 9]);
  expect(next.sessionVersion).not.toBe(forgotten.sessionVersion);
});

test('a new database beside the old secret key gives no number that a cookie of before may hold', async () => {
  const ann = await scratchInstance('ann@example.com');
  fs.rmSync(ann.databasePath);
  const before = await made(ann, 'admin@example.com');
  fs.rmSync(ann.databasePath);
  const after = await made(ann, 'admin@example.com');
  expect(after.id).toBe(before.id);
  expect(after.sessionVersion).not.toBe(before.sessionVersion);
});

test('who was removed after the backup leaves an id that nobody gets, not even by name', async () => {
  const ann = await scratchInstance('ann@example.com');
  const backup = backUp(ann);
  const sql = openSql(ann.databasePath);
  sql.exec("INSERT INTO RemovedUser VALUES (20, '2026-11-24T12:00:00.000+00:00')");
  sql.close();
  await restore(backup, ann);
  await expect(made(ann, 'bob@example.com', 20)).rejects.toThrow('belonged to a user who was removed');
  expect((await made(ann, 'bob@example.com')).id).toBe(21);
});

test.each([
  ['is gone', (file: string) => fs.rmSync(file)],
  ['is damaged', (file: string) => fs.writeFileSync(file, 'coffee')],
])('where the database of before %s, ids go on far above those of the backup', async (_what, lose) => {
  const ann = await scratchInstance('ann@example.com');
  const backup = backUp(ann);
  lose(ann.databasePath);
  await restore(backup, ann);
  expect((await made(ann, 'bob@example.com')).id).toBe(1008);
});

test('where the database of before was begun anew, ids go on far above those of both', async () => {
  const ann = await scratchInstance('ann@example.com');
  const backup = backUp(ann);
  fs.rmSync(ann.databasePath);
  await made(ann, 'bob@example.com', 40);
  await restore(backup, ann);
  expect((await made(ann, 'cy@example.com')).id).toBe(1041);
});

test('the log of a server that was killed goes aside with its database, and is not read into the new one', async () => {
  const [ann, bob] = [await scratchInstance('ann@example.com'), await scratchInstance('bob@example.com')];
  const killed = scratchFolder();
  const server = openSql(bob.databasePath);
  server.exec("UPDATE User SET email = 'late@example.com'");
  for (const name of ['users.db', 'users.db-wal'])
    fs.copyFileSync(path.join(bob.instanceFolder, name), path.join(killed, name));
  server.close();
  fs.copyFileSync(path.join(bob.instanceFolder, 'secret.key'), path.join(killed, 'secret.key'));
  const config = { ...bob, instanceFolder: killed, databasePath: path.join(killed, 'users.db') };
  const restored = await restore(backUp(ann), config);
  expect(look(config, 'SELECT email FROM User')).toEqual(['ann@example.com']);
  const aside = restored.ok ? (restored.value.setAside.find((name) => name.includes('users.db')) ?? '') : '';
  expect(look({ ...config, databasePath: aside }, 'SELECT email FROM User')).toEqual(['late@example.com']);
});

test('a damaged database is replaced and set aside as it is', async () => {
  const [ann, bob] = [await scratchInstance('ann@example.com'), await scratchInstance('bob@example.com')];
  fs.writeFileSync(bob.databasePath, 'a coffee was spilt on this');
  expect(await restore(backUp(ann), bob)).toMatchObject({ ok: true });
  expect(look(bob, 'SELECT email FROM User')).toEqual(['ann@example.com']);
  expect(fs.readFileSync(`${bob.databasePath}.before-restore-${stamp}`, 'utf8')).toContain('coffee');
});

test('keys that nobody can open stand in the way until they are dropped', async () => {
  const [ann, bob] = [await scratchInstance('ann@example.com'), await scratchInstance('bob@example.com')];
  const backup = backUp(ann, { withKey: false });
  const refused = await restore(backup, bob);
  expect(refused).toMatchObject({ ok: false, error: { code: 'sealed_elsewhere' } });
  expect(!refused.ok && refused.error.message).toContain('--drop-keys');
  expect(look(bob, 'SELECT email FROM User')).toEqual(['bob@example.com']);
  expect(await restore(backup, bob, { dropKeys: true })).toMatchObject({
    ok: true,
    value: { keysDropped: true },
  });
  expect(look(bob, 'SELECT userId FROM Credential')).toEqual([]);
  expect(look(bob, 'SELECT email FROM User')).toEqual(['ann@example.com']);
});

test.each([
  ['empty', ''],
  ['cut short', 'abc\n'],
])(
  "a secret key of the backup that is %s takes nothing's place, also where no key needs it",
  async (_what, left) => {
    const ann = await scratchInstance('ann@example.com');
    const sql = openSql(ann.databasePath);
    sql.exec('DELETE FROM Credential');
    sql.close();
    const backup = backUp(ann);
    fs.writeFileSync(backup.replace(/db$/, 'secret.key'), left);
    const key = fs.readFileSync(path.join(ann.instanceFolder, 'secret.key'), 'utf8');
    const refused = await restore(backup, ann);
    expect(refused).toMatchObject({ ok: false, error: { code: 'unreadable_secret_key' } });
    expect(!refused.ok && refused.error.message).toContain('now.secret.key, is empty or cut short');
    expect(fs.readFileSync(path.join(ann.instanceFolder, 'secret.key'), 'utf8')).toBe(key);
    expect(namesIn(ann)).toEqual(['secret.key', 'users.db']);
  },
);

test('the secret key of the environment goes before the files', async () => {
  const ann = await scratchInstance('ann@example.com');
  const backup = backUp(ann);
  const secretKey = fs.readFileSync(path.join(ann.instanceFolder, 'secret.key'), 'utf8').trim();
  expect(await restore(backup, { ...ann, secretKey })).toMatchObject({
    ok: true,
    value: { secretKey: 'environment' },
  });
  const other = await restore(backup, { ...ann, secretKey: 'another secret of forty characters here.' });
  expect(other).toMatchObject({ ok: false, error: { code: 'sealed_elsewhere' } });
});

test('paper books are put back where there are none, or when asked for, and not under a running exchange', async () => {
  const ann = await scratchInstance('ann@example.com');
  const books = path.join(ann.instanceFolder, 'paper.db');
  writeBooks(books, 'of the backup');
  const backup = backUp(ann);
  writeBooks(books, 'newer');
  expect(await restore(backup, ann)).toMatchObject({ value: { paper: 'kept' } });
  expect(look({ ...ann, databasePath: books }, 'SELECT what FROM book')).toEqual(['newer']);
  const running = takeLock(ann.instanceFolder);
  expect(await restore(backup, ann, { paper: true })).toMatchObject({ error: { code: 'paper_runs' } });
  running?.release();
  expect(await restore(backup, ann, { paper: true, now: now + 1 })).toMatchObject({
    value: { paper: 'restored' },
  });
  expect(look({ ...ann, databasePath: books }, 'SELECT what FROM book')).toEqual(['of the backup']);
});

function writeBooks(file: string, what: string): void {
  const sql = new BetterSqlite3(file);
  sql.exec('CREATE TABLE IF NOT EXISTS book (what TEXT); DELETE FROM book');
  sql.prepare('INSERT INTO book VALUES (?)').run(what);
  sql.close();
}

test('while a server runs nothing is touched', async () => {
  const ann = await scratchInstance('ann@example.com');
  const backup = backUp(ann);
  const lock = lockInstance(ann.instanceFolder);
  const refused = await restore(backup, ann);
  if (lock.ok) lock.value.release();
  expect(refused).toMatchObject({ ok: false, error: { code: 'server_runs' } });
  expect(namesIn(ann)).toEqual(['secret.key', 'server.lock', 'users.db']);
});

test.each([
  ['a path that leads nowhere', () => '/nowhere/now.db', 'unreadable'],
  ['text', (folder: string) => written(folder, 'hello'), 'not_ours'],
  ['half a backup', (folder: string) => written(folder, half(folder)), 'damaged'],
  ['a backup of a newer version', newer, 'newer_database'],
])('%s is refused before anything is touched', async (_what, make, code) => {
  const ann = await scratchInstance('ann@example.com');
  const backup = backUp(ann);
  const refused = await restore(make(path.dirname(backup)), ann);
  expect(refused).toMatchObject({ ok: false, error: { code } });
  expect(namesIn(ann)).toEqual(['secret.key', 'users.db']);
});

function written(folder: string, content: string | Buffer): string {
  const file = path.join(folder, 'made.db');
  fs.writeFileSync(file, content);
  return file;
}

function half(folder: string): Buffer {
  const whole = fs.readFileSync(path.join(folder, 'now.db'));
  return whole.subarray(0, whole.length / 2);
}

function newer(folder: string): string {
  const file = path.join(folder, 'now.db');
  const sql = new BetterSqlite3(file);
  sql.exec(
    "INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at) VALUES ('x', 'x', '29990101000000_flying', 1)",
  );
  sql.close();
  return file;
}
