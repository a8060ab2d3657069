/**
 * One paper exchange per instance folder.
 *
 * The lock is a file lock of the kernel's (an exclusive transaction on an empty database of its own), so it
 * is gone the moment its process dies, however it dies; `paper.pid` only tells whom to send a signal, and
 * `paper.port` where it listens.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';

export interface InstanceLock {
  /** Tells others on which port this one listens. */
  listensOn(port: number): void;
  release(): void;
}

const pidPath = (folder: string): string => join(folder, 'paper.pid');
const portPath = (folder: string): string => join(folder, 'paper.port');

function tryLock(folder: string): Database.Database | null {
  mkdirSync(folder, { recursive: true });
  const db = new Database(join(folder, 'paper.lock'), { timeout: 0 });
  try {
    db.exec('BEGIN EXCLUSIVE');
    return db;
  } catch {
    db.close();
    return null;
  }
}

/** Null when another process holds it. */
export function takeLock(folder: string): InstanceLock | null {
  const db = tryLock(folder);
  if (db === null) return null;
  rmSync(portPath(folder), { force: true });
  writeFileSync(pidPath(folder), `${process.pid}\n`);
  return {
    listensOn: (port) => writeFileSync(portPath(folder), `${port}\n`),
    release: () => {
      rmSync(portPath(folder), { force: true });
      rmSync(pidPath(folder), { force: true });
      db.close();
    },
  };
}

export function isLocked(folder: string): boolean {
  const db = tryLock(folder);
  db?.close();
  return db === null;
}

/** The process that holds the lock; null when none does, whatever a stale pid file says. */
export function holderOf(folder: string): number | null {
  return isLocked(folder) ? numberIn(pidPath(folder)) : null;
}

/** Where the process that holds the lock listens; null when none does, or not yet. */
export function portOf(folder: string): number | null {
  return isLocked(folder) ? numberIn(portPath(folder)) : null;
}

function numberIn(path: string): number | null {
  try {
    const value = Number(readFileSync(path, 'utf8').trim());
    return Number.isSafeInteger(value) && value > 0 ? value : null;
  } catch {
    return null;
  }
}
