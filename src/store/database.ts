/**
 * Opens the database of an instance: judged, migrated, PRAGMAs applied and read back on both connections.
 *
 * Entry points: `checkDatabaseFile` (touches nothing; before the lock), `openDatabase` (under the lock),
 * `Database.close`. The raw connection `sql` belongs to the journal; everything else goes through Prisma.
 */
import BetterSqlite3 from 'better-sqlite3';
import fs from 'node:fs';
import path from 'node:path';
import { applicationId, inspectDatabaseFile } from './database-file.ts';
import { type MigrationFailure, migrate } from './migrate.ts';
import { type Pragmas, checkPragmas, pragmaNames, pragmaScript } from './pragmas.ts';
import { type PrismaClient, openPrisma } from './prisma-client.ts';
import { keepWalShort, walPragma } from './wal-keeper.ts';

export type Sql = BetterSqlite3.Database;

export interface Database {
  /** Absolute. */
  path: string;
  prisma: PrismaClient;
  sql: Sql;
  /** Names of the migrations that this start applied. */
  migrated: string[];
  pragmas(): Pragmas;
  close(): Promise<void>;
}

export interface DatabaseFailure {
  code: 'not_ours' | 'unreadable' | MigrationFailure['code'];
  /** For the operator: what was found, what to do. */
  message: string;
}

export type DatabaseResult<T> = { ok: true; value: T } | { ok: false; error: DatabaseFailure };

/** Refuses a file that is not ours without touching it. */
export function checkDatabaseFile(file: string): DatabaseResult<'absent' | 'ours'> {
  const found = inspectDatabaseFile(file);
  if (found.kind === 'foreign') {
    const message = `${file} is not a Blitz LITE database: ${found.what}. It was left untouched. ${whatToDo(file, found.isOriginal)}`;
    return { ok: false, error: { code: 'not_ours', message } };
  }
  if (found.kind === 'unreadable') {
    const message = `${file} cannot be used as the database: ${found.what}. Set BLITZ_DB_PATH to a file that this user may read and write.`;
    return { ok: false, error: { code: 'unreadable', message } };
  }
  return { ok: true, value: found.kind };
}

function whatToDo(file: string, isOriginal: boolean): string {
  const elsewhere = `set BLITZ_DB_PATH to where the new database shall be, for example ${path.join(path.dirname(file), 'blitz.db')}`;
  if (!isOriginal) return `Move it away, or ${elsewhere}.`;
  const original = path.join(path.dirname(file), 'original-users.db');
  return `Its users, ladders, keys and trades can move over: stop it, move its file away (mv ${file} ${original}, and a ${file}-wal to ${original}-wal), then: npm run import -- ${original}. Or ${elsewhere}.`;
}

/** Password hashes and sealed keys are not for other accounts of this machine. */
function keepPrivate(file: string): void {
  for (const part of [file, `${file}-wal`, `${file}-shm`]) {
    if (fs.existsSync(part)) fs.chmodSync(part, 0o600);
  }
}

export async function openDatabase(
  file: string,
  migrationsFolder: string,
): Promise<DatabaseResult<Database>> {
  const checked = checkDatabaseFile(file);
  if (!checked.ok) return checked;
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    markAsOurs(file);
    keepPrivate(file);
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    const message = `the database ${file} cannot be opened: ${what}. Set BLITZ_DB_PATH to a file that this user may read and write.`;
    return { ok: false, error: { code: 'unreadable', message } };
  }
  const migrated = await migrate(file, migrationsFolder);
  if (!migrated.ok)
    return { ok: false, error: { ...migrated.error, message: `${file}: ${migrated.error.message}` } };

  const sql = openSql(file);
  const prisma = await openPrisma(file);
  const keeper = keepWalShort(file);
  const close = async () => {
    await keeper.stop();
    await prisma.$disconnect();
    sql.close();
  };
  const pragmas = () => readSqlPragmas(sql);
  return { ok: true, value: { path: file, prisma, sql, migrated: migrated.applied, pragmas, close } };
}

/** In rollback mode the id is in the file itself once this returns; in WAL mode a crash could lose it. */
function markAsOurs(file: string): void {
  const sql = new BetterSqlite3(file);
  try {
    if (sql.pragma('application_id', { simple: true }) === applicationId) return;
    sql.pragma('journal_mode = DELETE');
    sql.pragma(`application_id = ${applicationId}`);
  } finally {
    sql.close();
  }
}

/** A second connection for the journal: synchronous, with the same PRAGMAs. */
export function openSql(file: string): Sql {
  const sql = new BetterSqlite3(file);
  sql.exec(pragmaScript + walPragma);
  readSqlPragmas(sql);
  return sql;
}

function readSqlPragmas(sql: Sql): Pragmas {
  return checkPragmas(
    Object.fromEntries(pragmaNames.map((name) => [name, sql.pragma(name, { simple: true })])),
  );
}
