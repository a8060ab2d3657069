/** An instance folder with a user, a ladder of cycles begun and a sealed key, closed; for tests of commands. */
import path from 'node:path';
import { createCredentials } from '../store/credentials.ts';
import { openDatabase } from '../store/database.ts';
import { readSecretKey } from '../store/secret-key.ts';
import { createVault } from '../store/vault.ts';
import { migrationsFolder } from './scratch-database.ts';
import { scratchFolder } from './scratch-folder.ts';

export interface ScratchInstance {
  databasePath: string;
  instanceFolder: string;
  secretKey: null;
}

/** One user with the email, whose bot had a cycle with this key; `migrations` of an older version on request. */
export async function scratchInstance(
  email: string,
  cycleKey = 50_000,
  migrations = migrationsFolder,
): Promise<ScratchInstance> {
  const folder = scratchFolder();
  const databasePath = path.join(folder, 'users.db');
  const opened = await openDatabase(databasePath, migrations);
  if (!opened.ok) throw new Error(opened.error.message);
  const { prisma, sql, close } = opened.value;
  const secret = readSecretKey(folder, null);
  if (!secret.ok) throw new Error(secret.error.message);
  // Prisma's client knows columns that an older version has not.
  sql.prepare("INSERT INTO User (id, email, passwordHash) VALUES (7, ?, '-')").run(email);
  await prisma.bot.create({ data: { userId: 7, desired: 'running', cycleNumber: 1, cycleKey } });
  const key = { venue: 'bybit', environment: 'paper', apiKey: 'a key of ours', apiSecret: 'secret' } as const;
  await createCredentials(prisma, createVault(secret.value.secret)).save(7, key, 'uid-7');
  await close();
  return { databasePath, instanceFolder: folder, secretKey: null };
}
