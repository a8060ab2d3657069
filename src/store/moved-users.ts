/**
 * Writes people who move in from another server: users with their ids, ladders, sealed keys and past trades,
 * all of them in one transaction, so that a crash leaves either everything or nothing.
 *
 * Entry points: `readResidents` (who is there already), `writeMovedUsers`. For the command line, under the
 * instance's lock: it is synchronous, and no bot may wait for it.
 */
import type { LadderSettings } from '../domain/settings.ts';
import type { VenueKey } from '../domain/venue-key.ts';
import { createAuditLog, type NewAuditEntry } from './audit-log.ts';
import { sealKey } from './credentials.ts';
import type { Sql } from './database.ts';
import type { PastTrade } from './past-trades.ts';
import { newSessionVersion } from './session-version.ts';
import { toStoredTime, toStoredTimeOrNull } from './time.ts';
import type { Role } from './users.ts';
import type { Vault } from './vault.ts';

export interface Resident {
  id: number;
  email: string;
  role: Role;
  /** Past trades that are here already, by their number on the original server. */
  pastTrades: ReadonlySet<number>;
}

export interface EntranceLink {
  tokenHash: string;
  /** Ms since 1970. */
  expiresAt: number;
}

export interface MovedUser {
  id: number;
  /** Null for a user who is here already: only past trades are added. */
  account: {
    email: string;
    role: Role;
    /** With which the first password is set; null: an admin has to make one. */
    link: EntranceLink | null;
    settings: LadderSettings | null;
    key: VenueKey | null;
  } | null;
  /** Oldest first. */
  pastTrades: readonly PastTrade[];
}

/** Also of a database of an older version, which has no past trades yet. */
export function readResidents(sql: Sql): Resident[] {
  const users = sql.prepare('SELECT id, email, role FROM User ORDER BY id').all() as {
    id: number;
    email: string;
    role: string;
  }[];
  const known = sql.prepare("SELECT 1 FROM sqlite_master WHERE name = 'PastTrade'").get() !== undefined;
  const trades = known ? sql.prepare('SELECT originalId FROM PastTrade WHERE userId = ?').pluck() : null;
  return users.map(({ id, email, role }) => ({
    id,
    email,
    role: role === 'admin' ? 'admin' : 'user',
    pastTrades: new Set((trades?.all(id) ?? []) as number[]),
  }));
}

/** Ids that nobody gets again; of a database of an older version, none. */
export function readRemovedIds(sql: Sql): Set<number> {
  const known = sql.prepare("SELECT 1 FROM sqlite_master WHERE name = 'RemovedUser'").get() !== undefined;
  return new Set(known ? (sql.prepare('SELECT id FROM RemovedUser').pluck().all() as number[]) : []);
}

export function writeMovedUsers(
  sql: Sql,
  users: readonly MovedUser[],
  { vault, now }: { vault: Vault; now: number },
): void {
  const at = toStoredTime(now);
  const user = sql.prepare(
    `INSERT INTO User (id, email, passwordHash, role, sessionVersion, createdAt)
     VALUES (@id, @email, '', @role, @sessionVersion, @at)`,
  );
  const entrance = sql.prepare(
    `INSERT INTO InviteLink (kind, tokenHash, userId, createdAt, expiresAt)
     VALUES ('password', @tokenHash, @userId, @at, @expiresAt)`,
  );
  const settings = sql.prepare(
    `INSERT INTO BotSettings (userId, symbol, side, leverage, legs, rounds, takeProfit, stopLoss, repeat, cooldown, guard, updatedAt)
     VALUES (@userId, @symbol, @side, @leverage, @legs, @rounds, @takeProfit, @stopLoss, @repeat, @cooldown, @guard, @at)`,
  );
  const credential = sql.prepare(
    `INSERT INTO Credential (userId, venue, environment, sealedKey, sealedSecret, keyHint, updatedAt)
     VALUES (@userId, @venue, @environment, @sealedKey, @sealedSecret, @keyHint, @at)`,
  );
  const trade = sql.prepare(
    `INSERT INTO PastTrade (userId, originalId, symbol, side, entryPrice, exitPrice, quantity, pnl, closedAt)
     VALUES (@userId, @originalId, @symbol, @side, @entryPrice, @exitPrice, @quantity, @pnl, @closedAt)`,
  );
  const audit = createAuditLog(sql);
  const write = sql.transaction(() => {
    for (const { id, account, pastTrades } of users) {
      if (account !== null) {
        const { email, role, link } = account;
        user.run({ id, email, role, at, sessionVersion: newSessionVersion() });
        if (link !== null) {
          const { tokenHash, expiresAt } = link;
          entrance.run({ tokenHash, userId: id, at, expiresAt: toStoredTime(expiresAt) });
        }
        audit.write(movedIn({ id, email, now }));
        if (account.settings !== null) settings.run({ ...settingsRow(account.settings), userId: id, at });
        if (account.key !== null) credential.run({ ...sealKey(vault, id, account.key), userId: id, at });
      }
      for (const past of pastTrades)
        trade.run({ ...past, userId: id, closedAt: toStoredTimeOrNull(past.closedAt) });
    }
  });
  write.immediate();
}

function movedIn({ id, email, now }: { id: number; email: string; now: number }): NewAuditEntry {
  const who = { actorId: null, actorEmail: null, via: 'cli', address: null } as const;
  return { ...who, at: now, action: 'user.import', subjectId: id, subjectEmail: email, detail: {} };
}

function settingsRow(settings: LadderSettings) {
  return { ...settings, legs: JSON.stringify(settings.legs), repeat: settings.repeat ? 1 : 0 };
}
