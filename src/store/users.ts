/** Who may sign in. Emails are compared in lower case, as they are stored. */
import type { StopMode } from '../domain/words.ts';
import type { PrismaClient } from './prisma-client.ts';
import { isRowNumber } from './row-number.ts';
import { newSessionVersion } from './session-version.ts';
import { uniqueFieldsOf } from './unique-violation.ts';

export type Role = 'user' | 'admin';

export interface UserAccount {
  id: number;
  email: string;
  /** Empty while the user has not set a first password: nothing fits it. */
  passwordHash: string;
  role: Role;
  /** Part of every session: a session with another number is over. */
  sessionVersion: number;
  /** Ms since 1970; null while the user may sign in. */
  disabledAt: number | null;
  /** How the bot of a disabled user stops. */
  disabledMode: StopMode | null;
  createdAt: number;
}

export interface NewUser {
  id?: number;
  email: string;
  passwordHash: string;
  role: Role;
}

export type CreatedUser =
  | { ok: true; value: UserAccount }
  | { ok: false; error: { code: 'email_taken' | 'id_taken'; message: string } };

export interface Users {
  findByEmail(email: string): Promise<UserAccount | null>;
  findById(id: number): Promise<UserAccount | null>;
  /** Oldest first. */
  list(): Promise<UserAccount[]>;
  /** Ids of users who have no settings, or no venue key and never removed one. */
  listUnprovided(): Promise<number[]>;
  create(user: NewUser): Promise<CreatedUser>;
  /** Ends every session of the user; false when there is no such user. */
  setPassword(id: number, passwordHash: string): Promise<boolean>;
  countAdmins(): Promise<number>;
}

export function createUsers(prisma: PrismaClient): Users {
  return {
    findByEmail: async (email) => {
      const row = await prisma.user.findUnique({ where: { email: normalizeEmail(email) } });
      return row && toAccount(row);
    },
    findById: async (id) => {
      if (!isRowNumber(id)) return null;
      const row = await prisma.user.findUnique({ where: { id } });
      return row && toAccount(row);
    },
    list: async () => (await prisma.user.findMany({ orderBy: { id: 'asc' } })).map(toAccount),
    listUnprovided: async () => {
      const where = { OR: [{ settings: null }, { credential: null, keyRemovedAt: null }] };
      return (await prisma.user.findMany({ where, select: { id: true } })).map(({ id }) => id);
    },
    create: (user) => create(prisma, user),
    setPassword: async (id, passwordHash) => {
      const data = { passwordHash, sessionVersion: { increment: 1 } };
      return (await prisma.user.updateMany({ where: { id }, data })).count === 1;
    },
    countAdmins: () => prisma.user.count({ where: { role: 'admin' } }),
  };
}

export function normalizeEmail(email: string): string {
  return email.trim().toLowerCase();
}

async function create(prisma: PrismaClient, user: NewUser): Promise<CreatedUser> {
  const email = normalizeEmail(user.email);
  if (user.id !== undefined && (await prisma.removedUser.count({ where: { id: user.id } })) > 0) {
    const message = `the id ${user.id} belonged to a user who was removed. Ids are never given again, since the tags of orders carry them; leave it out or choose another.`;
    return { ok: false, error: { code: 'id_taken', message } };
  }
  try {
    const data = { ...user, email, sessionVersion: newSessionVersion() };
    return { ok: true, value: toAccount(await prisma.user.create({ data })) };
  } catch (error) {
    const fields = uniqueFieldsOf(error);
    if (fields === null) throw error;
    const taken = fields.includes('email')
      ? ({ code: 'email_taken', message: `there is already a user with the email ${email}` } as const)
      : ({ code: 'id_taken', message: `there is already a user with the id ${user.id}` } as const);
    return { ok: false, error: taken };
  }
}

interface UserRow extends Omit<UserAccount, 'role' | 'disabledAt' | 'disabledMode' | 'createdAt'> {
  role: string;
  disabledAt: Date | null;
  disabledMode: string | null;
  createdAt: Date;
}

function toAccount(row: UserRow): UserAccount {
  return {
    ...row,
    role: row.role === 'admin' ? 'admin' : 'user',
    disabledAt: row.disabledAt?.getTime() ?? null,
    disabledMode: row.disabledMode as StopMode | null,
    createdAt: row.createdAt.getTime(),
  };
}
