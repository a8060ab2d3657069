/**
 * A copy of a SQLite database as of one moment, also while another process writes to it: VACUUM INTO reads
 * inside one transaction, which in WAL mode keeps no writer waiting. https://sqlite.org/lang_vacuum.html
 */
import BetterSqlite3 from 'better-sqlite3';
import fs from 'node:fs';
import path from 'node:path';

const copyBlockBytes = 1 << 20;

/** `to` must not exist; it is a single file in rollback mode, on the disk when this returns. */
export function takeSnapshot(from: string, to: string): void {
  const sql = new BetterSqlite3(from, { fileMustExist: true });
  try {
    sql.pragma('busy_timeout = 30000');
    // SQLite fills a file that is there and empty, and gives its journal the same rights.
    fs.closeSync(fs.openSync(to, 'wx', 0o600));
    sql.prepare('VACUUM INTO ?').run(to);
  } finally {
    sql.close();
  }
  syncToDisk(to);
}

/** `to` must not exist; it is its owner's alone from its first byte, whatever the rights of `from`. */
export function copyPrivately(from: string, to: string): void {
  const source = fs.openSync(from, 'r');
  try {
    const target = fs.openSync(to, 'wx', 0o600);
    try {
      const block = Buffer.alloc(copyBlockBytes);
      for (let read = fs.readSync(source, block); read > 0; read = fs.readSync(source, block))
        fs.writeFileSync(target, block.subarray(0, read));
    } finally {
      fs.closeSync(target);
    }
  } finally {
    fs.closeSync(source);
  }
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
