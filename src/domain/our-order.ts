/**
 * Whether an order that stands under one of our ids is the one that we sent (docs/decisions/0010). A wrong "no"
 * sends a second order, a wrong "yes" takes somebody's old order for ours: so it has to be alike in all that a venue
 * never changes by itself, and not clearly older than its intent.
 */
import type { Cycle } from './cycle.ts';
import type { Intent } from './intent.ts';
import type { ObservedOrder } from './observation.ts';
import { lotsFrom, ticksFrom } from './units.ts';

/** Two clocks and a restart lie between the intent's moment and the venue's; keys of cycles are ten minutes apart. */
const AGE_SLACK_MS = 300_000;

/** `sentAt`: the venue time at which we decided on it; null where nobody can tell. */
export function isOurOrder(
  cycle: Cycle,
  intent: Intent,
  { order, sentAt }: { order: ObservedOrder; sentAt: number | null },
): boolean {
  if (order.direction !== intent.direction) return false;
  if (intent.exchangeOrderId === order.exchangeOrderId || intent.adopted) return true;
  if (isOtherKind(intent, order)) return false;
  if (sentAt !== null && order.createdAt < sentAt - AGE_SLACK_MS) return false;
  // It may have been amended by a memory that was lost: one that has yet to follow is better than a second beside it.
  if (intent.restored && intent.reduceOnly && order.type === intent.type) return true;
  return mayHaveQuantity(cycle, intent, order) && mayHavePrice(cycle, intent, order);
}

/** A close at market takes a stop-loss's place, perhaps under a number of which another memory has made a stop-loss. */
export function isOtherKind(intent: Intent, order: ObservedOrder): boolean {
  return (order.type === 'stop') !== (intent.type === 'stop');
}

/** What may only reduce a position is trimmed to what is left of it. */
function mayHaveQuantity(cycle: Cycle, intent: Intent, order: ObservedOrder): boolean {
  if (intent.closeAll) return true;
  const quantity = lotsFrom(cycle.grid, order.quantity);
  return intent.reduceOnly ? quantity <= intent.quantity : quantity === intent.quantity;
}

/**
 * A limit price too far through the market is moved to the edge of what the venue allows, which is better than what
 * we named: a buyer's lower, a seller's higher. https://bybit-exchange.github.io/docs/v5/account/set-price-limit
 */
function mayHavePrice(cycle: Cycle, intent: Intent, order: ObservedOrder): boolean {
  if (intent.type !== 'limit') return true;
  const price = ticksFrom(cycle.grid, order.price);
  if (price === null || intent.price === null) return price === intent.price;
  return intent.direction === 'buy' ? price <= intent.price : price >= intent.price;
}
