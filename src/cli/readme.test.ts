/** The commands of the README's own blocks, run as they stand: only the names of files are real ones. */
import BetterSqlite3 from 'better-sqlite3';
import fs from 'node:fs';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { fencedBlocks, readDocPages } from '../testing/doc-pages.ts';
import { originalFolder } from '../testing/original-files.ts';
import { projectFolder, runProgram } from '../testing/run-program.ts';
import { scratchFolder } from '../testing/scratch-folder.ts';
import { scratchInstance } from '../testing/scratch-instance.ts';

// Every run is npm and a process of its own, and the machine may be busy.
vi.setConfig({ testTimeout: 120_000 });

const readme = readDocPages(projectFolder).filter(({ file }) => file === 'README.md');
const lines = ['People', 'Keeping it, and moving to it']
  .flatMap((heading) => readme.flatMap((page) => fencedBlocks(page, heading, 'bash')))
  .flatMap((block) => block.split('\n'));

/** The line that runs this script, without its comment. */
function lineOf(script: string): string {
  const found = lines.filter((line) => line.startsWith(`npm run ${script} `));
  expect(found).toHaveLength(1);
  return (found[0] ?? '').replace(/ +#.*$/, '');
}

/** With a file's real name in the place of the README's. */
function filledIn(line: string, name: string, file: string): string {
  expect(line).toContain(name);
  return line.replace(name, file);
}

async function run(line: string, databasePath: string): Promise<string> {
  const ran = await runProgram('sh', ['-c', line], { BLITZ_DB_PATH: databasePath });
  expect([line, ran.code, ran.stderr]).toEqual([line, 0, ran.stderr]);
  return ran.stdout;
}

function look(databasePath: string, query: string): unknown[] {
  const sql = new BetterSqlite3(databasePath, { readonly: true });
  try {
    return sql.prepare(query).pluck().all();
  } finally {
    sql.close();
  }
}

test('backup makes a file that restore shows, and puts back with --yes', async () => {
  const { databasePath, instanceFolder } = await scratchInstance('ann@example.com');
  await run(lineOf('backup'), databasePath);
  const backups = path.join(instanceFolder, 'backups');
  const [name = '', ...others] = fs.readdirSync(backups).filter((file) => /(?<!\.paper)\.db$/.test(file));
  expect(others).toEqual([]);

  const elsewhere = path.join(scratchFolder(), 'users.db');
  const restore = filledIn(lineOf('restore'), 'FILE.db', path.join(backups, name));
  expect(await run(restore, elsewhere)).toContain('Nothing was changed');
  expect(fs.existsSync(elsewhere)).toBe(false);
  await run(`${restore} --yes`, elsewhere);
  expect(look(elsewhere, 'SELECT email FROM User')).toEqual(['ann@example.com']);
});

test('import shows who would move in, and moves them in with --yes', async () => {
  const databasePath = path.join(scratchFolder(), 'users.db');
  const original = path.join(originalFolder('bundled'), 'older-users.db');
  const line = filledIn(lineOf('import'), 'original-users.db', original);
  expect(await run(line, databasePath)).toContain('2 users: 2 new');
  expect(fs.existsSync(databasePath)).toBe(false);
  await run(`${line} --yes`, databasePath);
  expect(look(databasePath, 'SELECT count(*) FROM User')).toEqual([2]);
});

test('reset-password prints a link for the admin', async () => {
  const { databasePath } = await scratchInstance('admin@admin.com');
  expect(await run(lineOf('reset-password'), databasePath)).toMatch(/\/invite\/[\w-]{43}\n/);
  expect(look(databasePath, 'SELECT kind FROM InviteLink')).toEqual(['password']);
});
