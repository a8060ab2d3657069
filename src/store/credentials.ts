/**
 * One venue key per user, sealed at rest. `read` tells what people may see, only `open` gives the key itself.
 *
 * Invariant: one venue account belongs to one user, since two ladders on it would net against each other;
 * the database enforces it (venue, environment, accountUid).
 */
import type { EnvironmentName, VenueKey, VenueName } from '../domain/venue-key.ts';
import type { PrismaClient } from './prisma-client.ts';
import { uniqueFieldsOf } from './unique-violation.ts';
import { type Vault, credentialIdentity } from './vault.ts';

export interface CredentialSummary {
  venue: VenueName;
  environment: EnvironmentName;
  /** The end of the key: four characters, and never more than half of it. */
  keyHint: string;
  /** The venue's own id of the account; null until the venue was asked. */
  accountUid: string | null;
}

export type SecretKeyCheck =
  | { ok: true }
  | { ok: false; error: { code: 'sealed_elsewhere'; message: string } };

export type SavedCredential = { ok: true } | { ok: false; error: { code: 'account_taken'; message: string } };

export interface Credentials {
  /** Users who have a key. */
  owners(): Promise<number[]>;
  read(userId: number): Promise<CredentialSummary | null>;
  /** The key in the clear; null when the user has none, or when it cannot be opened with this secret key. */
  open(userId: number): Promise<VenueKey | null>;
  /** Replaces the user's key. */
  save(userId: number, key: VenueKey, accountUid: string | null): Promise<SavedCredential>;
  /** False when there was none. Whoever removes a key is not given one by itself again. */
  remove(userId: number, now: number): Promise<boolean>;
  /** Whether the user ever removed a key. */
  wasRemoved(userId: number): Promise<boolean>;
  /** Fails when what is stored was sealed under another secret key. Asked once, at the start. */
  checkOpens(): Promise<SecretKeyCheck>;
}

export function createCredentials(prisma: PrismaClient, vault: Vault): Credentials {
  return {
    owners: async () => {
      const rows = await prisma.credential.findMany({ select: { userId: true }, orderBy: { userId: 'asc' } });
      return rows.map(({ userId }) => userId);
    },
    read: async (userId) => {
      const row = await prisma.credential.findUnique({ where: { userId } });
      return row && toSummary(row);
    },
    open: async (userId) => {
      const row = await prisma.credential.findUnique({ where: { userId } });
      return row && openRow(vault, row);
    },
    save: (userId, key, accountUid) => save(prisma, { userId, accountUid, ...sealKey(vault, userId, key) }),
    remove: async (userId, now) => {
      // Before the row goes: after a crash in between there is still a key, and then the mark means nothing.
      const where = { id: userId, credential: { isNot: null } };
      await prisma.user.updateMany({ where, data: { keyRemovedAt: new Date(now) } });
      return (await prisma.credential.deleteMany({ where: { userId } })).count === 1;
    },
    wasRemoved: async (userId) =>
      (await prisma.user.count({ where: { id: userId, keyRemovedAt: { not: null } } })) > 0,
    checkOpens: async () => {
      const row = await prisma.credential.findFirst({ orderBy: { userId: 'asc' } });
      return row !== null && openRow(vault, row) === null ? sealedElsewhere : { ok: true };
    },
  };
}

const sealedElsewhere: SecretKeyCheck = {
  ok: false,
  error: {
    code: 'sealed_elsewhere',
    message:
      'the exchange keys in this database were sealed with another secret key. Restore the secret.key (or BLITZ_SECRET_KEY) that belongs to it; without it they cannot be opened by anybody.',
  },
};

interface CredentialRow {
  userId: number;
  venue: string;
  environment: string;
  sealedKey: string;
  sealedSecret: string;
  keyHint: string;
  accountUid: string | null;
}

async function save(prisma: PrismaClient, row: CredentialRow): Promise<SavedCredential> {
  try {
    await prisma.credential.upsert({ where: { userId: row.userId }, create: row, update: row });
    return { ok: true };
  } catch (error) {
    if (uniqueFieldsOf(error)?.includes('accountUid') !== true) throw error;
    const message = `another user already trades this ${row.venue} account; one account belongs to one user, since two ladders on it would net against each other. Use a key of another account or subaccount.`;
    return { ok: false, error: { code: 'account_taken', message } };
  }
}

/** The columns of a key at rest, without whose it is. */
export function sealKey(vault: Vault, userId: number, key: VenueKey) {
  const { venue, environment } = key;
  const identity = (field: 'apiKey' | 'apiSecret') =>
    credentialIdentity({ userId, venue, environment, field });
  return {
    venue,
    environment,
    sealedKey: vault.seal(key.apiKey, identity('apiKey')),
    sealedSecret: vault.seal(key.apiSecret, identity('apiSecret')),
    keyHint: endOf(key.apiKey),
  };
}

function endOf(text: string): string {
  return text.slice(text.length - Math.min(4, Math.floor(text.length / 2)));
}

function openRow(vault: Vault, row: CredentialRow): VenueKey | null {
  const apiKey = vault.open(row.sealedKey, credentialIdentity({ ...row, field: 'apiKey' }));
  const apiSecret = vault.open(row.sealedSecret, credentialIdentity({ ...row, field: 'apiSecret' }));
  if (!apiKey.ok || !apiSecret.ok) return null;
  const { venue, environment } = toSummary(row);
  return { venue, environment, apiKey: apiKey.value, apiSecret: apiSecret.value };
}

/** Only `save` writes these rows, so their words are ours. */
function toSummary(row: CredentialRow): CredentialSummary {
  return {
    venue: row.venue as VenueName,
    environment: row.environment as EnvironmentName,
    keyHint: row.keyHint,
    accountUid: row.accountUid,
  };
}
