/**
 * Puts a file in the place of another, which is set aside under a name of its own and never deleted. The place
 * is not empty for a moment: a server that starts meanwhile must not find a new, empty instance.
 */
import fs from 'node:fs';
import { copyPrivately, syncToDisk } from '../../store/snapshot.ts';

/** Gives the name of what was there; null when there was nothing. `draft` lies in the same folder. */
export function replaceFile(file: string, draft: string, stamp: string): string | null {
  const aside = `${file}.before-restore-${stamp}`;
  // A write-ahead log belongs to its database: left behind, it would be read into the new one.
  if (fs.existsSync(`${file}-wal`)) fs.renameSync(`${file}-wal`, `${aside}-wal`);
  fs.rmSync(`${file}-shm`, { force: true });
  const existed = fs.existsSync(file);
  if (existed) keepUnder(file, aside);
  fs.renameSync(draft, file);
  syncToDisk(file);
  return existed ? aside : null;
}

/** A second name costs nothing; where the file system has none, a copy. */
function keepUnder(file: string, aside: string): void {
  try {
    fs.linkSync(file, aside);
    fs.chmodSync(aside, 0o600);
  } catch {
    copyPrivately(file, aside);
  }
}
