import BetterSqlite3 from 'better-sqlite3';
import fs from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openSql } from '../../store/database.ts';
import { migrationsFolder } from '../../testing/scratch-database.ts';
import { scratchFolder } from '../../testing/scratch-folder.ts';
import { type ScratchInstance, scratchInstance } from '../../testing/scratch-instance.ts';
import { type BackupRequest, takeBackup } from './take.ts';

const now = Date.UTC(2026, 10, 24, 12);

function backUp(config: BackupRequest['config'], more: Partial<BackupRequest> = {}) {
  return takeBackup({
    config,
    migrationsFolder,
    target: null,
    withKey: true,
    withPaper: true,
    keep: null,
    now,
    ...more,
  });
}

function taken(config: ScratchInstance, more: Partial<BackupRequest> = {}) {
  const result = backUp(config, more);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

test('a backup holds the database, the secret key and the paper books, for its owner alone', async () => {
  const config = await scratchInstance('ann@example.com');
  const paper = new BetterSqlite3(path.join(config.instanceFolder, 'paper.db'));
  paper.exec('CREATE TABLE account (uid TEXT)');
  paper.close();
  const backup = taken(config);
  expect(fs.readdirSync(path.join(config.instanceFolder, 'backups')).sort()).toEqual([
    'blitz-2026-11-24T12-00-00-000.db',
    'blitz-2026-11-24T12-00-00-000.paper.db',
    'blitz-2026-11-24T12-00-00-000.secret.key',
  ]);
  for (const file of [backup.database, backup.secretKey, backup.paper])
    expect(fs.statSync(file ?? '').mode & 0o777).toBe(0o600);
  expect(backup.contents).toEqual({
    users: 1,
    runningBots: 1,
    openCycles: 0,
    keys: { sealed: 1, opened: 1 },
    migrationsMissing: 0,
  });
  expect(fs.readFileSync(backup.secretKey ?? '', 'utf8')).toBe(
    fs.readFileSync(path.join(config.instanceFolder, 'secret.key'), 'utf8'),
  );
});

test('what a running server has written is in it, and the server is not kept waiting', async () => {
  const config = await scratchInstance('ann@example.com');
  const server = openSql(config.databasePath);
  onTestFinished(() => void server.close());
  server.exec("UPDATE Bot SET status = 'running'");
  // A write that is not committed is not part of it, and does not stand in its way.
  server.exec("BEGIN IMMEDIATE; UPDATE Bot SET status = 'halted'");
  const { database } = taken(config);
  server.exec('COMMIT');
  const copy = new BetterSqlite3(database, { readonly: true });
  expect(copy.prepare('SELECT status FROM Bot').pluck().get()).toBe('running');
  expect(copy.pragma('journal_mode', { simple: true })).toBe('delete');
  copy.close();
});

test('the key and the paper books can be left out', async () => {
  const config = await scratchInstance('ann@example.com');
  expect(taken(config, { withKey: false, withPaper: false })).toMatchObject({ secretKey: null, paper: null });
  expect(fs.readdirSync(path.join(config.instanceFolder, 'backups'))).toHaveLength(1);
});

test('only the newest are kept, each with all its files, and nothing else is touched', async () => {
  const config = await scratchInstance('ann@example.com');
  const folder = scratchFolder();
  fs.writeFileSync(path.join(folder, 'holiday.db'), 'mine');
  fs.writeFileSync(path.join(folder, 'blitz-of-old.db'), 'mine');
  for (const day of [1, 2, 3]) taken(config, { target: folder, now: now + day * 86_400_000, keep: 2 });
  expect(fs.readdirSync(folder).sort()).toEqual([
    'blitz-2026-11-26T12-00-00-000.db',
    'blitz-2026-11-26T12-00-00-000.secret.key',
    'blitz-2026-11-27T12-00-00-000.db',
    'blitz-2026-11-27T12-00-00-000.secret.key',
    'blitz-of-old.db',
    'holiday.db',
  ]);
});

test('a damaged database gives no backup and no half files', async () => {
  const config = await scratchInstance('ann@example.com');
  const sql = new BetterSqlite3(config.databasePath);
  sql.pragma('foreign_keys = OFF');
  sql.exec('DELETE FROM User');
  sql.close();
  const folder = scratchFolder();
  expect(backUp(config, { target: folder, keep: 1 })).toMatchObject({
    ok: false,
    error: { code: 'damaged', message: expect.stringContaining('belong to nobody') },
  });
  expect(fs.readdirSync(folder)).toEqual([]);
});

test('nothing is overwritten, and an instance without a database is named', async () => {
  const config = await scratchInstance('ann@example.com');
  const target = path.join(scratchFolder(), 'deep', 'now.db');
  expect(taken(config, { target }).database).toBe(target);
  expect(backUp(config, { target })).toMatchObject({ ok: false, error: { code: 'exists' } });
  const none = { ...config, databasePath: path.join(scratchFolder(), 'users.db') };
  expect(backUp(none)).toMatchObject({ ok: false, error: { code: 'no_database' } });
});

test('keys that the secret key at hand does not open are counted', async () => {
  const config = await scratchInstance('ann@example.com');
  fs.writeFileSync(path.join(config.instanceFolder, 'secret.key'), 'x'.repeat(43));
  expect(taken(config).contents.keys).toEqual({ sealed: 1, opened: 0 });
  fs.rmSync(path.join(config.instanceFolder, 'secret.key'));
  expect(taken(config, { now: now + 1 }).contents.keys).toEqual({ sealed: 1, opened: null });
  expect(fs.existsSync(path.join(config.instanceFolder, 'secret.key'))).toBe(false);
});
