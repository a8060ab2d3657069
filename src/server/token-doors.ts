/** A user's own access tokens: made, listed, revoked. The token itself is in the first answer and nowhere else. */
import type { Scope } from '../store/api-tokens.ts';
import { record } from './audit.ts';
import { tellAccessEnded } from './access-ends.ts';
import { type Answer, refuse } from './refusal.ts';
import { runtime } from './runtime.ts';

export interface ListedToken {
  id: number;
  name: string;
  scopes: Scope[];
  /** The last four characters. */
  hint: string;
  /** ISO 8601. */
  createdAt: string;
  expiresAt: string | null;
  expired: boolean;
  lastUsedAt: string | null;
}

const TOKENS_MAX = 20;

/** `control` includes `read`. Errors: `too_many_tokens`. */
export async function createToken(
  userId: number,
  input: { name: string; scopes: Scope[]; expiresAt?: number | null | undefined },
): Promise<Answer<{ id: number; token: string }>> {
  const scopes: Scope[] = input.scopes.includes('control') ? ['read', 'control'] : ['read'];
  const { name, expiresAt = null } = input;
  const token = { userId, name, scopes, expiresAt, now: Date.now() };
  const made = runtime().apiTokens.createWithin(TOKENS_MAX, token);
  if (made === null) {
    return refuse(
      'too_many_tokens',
      `There are ${TOKENS_MAX} tokens already: revoke one that is not used any more.`,
    );
  }
  const expires = expiresAt === null ? null : new Date(expiresAt).toISOString();
  await record('token.create', { subjectId: userId, detail: { tokenId: made.id, name, scopes, expires } });
  return { ok: true, value: made };
}

/** Oldest first. */
export async function listTokens(userId: number): Promise<ListedToken[]> {
  const now = Date.now();
  return (await runtime().apiTokens.list(userId)).map(({ createdAt, expiresAt, lastUsedAt, ...token }) => ({
    ...token,
    createdAt: new Date(createdAt).toISOString(),
    expiresAt: expiresAt === null ? null : new Date(expiresAt).toISOString(),
    expired: expiresAt !== null && expiresAt <= now,
    lastUsedAt: lastUsedAt === null ? null : new Date(lastUsedAt).toISOString(),
  }));
}

/** Errors: `not_found`. */
export async function revokeToken(userId: number, id: number): Promise<Answer<{ revoked: true }>> {
  if (!(await runtime().apiTokens.revoke(userId, id))) {
    return refuse('not_found', 'There is no such token; perhaps it was revoked already.');
  }
  tellAccessEnded(userId);
  await record('token.revoke', { subjectId: userId, detail: { tokenId: id } });
  return { ok: true, value: { revoked: true } };
}
