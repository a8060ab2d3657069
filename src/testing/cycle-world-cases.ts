/**
 * Builders for tables of small cases: an instrument, settings, a plan, a cycle with orders and fills in any
 * state, what the venue shows, and what reconcile gets. Everything counts on the BTC grid: tick 0.1, lot 0.001.
 */
import { type Action, nextIntent } from '../domain/action.ts';
import { assert } from '../domain/assert.ts';
import { type Cycle, type CyclePlan, createCycle, deriveOwn, sortFills } from '../domain/cycle.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { Intent, IntentDraft } from '../domain/intent.ts';
import type { Execution, ObservedOrder, Snapshot } from '../domain/observation.ts';
import { NOTHING_OBSERVED, type Observed } from '../domain/observed.ts';
import type { ReconcileInput, Targets } from '../domain/reconcile-input.ts';
import type { FillRecord } from '../domain/records.ts';
import type { LadderSettings } from '../domain/settings.ts';
import { type Lots, lots, priceText, quantityText, type Ticks, ticks } from '../domain/units.ts';
import { closes, opens } from '../domain/words.ts';

/** Any moment after the epoch of cycle keys. */
export const NOW = Date.UTC(2026, 5, 1);

export const BTC: Instrument = {
  symbol: 'BTC/USDT',
  id: 'BTCUSDT',
  base: 'BTC',
  quote: 'USDT',
  tickSize: '0.1',
  lotSize: '0.001',
  minQuantity: '0.001',
  maxQuantity: '1190',
  maxMarketQuantity: '500',
  minNotional: '5',
  maxLeverage: '100',
  marginTiers: [
    { notionalMax: '2000000', maintenanceRatio: '0.005', maxLeverage: '100' },
    { notionalMax: '10000000', maintenanceRatio: '0.01', maxLeverage: '50' },
    { notionalMax: '20000000', maintenanceRatio: '0.02', maxLeverage: '25' },
  ],
};

export const SETTINGS: LadderSettings = {
  symbol: 'BTC/USDT',
  side: 'long',
  leverage: 10,
  legs: [
    { amount: '20', gap: '0' },
    { amount: '20', gap: '0.5' },
    { amount: '30', gap: '0.8' },
    { amount: '45', gap: '1.2' },
    { amount: '70', gap: '1.8' },
  ],
  rounds: 5,
  takeProfit: '5',
  stopLoss: '0',
  repeat: true,
  cooldown: 8,
  guard: 'halt',
};

export const TARGETS: Targets = { takeProfit: '5', stopLoss: '0', guard: 'halt' };

/** 1000 USDT at 10× on 10000 is 1.000 BTC; the one further leg rests 1 % beyond and is 1.010 BTC. */
export const PLAN: CyclePlan = {
  symbol: 'BTC/USDT',
  side: 'long',
  leverage: 10,
  positionMode: 'hedge',
  traits: { amends: true, namesStops: true },
  legs: [
    { amount: '1000', gap: '0' },
    { amount: '1000', gap: '1' },
  ],
  instrument: BTC,
  referencePrice: '10000',
  adopted: null,
};

export function emptyCycle(plan: Partial<CyclePlan> = {}): Cycle {
  return createCycle({ userId: 42, key: 777, number: 1, plan: { ...PLAN, ...plan }, now: NOW });
}

export interface OrderCase extends Partial<Omit<Intent, 'quantity' | 'price' | 'triggerPrice'>> {
  quantity?: number;
  price?: number;
  triggerPrice?: number;
}

function draftOf(
  cycle: Cycle,
  { kind = 'tp', leg = 0, type, quantity = 1000, price, triggerPrice }: OrderCase,
) {
  const usual = { leg: leg === 0 ? 'market' : 'limit', tp: 'limit', sl: 'stop' } as const;
  const draft: IntentDraft = {
    kind,
    leg,
    direction: kind === 'leg' ? opens(cycle.plan.side) : closes(cycle.plan.side),
    type: type ?? usual[kind],
    quantity: lots(quantity),
    reduceOnly: kind !== 'leg',
  };
  if (price !== undefined) draft.price = ticks(price);
  if (triggerPrice !== undefined) draft.triggerPrice = ticks(triggerPrice);
  return draft;
}

