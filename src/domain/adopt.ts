/**
 * Orders of ours that the journal does not know: its newest rows can be missing after a power failure. An id
 * of the open cycle proves that we decided it, so it is recorded as adopted and then asked about.
 */
import { matchIntent } from './apply.ts';
import type { Cycle } from './cycle.ts';
import { createDoubt, createIntent, type Intent, isLive } from './intent.ts';
import type { Execution, ObservedOrder, OrderType } from './observation.ts';
import { belongsTo, parseClientOrderId } from './tag.ts';
import { lotsFrom, ticksFrom } from './units.ts';
import type { Decimal, Direction } from './words.ts';

interface Trace {
  clientOrderId: string | null;
  exchangeOrderId: string;
  direction: Direction;
  quantity: Decimal;
  type: OrderType;
  price: Decimal | null;
  triggerPrice: Decimal | null;
}

function intentFrom(cycle: Cycle, trace: Trace, now: number): Intent | null {
  const identity = trace.clientOrderId === null ? null : parseClientOrderId(trace.clientOrderId);
  if (identity === null || trace.clientOrderId === null) return null;
  if (identity.cycleKey !== cycle.key || !belongsTo(identity, cycle.userId, cycle.plan.symbol)) return null;
  const price = ticksFrom(cycle.grid, trace.price);
  const triggerPrice = ticksFrom(cycle.grid, trace.triggerPrice);
  const draft = {
    kind: identity.kind,
    leg: identity.leg,
    direction: trace.direction,
    type: trace.type,
    quantity: lotsFrom(cycle.grid, trace.quantity),
    reduceOnly: identity.kind !== 'leg',
    ...(price === null ? {} : { price }),
    ...(triggerPrice === null ? {} : { triggerPrice }),
  };
  const origin = {
    userId: cycle.userId,
    symbol: cycle.plan.symbol,
    cycleKey: cycle.key,
    replacement: identity.replacement,
    now,
  };
  return {
    ...createIntent(draft, origin),
    clientOrderId: trace.clientOrderId,
    tag: identity.tag,
    adopted: true,
    restored: true,
    state: 'open',
    exchangeOrderId: trace.exchangeOrderId,
    doubt: createDoubt(now),
  };
}

function typeOf(id: string | null, price: Decimal): Pick<Trace, 'type' | 'price' | 'triggerPrice'> {
  const identity = id === null ? null : parseClientOrderId(id);
  if (identity?.kind === 'sl') return { type: 'stop', price: null, triggerPrice: price };
  if (identity?.kind === 'leg' && identity.leg === 0)
    return { type: 'market', price: null, triggerPrice: null };
  return { type: 'limit', price, triggerPrice: null };
}

/** The cycle with every order of its own that the reads show and the journal lacks. */
export function adoptKnownIds(
  cycle: Cycle,
  seen: { orders: readonly ObservedOrder[]; executions: readonly Execution[] },
  now: number,
): Cycle {
  const traces: Trace[] = [
    ...seen.orders,
    ...seen.executions.map((execution) => ({
      ...execution,
      ...typeOf(execution.clientOrderId, execution.price),
    })),
  ];
  const adopted = traces.reduce((current, trace) => {
    if (matchIntent(current, trace) !== undefined) return current;
    const intent = intentFrom(current, trace, now);
    return intent === null ? current : { ...current, partial: true, intents: [...current.intents, intent] };
  }, cycle);
  return adopted === cycle ? cycle : withPredecessorsEnded(adopted, now);
}

/** A replacement is only ever placed once the order before it has ended: what the journal missed is proven by it. */
function withPredecessorsEnded(cycle: Cycle, now: number): Cycle {
  const newest = new Map<string, number>();
  for (const { tag, replacement } of cycle.intents)
    newest.set(tag, Math.max(replacement, newest.get(tag) ?? 0));
  const intents = cycle.intents.map((intent): Intent => {
    if (!isLive(intent) || intent.replacement === newest.get(intent.tag)) return intent;
    const detail = 'a later order of its tag was found on the venue';
    return {
      ...intent,
      state: 'cancelled',
      endedBy: 'us',
      pending: null,
      doubt: null,
      detail,
      updatedAt: now,
    };
  });
  return { ...cycle, intents: intents.toSorted((a, b) => a.replacement - b.replacement) };
}
