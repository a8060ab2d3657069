/** All that a decision may depend on. Nothing else: no clock, no randomness, no I/O. */
import type { Cycle } from './cycle.ts';
import type { Observed } from './observed.ts';
import { confirmedMismatch } from './observed.ts';
import type { BotMode } from './records.ts';
import { type Lots, lots } from './units.ts';
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
  if (cycle.closedOutside) return lots(0);
  const proven = confirmedMismatch(observed, cycle.lastFillAt);
  return proven === null ? cycle.own.quantity : lots(Math.min(cycle.own.quantity, proven));
}
