/** A recover plan for people: order by order, what the exchange has, what should be, what is done and why. */
import type { Action } from '../domain/action.ts';
import { findIntent, matchIntent } from '../domain/apply.ts';
import type { Cycle } from '../domain/cycle.ts';
import { type Intent, isLive } from '../domain/intent.ts';
import type { ObservedOrder } from '../domain/observation.ts';
import { toDecimal } from '../domain/ratio.ts';
import { type Lots, priceText, quantityText, type Ticks } from '../domain/units.ts';
import type { RecoverAction } from './bot-view.ts';

/** What a plan is about. */
export interface Concluded {
  cycle: Cycle;
  actions: readonly Action[];
  /** What the venue showed, the newest of an order last. */
  orders: readonly ObservedOrder[];
  /** Client order ids that the journal did not have. */
  adopted: ReadonlySet<string>;
}

type OrderAction = Extract<Action, { type: 'place' | 'resend' | 'amend' | 'cancel' | 'look-up' }>;

const TYPES = {
  place: 'place',
  resend: 'place',
  amend: 'amend',
  cancel: 'cancel',
  'look-up': 'look-up',
} as const;

/** Every line, what is kept included: adopted orders first, then what is done, then what stays. */
export function describePlan(concluded: Concluded): RecoverAction[] {
  const { cycle, actions, adopted } = concluded;
  const live = cycle.intents.filter(isLive);
  const acted = new Set(
    actions.flatMap((action) => ('clientOrderId' in action ? [action.clientOrderId] : [])),
  );
  const found = live.filter(({ clientOrderId }) => adopted.has(clientOrderId));
  const kept = live.filter(({ clientOrderId }) => !adopted.has(clientOrderId) && !acted.has(clientOrderId));
  return [
    ...found.map((intent) =>
      lineOf(concluded, intent, {
        type: 'adopt',
        reason: 'it rests on the exchange and was not in the books',
      }),
    ),
    ...actions.flatMap((action) => describe(concluded, action)),
    ...kept.map((intent) => lineOf(concluded, intent, { type: 'keep', reason: keptBecause(intent) })),
  ];
}

/** Asking the exchange again changes nothing there. */
export function isDone({ type }: RecoverAction): boolean {
  return type !== 'keep' && type !== 'read';
}

function keptBecause(intent: Intent): string {
  if (intent.pending !== null || intent.state === 'in-flight') return 'its answer is on its way';
  if (intent.doubt !== null) return 'the exchange was asked about it, and it is asked again';
  if (intent.kind === 'leg') return 'it rests where the ladder has it';
  return 'it covers exactly what is held';
}

function describe(concluded: Concluded, action: Action): RecoverAction[] {
  switch (action.type) {
    case 'abandon':
      return [];
    case 'read':
    case 'settle':
      return [{ ...WITHOUT_ORDER, type: action.type, reason: action.reason }];
    case 'close-outside':
      return [{ ...WITHOUT_ORDER, type: 'settle', reason: action.reason }];
    case 'halt':
      return [{ ...WITHOUT_ORDER, type: 'halt', reason: action.message }];
    case 'place':
      return [lineOf(concluded, action.intent, { type: 'place', reason: action.reason })];
    default:
      return describeKnown(concluded, action);
  }
}

const WITHOUT_ORDER = {
  tag: '',
  clientOrderId: '',
  price: null,
  quantity: null,
  onVenue: null,
  wanted: null,
} as const;

function describeKnown(
  concluded: Concluded,
  action: Exclude<OrderAction, { type: 'place' }>,
): RecoverAction[] {
  const intent = findIntent(concluded.cycle, action.clientOrderId);
  if (intent === undefined) return [];
  const changed = action.type === 'amend' ? { ...intent, ...valuesOf(action) } : intent;
  const line = lineOf(concluded, changed, { type: TYPES[action.type], reason: action.reason });
  return [action.type === 'cancel' ? { ...line, wanted: null } : line];
}

function valuesOf({ price, triggerPrice, quantity }: Extract<Action, { type: 'amend' }>) {
  return { price, triggerPrice, quantity };
}

function lineOf(
  { cycle, orders }: Concluded,
  intent: Intent,
  what: Pick<RecoverAction, 'type' | 'reason'>,
): RecoverAction {
  const { grid } = cycle;
  const price = text(intent.price ?? intent.triggerPrice, (ticks: Ticks) => priceText(grid, ticks));
  const quantity = quantityText(grid, intent.quantity);
  const seen = orders.findLast((order) => isOrderOf(cycle, intent, order));
  return {
    ...what,
    tag: intent.tag,
    clientOrderId: intent.clientOrderId,
    price,
    quantity,
    onVenue:
      seen === undefined
        ? null
        : {
            price: seen.triggerPrice ?? seen.price,
            quantity: seen.quantity,
            filledQuantity: seen.filledQuantity,
            state: seen.status,
          },
    wanted: { price, quantity },
  };
}

function isOrderOf(cycle: Cycle, intent: Intent, order: ObservedOrder): boolean {
  return matchIntent(cycle, order)?.clientOrderId === intent.clientOrderId;
}

function text<T>(value: T | null, write: (value: T) => string): string | null {
  return value === null ? null : write(value);
}

/** What of the position was checked. */
export function positionNote({ cycle, held }: { cycle: Cycle; held: Lots | null }): string {
  const { grid, own, plan } = cycle;
  const { base, symbol } = plan.instrument;
  const ours = `${quantityText(grid, own.quantity)} ${base}`;
  const average = own.average === null ? '' : ` at ${toDecimal(own.average, 8)}`;
  if (held === null || held === own.quantity)
    return `Position on ${symbol}: ${own.quantity === 0 ? 'none, as it should be' : `${ours} ${plan.side}${average}, as the bot's own fills say`}.`;
  return `Position on ${symbol}: the exchange holds ${quantityText(grid, held)} ${base}, the bot's own fills say ${ours}${average}.`;
}

export function messageOf(
  lines: readonly RecoverAction[],
  { dryRun, found }: { dryRun: boolean; found: string | null },
): string {
  const done = lines.filter(isDone);
  const kept = lines.length - done.length;
  const before = found === null ? '' : `${found} `;
  if (done.length === 0) {
    const orders = kept === 1 ? '1 order was' : `${kept} orders were`;
    return `${before}Nothing to do: everything is in place. ${orders} checked.`;
  }
  const things = done.length === 1 ? '1 thing' : `${done.length} things`;
  return `${before}${dryRun ? `${things} would be done.` : `${things} done.`}`;
}
