/** Conditional orders: when one triggers it becomes an ordinary order, or ends if it no longer may. */
import { smaller, ZERO } from '../decimal.ts';
import { endOrder } from './ending.ts';
import { affordable } from './affording.ts';
import { listing } from './market.ts';
import { positionOf, reducible } from './position.ts';
import { bandedPrice } from './price-band.ts';
import { type Account, leavesOf, type Order } from './state.ts';
import { execute } from './taking.ts';
import type { Turn } from './turn.ts';

export function triggerOrder(turn: Turn, account: Account, order: Order): void {
  const position = positionOf(account, order.symbol, order.slot, turn.now);
  order.updatedAt = turn.now;
  if (order.reduceOnly) {
    const room = reducible(position, order.direction);
    if (room.eq(ZERO)) {
      endOrder(turn, account, order, { status: 'cancelled', reason: 'reduce-only' });
      return;
    }
    order.quantity = order.closesAll ? room : smaller(order.quantity, room);
  } else if (!affordable(turn, account, { ...order, quantity: leavesOf(order) }).ok) {
    endOrder(turn, account, order, { status: 'rejected', reason: 'no-margin' });
    return;
  }
  const price = bandedPrice(turn, account, { ...order, listed: listing(turn.market, order.symbol) });
  if (!price.ok) {
    order.refusal = price.error.reason;
    endOrder(turn, account, order, { status: 'rejected', reason: 'refused' });
    return;
  }
  order.price = price.value;
  order.status = 'new';
  turn.effects.orders.add(order);
  // The trigger price is served: from here the order rests, if at all, at its limit price.
  turn.book(order.symbol).remove(order.orderId);
  execute(turn, account, order);
}
