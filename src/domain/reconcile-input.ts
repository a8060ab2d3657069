/** All that a decision may depend on. Nothing else: no clock, no randomness, no I/O. */
import { type Cycle, filledOf } from './cycle.ts';
import type { Intent } from './intent.ts';
import type { Observed } from './observed.ts';
import { confirmedMismatch } from './observed.ts';
import type { BotMode } from './records.ts';
import { parseClientOrderId } from './tag.ts';
import { addLots, type Lots, lots, NO_LOTS, subtractLots } from './units.ts';
import type { Decimal, GuardMode } from './words.ts';

/** What may change while a cycle is open. */
export interface Targets {
  takeProfit: Decimal;
  /** "0" means none. */
  stopLoss: Decimal;
  guard: GuardMode;
}

export interface ReconcileInput {
  cycle: Cycle;
  mode: BotMode;
  targets: Targets;
  observed: Observed;
  /** Our clock, ms. */
  now: number;
}

/** What TP and SL must cover: our own quantity, or less where the venue proves to hold less. */
export function coverOf({ cycle, observed }: Pick<ReconcileInput, 'cycle' | 'observed'>): Lots {
  if (cycle.closedOutside) return NO_LOTS;
  const own = lots(Math.max(0, cycle.own.quantity - closedUnheard(cycle)));
  const proven = confirmedMismatch(observed, cycle.lastFillAt) ?? shownLess(cycle, observed);
  return proven === null ? own : lots(Math.min(own, proven));
}

/**
 * A reading that shows less than is ours, where the venue has refused since the last fill to close more than it shows:
 * two witnesses, and what is there need not stay bare until a second reading agrees.
 */
function shownLess(cycle: Cycle, { mismatch }: Observed): Lots | null {
  const { lastFillAt, intents } = cycle;
  if (mismatch === null || mismatch.quantity === 0 || mismatch.firstAskedAt <= lastFillAt) return null;
  const isTooMuch = ({ reduceOnly, detail, updatedAt, quantity, endedBy }: Intent) =>
    reduceOnly &&
    endedBy === 'refused' &&
    updatedAt > lastFillAt &&
    quantity > mismatch.quantity &&
    detail?.startsWith('reduce_only_refused') === true;
  return intents.some(isTooMuch) ? mismatch.quantity : null;
}

/**
 * What our closing orders have filled by the venue's word, and whose executions are still to come. Covered a second
 * time it would be sold out of what a person holds beside us.
 */
function closedUnheard(cycle: Cycle): Lots {
  return cycle.intents.reduce((sum, intent) => {
    if (!intent.reduceOnly) return sum;
    const heard = filledOf(cycle, intent.clientOrderId);
    return intent.venueFilled > heard ? addLots(sum, subtractLots(intent.venueFilled, heard)) : sum;
  }, NO_LOTS);
}

/**
 * Orders of a later cycle rest on the venue: this memory is older than the account (a backup was restored), and the
 * position is that cycle's. What rests there protects it; whatever we did for the older one would be done to it.
 */
export function isSucceeded({ cycle, observed }: Pick<ReconcileInput, 'cycle' | 'observed'>): boolean {
  const keys = observed.impostors.map(({ clientOrderId }) =>
    clientOrderId === null ? undefined : parseClientOrderId(clientOrderId)?.cycleKey,
  );
  return keys.some((key) => key !== undefined && key > cycle.key);
}
