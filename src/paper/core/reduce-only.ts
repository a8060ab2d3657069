/**
 * Reduce-only: an order that may only shrink a position is never larger than it.
 *
 * Active ones are trimmed as the position shrinks and cancelled when it is gone. Untriggered stops keep
 * their quantity and are judged when they trigger, except the position's own take-profit and stop-loss,
 * which end with it.
 */
import { smaller, ZERO } from '../decimal.ts';
import { endOrder } from './ending.ts';
import { reducible } from './position.ts';
import { type Account, isActive, leavesOf, type Order, type Position } from './state.ts';
import type { Turn } from './turn.ts';

export function trimReduceOnly(turn: Turn, account: Account, position: Position): void {
  for (const order of [...account.orders.values()]) {
    if (order.symbol !== position.symbol || order.slot !== position.slot || !order.reduceOnly) continue;
    if (isActive(order)) trimOne(turn, account, order, position);
    else if (order.origin !== 'user' && position.side === null) {
      endOrder(turn, account, order, { status: 'cancelled', reason: 'position-closed' });
    }
  }
  if (position.side === null) {
    position.takeProfit = null;
    position.stopLoss = null;
  }
}

function trimOne(turn: Turn, account: Account, order: Order, position: Position): void {
  const room = reducible(position, order.direction);
  if (room.eq(ZERO)) {
    endOrder(turn, account, order, { status: 'cancelled', reason: 'reduce-only' });
    return;
  }
  const leaves = smaller(leavesOf(order), room);
  if (leaves.eq(leavesOf(order))) return;
  order.quantity = order.filled.plus(leaves);
  order.updatedAt = turn.now;
  turn.effects.orders.add(order);
}
