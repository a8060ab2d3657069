/**
 * One server per instance folder. The lock is SQLite's own exclusive lock on a side file: the operating
 * system gives it back when its holder dies, in whatever way, so neither a stale file nor a reused process
 * id can keep a server out or let a second one in. `server.pid` is for people and scripts.
 */
import Database from 'better-sqlite3';
import fs from 'node:fs';
import path from 'node:path';

export interface InstanceLock {
  /** Gives the folder free; call it last, after the database is closed. */
  release(): void;
}

export type InstanceLockResult =
  | { ok: true; value: InstanceLock }
  | { ok: false; error: { code: 'second_server' | 'unwritable'; message: string } };

/** A database that nothing refers to is collected and closed, and with it the lock: they stay until released. */
const held = new Set<Database.Database>();

export function lockInstance(folder: string): InstanceLockResult {
  const pidFile = path.join(folder, 'server.pid');
  let lock: Database.Database | null = null;
  try {
    fs.mkdirSync(folder, { recursive: true });
    lock = new Database(path.join(folder, 'server.lock'), { timeout: 0 });
    lock.exec('BEGIN EXCLUSIVE');
    fs.writeFileSync(pidFile, `${process.pid}\n`);
  } catch (error) {
    lock?.close();
    if (isBusy(error)) return secondServer(folder, pidFile);
    const what = error instanceof Error ? error.message : String(error);
    const message = `the instance folder ${folder} cannot be used: ${what}. Set BLITZ_DB_PATH to a place that this user may write to.`;
    return { ok: false, error: { code: 'unwritable', message } };
  }
  held.add(lock);
  return { ok: true, value: { release: () => release(lock, pidFile) } };
}

function release(lock: Database.Database, pidFile: string): void {
  fs.rmSync(pidFile, { force: true });
  lock.close();
  held.delete(lock);
}

function secondServer(folder: string, pidFile: string): InstanceLockResult {
  const pid = fs.existsSync(pidFile) ? fs.readFileSync(pidFile, 'utf8').trim() : '';
  const who = pid === '' ? 'another server' : `another server (process ${pid})`;
  const message = `${who} already serves ${folder}. Two servers on one database would send every order twice. Stop that one first${pid === '' ? '' : `: kill ${pid}`}; or give this one a database of its own with BLITZ_DB_PATH.`;
  return { ok: false, error: { code: 'second_server', message } };
}

function isBusy(error: unknown): boolean {
  return (
    error instanceof Error && String((error as Error & { code?: unknown }).code).startsWith('SQLITE_BUSY')
  );
}
