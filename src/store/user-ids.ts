/**
 * Which ids of users were ever given. They stand in the tags of orders and in sessions for ever, so a restored
 * database, which has forgotten those of users made since the backup, must not give them again.
 *
 * Entry points: `readGivenIds` of the database that is replaced, `carryUserIds` into the restored one.
 */
import type { Sql } from './database.ts';

export interface GivenIds {
  highest: number;
  /** By id: when the user was made, as stored. */
  present: ReadonlyMap<number, unknown>;
  /** By id: when the user was removed, as stored. */
  removed: ReadonlyMap<number, unknown>;
}

/** More users than were made since a backup, where nobody can tell. */
const userIdMargin = 1_000;

/** Of a database of ours, also of an older version. */
export function readGivenIds(sql: Sql): GivenIds {
  const present = timesById(sql, 'SELECT id, createdAt AS at FROM User');
  const removed = remembersRemoved(sql)
    ? timesById(sql, 'SELECT id, removedAt AS at FROM RemovedUser')
    : new Map();
  const given = sql.prepare("SELECT max(seq) FROM sqlite_sequence WHERE name = 'User'").pluck().get();
  const ids = [Number(given ?? 0), ...present.keys(), ...removed.keys()];
  return { highest: ids.reduce((highest, id) => Math.max(highest, id), 0), present, removed };
}

/** `replaced` is null where it could not be read. */
export function carryUserIds(sql: Sql, replaced: GivenIds | null): void {
  const own = readGivenIds(sql);
  const highest = Math.max(own.highest, replaced?.highest ?? 0);
  const next = replaced !== null && isLater(replaced, own) ? highest : highest + userIdMargin;
  sql.prepare("DELETE FROM sqlite_sequence WHERE name = 'User'").run();
  sql.prepare("INSERT INTO sqlite_sequence (name, seq) VALUES ('User', ?)").run(next);
  // A backup of an older version cannot remember them; its next ids are above theirs all the same.
  if (replaced === null || !remembersRemoved(sql)) return;
  const remember = sql.prepare('INSERT OR IGNORE INTO RemovedUser (id, removedAt) VALUES (?, ?)');
  for (const [id, at] of replaced.removed) if (!own.present.has(id)) remember.run(id, at);
}

/** Whether it is what became of the database that was backed up: it knows everybody who was there. */
function isLater(replaced: GivenIds, own: GivenIds): boolean {
  const users = [...own.present].every(
    ([id, at]) => replaced.present.get(id) === at || replaced.removed.has(id),
  );
  return users && replaced.highest >= own.highest;
}

function remembersRemoved(sql: Sql): boolean {
  return sql.prepare("SELECT 1 FROM sqlite_master WHERE name = 'RemovedUser'").get() !== undefined;
}

function timesById(sql: Sql, query: string): Map<number, unknown> {
  const rows = sql.prepare(query).all() as { id: number; at: unknown }[];
  return new Map(rows.map(({ id, at }) => [id, at]));
}
