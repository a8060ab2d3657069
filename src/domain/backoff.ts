/** Bounded repetition: how often one tag failed in a row and when it may be tried again. */
import type { Intent } from './intent.ts';

const FIRST_DELAY_MS = 1_000;
const DELAY_MS_MAX = 30_000;

export interface Failures {
  /** Orders of the tag, counted from the newest, that the venue refused, ended or never got. */
  count: number;
  /** Our clock: not before this. */
  retryAt: number;
}

/** Exponential from one second, at most half a minute. */
export function delayAfter(failures: number): number {
  return failures === 0 ? 0 : Math.min(FIRST_DELAY_MS * 2 ** (failures - 1), DELAY_MS_MAX);
}

/** `orders`: all of one tag, oldest first. What we or the user cancelled is no failure and ends the row. */
export function failuresOf(orders: readonly Intent[]): Failures {
  let count = 0;
  for (const order of [...orders].reverse()) {
    const failed = order.endedBy === 'venue' || order.endedBy === 'refused' || order.endedBy === 'absent';
    if (!failed || order.venueFilled > 0) break;
    count += 1;
  }
  const last = orders.at(-1);
  return { count, retryAt: last === undefined ? 0 : last.updatedAt + delayAfter(count) };
}
