/** The instance folder for a command that writes: only while no server runs on it, and under the server's own lock. */
import fs from 'node:fs';
import path from 'node:path';
import { lockInstance } from '../server/instance-lock.ts';
import type { Failure } from './command.ts';

export type Locked<T> = { ok: true; value: T } | { ok: false; error: Failure };

export async function underLock<T>(folder: string, work: () => Promise<Locked<T>>): Promise<Locked<T>> {
  const lock = lockInstance(folder);
  if (!lock.ok) {
    if (lock.error.code === 'second_server') return { ok: false, error: serverRuns(folder) };
    return lock;
  }
  try {
    return await work();
  } finally {
    lock.value.release();
  }
}

function serverRuns(folder: string): Failure {
  const file = path.join(folder, 'server.pid');
  const pid = fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trim() : '';
  const who = pid === '' ? 'the server' : `the server (process ${pid})`;
  const how = pid === '' ? 'stop it' : `kill ${pid}, or systemctl stop blitz-lite`;
  return {
    code: 'server_runs',
    message: `${who} runs on ${folder}. Stop it first (${how}), run this command again, then start it anew: bots that were running go on by themselves.`,
  };
}
