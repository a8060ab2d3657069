/**
 * Links that work once: to join, or to set a password. The token is in the link only; here is its hash.
 *
 * Invariant: a link is used at most once and for nothing but what it is for: using it up and what follows from it
 * are one transaction, so that a crash leaves either both or neither.
 */
import type { Sql } from './database.ts';
import type { Prisma, PrismaClient } from './prisma-client.ts';
import { isRowNumber } from './row-number.ts';
import { hashToken, makeToken } from './secret-token.ts';
import { newSessionVersion } from './session-version.ts';
import { toStoredTime } from './time.ts';
import { normalizeEmail } from './users.ts';

export type LinkKind = 'join' | 'password';

export interface InviteLink {
  id: number;
  kind: LinkKind;
  /** The only address that may join with it; null when any may. */
  email: string | null;
  /** Whose password it sets; null for joining. */
  userId: number | null;
  /** Ms since 1970. */
  createdAt: number;
  expiresAt: number;
  usedAt: number | null;
  revokedAt: number | null;
}

export interface NewLink {
  kind: LinkKind;
  email?: string | null;
  userId?: number | null;
  now: number;
  expiresAt: number;
}

export interface InviteLinks {
  /** The token is given out here and never again. */
  create(link: NewLink): Promise<{ id: number; token: string }>;
  /** The link as it is, only while it can be used. */
  find(token: string, now: number): Promise<InviteLink | null>;
  /** Makes the account of somebody who joins; the link is as it was when that fails. */
  join(id: number, account: { email: string; passwordHash: string }, now: number): LinkUse;
  /** Sets the password of the link's user and ends their sessions. */
  setPassword(id: number, passwordHash: string, now: number): LinkUse;
  /** False when there is no such link that could still be used. */
  revoke(id: number, now: number): Promise<boolean>;
  /** Every link that sets this user's password and was not used yet. */
  revokeOf(userId: number, now: number): Promise<void>;
  /** Newest first, at most a hundred. */
  list(): Promise<InviteLink[]>;
}

/** `spent`: somebody was faster, or the link cannot be used any more. */
export type LinkUse = { ok: true; userId: number } | { ok: false; code: 'spent' | 'email_taken' };

const LISTED_MAX = 100;

export function createInviteLinks(prisma: PrismaClient, sql: Sql): InviteLinks {
  return {
    ...prepareUses(sql),
    async create({ kind, email = null, userId = null, now, expiresAt }) {
      const token = makeToken();
      const data = { kind, email, userId, tokenHash: hashToken(token) };
      const times = { createdAt: new Date(now), expiresAt: new Date(expiresAt) };
      const { id } = await prisma.inviteLink.create({ data: { ...data, ...times } });
      return { id, token };
    },
    async find(token, now) {
      const row = await prisma.inviteLink.findFirst({
        where: { tokenHash: hashToken(token), ...usable(now) },
      });
      return row && toLink(row);
    },
    async revoke(id, now) {
      if (!isRowNumber(id)) return false;
      const data = { revokedAt: new Date(now) };
      return (await prisma.inviteLink.updateMany({ where: { id, ...usable(now) }, data })).count === 1;
    },
    async revokeOf(userId, now) {
      const where = { userId, ...usable(now) };
      await prisma.inviteLink.updateMany({ where, data: { revokedAt: new Date(now) } });
    },
    async list() {
      return (await prisma.inviteLink.findMany({ orderBy: { id: 'desc' }, take: LISTED_MAX })).map(toLink);
    },
  };
}

/** Prisma opens no transaction in the server (docs/decisions/0001-two-connections.md): these are synchronous. */
function prepareUses(sql: Sql): Pick<InviteLinks, 'join' | 'setPassword'> {
  const useUp = sql
    .prepare(
      `UPDATE InviteLink SET usedAt = @at
       WHERE id = @id AND kind = @kind AND usedAt IS NULL AND revokedAt IS NULL AND expiresAt > @at
       RETURNING coalesce(userId, 0) AS userId`,
    )
    .pluck();
  const addUser = sql.prepare(
    `INSERT INTO User (email, passwordHash, role, sessionVersion, createdAt)
     VALUES (@email, @passwordHash, 'user', @sessionVersion, @at) ON CONFLICT (email) DO NOTHING`,
  );
  const setPassword = sql.prepare(
    'UPDATE User SET passwordHash = ?, sessionVersion = sessionVersion + 1 WHERE id = ?',
  );
  const use = (kind: LinkKind, { id, at }: { id: number; at: string }): number | undefined =>
    useUp.get({ id, at, kind }) as number | undefined;
  const joinWhole = sql.transaction(
    (id: number, account: { email: string; passwordHash: string }, at: string) => {
      if (use('join', { id, at }) === undefined) throw new Undone('spent');
      const email = normalizeEmail(account.email);
      const added = addUser.run({ ...account, email, sessionVersion: newSessionVersion(), at });
      if (added.changes === 0) throw new Undone('email_taken');
      return Number(added.lastInsertRowid);
    },
  );
  const setWhole = sql.transaction((id: number, passwordHash: string, at: string) => {
    const userId = use('password', { id, at });
    if (userId === undefined || setPassword.run(passwordHash, userId).changes === 0)
      throw new Undone('spent');
    return userId;
  });
  return {
    join: (id, account, now) => done(() => joinWhole.immediate(id, account, toStoredTime(now))),
    setPassword: (id, passwordHash, now) =>
      done(() => setWhole.immediate(id, passwordHash, toStoredTime(now))),
  };
}

/** Thrown inside a transaction, so that nothing of it stays. */
class Undone extends Error {
  readonly code: 'spent' | 'email_taken';

  constructor(code: 'spent' | 'email_taken') {
    super(code);
    this.code = code;
  }
}

function done(run: () => number): LinkUse {
  try {
    return { ok: true, userId: run() };
  } catch (error) {
    if (error instanceof Undone) return { ok: false, code: error.code };
    throw error;
  }
}

function usable(now: number): Prisma.InviteLinkWhereInput {
  return { usedAt: null, revokedAt: null, expiresAt: { gt: new Date(now) } };
}

interface LinkRow {
  id: number;
  kind: string;
  email: string | null;
  userId: number | null;
  createdAt: Date;
  expiresAt: Date;
  usedAt: Date | null;
  revokedAt: Date | null;
}

function toLink(row: LinkRow): InviteLink {
  return {
    id: row.id,
    kind: row.kind === 'join' ? 'join' : 'password',
    email: row.email,
    userId: row.userId,
    createdAt: row.createdAt.getTime(),
    expiresAt: row.expiresAt.getTime(),
    usedAt: row.usedAt?.getTime() ?? null,
    revokedAt: row.revokedAt?.getTime() ?? null,
  };
}