/** Adds an order that rests on the venue unless `state` says otherwise. Prices in ticks, quantities in lots. */
export function withOrder(cycle: Cycle, order: OrderCase): Cycle {
  const intent: Intent = {
    ...nextIntent(cycle, draftOf(cycle, order), NOW),
    state: 'open',
    exchangeOrderId: `x${cycle.intents.length}`,
    ...(order as Partial<Intent>),
  };
  return { ...cycle, intents: [...cycle.intents, intent] };
}

export interface FillCase {
  id?: string;
  /** The order that filled: an index into the intents, the newest when left out. */
  order?: number;
  quantity: number;
  price: string;
  fee?: string;
  at?: number;
  executionKind?: FillRecord['executionKind'];
}

export function executionOf(cycle: Cycle, fill: FillCase): Execution {
  const intent = cycle.intents.at(fill.order ?? -1);
  return {
    executionId: fill.id ?? `e${cycle.fills.length}`,
    exchangeOrderId: intent?.exchangeOrderId ?? 'unknown',
    clientOrderId: intent?.clientOrderId ?? null,
    symbol: cycle.plan.symbol,
    direction: intent?.direction ?? closes(cycle.plan.side),
    kind: fill.executionKind ?? 'trade',
    price: fill.price,
    quantity: quantityText(cycle.grid, lots(fill.quantity)),
    fee: fill.fee ?? '0',
    feeCurrency: 'USDT',
    at: fill.at ?? NOW,
  };
}

/** Books a fill of one of the cycle's orders, without the order's own state following. */
export function withFill(cycle: Cycle, fill: FillCase): Cycle {
  const execution = executionOf(cycle, fill);
  const intent = cycle.intents.at(fill.order ?? -1);
  const record: FillRecord = {
    ...execution,
    userId: cycle.userId,
    cycleKey: cycle.key,
    clientOrderId: intent?.clientOrderId ?? '',
    tag: intent?.tag ?? '',
    kind: intent?.kind ?? 'sl',
    leg: intent?.leg ?? 0,
    executionKind: execution.kind,
  };
  const filled = { ...cycle, fills: sortFills(cycle, [...cycle.fills, record]), lastFillAt: NOW };
  return { ...filled, own: deriveOwn(filled) };
}

/** A cycle whose entry of 1.000 BTC has filled at 10000. */
export function enteredCycle(plan: Partial<CyclePlan> = {}): Cycle {
  const entry = withOrder(emptyCycle(plan), {
    kind: 'leg',
    leg: 0,
    state: 'filled',
    venueFilled: lots(1000),
  });
  return { ...withFill(entry, { quantity: 1000, price: '10000' }), state: 'open' };
}

/** The same with its take-profit at 10050.0 (5 % on margin at 10×) and its leg at 9900.0 resting: converged. */
export function convergedCycle(): Cycle {
  const protectedCycle = withOrder(enteredCycle(), { kind: 'tp', price: 100500, quantity: 1000 });
  return withOrder(protectedCycle, { kind: 'leg', leg: 1, price: 99000, quantity: 1010 });
}

/** How the venue shows an order of ours. */
export function observedOrder(
  cycle: Cycle,
  intent: Intent,
  change: Partial<ObservedOrder> = {},
): ObservedOrder {
  const price = (value: Ticks | null) => (value === null ? null : priceText(cycle.grid, value));
  return {
    symbol: cycle.plan.symbol,
    clientOrderId: intent.clientOrderId,
    exchangeOrderId: intent.exchangeOrderId ?? `x-${intent.clientOrderId}`,
    direction: intent.direction,
    side: cycle.plan.side,
    type: intent.type,
    reduceOnly: intent.reduceOnly,
    price: price(intent.price),
    triggerPrice: price(intent.triggerPrice),
    quantity: quantityText(cycle.grid, intent.quantity),
    filledQuantity: '0',
    status: 'open',
    createdAt: NOW,
    updatedAt: NOW,
    reason: null,
    ...change,
  };
}

