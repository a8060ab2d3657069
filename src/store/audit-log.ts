/**
 * Who did what, newest first. Entries name users by number and email, without a relation: they outlive them.
 *
 * Bounded: an entry is kept for 400 days, and of all entries the newest 100,000. Failed sign-ins are counted by
 * themselves, the newest 10,000 of them, so that somebody who guesses passwords cannot push out what matters;
 * and of what one user did, unless an admin, the newest 5,000 are kept, so that nobody pushes out the others'.
 * Nothing else ever changes or removes an entry.
 */
import type { Sql } from './database.ts';
import { type Page, type PageRequest, clampLimit, readCursor, toPage } from './pages.ts';
import { fromStoredTime, toStoredTime } from './time.ts';

/** `session`: a browser; `token`: a script; `cli`: a command line on this machine; `system`: the server by itself. */
export type AuditVia = 'session' | 'token' | 'system' | 'cli';

export interface NewAuditEntry {
  /** Ms since 1970. */
  at: number;
  actorId: number | null;
  actorEmail: string | null;
  via: AuditVia;
  address: string | null;
  action: string;
  /** Whom it was done to. */
  subjectId: number | null;
  subjectEmail: string | null;
  detail: Record<string, unknown>;
}

export interface AuditEntry extends Omit<NewAuditEntry, 'at'> {
  id: number;
  /** ISO 8601. */
  at: string;
}

export interface AuditRequest extends PageRequest {
  /** Done by this user or to this user. */
  userId?: number | undefined;
  /** An action ("bot.start"), or the beginning of some ("bot."). */
  action?: string | undefined;
}

export interface AuditLog {
  write(entry: NewAuditEntry): void;
  /** A cursor that is none gives an empty page. */
  list(request: AuditRequest): Page<AuditEntry>;
  /** Forgets what is too old or too much, a thousand entries at a time; `write` calls it now and then. */
  prune(now: number): void;
}

export const FAILED_SIGN_IN = 'session.sign_in_failed';

const DAY_MS = 24 * 60 * 60 * 1000;
const WRITES_A_PRUNE = 500;
const ROWS_A_PRUNE = 1000;

export interface AuditLimits {
  daysMax: number;
  entriesMax: number;
  failuresMax: number;
  /** What one actor did who is no admin. */
  perActorMax: number;
}

const LIMITS: AuditLimits = { daysMax: 400, entriesMax: 100_000, failuresMax: 10_000, perActorMax: 5_000 };

const COLUMNS = 'id, at, actorId, actorEmail, via, address, action, subjectId, subjectEmail, detail';

export function createAuditLog(sql: Sql, limits: AuditLimits = LIMITS): AuditLog {
  const insert = sql.prepare(
    `INSERT INTO AuditEntry (at, actorId, actorEmail, via, address, action, subjectId, subjectEmail, detail)
     VALUES (@at, @actorId, @actorEmail, @via, @address, @action, @subjectId, @subjectEmail, @detail)`,
  );
  const pruneAll = createPrune(sql, limits);
  const pruneActor = createActorPrune(sql, limits);
  const writers = new Set<number>();
  const prune = (now: number) => {
    for (const actorId of writers) pruneActor(actorId);
    writers.clear();
    pruneAll(now);
  };
  let writes = 0;
  return {
    write(entry) {
      insert.run({ ...entry, at: toStoredTime(entry.at), detail: JSON.stringify(entry.detail) });
      writes += 1;
      if (entry.actorId !== null) writers.add(entry.actorId);
      if (writes % WRITES_A_PRUNE === 0) prune(entry.at);
    },
    list(request) {
      const before = readCursor(request.cursor);
      if (before === undefined) return { items: [], nextCursor: null };
      const limit = clampLimit(request.limit);
      const { where, values } = toWhere(request, before, limit + 1);
      const rows = sql
        .prepare(`SELECT ${COLUMNS} FROM AuditEntry ${where} ORDER BY id DESC LIMIT ?`)
        .all(...values, limit + 1) as AuditRow[];
      return toPage(rows, limit, toEntry);
    },
    prune,
  };
}

/** A user's entries are the newest of each index: `OR` over both would read and sort all of them for each page. */
function toWhere({ userId, action }: AuditRequest, before: number | null, most: number) {
  const conditions: [string, (string | number)[]][] = [];
  if (before !== null) conditions.push(['id < ?', [before]]);
  if (action?.endsWith('.') === true) conditions.push(['substr(action, 1, ?) = ?', [action.length, action]]);
  // The plus keeps SQLite from the index of actions where a user is asked for.
  else if (action !== undefined) conditions.push([`${userId === undefined ? '' : '+'}action = ?`, [action]]);
  const texts = conditions.map(([text]) => text);
  const values = conditions.flatMap(([, given]) => given);
  if (userId === undefined) {
    return { where: texts.length === 0 ? '' : `WHERE ${texts.join(' AND ')}`, values };
  }
  const newest = (column: string) =>
    `SELECT id FROM (SELECT id FROM AuditEntry WHERE ${[`${column} = ?`, ...texts].join(' AND ')} ORDER BY id DESC LIMIT ?)`;
  const asked = [userId, ...values, most];
  return {
    where: `WHERE id IN (${newest('actorId')} UNION ALL ${newest('subjectId')})`,
    values: [...asked, ...asked],
  };
}

function createActorPrune(sql: Sql, { perActorMax }: AuditLimits) {
  const tooMany = sql.prepare(
    `DELETE FROM AuditEntry WHERE NOT EXISTS (SELECT 1 FROM User WHERE id = @actorId AND role = 'admin')
     AND id IN (SELECT id FROM AuditEntry WHERE actorId = @actorId
     ORDER BY id DESC LIMIT ${ROWS_A_PRUNE} OFFSET @perActorMax)`,
  );
  return (actorId: number) => void tooMany.run({ actorId, perActorMax });
}

function createPrune(sql: Sql, { daysMax, entriesMax, failuresMax }: AuditLimits) {
  const old = sql.prepare(
    `DELETE FROM AuditEntry WHERE id IN (SELECT id FROM AuditEntry WHERE at < ? ORDER BY id LIMIT ${ROWS_A_PRUNE})`,
  );
  const failures = sql.prepare(
    `DELETE FROM AuditEntry WHERE id IN (SELECT id FROM AuditEntry WHERE action = '${FAILED_SIGN_IN}'
     ORDER BY id DESC LIMIT ${ROWS_A_PRUNE} OFFSET ?)`,
  );
  const others = sql.prepare(
    `DELETE FROM AuditEntry WHERE id IN (SELECT id FROM AuditEntry WHERE action <> '${FAILED_SIGN_IN}'
     ORDER BY id DESC LIMIT ${ROWS_A_PRUNE} OFFSET ?)`,
  );
  // Two look-ups: the whole log is read only where it may be too long.
  const span = sql
    .prepare('SELECT (SELECT max(id) FROM AuditEntry) - (SELECT min(id) FROM AuditEntry)')
    .pluck();
  return (now: number) => {
    old.run(toStoredTime(now - daysMax * DAY_MS));
    failures.run(failuresMax);
    if (Number(span.get()) >= entriesMax) others.run(entriesMax);
  };
}

interface AuditRow extends Omit<AuditEntry, 'at' | 'detail'> {
  at: string;
  detail: string;
}

function toEntry(row: AuditRow): AuditEntry {
  return {
    ...row,
    at: new Date(fromStoredTime(row.at)).toISOString(),
    detail: JSON.parse(row.detail) as Record<string, unknown>,
  };
}
