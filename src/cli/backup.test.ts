import fs from 'node:fs';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { runScript } from '../testing/run-program.ts';
import { scratchFolder } from '../testing/scratch-folder.ts';
import { scratchInstance } from '../testing/scratch-instance.ts';

// Every run is a process of its own, and the machine may be busy.
vi.setConfig({ testTimeout: 120_000 });

const backup = (databasePath: string, ...args: string[]) =>
  runScript('src/cli/backup.ts', args, { BLITZ_DB_PATH: databasePath });
const restore = (databasePath: string, ...args: string[]) =>
  runScript('src/cli/restore.ts', args, { BLITZ_DB_PATH: databasePath });

test('a backup is made, and restored on another machine', async () => {
  const { databasePath } = await scratchInstance('ann@example.com');
  const folder = scratchFolder();
  const made = await backup(databasePath, folder, '--keep', '3', '--json');
  expect(made.code).toBe(0);
  const { ok, database, bytes } = JSON.parse(made.stdout) as { ok: boolean; database: string; bytes: number };
  expect([ok, bytes]).toEqual([true, fs.statSync(database).size]);

  const elsewhere = path.join(scratchFolder(), 'instance', 'users.db');
  const shown = await restore(elsewhere, database);
  expect([shown.code, shown.stdout]).toEqual([0, expect.stringContaining('Nothing was changed')]);
  expect(fs.existsSync(elsewhere)).toBe(false);
  const restored = await restore(elsewhere, database, '--yes');
  expect([restored.code, restored.stdout]).toEqual([0, expect.stringContaining('Restored.')]);
  expect(fs.readdirSync(path.dirname(elsewhere)).sort()).toEqual(['secret.key', 'server.lock', 'users.db']);
  const again = await backup(elsewhere);
  expect([again.code, again.stdout]).toEqual([0, expect.stringContaining('1 users, 1 keys')]);
});

test("every file that a backup or a restore leaves is its owner's alone, whatever it was copied from", async () => {
  const { databasePath, instanceFolder } = await scratchInstance('ann@example.com');
  const folder = scratchFolder();
  const loosen = (of: string) => {
    for (const name of fs.readdirSync(of)) fs.chmodSync(path.join(of, name), 0o644);
  };
  const modes = (of: string) =>
    fs.readdirSync(of).map((name) => (fs.statSync(path.join(of, name)).mode & 0o777).toString(8));
  loosen(instanceFolder);
  expect((await backup(databasePath, path.join(folder, 'now.db'))).code).toBe(0);
  expect(modes(folder)).toEqual(['600', '600']);
  loosen(instanceFolder);
  loosen(folder);
  expect((await restore(databasePath, path.join(folder, 'now.db'), '--yes')).code).toBe(0);
  // The database, the one that was set aside, the secret key and the lock.
  expect(modes(instanceFolder)).toEqual(['600', '600', '600', '600']);
});

test('a backup whose keys do not open falls short, and says so', async () => {
  const { databasePath, instanceFolder } = await scratchInstance('ann@example.com');
  fs.rmSync(path.join(instanceFolder, 'secret.key'));
  const made = await backup(databasePath);
  expect(made.code).toBe(1);
  expect(made.stderr).toContain('1 of 1 exchange keys do not open');
});

test.each([
  ['a number that is none', ['--keep', 'all'], '--keep must be'],
  ['two targets', ['a', 'b'], 'one file or folder'],
  ['an unknown flag', ['--force'], '--force'],
])('wrong usage of backup is refused with exit code 2: %s', async (_what, args, message) => {
  const ran = await backup(path.join(scratchFolder(), 'users.db'), ...args);
  expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining(message)]);
});

test('an unknown flag is told to a script in one object', async () => {
  const ran = await backup(path.join(scratchFolder(), 'users.db'), '--force', '--json');
  expect([ran.code, ran.stderr, JSON.parse(ran.stdout)]).toEqual([
    2,
    '',
    { ok: false, error: 'wrong_usage', message: expect.stringContaining('--force') },
  ]);
});

test('without a database there is nothing to back up, and without a file nothing to restore', async () => {
  const nowhere = path.join(scratchFolder(), 'users.db');
  expect(await backup(nowhere)).toMatchObject({ code: 2, stderr: expect.stringContaining('no database') });
  expect(await restore(nowhere)).toMatchObject({ code: 2, stderr: expect.stringContaining('give the file') });
  expect(await restore(nowhere, '/nowhere.db')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('/nowhere.db does not exist'),
  });
});

test('a folder that is not there becomes no file of that name', async () => {
  const { databasePath } = await scratchInstance('ann@example.com');
  const absent = path.join(scratchFolder(), 'not-mounted');
  const refused = await backup(databasePath, absent, '--keep', '3');
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('not a folder that is there')]);
  const counted = await backup(databasePath, `${absent}.db`, '--keep', '3');
  expect([counted.code, counted.stderr]).toEqual([2, expect.stringContaining('--keep counts the backups')]);
  expect(fs.readdirSync(path.dirname(absent))).toEqual([]);
});
