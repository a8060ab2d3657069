/** An import from end to end: read, plan, and, when asked to, write under the server's lock. */
import fs from 'node:fs';
import type { Config } from '../../server/config.ts';
import { createCredentials } from '../../store/credentials.ts';
import { checkDatabaseFile, type Database, openDatabase, type Sql } from '../../store/database.ts';
import { readRemovedIds, readResidents, writeMovedUsers } from '../../store/moved-users.ts';
import { peek } from '../../store/peek.ts';
import { readSecretKey } from '../../store/secret-key.ts';
import { createVault } from '../../store/vault.ts';
import { type Locked, underLock } from '../instance.ts';
import { makeEntrances } from './entrances.ts';
import { type OriginalFile, readOriginalFile } from './original-file.ts';
import {
  type ImportPlan,
  isEmptyPlan,
  movedUsers,
  type NewUser,
  type PlanContext,
  planImport,
} from './plan.ts';

export interface ImportRequest {
  file: string;
  /** False: only say what would be done. */
  write: boolean;
  config: Pick<Config, 'databasePath' | 'instanceFolder' | 'secretKey' | 'adminEmail' | 'publicUrl'>;
  migrationsFolder: string;
  now: number;
}

export interface ImportOutcome {
  plan: ImportPlan;
  written: boolean;
  /** Where the links are with which new users set their passwords; null when there are none. */
  entrancesFile: string | null;
}

export async function importOriginal(request: ImportRequest): Promise<Locked<ImportOutcome>> {
  const { config } = request;
  const target = checkDatabaseFile(config.databasePath);
  if (!target.ok) return target;
  const original = readOriginalFile(request.file);
  if (!original.ok) return original;
  if (request.write) return underLock(config.instanceFolder, () => write(request, original.value));
  const present = target.value === 'absent' ? nobody : peek(config.databasePath, readPresent);
  const plan = planFor(request, original.value, present);
  return { ok: true, value: { plan, written: false, entrancesFile: null } };
}

async function write(request: ImportRequest, original: OriginalFile): Promise<Locked<ImportOutcome>> {
  const opened = await openDatabase(request.config.databasePath, request.migrationsFolder);
  if (!opened.ok) return opened;
  try {
    const plan = planFor(request, original, readPresent(opened.value.sql));
    if (isEmptyPlan(plan)) return { ok: true, value: { plan, written: false, entrancesFile: null } };
    return await writePlan(request, opened.value, plan);
  } finally {
    await opened.value.close();
  }
}

async function writePlan(
  { config, now }: ImportRequest,
  { prisma, sql }: Database,
  plan: ImportPlan,
): Promise<Locked<ImportOutcome>> {
  const secret = readSecretKey(config.instanceFolder, config.secretKey);
  if (!secret.ok) return secret;
  const vault = createVault(secret.value.secret);
  const opens = await createCredentials(prisma, vault).checkOpens();
  if (!opens.ok) return opens;
  const newcomers = plan.users.filter((user): user is NewUser => user.outcome === 'new');
  // Before the users: a crash in between leaves a useless file, not users who cannot get in.
  const { instanceFolder: folder, publicUrl } = config;
  const { file, links } = makeEntrances(newcomers, { folder, publicUrl, now });
  try {
    writeMovedUsers(sql, movedUsers(plan, links), { vault, now });
  } catch (error) {
    if (file !== null) fs.rmSync(file);
    throw error;
  }
  return { ok: true, value: { plan, written: true, entrancesFile: file } };
}

type Present = Pick<PlanContext, 'residents' | 'removedIds'>;

const nobody: Present = { residents: [], removedIds: new Set() };

function readPresent(sql: Sql): Present {
  return { residents: readResidents(sql), removedIds: readRemovedIds(sql) };
}

function planFor({ config }: ImportRequest, original: OriginalFile, present: Present): ImportPlan {
  return planImport(original, { ...present, adminEmail: config.adminEmail });
}
