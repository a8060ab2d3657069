/** The secret key of an instance where there is one; unlike the server's start, looking never makes one. */
import fs from 'node:fs';
import path from 'node:path';
import { readSecretKey } from '../store/secret-key.ts';
import type { Locked } from './instance.ts';

export const secretKeyFile = (folder: string) => path.join(folder, 'secret.key');

/** Null when there is none; a file that is cut short fails. */
export function secretAt(folder: string, fromEnvironment: string | null): Locked<string | null> {
  if (fromEnvironment === null && !fs.existsSync(secretKeyFile(folder))) return { ok: true, value: null };
  const read = readSecretKey(folder, fromEnvironment);
  return read.ok ? { ok: true, value: read.value.secret } : read;
}
