/**
 * A restore from end to end: the backup is checked, with the secret key that will open it, before anything is
 * touched; then its files take the place of the present ones, which are set aside.
 */
import fs from 'node:fs';
import path from 'node:path';
import { isLocked } from '../../paper/instance-lock.ts';
import type { Config } from '../../server/config.ts';
import { prepareRestored, readCycleKeys } from '../../store/after-restore.ts';
import { type BackupContents, checkBackup } from '../../store/check-backup.ts';
import { peek } from '../../store/peek.ts';
import { readGivenIds } from '../../store/user-ids.ts';
import { copyPrivately, takeSnapshot } from '../../store/snapshot.ts';
import { createVault } from '../../store/vault.ts';
import { filesOf } from '../backup/backup-files.ts';
import { type Locked, underLock } from '../instance.ts';
import { secretKeyFile } from '../secret-at.ts';
import { chooseSecret, type ChosenSecret } from './choose-secret.ts';
import { replaceFile } from './replace-file.ts';

export interface RestoreRequest {
  file: string;
  config: Pick<Config, 'databasePath' | 'instanceFolder' | 'secretKey'>;
  migrationsFolder: string;
  /** False: only check the backup and say what would be done. */
  write: boolean;
  /** Remove exchange keys that the secret key does not open, instead of refusing. */
  dropKeys: boolean;
  /** Put the paper exchange's books back too, where there are newer ones. */
  paper: boolean;
  now: number;
}

export interface Restored {
  contents: BackupContents;
  /** Which secret key the restored database goes with. */
  secretKey: ChosenSecret['from'];
  paper: 'restored' | 'kept' | 'none';
  keysDropped: boolean;
  written: boolean;
  /** Where the files that were there are now. */
  setAside: string[];
}

export async function restoreBackup(request: RestoreRequest): Promise<Locked<Restored>> {
  const files = filesOf(path.resolve(request.file));
  if (!fs.existsSync(files.database)) return failed('unreadable', `${files.database} does not exist`);
  const secret = chooseSecret(files.secretKey, request.config);
  if (!secret.ok) return secret;
  const vault = secret.value.secret === null ? null : createVault(secret.value.secret);
  const checked = checkBackup(files.database, { migrationsFolder: request.migrationsFolder, vault });
  if (!checked.ok) return checked;
  const { keys } = checked.value;
  const keysDropped = keys.sealed > 0 && keys.opened !== keys.sealed;
  if (keysDropped && !request.dropKeys) return sealedElsewhere(files.secretKey, keys);
  const plan: Restored = {
    contents: checked.value,
    secretKey: secret.value.from,
    paper: paperPlan(request, files.paper),
    keysDropped,
    written: false,
    setAside: [],
  };
  if (!request.write) return { ok: true, value: plan };
  return underLock(request.config.instanceFolder, async () => put(request, files, plan));
}

function paperPlan({ config, paper }: RestoreRequest, backedUp: string): Restored['paper'] {
  const present = fs.existsSync(path.join(config.instanceFolder, 'paper.db'));
  if (!fs.existsSync(backedUp)) return present ? 'kept' : 'none';
  // To the bots it is an exchange, and exchanges do not go back in time.
  return present && !paper ? 'kept' : 'restored';
}

function put(request: RestoreRequest, files: ReturnType<typeof filesOf>, plan: Restored): Locked<Restored> {
  const { instanceFolder, databasePath } = request.config;
  if (fs.statSync(databasePath, { throwIfNoEntry: false })?.isDirectory() === true)
    return failed('unreadable', `${databasePath} is a folder: BLITZ_DB_PATH must name a file`);
  if (plan.paper === 'restored' && isLocked(instanceFolder))
    return failed('paper_runs', 'the paper exchange of this instance runs: npm run paper -- stop');
  const paper = path.join(instanceFolder, 'paper.db');
  const key = secretKeyFile(instanceFolder);
  const stamp = new Date(request.now).toISOString().replaceAll(/[:.]/g, '-');
  const drafts: string[] = [];
  const draftOf = (file: string): string => {
    drafts.push(`${file}.restoring`);
    fs.rmSync(`${file}.restoring`, { force: true });
    return `${file}.restoring`;
  };
  try {
    const replacements: [string, string][] = [];
    if (plan.secretKey === 'backup') replacements.push([key, copied(files.secretKey, draftOf(key))]);
    if (plan.paper === 'restored') replacements.push([paper, copied(files.paper, draftOf(paper))]);
    const database = copied(files.database, draftOf(databasePath));
    const replaced = lookInto(databasePath, readCycleKeys) ?? new Map<number, number>();
    const replacedIds = lookInto(databasePath, readGivenIds);
    prepareRestored(database, {
      replaced,
      replacedIds,
      dropKeys: plan.keysDropped,
      detail: detailOf(files.database, plan),
      now: request.now,
    });
    // The database comes last: beside a key that is not its own a server refuses to start.
    replacements.push([databasePath, database]);
    const setAside = replacements.map(([file, draft]) => replaceFile(file, draft, stamp));
    return {
      ok: true,
      value: { ...plan, written: true, setAside: setAside.filter((name) => name !== null) },
    };
  } finally {
    for (const draft of drafts) fs.rmSync(draft, { force: true });
  }
}

/** For the audit. */
function detailOf(file: string, { secretKey, paper, keysDropped }: Restored): Record<string, unknown> {
  return { backup: path.basename(file), secretKey, paper, keysDropped };
}

/** A file that was copied from a running server has the newest rows in the log beside it. */
function copied(from: string, to: string): string {
  if (fs.existsSync(`${from}-wal`)) takeSnapshot(from, to);
  else copyPrivately(from, to);
  return to;
}

/** The database that is replaced may be the very one that is damaged. */
function lookInto<T>(databasePath: string, look: Parameters<typeof peek<T>>[1]): T | null {
  try {
    return fs.existsSync(databasePath) ? peek(databasePath, look) : null;
  } catch {
    return null;
  }
}

function sealedElsewhere(keyFile: string, keys: BackupContents['keys']): Locked<never> {
  const open = keys.sealed - (keys.opened ?? 0);
  const message = `${open} of ${keys.sealed} exchange keys in the backup do not open with the secret key at hand. Put the one that belongs to it to ${keyFile}, or set BLITZ_SECRET_KEY. If it is lost: --drop-keys restores everything else, and the users enter their keys anew.`;
  return failed('sealed_elsewhere', message);
}

function failed(code: string, message: string): { ok: false; error: { code: string; message: string } } {
  return { ok: false, error: { code, message } };
}
