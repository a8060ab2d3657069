/**
 * The files of a backup: the database, and beside it under the same name the secret key and the paper
 * exchange's books. Whoever keeps them apart keeps a stolen database worthless.
 */
import fs from 'node:fs';
import path from 'node:path';

export interface BackupFiles {
  database: string;
  secretKey: string;
  paper: string;
}

export function filesOf(database: string): BackupFiles {
  const stem = database.replace(/\.db$/, '');
  return { database, secretKey: `${stem}.secret.key`, paper: `${stem}.paper.db` };
}

const named = /^blitz-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}\.db$/;

/** In a folder: named by the time, so that names sort by age. */
export function nameAt(folder: string, now: number): string {
  const stamp = new Date(now).toISOString().replaceAll(/[:.]/g, '-').replace('Z', '');
  return path.join(folder, `blitz-${stamp}.db`);
}

/** Removes all but the newest of the backups that were named by their time; gives what is gone. */
export function keepNewest(folder: string, count: number): string[] {
  const names = fs.readdirSync(folder).filter((name) => named.test(name));
  const old = names.sort().slice(0, Math.max(names.length - count, 0));
  for (const name of old) {
    for (const file of Object.values(filesOf(path.join(folder, name)))) fs.rmSync(file, { force: true });
  }
  return old;
}
