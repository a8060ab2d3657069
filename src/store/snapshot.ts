/**
 * A copy of a SQLite database as of one moment, also while another process writes to it: VACUUM INTO reads
 * inside one transaction, which in WAL mode keeps no writer waiting. https://sqlite.org/lang_vacuum.html
 */
import BetterSqlite3 from 'better-sqlite3';
import fs from 'node:fs';
import path from 'node:path';

/** `to` must not exist; it is a single file in rollback mode, on the disk when this returns. */
export function takeSnapshot(from: string, to: string): void {
  const sql = new BetterSqlite3(from, { fileMustExist: true });
  try {
    sql.pragma('busy_timeout = 30000');
    sql.prepare('VACUUM INTO ?').run(to);
  } finally {
    sql.close();
  }
  fs.chmodSync(to, 0o600);
  syncToDisk(to);
}

/** A file's content and its name survive a power failure after this. */
export function syncToDisk(file: string): void {
  for (const entry of [file, path.dirname(file)]) {
    const handle = fs.openSync(entry, 'r');
    try {
      fs.fsyncSync(handle);
    } finally {
      fs.closeSync(handle);
    }
  }
}
