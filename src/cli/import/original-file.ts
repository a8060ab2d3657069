/**
 * The original server's database file, read as it is: a copy is opened, so that the file, and whatever still
 * runs on it, is never touched.
 *
 * Entry point: `readOriginalFile`. Columns that an older file lacks are simply absent from its rows.
 */
import Database from 'better-sqlite3';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** As SQLite gives it: a column of any type may hold text, a number, bytes or nothing. */
export type OriginalRow = Record<string, unknown>;

export interface OriginalFile {
  /** By id. */
  users: OriginalRow[];
  /** By id; empty where the file has no such table. */
  trades: OriginalRow[];
}

export type OriginalFileResult =
  | { ok: true; value: OriginalFile }
  | { ok: false; error: { code: 'unreadable' | 'not_the_original'; message: string } };

const sqliteMagic = 'SQLite format 3\0';

export function readOriginalFile(file: string): OriginalFileResult {
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  if (stat === undefined) return failed('unreadable', `${file} does not exist: check the path`);
  if (!stat.isFile()) return failed('unreadable', `${file} is not a file: give the path of the users.db`);
  try {
    return withCopy(file, (copy) => readCopy(file, copy));
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    return failed(
      'unreadable',
      `${file} cannot be read: ${what}. Stop the original server first, so that the file is whole, and check that this user may read it`,
    );
  }
}

/** It holds keys in the clear, so the folder is this user's alone, and goes at once. */
function withCopy<T>(file: string, work: (copy: string) => T): T {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'blitz-import-'));
  try {
    const copy = path.join(folder, 'original.db');
    fs.copyFileSync(file, copy);
    if (fs.existsSync(`${file}-wal`)) fs.copyFileSync(`${file}-wal`, `${copy}-wal`);
    return work(copy);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function readCopy(file: string, copy: string): OriginalFileResult {
  if (fs.readFileSync(copy).toString('latin1', 0, sqliteMagic.length) !== sqliteMagic)
    return failed('not_the_original', `${file} is not a SQLite database`);
  const sql = openUnlinked(copy);
  try {
    const columns = columnsOf(sql, 'user');
    if (!columns.includes('id') || !columns.includes('email'))
      return failed(
        'not_the_original',
        `${file} has no table "user" with id and email, as the original makes it`,
      );
    const state = sql.pragma('quick_check', { simple: true });
    if (state !== 'ok') return failed('unreadable', `${file} is damaged: ${String(state)}`);
    const trades = columnsOf(sql, 'trade').includes('user_id') ? allOf(sql, 'trade') : [];
    return { ok: true, value: { users: allOf(sql, 'user'), trades } };
  } finally {
    sql.close();
  }
}

/**
 * Removes the copy's folder as soon as the copy is open: the file lasts until it is closed and no longer than
 * the process, so that an import that is killed leaves no keys behind.
 */
export function openUnlinked(copy: string): Database.Database {
  const sql = new Database(copy);
  try {
    sql.pragma('temp_store = MEMORY');
    // Brings what the log holds into the one file that stays open.
    sql.pragma('journal_mode = DELETE');
    fs.rmSync(path.dirname(copy), { recursive: true, force: true });
    return sql;
  } catch (error) {
    sql.close();
    throw error;
  }
}

function columnsOf(sql: Database.Database, table: string): string[] {
  // A view, which the original never makes, may go on without end.
  const isTable = sql.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ? COLLATE NOCASE");
  if (isTable.get(table) === undefined) return [];
  return sql.prepare('SELECT name FROM pragma_table_info(?)').pluck().all(table) as string[];
}

function allOf(sql: Database.Database, table: 'user' | 'trade'): OriginalRow[] {
  return sql.prepare(`SELECT * FROM "${table}" ORDER BY id`).all() as OriginalRow[];
}

function failed(
  code: 'unreadable' | 'not_the_original',
  message: string,
): { ok: false; error: { code: typeof code; message: string } } {
  return { ok: false, error: { code, message } };
}