/** A reading that agrees with the cycle, asked at `askedAt`. */
export function snapshotOf(cycle: Cycle, change: Partial<Snapshot> = {}): Snapshot {
  const open = cycle.intents.filter((intent) => intent.state === 'open');
  return {
    askedAt: NOW + 1,
    orders: open.map((intent) => observedOrder(cycle, intent)),
    positions: [positionRead(cycle, cycle.own.quantity)],
    executions: [],
    prices: { last: '10000', mark: '10000', at: NOW },
    walletBalance: '10000',
    availableBalance: '9000',
    ...change,
  };
}

export function positionRead(cycle: Cycle, quantity: Lots | number): Snapshot['positions'][number] {
  return {
    symbol: cycle.plan.symbol,
    side: cycle.plan.side,
    quantity: quantityText(cycle.grid, lots(quantity)),
    averageEntryPrice: null,
    liquidationPrice: null,
    unrealizedPnl: '0',
    leverage: null,
  };
}

/** A bot that read everything a second after the last change, and everything agreed. */
export function observedOf(cycle: Cycle, change: Partial<Observed> = {}): Observed {
  const askedAt = cycle.lastFillAt + 1_000;
  return {
    ...NOTHING_OBSERVED,
    connected: true,
    snapshotAt: askedAt,
    position: { quantity: cycle.own.quantity, read: positionRead(cycle, cycle.own.quantity), askedAt },
    prices: { last: '10000', mark: '10000', at: askedAt },
    walletBalance: '10000',
    availableBalance: '9000',
    ...change,
  };
}

export function inputOf(cycle: Cycle, change: Partial<ReconcileInput> = {}): ReconcileInput {
  return {
    cycle,
    mode: 'run',
    targets: TARGETS,
    observed: observedOf(cycle),
    now: cycle.lastFillAt + 1_500,
    ...change,
  };
}

export function lastIntent(cycle: Cycle): Intent {
  const intent = cycle.intents.at(-1);
  assert(intent !== undefined, 'the cycle has an order');
  return intent;
}

export interface OneOrder {
  cycle: Cycle;
  id: string;
  /** How the venue shows it. */
  seen: (change?: Partial<ObservedOrder>) => ObservedOrder;
}

/** The entered cycle with one more order, a take-profit unless it says otherwise. */
export function withOneOrder(order: OrderCase): OneOrder {
  const cycle = withOrder(enteredCycle(), { kind: 'tp', price: 100500, ...order });
  const intent = lastIntent(cycle);
  const seen = (change = {}) => observedOrder(cycle, intent, { updatedAt: NOW + 10, ...change });
  return { cycle, id: intent.clientOrderId, seen };
}

/** Decisions in short: "place tp 1000 @100500", "amend tp 2010 @100000", "cancel leg 1", "look-up tp", "settle". */
export function decisions(cycle: Cycle, verdict: { actions: readonly Action[] }): string[] {
  const name = (intent: Intent) => (intent.kind === 'leg' ? `leg ${intent.leg}` : intent.kind);
  const named = (id: string) =>
    cycle.intents
      .filter((intent) => intent.clientOrderId === id)
      .map(name)
      .join();
  const at = ({ price, triggerPrice }: Pick<Intent, 'price' | 'triggerPrice'>) =>
    price !== null ? ` @${price}` : triggerPrice !== null ? ` !${triggerPrice}` : '';
  return verdict.actions.map((action) => {
    switch (action.type) {
      case 'place':
        return `place ${name(action.intent)} ${action.intent.quantity}${at(action.intent)}${action.intent.closeAll ? ' all' : ''}`;
      case 'amend':
        return `amend ${named(action.clientOrderId)} ${action.quantity}${at(action)}`;
      case 'cancel':
      case 'resend':
      case 'look-up':
        return `${action.type} ${named(action.clientOrderId)}`;
      case 'halt':
        return `halt ${action.code}`;
      default:
        return action.type;
    }
  });
}
