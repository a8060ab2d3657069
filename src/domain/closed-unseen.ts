/**
 * What was ours may have been closed by an order of which our memory, an old one or none, knows nothing: a stop-loss
 * whose executions carry no id, or a person's close. The executions tell it: one order without a name has closed
 * exactly what was ours then. Whatever the venue holds since is somebody's own, and not ours to protect or to sell.
 */
import { type Cycle, deriveOwn } from './cycle.ts';
import type { Execution, ObservedOrder } from './observation.ts';
import { addLots, type Lots, lotsFrom, NO_LOTS } from './units.ts';
import { closes } from './words.ts';

export interface Closing {
  exchangeOrderId: string;
  /** Venue clock, of its last execution. */
  at: number;
  quantity: Lots;
  executions: Execution[];
}

/**
 * True where such closings took all that our own executions still count. A position of exactly our quantity speaks
 * against it: a person has then closed as much of their own beside it.
 */
export function wasClosedUnseen(cycle: Cycle, executions: readonly Execution[], held: Lots): boolean {
  const own = cycle.own.quantity;
  if (own === 0 || held === own) return false;
  return closedQuantity(unseenClosings(cycle, executions)) === own;
}

/**
 * Orders without a name that each closed exactly what was ours when they filled, in the order of time. A stop order
 * among `orders` may also have been made for what was ours before: legs have filled since, and nobody enlarged it.
 */
export function unseenClosings(
  cycle: Cycle,
  executions: readonly Execution[],
  orders: readonly ObservedOrder[] = [],
): Closing[] {
  let gone = 0;
  return namelessClosings(cycle, executions).filter(({ exchangeOrderId, at, quantity }) => {
    const stop = orders.find((order) => order.exchangeOrderId === exchangeOrderId && order.type === 'stop');
    // Within one millisecond nobody can tell whether a fill of ours came before it.
    const isAllOfIt = [ownUntil(cycle, at - 1), ownUntil(cycle, at)].includes(gone + quantity);
    if (!isAllOfIt && (stop === undefined || !wasMadeForAll(cycle, stop, gone))) return false;
    gone += quantity;
    return true;
  });
}

/** A stop-loss follows a fill within this. */
const FOLLOWS_WITHIN_MS = 2_000;

/** Made for exactly what was ours at a moment just before. */
function wasMadeForAll(
  cycle: Cycle,
  { createdAt, quantity, reduceOnly }: ObservedOrder,
  gone: number,
): boolean {
  const since = createdAt - FOLLOWS_WITHIN_MS;
  const filledAt = cycle.fills.map(({ at }) => at).filter((at) => at > since && at <= createdAt);
  const held = [since, ...filledAt].map((at) => ownUntil(cycle, at));
  return reduceOnly && held.some((own) => own > 0 && own === gone + lotsFrom(cycle.grid, quantity));
}

export function closedQuantity(closings: readonly Closing[]): Lots {
  return closings.reduce<Lots>((sum, { quantity }) => addLots(sum, quantity), NO_LOTS);
}

function namelessClosings(cycle: Cycle, executions: readonly Execution[]): Closing[] {
  const booked = new Set(cycle.fills.map(({ executionId }) => executionId));
  const closings = new Map<string, Closing>();
  for (const execution of executions) {
    const { executionId, exchangeOrderId, clientOrderId, kind, direction, at } = execution;
    const isNameless = clientOrderId === null && kind === 'trade' && !booked.has(executionId);
    if (!isNameless || direction !== closes(cycle.plan.side)) continue;
    const before = closings.get(exchangeOrderId);
    closings.set(exchangeOrderId, {
      exchangeOrderId,
      at: Math.max(before?.at ?? 0, at),
      quantity: addLots(before?.quantity ?? NO_LOTS, lotsFrom(cycle.grid, execution.quantity)),
      executions: [...(before?.executions ?? []), execution],
    });
  }
  return [...closings.values()].toSorted((a, b) => a.at - b.at);
}

function ownUntil(cycle: Cycle, at: number): number {
  return deriveOwn({ ...cycle, fills: cycle.fills.filter((fill) => fill.at <= at) }).quantity;
}
