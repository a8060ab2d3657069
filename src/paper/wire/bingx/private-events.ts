/**
 * What an account hears: one ORDER_TRADE_UPDATE for every step of an order, then one ACCOUNT_UPDATE.
 *
 * A turn may fill an order several times; each execution is told by itself, with the sums up to it. The
 * account's balances and positions follow once, as they are afterwards.
 * https://bingx-api.github.io/docs-v3/#/en/Swap/Websocket%20Account%20Data/Order%20update%20push
 */
import type { Market } from '../../core/market.ts';
import { unrealized } from '../../core/position.ts';
import { type Account, type Execution, isLive, type Order, type Position } from '../../core/state.ts';
import type { Effects } from '../../core/turn.ts';
import { type Dec, ratioText, sum, ZERO } from '../../decimal.ts';
import { sideOf } from './account-view.ts';
import { bare, numberOf } from './ids.ts';
import { directionText, slotText, typeText, workingText } from './order-view.ts';
import { symbolText } from './params.ts';

interface Step {
  execution: Execution | null;
  /** What happened: NEW, TRADE, CANCELED or EXPIRED. */
  what: string;
  status: string;
  filled: Dec;
  filledValue: Dec;
}

export interface Told {
  account: Account;
  market: Market;
  effects: Effects;
  /** Whether the account heard of this order before. */
  isKnown(orderId: string): boolean;
  now: number;
}

export function orderEvents({ account, effects, isKnown, now }: Told): object[] {
  const mine = [...effects.orders].filter((order) => order.uid === account.uid);
  return mine.flatMap((order) => {
    const executions = effects.executions.filter((each) => each.orderId === order.orderId);
    return stepsOf(order, executions, isKnown(order.orderId)).map((step) => ({
      e: 'ORDER_TRADE_UPDATE',
      E: now,
      T: order.updatedAt,
      o: orderPart(order, step),
    }));
  });
}

function stepsOf(order: Order, executions: readonly Execution[], known: boolean): Step[] {
  const value = (each: Execution) => each.price.times(each.quantity);
  let filled = order.filled.minus(sum(executions.map((each) => each.quantity)));
  let filledValue = order.filledValue.minus(sum(executions.map(value)));
  const first = filled.gt(ZERO) ? 'PARTIALLY_FILLED' : 'NEW';
  const isQuiet = executions.length === 0 && isLive(order);
  const steps: Step[] = [];
  // A trimmed, amended or triggered order has no word of its own: it is told as it stands.
  if (!known || isQuiet) {
    steps.push({ execution: null, what: 'NEW', status: first, filled, filledValue });
  }
  for (const execution of executions) {
    filled = filled.plus(execution.quantity);
    filledValue = filledValue.plus(value(execution));
    const isLast = execution === executions.at(-1) && order.status === 'filled';
    const status = isLast ? 'FILLED' : 'PARTIALLY_FILLED';
    steps.push({ execution, what: 'TRADE', status, filled, filledValue });
  }
  if (order.status === 'cancelled' || order.status === 'rejected') {
    const what = order.status === 'cancelled' ? 'CANCELED' : 'EXPIRED';
    steps.push({ execution: null, what, status: what, filled, filledValue });
  }
  return steps;
}

function isForced({ origin }: Order): boolean {
  return origin === 'liquidation' || origin === 'takeover';
}

/** The id stands before other members: ccxt keeps the digits of a long number only before a comma. */
function orderPart(order: Order, step: Step): object {
  const { execution } = step;
  return {
    s: symbolText(order.symbol),
    c: order.linkId,
    i: bare(numberOf(order.orderId)),
    S: directionText(order.direction),
    o: isForced(order) ? 'LIQUIDATION' : typeText(order),
    q: order.quantity.toString(),
    p: (order.price ?? ZERO).toString(),
    sp: (order.trigger?.price ?? ZERO).toString(),
    ap: ratioText(step.filledValue, step.filled),
    x: step.what,
    X: step.status,
    N: 'USDT',
    n: (execution?.fee ?? ZERO).neg().toString(),
    T: execution?.at ?? 0,
    wt: workingText(order),
    ps: slotText(order.slot),
    rp: (execution?.realized ?? ZERO).toString(),
    z: step.filled.toString(),
    ...(execution === null
      ? {}
      : { l: execution.quantity.toString(), L: execution.price.toString(), m: execution.isMaker }),
    ti: 0,
    td: execution === null ? '' : numberOf(execution.execId),
    tv: execution === null ? '0' : execution.price.times(execution.quantity).toString(),
    ro: order.slot === 0 && order.reduceOnly,
  };
}

/** Null when neither wallet nor positions changed. */
export function accountEvent({ account, market, effects, now }: Told): object | null {
  const touched = [...effects.positions].filter((position) => position.uid === account.uid);
  if (touched.length === 0 && !effects.wallets.has(account)) return null;
  const change = sum(effects.ledger.filter((row) => row.uid === account.uid).map((row) => row.change));
  const isFunding = effects.ledger.some((row) => row.uid === account.uid && row.kind === 'funding');
  const wallet = account.wallet.toString();
  return {
    e: 'ACCOUNT_UPDATE',
    E: now,
    T: now,
    a: {
      m: isFunding ? 'FUNDING_FEE' : 'ORDER',
      B: [{ a: 'USDT', wb: wallet, cw: wallet, bc: change.toString() }],
      P: touched.map((position) => positionPart(position, market)),
    },
  };
}

function positionPart(position: Position, market: Market): object {
  const listed = market.listed.get(position.symbol);
  const isOneWay = position.slot === 0;
  const signed = isOneWay && position.side === 'short' ? position.quantity.neg() : position.quantity;
  return {
    s: symbolText(position.symbol),
    pa: signed.toString(),
    ep: ratioText(position.cost, position.quantity),
    up: (listed === undefined ? ZERO : unrealized(position, listed.last)).round(8).toString(),
    mt: 'cross',
    iw: '0',
    ps: isOneWay ? 'BOTH' : sideOf(position),
    cr: position.currentRealized.toString(),
  };
}
