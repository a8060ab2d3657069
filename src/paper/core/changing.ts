/** Amending and cancelling live orders. An amended order keeps its ids; a new price that crosses takes. */
import { type Dec, smaller } from '../decimal.ts';
import { affordable } from './affording.ts';
import { endOrder } from './ending.ts';
import { checkPrice, checkQuantity, checkTrigger, checkValue } from './filters.ts';
import { listing } from './market.ts';
import { roomFor } from './placing.ts';
import { bandedPrice } from './price-band.ts';
import { done, type Result, refuse } from './refusal.ts';
import type { Account, Order, TriggerBy } from './state.ts';
import { execute } from './taking.ts';
import type { Turn } from './turn.ts';

export interface OrderRef {
  symbol: string;
  orderId: string;
  linkId: string;
}

export interface AmendRequest extends OrderRef {
  /** The order's whole new quantity, what is filled included. */
  quantity: Dec | null;
  price: Dec | null;
  triggerPrice: Dec | null;
  triggerBy: TriggerBy | null;
}

function findLive(account: Account, ref: OrderRef): Order | null {
  const byId = ref.orderId === '' ? undefined : account.orders.get(ref.orderId);
  const found =
    ref.orderId === '' ? [...account.orders.values()].find((order) => order.linkId === ref.linkId) : byId;
  return found !== undefined && found.symbol === ref.symbol ? found : null;
}

export function cancelOrder(turn: Turn, account: Account, ref: OrderRef): Result<Order> {
  const order = findLive(account, ref);
  if (order === null) return refuse('order_not_found', 'order not exists or too late to cancel');
  endOrder(turn, account, order, { status: 'cancelled', reason: 'by-user' });
  return done(order);
}

export function cancelOrders(turn: Turn, account: Account, matches: (order: Order) => boolean): Order[] {
  const ended = [...account.orders.values()].filter(matches);
  for (const order of ended) endOrder(turn, account, order, { status: 'cancelled', reason: 'by-user' });
  return ended;
}

export function amendOrder(turn: Turn, account: Account, request: AmendRequest): Result<Order> {
  const order = findLive(account, request);
  if (order === null) return refuse('order_not_found', 'order not exists or too late to replace');
  const planned = plan(turn, account, order, request);
  if (!planned.ok) return planned;
  const { quantity, price, trigger } = planned.value;
  const isRepriced = price !== null && order.price !== null && !price.eq(order.price);
  order.quantity = quantity;
  order.price = price;
  order.trigger = trigger;
  order.updatedAt = turn.now;
  turn.effects.orders.add(order);
  if (order.status === 'untriggered') turn.book(order.symbol).put(order);
  else if (isRepriced) execute(turn, account, order);
  return done(order);
}

/** The order as it would be, every check passed; nothing is changed yet. */
function plan(turn: Turn, account: Account, order: Order, request: AmendRequest): Result<Order> {
  const listed = listing(turn.market, order.symbol);
  const waiting = order.status === 'untriggered';
  const wanted: Order = {
    ...order,
    quantity: request.quantity ?? order.quantity,
    price: order.type === 'market' ? null : (request.price ?? order.price),
    trigger: waiting ? newTrigger(order, request) : order.trigger,
  };
  if (!waiting && request.price !== null && wanted.price !== null) {
    const price = bandedPrice(turn, account, { ...wanted, listed });
    if (!price.ok) return price;
    wanted.price = price.value;
  }
  if (isSame(order, wanted)) {
    return refuse(
      'bad_parameter',
      'The order remains unchanged as the parameters entered match the existing ones.',
    );
  }
  if (wanted.quantity.lte(order.filled) && !order.closesAll) {
    return refuse(
      'below_filled',
      `The number of contracts modified cannot be less than or equal to the filled quantity ${order.filled}`,
    );
  }
  const checks = [
    request.quantity === null ? done(null) : checkQuantity(listed, wanted),
    checkPrice(listed, wanted.price),
    request.triggerPrice === null || !waiting ? done(null) : checkTrigger(listed, wanted.trigger),
    checkValue(listed, wanted),
  ];
  for (const verdict of checks) if (!verdict.ok) return verdict;
  if (waiting) return done(wanted);
  if (wanted.reduceOnly) {
    const room = roomFor(turn, account, wanted);
    if (!room.ok) return room;
    return done({ ...wanted, quantity: smaller(wanted.quantity, order.filled.plus(room.value)) });
  }
  const leaves = { ...wanted, quantity: wanted.quantity.minus(order.filled) };
  const affords = affordable(turn, account, leaves, order);
  return affords.ok ? done(wanted) : affords;
}

function newTrigger(order: Order, request: AmendRequest): Order['trigger'] {
  if (order.trigger === null) return null;
  return {
    ...order.trigger,
    price: request.triggerPrice ?? order.trigger.price,
    by: request.triggerBy ?? order.trigger.by,
  };
}

function isSame(a: Order, b: Order): boolean {
  const samePrice = a.price === b.price || (a.price !== null && b.price !== null && a.price.eq(b.price));
  const sameTrigger =
    a.trigger === b.trigger ||
    (a.trigger !== null &&
      b.trigger !== null &&
      a.trigger.price.eq(b.trigger.price) &&
      a.trigger.by === b.trigger.by);
  return a.quantity.eq(b.quantity) && samePrice && sameTrigger;
}
