/** Bounded repetition: how often one tag failed in a row and when it may be tried again. */
import type { Intent } from './intent.ts';

const FIRST_DELAY_MS = 1_000;
const DELAY_MS_MAX = 30_000;

export interface Failures {
  /** Orders of the tag, counted from the newest, that the venue refused, ended or never got. */
  count: number;
  /** Those among them that failed for what they are: not for when, by whom or over what line they were sent. */
  blamed: number;
  /** Our clock: not before this. */
  retryAt: number;
  /** Our clock, when the venue last shut us out and nothing else was tried since; null where it did not. */
  shutOutAt: number | null;
}

/**
 * A client order id has room for 1295 replacements. Half a minute apart they would be used up within eleven hours; ten
 * minutes apart from the 200th on they last for more than a week.
 */
const PATIENT_AFTER = 200;
const PATIENT_DELAY_MS = 600_000;

/** Refusals of whoever asks, whatever is asked: a key that is gone or may not trade, a venue at its maintenance. */
const SHUT_OUT: ReadonlySet<string> = new Set(['credentials', 'permission', 'maintenance']);
const TOO_SOON: ReadonlySet<string> = new Set(['rate_limited', 'timestamp']);

/** True where a refusal speaks of the order itself, so that the same one would be refused again. */
export function isAboutOrder(code: string): boolean {
  return !SHUT_OUT.has(code) && !TOO_SOON.has(code);
}

/** Exponential from one second, at most half a minute. */
export function delayAfter(failures: number): number {
  return failures === 0 ? 0 : Math.min(FIRST_DELAY_MS * 2 ** (failures - 1), DELAY_MS_MAX);
}

/** `orders`: all of one tag, oldest first. What we or the user cancelled is no failure and ends the row. */
export function failuresOf(orders: readonly Intent[]): Failures {
  let count = 0;
  let blamed = 0;
  for (const order of [...orders].reverse()) {
    const failed = order.endedBy === 'venue' || order.endedBy === 'refused' || order.endedBy === 'absent';
    if (!failed || order.venueFilled > 0) break;
    count += 1;
    if (isToBlame(order)) blamed += 1;
  }
  const last = orders.at(-1);
  if (last === undefined) return { count, blamed, retryAt: 0, shutOutAt: null };
  const retryAt = failedAt(last) + (count > PATIENT_AFTER ? PATIENT_DELAY_MS : delayAfter(count));
  return { count, blamed, retryAt, shutOutAt: wasShutOut(last) ? last.updatedAt : null };
}

/** From when a pause counts: what never arrived has been waited for already, so its loss costs no more than that. */
export function failedAt({ endedBy, createdAt, updatedAt }: Intent): number {
  return endedBy === 'absent' ? createdAt : updatedAt;
}

/** False for what was refused or lost whatever it was. */
export function isToBlame(intent: Intent): boolean {
  return intent.endedBy !== 'absent' && isAboutOrder(refusalOf(intent));
}

function wasShutOut(intent: Intent): boolean {
  return SHUT_OUT.has(refusalOf(intent));
}

/** The code of a refusal, as the detail of an order begins with it. */
function refusalOf({ endedBy, detail }: Intent): string {
  return endedBy === 'refused' ? (detail?.split(':')[0] ?? '') : '';
}
