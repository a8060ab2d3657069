/**
 * The words that every room shares (one word for one thing).
 *
 * A side is what we hold, a direction is what an order does. Decimals cross every border
 * (wire, database, pages) as strings in plain notation: "0.001", never 1e-3, never a float.
 */
export type Side = 'long' | 'short';
export type Direction = 'buy' | 'sell';
export type PositionMode = 'hedge' | 'one-way';

/** A decimal in plain notation, for example "26123.5". */
export type Decimal = string;

/** What stopping means: keep TP and SL until flat, leave everything on the venue, or close at market. */
export type StopMode = 'protect' | 'leave' | 'close';

/** What a venue can do with an order; frozen into each cycle's plan. */
export interface VenueTraits {
  /** A resting order is changed in place and keeps its id; otherwise it is cancelled and placed anew. */
  amends: boolean;
  /** Stop orders carry our client order id, and a second one with the same id is refused. */
  namesStops: boolean;
}

/** What the guard does when somebody else trades the same symbol and side. */
export type GuardMode = 'halt' | 'warn';

/** The direction that increases a position of this side. */
export function opens(side: Side): Direction {
  return side === 'long' ? 'buy' : 'sell';
}

/** The direction that reduces a position of this side. */
export function closes(side: Side): Direction {
  return side === 'long' ? 'sell' : 'buy';
}
