/** How an order ends: it leaves the account's live orders and the book in the same turn. */
import { assert } from '../assert.ts';
import type { Account, EndReason, Order } from './state.ts';
import { isLive } from './state.ts';
import type { Turn } from './turn.ts';

export interface Ending {
  status: 'filled' | 'cancelled' | 'rejected';
  reason: EndReason;
}

export function endOrder(turn: Turn, account: Account, order: Order, ending: Ending): void {
  assert(isLive(order), 'only a live order can end');
  order.status = ending.status;
  order.endReason = ending.reason;
  order.updatedAt = turn.now;
  account.orders.delete(order.orderId);
  turn.book(order.symbol).remove(order.orderId);
  turn.effects.orders.add(order);
}
