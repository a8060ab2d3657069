import BetterSqlite3 from 'better-sqlite3';
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { migrationsFolder } from '../testing/scratch-database.ts';
import { scratchFolder } from '../testing/scratch-folder.ts';
import { migrate } from './migrate.ts';
import { schemaDifference } from './schema-difference.ts';

test('the migrations make exactly the schema', async () => {
  const schema = path.resolve(migrationsFolder, '../schema.prisma');
  expect(await schemaDifference(schema, migrationsFolder)).toBeNull();
});

test('a schema that has moved on is told apart from its migrations', async () => {
  const changed = path.join(scratchFolder(), 'schema.prisma');
  const schema = fs.readFileSync(path.resolve(migrationsFolder, '../schema.prisma'), 'utf8');
  fs.writeFileSync(changed, `${schema}\nmodel Extra {\n  id Int @id\n}\n`);
  expect(await schemaDifference(changed, migrationsFolder)).toContain('CREATE TABLE "Extra"');
});

test('a database of a newer version is refused', async () => {
  const file = path.join(scratchFolder(), 'users.db');
  const newer = copyMigrations();
  fs.mkdirSync(path.join(newer, '20991231000000_future'));
  fs.writeFileSync(
    path.join(newer, '20991231000000_future/migration.sql'),
    'CREATE TABLE Future (id INTEGER);',
  );
  expect(await migrate(file, newer)).toMatchObject({ ok: true });
  const result = await migrate(file, migrationsFolder);
  expect(result).toMatchObject({ ok: false, error: { code: 'newer_database' } });
  expect(!result.ok && result.error.message).toContain('20991231000000_future');
});

test('a migration that was edited after it was applied is refused', async () => {
  const file = path.join(scratchFolder(), 'users.db');
  expect(await migrate(file, migrationsFolder)).toMatchObject({ ok: true });
  const edited = copyMigrations();
  const [first] = fs.readdirSync(edited).sort();
  fs.appendFileSync(path.join(edited, String(first), 'migration.sql'), '-- edited\n');
  expect(await migrate(file, edited)).toMatchObject({ ok: false, error: { code: 'edited_migration' } });
});

test('only what is missing is applied, and the rows stay', async () => {
  const file = path.join(scratchFolder(), 'users.db');
  await migrate(file, migrationsFolder);
  const sql = new BetterSqlite3(file);
  sql.exec("INSERT INTO User (email, passwordHash) VALUES ('a@example.com', '-')");
  sql.close();
  const newer = copyMigrations();
  fs.mkdirSync(path.join(newer, '20991231000000_next'));
  fs.writeFileSync(
    path.join(newer, '20991231000000_next/migration.sql'),
    'ALTER TABLE "User" ADD COLUMN "x" TEXT;',
  );
  expect(await migrate(file, newer)).toEqual({ ok: true, applied: ['20991231000000_next'] });
  const after = new BetterSqlite3(file);
  expect(after.prepare('SELECT email, x FROM User').all()).toEqual([{ email: 'a@example.com', x: null }]);
  after.close();
});

test('fills of before their table was made anew stay as they were, and go with their user', async () => {
  const file = path.join(scratchFolder(), 'users.db');
  const earlier = copyMigrations();
  const renewal = '20261130163000_fills_without_sequence';
  fs.rmSync(path.join(earlier, renewal), { recursive: true });
  await migrate(file, earlier);
  const before = new BetterSqlite3(file);
  before.exec("INSERT INTO User (id, email, passwordHash) VALUES (7, 'a@example.com', '-')");
  const fill = before.prepare(
    `INSERT INTO Fill VALUES (?, ?, 7, 3, 'sm_tp_7_BTCUSDT_3', 'x', 'sm_tp_7_BTCUSDT', 'tp', 0, 'trade', 'sell', '1.10',
     '0.30', '-0.001', 'USDT', 1764500000123)`,
  );
  fill.run(5, 'later');
  fill.run(2, 'sooner');
  const rows = before.prepare('SELECT * FROM Fill ORDER BY id').all();
  before.close();
  expect(await migrate(file, migrationsFolder)).toEqual({ ok: true, applied: [renewal] });
  const after = new BetterSqlite3(file);
  onTestFinished(() => void after.close());
  expect(rows).toHaveLength(2);
  expect(after.prepare('SELECT * FROM Fill ORDER BY id').all()).toEqual(rows);
  expect(() =>
    after.exec(
      "INSERT INTO Fill SELECT 9, 'later', * FROM (SELECT 7, 3, 'a', 'b', 'c', 'tp', 0, 'trade', 'sell', '1', '1', '0', 'USDT', 1)",
    ),
  ).toThrow('UNIQUE');
  after.pragma('foreign_keys = ON');
  after.exec('DELETE FROM User');
  expect(after.prepare('SELECT count(*) FROM Fill').pluck().get()).toBe(0);
});

test('the engine is loaded only where something is missing', async () => {
  const file = path.join(scratchFolder(), 'users.db');
  const start = () =>
    promisify(execFile)(process.execPath, ['--input-type=module', '--eval', START, file, migrationsFolder], {
      cwd: import.meta.dirname,
    });
  expect(JSON.parse((await start()).stdout)).toMatchObject({ ok: true, loaded: true });
  expect(JSON.parse((await start()).stdout)).toEqual({ ok: true, applied: [], loaded: false });
});

/** The engine leaves this behind when it is loaded. */
const START = `
  const { migrate } = await import('./migrate.ts');
  const result = await migrate(process.argv[1], process.argv[2]);
  const loaded = 'PRISMA_WASM_PANIC_REGISTRY' in globalThis;
  process.stdout.write(JSON.stringify({ ...result, loaded }));
`;

function copyMigrations(): string {
  const folder = path.join(scratchFolder(), 'migrations');
  fs.cpSync(migrationsFolder, folder, { recursive: true });
  return folder;
}
