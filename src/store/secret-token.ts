/**
 * Random tokens that open something by themselves: access tokens and one-time links. Only their hash is stored.
 * They are long and random, so that a plain SHA-256 is enough: there is nothing to guess.
 */
import { createHash, randomBytes } from 'node:crypto';

const BYTES = 32;

/** 256 random bits in base64url, 43 characters, behind the prefix. */
export function makeToken(prefix = ''): string {
  return `${prefix}${randomBytes(BYTES).toString('base64url')}`;
}

export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
