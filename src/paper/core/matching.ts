/**
 * Matching: the market moved, and the orders on its way react.
 *
 * A resting limit order fills as maker at its own price when the path reaches it, also when a jump
 * goes through it. A touch, or a crossing by less than `SWEEP_RATIO`, trades only the step's liquidity;
 * farther through, the whole order is swept.
 */
import { dec, ZERO } from '../decimal.ts';
import { fillOrder } from './filling.ts';
import { type Liquidity, type Listed, listing, moveTo } from './market.ts';
import { type Account, isLive, leavesOf, type Order } from './state.ts';
import { tradable } from './taking.ts';
import { triggerOrder } from './triggering.ts';
import type { Turn } from './turn.ts';

/** How far beyond a limit price the market must be until nothing of the order can have been left. */
const SWEEP_RATIO = dec('0.0005');

export interface Step {
  symbol: string;
  ticks: number;
  liquidity: Liquidity;
}

/** Moves the price and lets every order on the way react, in the order in which the path meets them. */
export function walk(turn: Turn, accounts: ReadonlyMap<number, Account>, step: Step): void {
  const listed = listing(turn.market, step.symbol);
  const from = listed.lastTicks;
  moveTo(listed, step.ticks, step.liquidity);
  for (const order of turn.book(step.symbol).reacting(from, step.ticks)) {
    const account = accounts.get(order.uid);
    // An earlier order of this path may have ended this one.
    if (account === undefined || !isLive(order)) continue;
    if (order.status === 'untriggered') triggerOrder(turn, account, order);
    else fillResting(turn, account, order, listed);
  }
}

function fillResting(turn: Turn, account: Account, order: Order, listed: Listed): void {
  if (order.price === null) return;
  const beyond = listed.last.minus(order.price).abs();
  const swept = beyond.gt(order.price.times(SWEEP_RATIO));
  const quantity = swept ? leavesOf(order) : tradable(leavesOf(order), listed);
  if (quantity.gt(ZERO)) fillOrder(turn, account, order, { price: order.price, quantity, isMaker: true });
}
