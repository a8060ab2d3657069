/**
 * Access tokens of scripts. Every request that carries one asks `find`: one prepared look-up by the hash's index.
 *
 * When a token was used last is kept in memory and written at most once a minute, by a timer: no request, and
 * so no order, ever waits for it.
 */
import { assert } from '../domain/assert.ts';
import type { Role } from './users.ts';
import type { Sql } from './database.ts';
import type { PrismaClient } from './prisma-client.ts';
import { isRowNumber } from './row-number.ts';
import { hashToken, makeToken } from './secret-token.ts';
import { fromStoredTimeOrNull, toStoredTime, toStoredTimeOrNull } from './time.ts';

/** `read` looks; `control` may also start, stop, recover and save settings. */
export type Scope = 'read' | 'control';

export const TOKEN_PREFIX = 'blitz_';

export interface ApiToken {
  id: number;
  name: string;
  scopes: Scope[];
  /** The last four characters. */
  hint: string;
  /** Ms since 1970. */
  createdAt: number;
  /** Null for one that never expires by itself. */
  expiresAt: number | null;
  lastUsedAt: number | null;
}

/** A token that opens something, and whose it is. */
export interface TokenOwner {
  tokenId: number;
  scopes: Scope[];
  expiresAt: number | null;
  userId: number;
  email: string;
  role: Role;
}

export interface NewToken {
  userId: number;
  name: string;
  scopes: Scope[];
  expiresAt: number | null;
  now: number;
}

export interface ApiTokens {
  /** The token is given out here and never again. */
  create(token: NewToken): { id: number; token: string };
  /** The same, but null where the user has `most` already: counted and made in one statement. */
  createWithin(most: number, token: NewToken): { id: number; token: string } | null;
  /** Oldest first. */
  list(userId: number): Promise<ApiToken[]>;
  /** False when the user has no such token. */
  revoke(userId: number, id: number): Promise<boolean>;
  /** How many there were. */
  revokeAll(userId: number): Promise<number>;
  /** Null for a token that is unknown or expired, or whose user is disabled. Notes the use. */
  find(token: string, now: number): TokenOwner | null;
  /** The same for a stream that was opened with it; notes nothing. */
  isValid(tokenId: number, now: number): boolean;
  /** Writes down what is only in memory. */
  flush(): void;
  close(): void;
}

const FLUSH_MS = 60_000;

export function createApiTokens(prisma: PrismaClient, sql: Sql): ApiTokens {
  const owned = `SELECT t.id AS tokenId, t.scopes, t.expiresAt, t.userId, u.email, u.role
    FROM ApiToken AS t JOIN User AS u ON u.id = t.userId AND u.disabledAt IS NULL`;
  const byHash = sql.prepare(`${owned} WHERE t.tokenHash = ?`);
  const byId = sql.prepare(`${owned} WHERE t.id = ?`);
  const insert = sql.prepare(
    `INSERT INTO ApiToken (userId, name, scopes, tokenHash, hint, createdAt, expiresAt)
     SELECT @userId, @name, @scopes, @tokenHash, @hint, @createdAt, @expiresAt
     WHERE (SELECT count(*) FROM ApiToken WHERE userId = @userId) < @most`,
  );
  const note = sql.prepare('UPDATE ApiToken SET lastUsedAt = ? WHERE id = ?');
  const uses = new Map<number, number>();
  const flush = () => {
    for (const [id, at] of uses) note.run(toStoredTime(at), id);
    uses.clear();
  };
  const timer = setInterval(flush, FLUSH_MS).unref();

  const createWithin: ApiTokens['createWithin'] = (most, { userId, name, scopes, expiresAt, now }) => {
    const token = makeToken(TOKEN_PREFIX);
    const made = insert.run({
      userId,
      name,
      scopes: scopes.join(','),
      tokenHash: hashToken(token),
      hint: token.slice(-4),
      createdAt: toStoredTime(now),
      expiresAt: toStoredTimeOrNull(expiresAt),
      most,
    });
    return made.changes === 0 ? null : { id: Number(made.lastInsertRowid), token };
  };

  return {
    create(token) {
      const made = createWithin(Number.MAX_SAFE_INTEGER, token);
      assert(made !== null, 'nobody has that many tokens');
      return made;
    },
    createWithin,
    async list(userId) {
      const rows = await prisma.apiToken.findMany({ where: { userId }, orderBy: { id: 'asc' } });
      return rows.map((row) => ({
        id: row.id,
        name: row.name,
        scopes: toScopes(row.scopes),
        hint: row.hint,
        createdAt: row.createdAt.getTime(),
        expiresAt: row.expiresAt?.getTime() ?? null,
        lastUsedAt: uses.get(row.id) ?? row.lastUsedAt?.getTime() ?? null,
      }));
    },
    revoke: async (userId, id) =>
      isRowNumber(id) && (await prisma.apiToken.deleteMany({ where: { id, userId } })).count === 1,
    revokeAll: async (userId) => (await prisma.apiToken.deleteMany({ where: { userId } })).count,
    find(token, now) {
      const owner = toOwner(byHash.get(hashToken(token)), now);
      if (owner !== null) uses.set(owner.tokenId, now);
      return owner;
    },
    isValid: (tokenId, now) => toOwner(byId.get(tokenId), now) !== null,
    flush,
    close() {
      clearInterval(timer);
      flush();
    },
  };
}

interface OwnerRow {
  tokenId: number;
  scopes: string;
  expiresAt: string | null;
  userId: number;
  email: string;
  role: string;
}

function toOwner(found: unknown, now: number): TokenOwner | null {
  const row = found as OwnerRow | undefined;
  if (row === undefined) return null;
  const expiresAt = fromStoredTimeOrNull(row.expiresAt);
  if (expiresAt !== null && expiresAt <= now) return null;
  return { ...row, scopes: toScopes(row.scopes), expiresAt, role: row.role === 'admin' ? 'admin' : 'user' };
}

function toScopes(text: string): Scope[] {
  return text.split(',').filter((scope): scope is Scope => scope === 'read' || scope === 'control');
}
