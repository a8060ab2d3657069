/**
 * What the bots saw and decided: read for a replay, and kept within bounds. The journal writes it.
 *
 * The oldest rows of a bot go when it has too many, and all that are too old, a few at a time with pauses in
 * between, so that no order waits for them.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { EventRecord } from '../domain/records.ts';
import type { Sql } from './database.ts';

export interface EventBounds {
  rowsPerBot: number;
  ageMs: number;
}

const DAY_MS = 86_400_000;

/** A cycle of ten fills takes some 150 rows: the newest hundred cycles and more, of at most three months. */
export const EVENT_BOUNDS: EventBounds = { rowsPerBot: 20_000, ageMs: 90 * DAY_MS };

const ROWS_AT_ONCE = 250;
const PAUSE_MS = 20;
const EVERY_MS = 10 * 60_000;

export interface KeptCycle {
  cycleKey: number;
  number: number;
  symbol: string;
  side: string;
  state: string;
  reason: string | null;
  openedAt: string;
}

/** The cycle of this number: the one that counted, not entries under it that bought nothing. */
export function findCycle(sql: Sql, userId: number, number: number): KeptCycle | null {
  const cycle = sql
    .prepare(
      `SELECT cycleKey, number, symbol, side, state, reason, openedAt FROM Cycle WHERE userId = ? AND number = ?
       ORDER BY state = 'abandoned', cycleKey DESC LIMIT 1`,
    )
    .get(userId, number) as KeptCycle | undefined;
  return cycle ?? null;
}

export function eventsOfCycle(sql: Sql, userId: number, cycleKey: number): EventRecord[] {
  return sql
    .prepare(
      'SELECT userId, cycleKey, type, data, at FROM Event WHERE userId = ? AND cycleKey = ? ORDER BY id',
    )
    .all(userId, cycleKey) as EventRecord[];
}

export interface EventRotation {
  /** Until everything is within its bounds; how many rows went. */
  rotate(now: number): Promise<number>;
}

export function createEventRotation(sql: Sql, bounds: EventBounds = EVENT_BOUNDS): EventRotation {
  const users = sql.prepare('SELECT DISTINCT userId FROM Event').pluck();
  // Keys grow with time, so the index that is there leads to the oldest rows.
  const count = sql.prepare('SELECT count(*) FROM Event WHERE userId = ?').pluck();
  const removeMany = sql.prepare(
    `DELETE FROM Event WHERE id IN (SELECT id FROM Event WHERE userId = ? ORDER BY cycleKey, id LIMIT ?)`,
  );
  const removeOld = sql.prepare(
    `DELETE FROM Event WHERE id IN
       (SELECT id FROM (SELECT id, at FROM Event WHERE userId = ? ORDER BY cycleKey, id LIMIT ?) WHERE at < ?)`,
  );
  const rotateUser = async (userId: number, before: number): Promise<number> => {
    let removed = 0;
    let excess = (count.get(userId) as number) - bounds.rowsPerBot;
    while (excess > 0) {
      const { changes } = removeMany.run(userId, Math.min(excess, ROWS_AT_ONCE));
      if (changes === 0) break;
      excess -= changes;
      removed += changes;
      await pause(PAUSE_MS);
    }
    for (;;) {
      const { changes } = removeOld.run(userId, ROWS_AT_ONCE, before);
      removed += changes;
      if (changes < ROWS_AT_ONCE) break;
      await pause(PAUSE_MS);
    }
    return removed;
  };
  return {
    rotate: async (now) => {
      let removed = 0;
      for (const userId of users.all() as number[]) removed += await rotateUser(userId, now - bounds.ageMs);
      return removed;
    },
  };
}

/** Until the function that is given back is called. A rotation that fails is tried again at the next turn. */
export function keepEventsBounded(rotation: EventRotation, onError: (error: unknown) => void): () => void {
  let running = false;
  const turn = () => {
    if (running) return;
    running = true;
    rotation
      .rotate(Date.now())
      .catch(onError)
      .finally(() => (running = false));
  };
  const timer = setInterval(turn, EVERY_MS).unref();
  return () => clearInterval(timer);
}
