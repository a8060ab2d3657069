/**
 * Taking: what an order does at the moment it arrives, is amended or triggers.
 *
 * What crosses fills as taker at the current price; what is left rests, or ends where it may not rest.
 */
import { type Dec, fromInteger, smaller, stepsIn, ZERO } from '../decimal.ts';
import { endOrder } from './ending.ts';
import { fillOrder } from './filling.ts';
import { type Listed, listing } from './market.ts';
import { type Account, isActive, leavesOf, type Order } from './state.ts';
import type { Turn } from './turn.ts';

/** What takes all that it wants is split into at most this many executions. */
const MAX_TAKES = 4;

/** What the step's liquidity trades of this quantity, in whole lots. */
export function tradable(leaves: Dec, listed: Listed): Dec {
  const { liquidity, lot } = listed;
  if (liquidity === null) return leaves;
  if ('lots' in liquidity) return smaller(leaves, lot.times(fromInteger(liquidity.lots)));
  const lots = Math.ceil(stepsIn(leaves, lot) * liquidity.ratio);
  return smaller(leaves, lot.times(fromInteger(lots)));
}

/** Whether a limit order would trade at once. */
export function crosses(order: Order, last: Dec): boolean {
  if (order.price === null) return true;
  return order.direction === 'buy' ? order.price.gte(last) : order.price.lte(last);
}

/** Lets an active order that has just arrived or triggered take what it can; the rest rests or ends. */
export function execute(turn: Turn, account: Account, order: Order): void {
  const listed = listing(turn.market, order.symbol);
  if (crosses(order, listed.last)) {
    if (order.timeInForce === 'PostOnly') {
      endOrder(turn, account, order, { status: 'cancelled', reason: 'post-only-would-take' });
      return;
    }
    if (order.price !== null && order.timeInForce === 'IOC') takeOnce(turn, account, order, listed);
    else if (order.price === null || order.timeInForce !== 'FOK' || isThere(order, listed))
      take(turn, account, order, listed);
  }
  if (!isActive(order)) return;
  if (order.price === null || order.timeInForce === 'IOC' || order.timeInForce === 'FOK') {
    endOrder(turn, account, order, { status: 'cancelled', reason: 'no-immediate-quantity' });
    return;
  }
  turn.book(order.symbol).put(order);
}

/** Whether the step's liquidity fills the order whole. */
function isThere(order: Order, listed: Listed): boolean {
  return tradable(leavesOf(order), listed).gte(leavesOf(order));
}

/** An immediate-or-cancel limit order gets what the step offers at its price and no more: the rest is its remainder. */
function takeOnce(turn: Turn, account: Account, order: Order, listed: Listed): void {
  const quantity = tradable(leavesOf(order), listed);
  if (quantity.gt(ZERO)) fillOrder(turn, account, order, { price: listed.last, quantity, isMaker: false });
}

/** Market orders, and limit orders that go on to rest, are never left short by a thin step. */
function take(turn: Turn, account: Account, order: Order, listed: Listed): void {
  for (let takes = 1; takes <= MAX_TAKES && isActive(order); takes += 1) {
    const part = takes === MAX_TAKES ? ZERO : tradable(leavesOf(order), listed);
    const quantity = part.gt(ZERO) ? part : leavesOf(order);
    fillOrder(turn, account, order, { price: listed.last, quantity, isMaker: false });
  }
}
