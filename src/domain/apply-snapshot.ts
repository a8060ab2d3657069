/**
 * One REST reading against what we know. Executions in it are facts and come first; orders and positions are
 * checks: an order of ours that it lacks raises a doubt, never a verdict, and a position that differs from our
 * own sum has to differ twice.
 */
import { applyExecution, applyOrder, matchIntent } from './apply.ts';
import type { Cycle } from './cycle.ts';
import { createDoubt, type Intent } from './intent.ts';
import type { ObservedOrder, PositionRead, Snapshot } from './observation.ts';
import type { Mismatch, Observed, ObservedPosition } from './observed.ts';
import { isUnexplained } from './other-server.ts';
import type { FillRecord } from './records.ts';
import { belongsTo, parseClientOrderId } from './tag.ts';
import { type Lots, lotsFrom, NO_LOTS } from './units.ts';
import type { PositionMode, Side } from './words.ts';

export interface SnapshotContext {
  userId: number;
  symbol: string;
  side: Side;
  positionMode: PositionMode;
  /** Exchange order ids of others' orders that were there at the start. */
  baseline: ReadonlySet<string>;
  now: number;
}

export interface SnapshotEffect {
  cycle: Cycle | null;
  observed: Observed;
  fills: FillRecord[];
}

export function applySnapshot(
  state: { cycle: Cycle | null; observed: Observed },
  snapshot: Snapshot,
  context: SnapshotContext,
): SnapshotEffect {
  const { cycle, fills } = applyToCycle(state.cycle, snapshot, context.now);
  const { mine, others } = splitOrders(cycle, snapshot.orders, context);
  const position = cycle === null ? null : ourPosition(cycle, snapshot);
  const observed: Observed = {
    ...state.observed,
    snapshotAt: snapshot.askedAt,
    position,
    mismatch: cycle === null ? null : nextMismatch(state.observed.mismatch, cycle, position),
    hintAt:
      state.observed.hintAt !== null && state.observed.hintAt < snapshot.askedAt
        ? null
        : state.observed.hintAt,
    impostors: mine,
    newcomers: state.observed.newcomers.filter(({ seenAt }) => seenAt >= snapshot.askedAt),
    strangers: others,
    prices: snapshot.prices,
    walletBalance: snapshot.walletBalance ?? state.observed.walletBalance,
    availableBalance: snapshot.availableBalance ?? state.observed.availableBalance,
  };
  return { cycle, observed, fills };
}

function applyToCycle(
  before: Cycle | null,
  snapshot: Snapshot,
  now: number,
): { cycle: Cycle | null; fills: FillRecord[] } {
  if (before === null) return { cycle: null, fills: [] };
  const fills: FillRecord[] = [];
  let cycle = before;
  for (const execution of snapshot.executions) {
    const applied = applyExecution(cycle, execution, now);
    cycle = applied.cycle;
    if (applied.fill !== null) fills.push(applied.fill);
  }
  for (const order of snapshot.orders) cycle = applyOrder(cycle, order, now);
  return { cycle: withDoubts(cycle, snapshot), fills };
}

function withDoubts(cycle: Cycle, snapshot: Snapshot): Cycle {
  const shown = new Set<Intent | undefined>(snapshot.orders.map((order) => matchIntent(cycle, order)));
  const intents = cycle.intents.map((intent) => {
    const missing = intent.state === 'open' && intent.doubt === null && !shown.has(intent);
    return missing && intent.updatedAt < snapshot.askedAt
      ? { ...intent, doubt: createDoubt(snapshot.askedAt) }
      : intent;
  });
  return { ...cycle, intents };
}

/** The venue's position of one side, in lots; zero where it shows none. */
export function positionOf(
  positions: readonly PositionRead[],
  grid: Cycle['grid'],
  side: Side,
): { quantity: Lots; read: PositionRead | null } {
  const read = positions.find((position) => position.side === side) ?? null;
  return { quantity: read === null ? NO_LOTS : lotsFrom(grid, read.quantity), read };
}

function ourPosition(cycle: Cycle, snapshot: Snapshot): ObservedPosition {
  return { ...positionOf(snapshot.positions, cycle.grid, cycle.plan.side), askedAt: snapshot.askedAt };
}

function nextMismatch(
  before: Mismatch | null,
  cycle: Cycle,
  position: ObservedPosition | null,
): Mismatch | null {
  if (position === null || cycle.closedOutside) return null;
  if (position.askedAt <= cycle.lastFillAt) return before;
  if (position.quantity === cycle.own.quantity) return null;
  const same = before?.quantity === position.quantity && before.firstAskedAt > cycle.lastFillAt;
  return {
    quantity: position.quantity,
    firstAskedAt: same ? before.firstAskedAt : position.askedAt,
    lastAskedAt: position.askedAt,
  };
}

/** Live orders in the guard's scope that no intent explains: with our tag, and of others. */
function splitOrders(
  cycle: Cycle | null,
  orders: readonly ObservedOrder[],
  context: SnapshotContext,
): { mine: ObservedOrder[]; others: ObservedOrder[] } {
  const mine: ObservedOrder[] = [];
  const others: ObservedOrder[] = [];
  for (const order of orders) {
    if (order.status !== 'open' || (cycle !== null && !isUnexplained(cycle, order))) continue;
    if (isTagged(order, context)) {
      mine.push(order);
    } else if (isInScope(order, context) && !context.baseline.has(order.exchangeOrderId)) {
      others.push(order);
    }
  }
  return { mine, others };
}

export function isTagged(order: ObservedOrder, context: { userId: number; symbol: string }): boolean {
  const identity = order.clientOrderId === null ? null : parseClientOrderId(order.clientOrderId);
  return identity !== null && belongsTo(identity, context.userId, context.symbol);
}

function isInScope(order: ObservedOrder, context: SnapshotContext): boolean {
  return context.positionMode === 'one-way' || order.side === null || order.side === context.side;
}
