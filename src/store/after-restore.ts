/**
 * What has to be changed in a restored database before a server may use it.
 *
 * Cycle keys never repeat, but a restored database has forgotten those that were used since the backup, and
 * they may be ahead of the calendar. So every bot's newest key is raised well above all that can have been.
 * Nor does it know which sessions were ended and which links were used since: all of them end here. And it has
 * forgotten who was made since: ids go on above theirs. That it was restored is the newest entry of its audit.
 *
 * Entry point: `prepareRestored`, for a copy that nothing else has open.
 */
import BetterSqlite3 from 'better-sqlite3';
import { nextCycleKey } from '../domain/cycle-key.ts';
import { createAuditLog } from './audit-log.ts';
import type { Sql } from './database.ts';
import { newSessionVersion } from './session-version.ts';
import { toStoredTime } from './time.ts';
import { carryUserIds, type GivenIds } from './user-ids.ts';

/** More cycles than one bot can have had beyond the calendar since the backup; 69 days of calendar. */
const cycleKeyMargin = 10_000;

/** By user id; of a database of ours. */
export function readCycleKeys(sql: Sql): Map<number, number> {
  const rows = sql.prepare('SELECT userId, cycleKey FROM Bot').all() as {
    userId: number;
    cycleKey: number;
  }[];
  return new Map(rows.map(({ userId, cycleKey }) => [userId, cycleKey]));
}

export interface RestoreChanges {
  /** The newest keys in the database that is replaced, as far as it could be read. */
  replaced: ReadonlyMap<number, number>;
  /** The ids that it gave; null where it could not be read. */
  replacedIds: GivenIds | null;
  /** For a database whose secret key is lost: what nobody can open is removed, and its users enter it anew. */
  dropKeys: boolean;
  /** What the audit shall know about it. */
  detail: Record<string, unknown>;
  now: number;
}

/** All in one transaction, in the one file that is renamed into place afterwards. */
export function prepareRestored(file: string, changes: RestoreChanges): void {
  const { replaced, replacedIds, dropKeys, detail, now } = changes;
  const sql = new BetterSqlite3(file, { fileMustExist: true });
  try {
    sql.pragma('journal_mode = DELETE');
    sql.transaction(() => {
      raiseCycleKeys(sql, replaced, now);
      carryUserIds(sql, replacedIds);
      endAccess(sql, now);
      if (dropKeys) sql.prepare('DELETE FROM Credential').run();
      writeDown(sql, detail, now);
    })();
  } finally {
    sql.close();
  }
}

function endAccess(sql: Sql, now: number): void {
  // New ones instead of higher ones: the same backup may be restored twice.
  const renew = sql.prepare('UPDATE User SET sessionVersion = ? WHERE id = ?');
  for (const id of sql.prepare('SELECT id FROM User').pluck().all()) renew.run(newSessionVersion(), id);
  // A backup of an older version has no links yet.
  if (!hasTable(sql, 'InviteLink')) return;
  sql
    .prepare('UPDATE InviteLink SET revokedAt = ? WHERE usedAt IS NULL AND revokedAt IS NULL')
    .run(toStoredTime(now));
}

function writeDown(sql: Sql, detail: RestoreChanges['detail'], now: number): void {
  // A backup of an older version has no audit yet.
  if (!hasTable(sql, 'AuditEntry')) return;
  createAuditLog(sql).write({
    at: now,
    actorId: null,
    actorEmail: null,
    via: 'cli',
    address: null,
    action: 'instance.restore',
    subjectId: null,
    subjectEmail: null,
    detail,
  });
}

function hasTable(sql: Sql, name: string): boolean {
  return sql.prepare('SELECT 1 FROM sqlite_master WHERE name = ?').get(name) !== undefined;
}

function raiseCycleKeys(sql: Sql, replaced: ReadonlyMap<number, number>, now: number): void {
  const raise = sql.prepare('UPDATE Bot SET cycleKey = ? WHERE userId = ?');
  for (const [userId, key] of readCycleKeys(sql)) {
    const newest = Math.max(key, replaced.get(userId) ?? 0);
    // A bot that never had a cycle asks the venue itself.
    if (newest > 0) raise.run(nextCycleKey(newest, now) + cycleKeyMargin, userId);
  }
}
