/**
 * Placing an order: every check first, then one order that rests, waits for its trigger, or trades at once.
 *
 * A client order id is used once per account, for ever; it is checked before anything that may have changed
 * since the first attempt, so that a repeated request always learns that it was a repeat.
 */
import { type Dec, smaller, ZERO } from '../decimal.ts';
import { affordable } from './affording.ts';
import { listing } from './market.ts';
import { settingOf } from './margin.ts';
import { checkPrice, checkQuantity, checkTrigger, checkValue } from './filters.ts';
import { positionOf, reducible } from './position.ts';
import { bandedPrice } from './price-band.ts';
import { done, type Refusal, type Result, refuse } from './refusal.ts';
import { type Account, type Order, type Origin, type Slot, type TimeInForce } from './state.ts';
import { execute } from './taking.ts';
import type { Turn } from './turn.ts';

const MAX_ACTIVE_ORDERS = 500;
const MAX_CONDITIONAL_ORDERS = 10;

export interface PlaceRequest {
  symbol: string;
  direction: Order['direction'];
  slot: Slot;
  type: Order['type'];
  quantity: Dec;
  price: Dec | null;
  timeInForce: TimeInForce;
  reduceOnly: boolean;
  closeOnTrigger: boolean;
  trigger: Order['trigger'];
  linkId: string;
  origin: Origin;
  /** Given when the order was acknowledged before it was decided. */
  orderId?: string;
}

export function placeOrder(turn: Turn, account: Account, request: PlaceRequest): Result<Order> {
  const checked = check(turn, account, request);
  if (!checked.ok) return checked;
  const order = checked.value;
  account.orders.set(order.orderId, order);
  turn.effects.orders.add(order);
  if (order.status === 'untriggered') turn.book(order.symbol).put(order);
  else execute(turn, account, order);
  return done(order);
}

/** An order that was acknowledged and cannot be taken: it ends before it was live, and its id is used up. */
export function rejectOrder(
  turn: Turn,
  account: Account,
  { request, refusal }: { request: PlaceRequest; refusal: Refusal },
): void {
  turn.effects.orders.add({
    ...draft(turn, account, request),
    status: 'rejected',
    endReason: 'refused',
    refusal: refusal.reason,
  });
}

function check(turn: Turn, account: Account, request: PlaceRequest): Result<Order> {
  if (request.linkId !== '' && turn.isUsed(account.uid, request.linkId)) {
    return refuse('duplicate_link_id', 'OrderLinkedID is duplicate');
  }
  const { hedged } = settingOf(account, request.symbol);
  if (hedged !== (request.slot !== 0)) return refuse('wrong_slot', 'position idx not match position mode');
  const limits = checkCounts(account, request);
  if (!limits.ok) return limits;

  const listed = listing(turn.market, request.symbol);
  const order = draft(turn, account, request);
  if (order.reduceOnly) {
    const room = roomFor(turn, account, order);
    if (!room.ok) return room;
    if (order.closesAll) {
      if (order.status !== 'untriggered') order.quantity = room.value;
    } else {
      const quantity = checkQuantity(listed, order);
      if (!quantity.ok) return quantity;
      if (order.status !== 'untriggered') order.quantity = smaller(order.quantity, room.value);
    }
  } else {
    const quantity = checkQuantity(listed, order);
    if (!quantity.ok) return quantity;
  }
  const step = checkPrice(listed, order.price);
  if (!step.ok) return step;
  // A conditional order meets the band when it triggers.
  if (order.status !== 'untriggered') {
    const price = bandedPrice(turn, account, { ...order, listed });
    if (!price.ok) return price;
    order.price = price.value;
  }
  for (const verdict of [checkTrigger(listed, order.trigger), checkValue(listed, order)]) {
    if (!verdict.ok) return verdict;
  }
  if (!order.reduceOnly && order.status !== 'untriggered') {
    const affords = affordable(turn, account, order);
    if (!affords.ok) return affords;
  }
  return done(order);
}

/** How much a reduce-only order may close; refused where it would close nothing or increase the position. */
export function roomFor(turn: Turn, account: Account, order: Order): Result<Dec> {
  const position = positionOf(account, order.symbol, order.slot, turn.now);
  if (position.side === null) {
    return refuse('reduce_only', 'current position is zero, cannot fix reduce-only order qty');
  }
  const room = reducible(position, order.direction);
  if (room.eq(ZERO))
    return refuse('reduce_only', 'Reduce-only rule not satisfied: the order would increase the position');
  return done(room);
}

function checkCounts(account: Account, request: PlaceRequest): Result<null> {
  const own = [...account.orders.values()].filter(
    (order) => order.symbol === request.symbol && order.origin === 'user',
  );
  const waiting = own.filter((order) => order.status === 'untriggered').length;
  if (request.trigger !== null && request.origin === 'user' && waiting >= MAX_CONDITIONAL_ORDERS) {
    return refuse(
      'too_many_stops',
      `The number of stop orders exceeds the maximum limit allowed: ${MAX_CONDITIONAL_ORDERS} per symbol`,
    );
  }
  if (request.trigger === null && own.length - waiting >= MAX_ACTIVE_ORDERS) {
    return refuse('too_many_orders', `Not allowed to have more than ${MAX_ACTIVE_ORDERS} active orders`);
  }
  return done(null);
}

function draft(turn: Turn, account: Account, request: PlaceRequest): Order {
  const closesSlot =
    (request.slot === 1 && request.direction === 'sell') ||
    (request.slot === 2 && request.direction === 'buy');
  const reduceOnly = request.reduceOnly || request.closeOnTrigger || closesSlot;
  return {
    orderId: request.orderId ?? turn.newId(),
    linkId: request.linkId,
    uid: account.uid,
    symbol: request.symbol,
    slot: request.slot,
    direction: request.direction,
    type: request.type,
    price: request.type === 'market' ? null : request.price,
    quantity: request.quantity,
    filled: ZERO,
    filledValue: ZERO,
    fee: ZERO,
    timeInForce: request.type === 'market' ? 'IOC' : request.timeInForce,
    reduceOnly,
    closeOnTrigger: request.closeOnTrigger,
    closesAll: request.reduceOnly && request.closeOnTrigger && request.quantity.eq(ZERO),
    trigger: request.trigger,
    origin: request.origin,
    status: request.trigger === null ? 'new' : 'untriggered',
    endReason: 'none',
    lastPriceOnCreated: listing(turn.market, request.symbol).last,
    createdAt: turn.now,
    updatedAt: turn.now,
  };
}
