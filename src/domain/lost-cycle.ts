/**
 * Which cycle of ours rests on the venue without being in the journal: after the database was lost, or its newest
 * rows in a power failure. The ids of its orders name it; nothing is concluded from orders without one.
 */
import type { Execution, ObservedOrder } from './observation.ts';
import { belongsTo, type OrderIdentity, parseClientOrderId } from './tag.ts';

export interface Owner {
  userId: number;
  symbol: string;
}

export type LostKey =
  | { found: 'none' }
  | { found: 'one'; cycleKey: number }
  /** Two cycles rest side by side: two servers trade this account, or did. */
  | { found: 'several'; cycleKeys: number[] };

/** The role of an order or execution of ours; null for others'. */
export function ownIdentity(seen: { clientOrderId: string | null }, owner: Owner): OrderIdentity | null {
  const identity = seen.clientOrderId === null ? null : parseClientOrderId(seen.clientOrderId);
  return identity !== null && belongsTo(identity, owner.userId, owner.symbol) ? identity : null;
}

/** By orders that rest; where none does, the newest cycle of which something filled. */
export function findLostKey(
  orders: readonly ObservedOrder[],
  owner: Owner,
  isKnown: (cycleKey: number) => boolean,
): LostKey {
  const keyOf = (order: ObservedOrder) => ownIdentity(order, owner)?.cycleKey ?? 0;
  const resting = new Set(orders.filter((order) => order.status === 'open').map(keyOf));
  resting.delete(0);
  const lost = [...resting].filter((key) => !isKnown(key)).toSorted((a, b) => a - b);
  if (lost.length > 1) return { found: 'several', cycleKeys: lost };
  const [only] = lost;
  if (only !== undefined) return { found: 'one', cycleKey: only };
  const filled = orders.filter((order) => Number(order.filledQuantity) > 0).map(keyOf);
  const newest = Math.max(0, ...filled);
  return newest === 0 || isKnown(newest) ? { found: 'none' } : { found: 'one', cycleKey: newest };
}

/** Venue time before which nothing of the cycle happened, as far as its orders tell. */
export function openedAfter(
  orders: readonly ObservedOrder[],
  owner: Owner & { cycleKey: number },
  keyAt: number,
): number {
  const own = orders.filter((order) => ownIdentity(order, owner)?.cycleKey === owner.cycleKey);
  return Math.min(keyAt, ...own.map((order) => order.createdAt));
}

/** An order is shown as created this much after what happened first, at most. */
const BEFORE_FIRST_MS = 600_000;
/** Of an entry that is shown, at most. */
const BEFORE_ENTRY_MS = 10_000;

/** Venue time since which its executions have to be read, and no earlier: each of another cycle costs. */
export function executionsFrom(
  orders: readonly ObservedOrder[],
  owner: Owner & { cycleKey: number },
  keyAt: number,
): number {
  const began = ofCycle(orders, owner).filter((order) => {
    const identity = ownIdentity(order, owner);
    return identity?.kind === 'leg' && identity.leg === 0 && Number(order.filledQuantity) > 0;
  });
  return began.length > 0
    ? Math.min(...began.map(({ createdAt }) => createdAt)) - BEFORE_ENTRY_MS
    : openedAfter(orders, owner, keyAt) - BEFORE_FIRST_MS;
}

export function ofCycle<T extends ObservedOrder | Execution>(
  seen: readonly T[],
  owner: Owner & { cycleKey: number },
): T[] {
  return seen.filter((each) => ownIdentity(each, owner)?.cycleKey === owner.cycleKey);
}
