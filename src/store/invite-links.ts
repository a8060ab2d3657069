/**
 * Links that work once: to join, or to set a password. The token is in the link only; here is its hash.
 *
 * Invariant: a link is used at most once, since `claim` is one conditional statement.
 */
import type { Prisma, PrismaClient } from './prisma-client.ts';
import { isRowNumber } from './row-number.ts';
import { hashToken, makeToken } from './secret-token.ts';

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
  /** Uses the link up; false when somebody was faster, or when it cannot be used any more. */
  claim(id: number, now: number): Promise<boolean>;
  /** Takes a use back that led to nothing. */
  release(id: number): Promise<void>;
  /**
   * False when there is no such link that could still be used. Where a use is under way that leads to nothing,
   * the link does not come back.
   */
  revoke(id: number, now: number): Promise<boolean>;
  /** Every link that sets this user's password and was not used yet. */
  revokeOf(userId: number, now: number): Promise<void>;
  /** Newest first, at most a hundred. */
  list(): Promise<InviteLink[]>;
}

const LISTED_MAX = 100;

export function createInviteLinks(prisma: PrismaClient): InviteLinks {
  return {
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
    async claim(id, now) {
      const claimed = await prisma.inviteLink.updateMany({
        where: { id, ...usable(now) },
        data: { usedAt: new Date(now) },
      });
      return claimed.count === 1;
    },
    async release(id) {
      await prisma.inviteLink.updateMany({ where: { id }, data: { usedAt: null } });
    },
    async revoke(id, now) {
      if (!isRowNumber(id)) return false;
      const data = { revokedAt: new Date(now) };
      const revoked = await prisma.inviteLink.updateMany({ where: { id, ...usable(now) }, data });
      if (revoked.count === 1) return true;
      const { usedAt: _whetherUsed, ...open } = usable(now);
      await prisma.inviteLink.updateMany({ where: { id, ...open }, data });
      return false;
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
