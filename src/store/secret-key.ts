/**
 * The master secret of an instance: BLITZ_SECRET_KEY, or `secret.key` in the instance folder, made at the
 * first start. Nothing uses it directly: every purpose has a key of its own, derived by HKDF (RFC 5869).
 */
import { hkdfSync, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

export type KeyPurpose = 'vault' | 'session' | 'operator';

export type SecretKeyResult =
  | { ok: true; value: { secret: string; source: 'environment' | 'file' | 'made' } }
  | { ok: false; error: { code: 'unreadable_secret_key'; message: string } };

const secretCharsMin = 32;

export function deriveKey(masterSecret: string, purpose: KeyPurpose): Buffer {
  return Buffer.from(hkdfSync('sha256', masterSecret, '', `blitz-lite ${purpose} v1`, 32));
}

/** False for what is left of a file that was cut short. */
export function isWholeSecret(secret: string): boolean {
  return secret.length >= secretCharsMin;
}

/** Reads the master secret, or makes one; the file is never half written and readable by its owner only. */
export function readSecretKey(instanceFolder: string, fromEnvironment: string | null): SecretKeyResult {
  if (fromEnvironment !== null)
    return { ok: true, value: { secret: fromEnvironment, source: 'environment' } };
  const file = path.join(instanceFolder, 'secret.key');
  try {
    const made = makeOnce(file);
    const secret = fs.readFileSync(file, 'utf8').trim();
    if (!isWholeSecret(secret)) return failure(`${file} is empty or cut short`);
    fs.chmodSync(file, 0o600);
    return { ok: true, value: { secret, source: made ? 'made' : 'file' } };
  } catch (error) {
    return failure(error instanceof Error ? error.message : String(error));
  }
}

function failure(what: string): SecretKeyResult {
  const message = `the secret key cannot be read: ${what}. Restore secret.key from a backup, or set BLITZ_SECRET_KEY. Without it stored exchange keys cannot be opened.`;
  return { ok: false, error: { code: 'unreadable_secret_key', message } };
}

/** Written aside and linked into place, so that a crash leaves either no key or a whole one. */
function makeOnce(file: string): boolean {
  if (fs.existsSync(file)) return false;
  const draft = `${file}.${process.pid}`;
  const handle = fs.openSync(draft, 'w', 0o600);
  try {
    fs.writeSync(handle, `${randomBytes(32).toString('base64url')}\n`);
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
  fs.renameSync(draft, file);
  return true;
}
