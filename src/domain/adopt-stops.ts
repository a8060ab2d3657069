/**
 * Stop-losses of ours that the journal does not know, on venues whose stop orders carry no id: the newest rows can
 * be missing after a power failure. One that covers exactly what was ours after some fill of the open cycle, at the
 * trigger that followed from it, is what we would have placed then; a second one must never rest beside it.
 */
import { nextIntent } from './action.ts';
import { matchIntent } from './apply.ts';
import { type Cycle, deriveOwn } from './cycle.ts';
import { createDoubt, type Intent, TURNED_UP } from './intent.ts';
import type { ObservedOrder } from './observation.ts';
import type { Targets } from './reconcile-input.ts';
import { wantedStopLoss } from './reconcile-protection.ts';
import { type Lots, lotsFrom, type Ticks, ticksFrom } from './units.ts';
import { closes } from './words.ts';

interface Shape {
  quantity: Lots;
  triggerPrice: Ticks | null;
}

/** The cycle with every stop-loss of its own that the reading shows and the journal lacks. */
export function adoptNamelessStops(
  cycle: Cycle,
  orders: readonly ObservedOrder[],
  { targets, now }: { targets: Targets; now: number },
): Cycle {
  if (cycle.plan.traits.namesStops) return cycle;
  const shapes = shapesOf(cycle, targets);
  return orders.reduce((current, order) => {
    if (!isClosingStop(current, order) || matchIntent(current, order) !== undefined) return current;
    const quantity = lotsFrom(current.grid, order.quantity);
    const triggerPrice = ticksFrom(current.grid, order.triggerPrice);
    // A person who reduced the position by hand has made it smaller; nobody else rests at exactly our trigger.
    const isOurs = shapes.some((shape) => quantity <= shape.quantity && shape.triggerPrice === triggerPrice);
    return isOurs ? withStop(current, { order, quantity, triggerPrice, now }) : current;
  }, cycle);
}

/** What the stop-loss looked like after each fill, the newest included. */
function shapesOf(cycle: Cycle, targets: Targets): Shape[] {
  const lengths = Array.from({ length: cycle.fills.length + 1 }, (_, length) => length);
  return lengths.flatMap((length) => {
    const then = { ...cycle, fills: cycle.fills.slice(0, length) };
    const own = deriveOwn(then);
    const wanted = wantedStopLoss({ ...then, own }, targets, own.quantity);
    return wanted === null ? [] : [{ quantity: own.quantity, triggerPrice: wanted.triggerPrice }];
  });
}

function isClosingStop({ plan }: Cycle, order: ObservedOrder): boolean {
  const isNameless = order.clientOrderId === null && order.type === 'stop' && order.status === 'open';
  const isOurSide = order.side === null || order.side === plan.side;
  return isNameless && isOurSide && order.reduceOnly && order.direction === closes(plan.side);
}

function withStop(
  cycle: Cycle,
  { order, quantity, triggerPrice, now }: Shape & { order: ObservedOrder; now: number },
): Cycle {
  const draft = {
    ...{ kind: 'sl' as const, leg: 0, direction: order.direction, type: 'stop' as const, quantity },
    reduceOnly: true,
    ...(triggerPrice === null ? {} : { triggerPrice }),
  };
  const intent: Intent = {
    ...nextIntent(cycle, draft, now),
    adopted: true,
    state: 'open',
    exchangeOrderId: order.exchangeOrderId,
    doubt: createDoubt(now),
    // Another one of its tag may be live in the journal: the surplus is cancelled.
    detail: TURNED_UP,
  };
  return { ...cycle, partial: true, intents: [...cycle.intents, intent] };
}
