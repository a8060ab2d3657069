import fs from 'node:fs';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { originalFolder } from '../testing/original-files.ts';
import { runScript } from '../testing/run-program.ts';
import { scratchFolder } from '../testing/scratch-folder.ts';

// Every run is a process of its own, and the machine may be busy.
vi.setConfig({ testTimeout: 120_000 });

const bundled = (name: string) => path.join(originalFolder('bundled'), name);

function run(folder: string, ...args: string[]) {
  return runScript('src/cli/import.ts', args, { BLITZ_DB_PATH: path.join(folder, 'users.db') });
}

test('it shows first, writes with --yes, and the second time has nothing to do', async () => {
  const folder = scratchFolder();
  const shown = await run(folder, bundled('older-users.db'));
  expect(shown.code).toBe(0);
  expect(shown.stdout).toContain('2 users: 2 new, 0 here already, 0 not taken');
  expect(shown.stdout).toContain('Nothing was written');
  expect(fs.readdirSync(folder)).toEqual([]);

  const written = await run(folder, bundled('older-users.db'), '--yes', '--json');
  expect(written.code).toBe(0);
  const answer = JSON.parse(written.stdout) as Record<string, unknown>;
  expect(answer).toMatchObject({ ok: true, written: true, totals: { new: 2, keys: 2 } });
  expect(fs.readdirSync(folder)).toContain('secret.key');
  expect(fs.readdirSync(folder)).not.toContain('server.pid');
  for (const name of fs.readdirSync(folder))
    expect(fs.statSync(path.join(folder, name)).mode & 0o077).toBe(0);

  const again = await run(folder, bundled('older-users.db'), '--yes');
  expect([again.code, again.stderr]).toEqual([0, '']);
  expect(again.stdout).toContain('There is nothing to do');
});

test('what falls short is told by the exit code, and the rest is done', async () => {
  const folder = scratchFolder();
  const written = await run(folder, bundled('users.db'), '--yes', '--json');
  expect(written.code).toBe(1);
  expect(JSON.parse(written.stdout)).toMatchObject({ written: true, totals: { new: 8, refused: 2 } });
});

test.each([
  ['no file', [], 'give the path'],
  ['two files', ['a.db', 'b.db'], 'give the path'],
  ['an unknown flag', ['a.db', '--force'], '--force'],
  ['a contradiction', ['a.db', '--yes', '--dry-run'], 'contradict'],
  ['a file that is not there', ['/nowhere/users.db'], 'does not exist'],
])('wrong usage is refused with exit code 2: %s', async (_what, args, message) => {
  const ran = await run(scratchFolder(), ...args);
  expect([ran.code, ran.stdout]).toEqual([2, '']);
  expect(ran.stderr).toContain(message);
});

test('a refusal is JSON too, where it is asked for', async () => {
  const ran = await run(scratchFolder(), '/nowhere/users.db', '--json');
  expect(ran.code).toBe(2);
  expect(JSON.parse(ran.stdout)).toMatchObject({ ok: false, error: 'unreadable' });
});
