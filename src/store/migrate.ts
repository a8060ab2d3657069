/**
 * Brings a database file to the schema of this build, with Prisma's own schema engine compiled to WASM: it
 * writes the genuine `_prisma_migrations` table and needs no native binary.
 *
 * The engine is loaded only when something is missing, since it costs memory that a server keeps for good.
 */
import type { MigrationList } from '@prisma/schema-engine-wasm/schema_engine_bg';
import Database from 'better-sqlite3';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { noFilter, withSchemaEngine } from './schema-engine.ts';

export type MigrationFailure = {
  code: 'newer_database' | 'edited_migration' | 'failed_migration';
  message: string;
};
export type MigrationResult = { ok: true; applied: string[] } | { ok: false; error: MigrationFailure };

interface Migration {
  name: string;
  sql: string;
}

/** Applies what is missing, oldest first; does nothing on a database that is up to date. */
export async function migrate(file: string, migrationsFolder: string): Promise<MigrationResult> {
  const migrations = readMigrations(migrationsFolder);
  const missing = findMissing(file, migrations);
  if (!missing.ok) return missing;
  if (missing.names.length === 0) return { ok: true, applied: [] };

  const result = await withSchemaEngine(file, null, (engine) =>
    engine.applyMigrations({ migrationsList: toEngineList(migrationsFolder, migrations), filters: noFilter }),
  );
  return { ok: true, applied: result.appliedMigrationNames };
}

export function readMigrations(folder: string): Migration[] {
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
    .map((name) => ({ name, sql: fs.readFileSync(path.join(folder, name, 'migration.sql'), 'utf8') }));
}

/** Which migrations of this build a database lacks; fails when it has others, or one that did not finish. */
export function missingMigrations(file: string, migrationsFolder: string): Missing {
  return findMissing(file, readMigrations(migrationsFolder));
}

type Missing = { ok: true; names: string[] } | { ok: false; error: MigrationFailure };

function findMissing(file: string, migrations: Migration[]): Missing {
  const known = new Map(migrations.map((migration) => [migration.name, checksum(migration.sql)]));
  const applied = readApplied(file);
  for (const row of applied) {
    const failure = judgeApplied(row, known.get(row.name));
    if (failure !== null) return { ok: false, error: failure };
  }
  const done = new Set(applied.map((row) => row.name));
  return { ok: true, names: migrations.map(({ name }) => name).filter((name) => !done.has(name)) };
}

interface AppliedRow {
  name: string;
  checksum: string;
  finished: number;
}

function judgeApplied(row: AppliedRow, known: string | undefined): MigrationFailure | null {
  if (known === undefined) {
    return {
      code: 'newer_database',
      message: `the database has the migration "${row.name}", which this version does not know: it was last used by a newer version. Start that version, or restore a backup made before it.`,
    };
  }
  if (row.finished === 0) {
    return {
      code: 'failed_migration',
      message: `the migration "${row.name}" did not finish earlier. Restore the backup made before it, then start again.`,
    };
  }
  if (row.checksum !== known) {
    return {
      code: 'edited_migration',
      message: `the migration "${row.name}" was changed after it was applied. Restore its original text: a change of the schema is a new migration.`,
    };
  }
  return null;
}

function readApplied(file: string): AppliedRow[] {
  if (!fs.existsSync(file)) return [];
  const database = new Database(file);
  try {
    const exists = database.prepare("SELECT 1 FROM sqlite_master WHERE name = '_prisma_migrations'").get();
    if (exists === undefined) return [];
    return database
      .prepare(
        `SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS finished
         FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY migration_name`,
      )
      .all() as AppliedRow[];
  } finally {
    database.close();
  }
}

function toEngineList(folder: string, migrations: Migration[]): MigrationList {
  const lockfile = path.join(folder, 'migration_lock.toml');
  return {
    baseDir: folder,
    lockfile: { path: 'migration_lock.toml', content: fs.readFileSync(lockfile, 'utf8') },
    shadowDbInitScript: '',
    migrationDirectories: migrations.map(({ name, sql }) => ({
      path: name,
      migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: sql } },
    })),
  };
}

/** As the engine computes it: SHA-256 of the script's text. */
function checksum(sql: string): string {
  return createHash('sha256').update(sql).digest('hex');
}
