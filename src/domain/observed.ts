/**
 * What the bot knows of the venue beside its own orders. Reads carry the moment at which they were asked (our
 * clock): they never override a fact that is newer.
 */
import type { ObservedOrder, PositionRead, Prices } from './observation.ts';
import type { Lots } from './units.ts';
import type { Decimal } from './words.ts';

export interface ObservedPosition {
  quantity: Lots;
  read: PositionRead | null;
  askedAt: number;
}

/** Two reads that agree with each other and not with our fills. */
export interface Mismatch {
  quantity: Lots;
  firstAskedAt: number;
  lastAskedAt: number;
}

export interface Newcomer {
  order: ObservedOrder;
  /** Our clock. */
  seenAt: number;
}

export interface Observed {
  connected: boolean;
  /** When the newest complete snapshot was asked; null before the first. */
  snapshotAt: number | null;
  position: ObservedPosition | null;
  mismatch: Mismatch | null;
  /** When a push of the venue last hinted that our picture is incomplete; null when nothing did. */
  hintAt: number | null;
  /** Open orders on our symbol and side that are not ours and were not there at the start. */
  strangers: ObservedOrder[];
  /** Live orders that carry our tag but that we never decided. */
  impostors: ObservedOrder[];
  /**
   * Orders that carry our tag, that only pushes and look-ups have shown: the next reading says whose they are. Also such
   * as have just been cancelled, since another server replaces them.
   */
  newcomers: readonly Newcomer[];
  prices: Prices | null;
  walletBalance: Decimal | null;
  availableBalance: Decimal | null;
}

export const NOTHING_OBSERVED: Observed = {
  connected: false,
  snapshotAt: null,
  position: null,
  mismatch: null,
  hintAt: null,
  strangers: [],
  impostors: [],
  newcomers: [],
  prices: null,
  walletBalance: null,
  availableBalance: null,
};

/** Reads that disagree must be this far apart before they count: venues' reads lag behind their executions. */
export const MISMATCH_CONFIRMED_MS = 2_000;

/** The position that the venue has shown twice against our own sum; null while nothing of the kind is proven. */
export function confirmedMismatch(observed: Observed, lastFillAt: number): Lots | null {
  const { mismatch } = observed;
  if (mismatch === null || mismatch.firstAskedAt <= lastFillAt) return null;
  return mismatch.lastAskedAt - mismatch.firstAskedAt >= MISMATCH_CONFIRMED_MS ? mismatch.quantity : null;
}
