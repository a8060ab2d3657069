/** Looks into a database of ours without changing a row of it, also while a server runs on it. */
import BetterSqlite3 from 'better-sqlite3';
import type { Sql } from './database.ts';

/** Opened for writing all the same: only then does SQLite clear away its own files beside the database. */
export function peek<T>(file: string, look: (sql: Sql) => T): T {
  const sql = new BetterSqlite3(file, { fileMustExist: true });
  try {
    sql.pragma('query_only = ON');
    return look(sql);
  } finally {
    sql.close();
  }
}
