/** Whether a copy of our database is whole and can be used by this build; the file is not changed. */
import BetterSqlite3 from 'better-sqlite3';
import { inspectDatabaseFile } from './database-file.ts';
import type { Sql } from './database.ts';
import { missingMigrations } from './migrate.ts';
import { countSealedKeys, type SealedKeys } from './sealed-keys.ts';
import type { Vault } from './vault.ts';

export interface BackupContents {
  users: number;
  /** Bots that their users want to run, and that go on when a server starts on this database. */
  runningBots: number;
  openCycles: number;
  keys: SealedKeys;
  /** Migrations of this build that the next start applies. */
  migrationsMissing: number;
}

export type CheckedBackup =
  | { ok: true; value: BackupContents }
  | { ok: false; error: { code: 'not_ours' | 'damaged' | 'newer_database'; message: string } };

export interface BackupContext {
  migrationsFolder: string;
  /** Null when there is no secret key to try. */
  vault: Vault | null;
}

/** For copies that nobody writes to. */
export function checkBackup(file: string, { migrationsFolder, vault }: BackupContext): CheckedBackup {
  const found = inspectDatabaseFile(file);
  if (found.kind === 'absent') return failed('not_ours', `${file} is not there, or empty`);
  if (found.kind !== 'ours') return failed('not_ours', `${file} is not a backup of ours: ${found.what}`);
  let sql: Sql | null = null;
  try {
    sql = new BetterSqlite3(file, { readonly: true });
    const damage = findDamage(sql);
    if (damage !== null) return failed('damaged', `${file} is damaged: ${damage}`);
    const missing = missingMigrations(file, migrationsFolder);
    if (!missing.ok) return failed('newer_database', `${file}: ${missing.error.message}`);
    return { ok: true, value: { ...count(sql, vault), migrationsMissing: missing.names.length } };
  } catch (error) {
    return failed(
      'damaged',
      `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  } finally {
    sql?.close();
  }
}

function findDamage(sql: Sql): string | null {
  const integrity = sql.pragma('integrity_check(1)', { simple: true });
  if (integrity !== 'ok') return String(integrity);
  const strays = sql.pragma('foreign_key_check') as { table: string }[];
  return strays[0] === undefined ? null : `rows of ${strays[0].table} belong to nobody`;
}

function count(sql: Sql, vault: Vault | null): Omit<BackupContents, 'migrationsMissing'> {
  const number = (query: string) => sql.prepare(query).pluck().get() as number;
  return {
    users: number('SELECT count(*) FROM User'),
    runningBots: number("SELECT count(*) FROM Bot WHERE desired = 'running'"),
    openCycles: number("SELECT count(*) FROM Cycle WHERE state NOT IN ('settled', 'abandoned')"),
    keys: countSealedKeys(sql, vault),
  };
}

function failed(code: 'not_ours' | 'damaged' | 'newer_database', message: string): CheckedBackup {
  return { ok: false, error: { code, message } };
}
