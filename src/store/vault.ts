/**
 * Seals secrets for the database: AES-256-GCM under a key derived from the master secret, with the row's
 * identity as associated data. A sealed text that was moved to another row or changed by one bit opens no more.
 *
 * Form: `v1.{nonce}.{ciphertext}.{authentication tag}`, each base64url. The version tells how to open it.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { deriveKey } from './secret-key.ts';

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;
const version = 'v1';

export type Opened =
  | { ok: true; value: string }
  | { ok: false; error: { code: 'unknown_form' | 'does_not_open' } };

export interface Vault {
  seal(plain: string, identity: string): string;
  open(sealed: string, identity: string): Opened;
}

/** Where a secret of a credential lives; its associated data. */
export function credentialIdentity(of: {
  userId: number;
  venue: string;
  environment: string;
  field: 'apiKey' | 'apiSecret';
}): string {
  return `credential:${of.userId}:${of.venue}:${of.environment}:${of.field}`;
}

export function createVault(masterSecret: string): Vault {
  const key = deriveKey(masterSecret, 'vault');
  return {
    seal: (plain, identity) => seal(key, plain, identity),
    open: (sealed, identity) => open(key, sealed, identity),
  };
}

function seal(key: Buffer, plain: string, identity: string): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagBytes });
  cipher.setAAD(Buffer.from(identity));
  const text = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
  return [version, ...[nonce, text, cipher.getAuthTag()].map((part) => part.toString('base64url'))].join('.');
}

function open(key: Buffer, sealed: string, identity: string): Opened {
  const [form, ...parts] = sealed.split('.');
  const [nonce, text, tag] = parts.map((part) => Buffer.from(part, 'base64url'));
  if (form !== version || parts.length !== 3 || !nonce || !text || !tag) return failed('unknown_form');
  if (nonce.length !== nonceBytes || tag.length !== tagBytes) return failed('unknown_form');
  const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagBytes });
  decipher.setAAD(Buffer.from(identity));
  decipher.setAuthTag(tag);
  try {
    return { ok: true, value: Buffer.concat([decipher.update(text), decipher.final()]).toString('utf8') };
  } catch {
    return failed('does_not_open');
  }
}

function failed(code: 'unknown_form' | 'does_not_open'): Opened {
  return { ok: false, error: { code } };
}
