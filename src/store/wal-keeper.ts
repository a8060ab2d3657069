/**
 * Keeps the write-ahead log short without making a bot wait. SQLite checkpoints inside the commit that crosses
 * its threshold: it copies the pages and syncs two files, 5 to 150 ms in which no fill is answered. Here a short
 * process of its own does that; SQLite's threshold stays as a net, far out.
 *
 * Why a process: see docs/decisions/0005-checkpoints-beside.md.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';

/** Pages of 4 kB after which SQLite itself checkpoints within a commit: 64 MB. */
const NET_PAGES = 16_384;
const LOOK_EVERY_MS = 15_000;
const WAL_BYTES_MAX = 16_000_000;
/** It takes a few tenths of a second; whoever takes longer is stuck. */
const PROCESS_MS_MAX = 30_000;
/** A commit in between leaves a few frames for the next round. */
const ROUNDS_MAX = 3;

export const walPragma = `PRAGMA wal_autocheckpoint = ${NET_PAGES};`;

const PROGRAM = `
const [driver, file, rounds] = process.argv.slice(1);
const database = new (require(driver))(file, { fileMustExist: true });
for (let round = 0; round < Number(rounds); round += 1) {
  const [state] = database.pragma('wal_checkpoint(PASSIVE)');
  if (state.log === state.checkpointed) break;
}
database.close();
`;

export interface WalKeeper {
  /** Looks now; true when a checkpoint was due and ended well. */
  look(): Promise<boolean>;
  stop(): Promise<void>;
}

export interface WalKeeperOptions {
  lookEveryMs?: number;
  walBytesMax?: number;
}

/** `file`: the database, open in this process. */
export function keepWalShort(file: string, options: WalKeeperOptions = {}): WalKeeper {
  const { lookEveryMs = LOOK_EVERY_MS, walBytesMax = WAL_BYTES_MAX } = options;
  let running: { child: ChildProcess; ended: Promise<boolean> } | null = null;
  let stopped = false;
  const look = async () => {
    if (stopped || running !== null || walBytes(file) < walBytesMax) return false;
    running = checkpoint(file);
    const done = await running.ended;
    running = null;
    return done;
  };
  const timer = setInterval(() => void look(), lookEveryMs);
  timer.unref();
  const stop = async () => {
    stopped = true;
    clearInterval(timer);
    // Killed at any moment, a checkpoint only has to be done again.
    running?.child.kill('SIGKILL');
    await running?.ended;
  };
  return { look, stop };
}

function walBytes(file: string): number {
  return fs.statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0;
}

function checkpoint(file: string): { child: ChildProcess; ended: Promise<boolean> } {
  const driver = createRequire(import.meta.url).resolve('better-sqlite3');
  const child = spawn(process.execPath, ['-e', PROGRAM, driver, file, String(ROUNDS_MAX)], {
    stdio: 'ignore',
    // It needs nothing of ours, and its environment can be read.
    env: { NODE_ENV: 'production' },
    timeout: PROCESS_MS_MAX,
  });
  child.unref();
  const ended = new Promise<boolean>((resolve) => {
    child.once('error', () => resolve(false));
    child.once('exit', (code) => resolve(code === 0));
  });
  return { child, ended };
}
