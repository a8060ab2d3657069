/**
 * Is the file at the database path ours? Asked before anything is opened, and answered without touching the
 * file, so that somebody else's database (for example the original server's own users.db) stays as it is.
 *
 * Ours carries an application id in its header. A database that was restored from a text dump has lost it
 * and is known by its migrations instead, read from a copy.
 */
import Database from 'better-sqlite3';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** "BLTZ" as a big-endian number; https://sqlite.org/fileformat.html#application_id */
export const applicationId = 0x424c545a;

const sqliteMagic = 'SQLite format 3\0';
const applicationIdOffset = 68;

export type DatabaseFile =
  | { kind: 'absent' }
  | { kind: 'ours' }
  | { kind: 'foreign'; what: string; isOriginal: boolean }
  | { kind: 'unreadable'; what: string };

export function inspectDatabaseFile(file: string): DatabaseFile {
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  if (stat === undefined || (stat.isFile() && stat.size === 0)) return { kind: 'absent' };
  if (stat.isDirectory()) return { kind: 'unreadable', what: 'it is a folder' };
  try {
    const header = readHeader(file);
    if (header.toString('latin1', 0, sqliteMagic.length) !== sqliteMagic) {
      return { kind: 'foreign', what: 'it is not a SQLite database', isOriginal: false };
    }
    if (header.readUInt32BE(applicationIdOffset) === applicationId) return { kind: 'ours' };
    return inspectTables(file);
  } catch (error) {
    return { kind: 'unreadable', what: error instanceof Error ? error.message : String(error) };
  }
}

function readHeader(file: string): Buffer {
  const header = Buffer.alloc(100);
  const handle = fs.openSync(file, 'r');
  try {
    fs.readSync(handle, header, 0, header.length, 0);
    return header;
  } finally {
    fs.closeSync(handle);
  }
}

/** Opening a database in WAL mode leaves files beside it, even for reading, so a copy is opened. */
function inspectTables(file: string): DatabaseFile {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'blitz-inspect-'));
  try {
    const copy = path.join(folder, 'copy.db');
    fs.copyFileSync(file, copy);
    if (fs.existsSync(`${file}-wal`)) fs.copyFileSync(`${file}-wal`, `${copy}-wal`);
    const database = new Database(copy);
    try {
      const names = database
        .prepare("SELECT name FROM sqlite_master WHERE type = 'table'")
        .pluck()
        .all() as string[];
      return judgeTables(names);
    } finally {
      database.close();
    }
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function judgeTables(names: string[]): DatabaseFile {
  if (names.includes('_prisma_migrations') && names.includes('OrderIntent')) return { kind: 'ours' };
  if (names.includes('user')) {
    const what = 'it has a table "user", as the original Blitz server makes it';
    return { kind: 'foreign', what, isOriginal: true };
  }
  const what = `it is another program's SQLite database (${names.length} tables)`;
  return { kind: 'foreign', what, isOriginal: false };
}
