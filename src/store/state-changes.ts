/**
 * What the bots of this server went through, durable and bounded: the oldest go when there are too many.
 * Written on the journal's own connection, right after the change itself was committed.
 */
import type { Sql } from './database.ts';
import { type Page, type PageRequest, clampLimit, readCursor, toPage } from './pages.ts';

export const STATE_CHANGES_MAX = 20_000;
const PRUNED_EVERY = 200;

export interface StateChangeRecord {
  userId: number;
  /** Ms since 1970. */
  at: number;
  kind: string;
  from: string;
  to: string;
  code: string | null;
  message: string;
}

export interface ListedStateChange extends Omit<StateChangeRecord, 'at'> {
  id: number;
  email: string;
  /** ISO 8601. */
  at: string;
}

export interface StateChanges {
  append(change: StateChangeRecord): void;
  /** Newest first; a cursor that is none gives an empty page. */
  list(request: PageRequest & { userId?: number | undefined }): Page<ListedStateChange>;
  /** The id of the newest; 0 while there is none. It grows with every change. */
  newest(): number;
}

type Row = Omit<ListedStateChange, 'at'> & { at: number };

export function createStateChanges(sql: Sql, max = STATE_CHANGES_MAX): StateChanges {
  const insert = sql.prepare(
    `INSERT INTO StateChange (userId, at, kind, "from", "to", code, message)
     VALUES (@userId, @at, @kind, @from, @to, @code, @message)`,
  );
  const prune = sql.prepare(
    'DELETE FROM StateChange WHERE id <= (SELECT id FROM StateChange ORDER BY id DESC LIMIT 1 OFFSET ?)',
  );
  const page = sql.prepare(
    `SELECT StateChange.id, userId, email, at, kind, "from", "to", code, message
     FROM StateChange JOIN User ON User.id = userId
     WHERE StateChange.id < @before AND (@userId IS NULL OR userId = @userId)
     ORDER BY StateChange.id DESC LIMIT @limit`,
  );
  const newest = sql.prepare('SELECT COALESCE(MAX(id), 0) FROM StateChange').pluck();
  let sincePruned = 0;
  return {
    append: (change) => {
      insert.run(change);
      sincePruned += 1;
      if (sincePruned < Math.min(PRUNED_EVERY, max)) return;
      sincePruned = 0;
      prune.run(max);
    },
    list: ({ cursor, limit, userId }) => {
      const before = readCursor(cursor);
      if (before === undefined) return { items: [], nextCursor: null };
      const shown = clampLimit(limit);
      const rows = page.all({
        before: before ?? Number.MAX_SAFE_INTEGER,
        userId: userId ?? null,
        limit: shown + 1,
      }) as Row[];
      return toPage(rows, shown, ({ at, ...row }) => ({ ...row, at: new Date(at).toISOString() }));
    },
    newest: () => newest.get() as number,
  };
}
