/**
 * Cycle keys never repeat, not even after the database was emptied or restored or beside a second server:
 * they follow the calendar unless cycles are faster than it.
 */
import { parseClientOrderId } from './tag.ts';

const EPOCH_MS = Date.UTC(2026, 0, 1);
const STEP_MS = 10 * 60 * 1000;

/** The larger of the previous key plus one and the ten-minute steps since 2026-01-01 (at least 1). */
export function nextCycleKey(previous: number, nowMs: number): number {
  return Math.max(previous + 1, Math.floor((nowMs - EPOCH_MS) / STEP_MS), 1);
}

/** When the calendar came to a key, ms since 1970: a cycle may have begun before, where cycles were faster. */
export function cycleKeyAt(key: number): number {
  return EPOCH_MS + key * STEP_MS;
}

/** The highest key among client order ids of this user, 0 when there is none: a predecessor when none is stored. */
export function highestCycleKey(clientOrderIds: Iterable<string | null>, userId: number): number {
  let highest = 0;
  for (const id of clientOrderIds) {
    const identity = id === null ? null : parseClientOrderId(id);
    if (identity !== null && identity.userId === userId) highest = Math.max(highest, identity.cycleKey);
  }
  return highest;
}
