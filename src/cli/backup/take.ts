/**
 * A backup from end to end: snapshots beside their final names, checked as a restore would check them, then
 * renamed; the database comes last, so that where it stands the backup is whole.
 */
import fs from 'node:fs';
import path from 'node:path';
import type { Config } from '../../server/config.ts';
import { type BackupContents, checkBackup } from '../../store/check-backup.ts';
import { checkDatabaseFile } from '../../store/database.ts';
import { copyPrivately, syncToDisk, takeSnapshot } from '../../store/snapshot.ts';
import { createVault } from '../../store/vault.ts';
import type { Locked } from '../instance.ts';
import { secretAt, secretKeyFile } from '../secret-at.ts';
import { filesOf, keepNewest, nameAt } from './backup-files.ts';

export interface BackupRequest {
  config: Pick<Config, 'databasePath' | 'instanceFolder' | 'secretKey'>;
  migrationsFolder: string;
  /** A file, or a folder that is there; null: `backups` in the instance folder. */
  target: string | null;
  withKey: boolean;
  withPaper: boolean;
  /** How many of the folder's backups stay; null: all. */
  keep: number | null;
  now: number;
}

export interface BackupTaken {
  database: string;
  /** Null: left out, or not in a file of the instance folder. */
  secretKey: string | null;
  paper: string | null;
  bytes: number;
  contents: BackupContents;
  /** Names of older backups that were removed. */
  removed: string[];
}

export function takeBackup(request: BackupRequest): Locked<BackupTaken> {
  const { config, target } = request;
  const source = checkDatabaseFile(config.databasePath);
  if (!source.ok) return source;
  if (source.value === 'absent')
    return failed(
      'no_database',
      `there is no database at ${config.databasePath} yet: BLITZ_DB_PATH names it`,
    );
  const wrong = wrongTarget(request);
  if (wrong !== null) return wrong;
  const folder = folderOf(request);
  const database = folder === null ? path.resolve(target ?? '') : nameAt(folder, request.now);
  if (fs.existsSync(database))
    return failed('exists', `${database} is there already: name another file, or a folder`);
  fs.mkdirSync(path.dirname(database), { recursive: true, mode: 0o700 });
  const taken = take(request, database);
  if (!taken.ok || request.keep === null || folder === null) return taken;
  return { ok: true, value: { ...taken.value, removed: keepNewest(folder, request.keep) } };
}

/** A folder that is not there (not mounted, perhaps) must not become a file of that name. */
function wrongTarget(request: BackupRequest): Locked<never> | null {
  const { target, keep } = request;
  if (target === null || folderOf(request) !== null) return null;
  if (!target.endsWith('.db'))
    return failed(
      'no_folder',
      `${target} is not a folder that is there, and the name of a file must end in .db`,
    );
  if (keep !== null)
    return failed('wrong_usage', '--keep counts the backups of a folder, and a file was named');
  return null;
}

/** Null when the target is a file. */
function folderOf({ config, target }: BackupRequest): string | null {
  if (target === null) return path.join(config.instanceFolder, 'backups');
  const stat = fs.statSync(target, { throwIfNoEntry: false });
  return stat?.isDirectory() === true ? path.resolve(target) : null;
}

function take(request: BackupRequest, database: string): Locked<BackupTaken> {
  const { config, migrationsFolder, withKey, withPaper } = request;
  const secret = secretAt(config.instanceFolder, config.secretKey);
  if (!secret.ok) return secret;
  const files = filesOf(database);
  const drafts: { from: string; to: string }[] = [];
  const draft = (to: string, write: (from: string) => void): string => {
    const from = `${to}.${process.pid}.part`;
    drafts.push({ from, to });
    write(from);
    return from;
  };
  try {
    if (withKey && fs.existsSync(secretKeyFile(config.instanceFolder)) && config.secretKey === null)
      draft(files.secretKey, (from) => copyPrivately(secretKeyFile(config.instanceFolder), from));
    const paper = path.join(config.instanceFolder, 'paper.db');
    if (withPaper && fs.existsSync(paper)) draft(files.paper, (from) => takeSnapshot(paper, from));
    const copy = draft(files.database, (from) => takeSnapshot(config.databasePath, from));
    const vault = secret.value === null ? null : createVault(secret.value);
    const checked = checkBackup(copy, { migrationsFolder, vault });
    if (!checked.ok) return checked;
    const has = (to: string) => (drafts.some((one) => one.to === to) ? to : null);
    const bytes = fs.statSync(copy).size;
    for (const { from, to } of drafts) fs.renameSync(from, to);
    syncToDisk(database);
    const parts = { database, secretKey: has(files.secretKey), paper: has(files.paper) };
    return { ok: true, value: { ...parts, bytes, contents: checked.value, removed: [] } };
  } finally {
    for (const { from } of drafts) fs.rmSync(from, { force: true });
  }
}

function failed(code: string, message: string): { ok: false; error: { code: string; message: string } } {
  return { ok: false, error: { code, message } };
}
