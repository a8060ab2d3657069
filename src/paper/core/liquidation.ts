/**
 * Liquidation: what the exchange does with an account whose equity no longer covers its maintenance margin.
 *
 * Judged at the mark price at the end of every step, after the orders on its way have reacted. First all live
 * orders are cancelled. Then, largest maintenance first and only until the account is safe again: a position
 * above its lowest risk tier is reduced to the next lower one at the market, one of several is closed at the
 * market, and the last is taken over at its bankruptcy price, which costs all that is left and never more.
 * https://www.bybit.com/en/help-center/article/Liquidation-Process-UTA
 */
import { type Dec, fromInteger, larger, smaller, ZERO } from '../decimal.ts';
import { endOrder } from './ending.ts';
import { fillOrder } from './filling.ts';
import { bankruptcyPrice } from './liquidation-price.ts';
import { listing } from './market.ts';
import { marginsOf } from './margin.ts';
import type { Account, Order, Position } from './state.ts';
import { maintenanceOf, tierOf } from './tiers.ts';
import type { Turn } from './turn.ts';

/** More reductions than there are tiers and positions; reached only if something is wrong. */
const MAX_REDUCTIONS = 500;
const ROUND_UP = 3;

export function isEndangered(account: Account, turn: Pick<Turn, 'market'>): boolean {
  if (openPositions(account, turn).length === 0) return false;
  const { equity, maintenance } = marginsOf(account, turn.market);
  return equity.lte(maintenance);
}

/** Positions whose symbol has no price can neither endanger an account nor be closed. */
function openPositions(account: Account, turn: Pick<Turn, 'market'>): Position[] {
  return [...account.positions.values()].filter(
    (position) => position.side !== null && turn.market.listed.has(position.symbol),
  );
}

/** Reduces what the account holds until it is safe. The caller has found it endangered. */
export function liquidate(turn: Turn, account: Account): void {
  for (const order of [...account.orders.values()]) {
    endOrder(turn, account, order, { status: 'cancelled', reason: 'liquidation' });
  }
  for (let round = 0; round < MAX_REDUCTIONS && isEndangered(account, turn); round += 1) {
    const held = openPositions(account, turn);
    const worst = held.reduce((a, b) => (maintenance(turn, b).gt(maintenance(turn, a)) ? b : a));
    reduce(turn, account, { position: worst, isLast: held.length === 1 });
  }
}

function maintenance(turn: Turn, position: Position): Dec {
  const { tiers, last } = listing(turn.market, position.symbol);
  return maintenanceOf(tiers, position.quantity.times(last));
}

function reduce(turn: Turn, account: Account, what: { position: Position; isLast: boolean }): void {
  const { position, isLast } = what;
  const listed = listing(turn.market, position.symbol);
  const { equity } = marginsOf(account, turn.market);
  const surplus = aboveLowerTier(turn, position);
  if (surplus !== null && equity.gt(ZERO)) {
    force(turn, account, { position, origin: 'liquidation', price: listed.last, quantity: surplus });
  } else {
    force(turn, account, {
      position,
      origin: isLast ? 'takeover' : 'liquidation',
      price: isLast ? bankruptcyPrice(listed, position, equity) : listed.last,
      quantity: position.quantity,
    });
  }
}

/** How much must go for the position to fall into the next lower risk tier; null in the lowest. */
function aboveLowerTier(turn: Turn, position: Position): Dec | null {
  const { tiers, last, lot } = listing(turn.market, position.symbol);
  const value = position.quantity.times(last);
  const lower = tiers[(tierOf(tiers, value)?.index ?? 0) - 1];
  if (lower === undefined) return null;
  const lots = value.minus(lower.notionalMax).div(last).div(lot).round(0, ROUND_UP);
  return smaller(larger(lots, fromInteger(1)).times(lot), position.quantity);
}

interface Forced {
  position: Position;
  origin: 'liquidation' | 'takeover';
  price: Dec;
  quantity: Dec;
}

function force(turn: Turn, account: Account, { position, origin, price, quantity }: Forced): void {
  const order: Order = {
    orderId: turn.newId(),
    linkId: '',
    uid: account.uid,
    symbol: position.symbol,
    slot: position.slot,
    direction: position.side === 'long' ? 'sell' : 'buy',
    type: 'market',
    price: null,
    quantity,
    filled: ZERO,
    filledValue: ZERO,
    fee: ZERO,
    timeInForce: 'IOC',
    reduceOnly: true,
    closeOnTrigger: false,
    closesAll: false,
    trigger: null,
    origin,
    status: 'new',
    endReason: 'none',
    lastPriceOnCreated: listing(turn.market, position.symbol).last,
    createdAt: turn.now,
    updatedAt: turn.now,
  };
  account.orders.set(order.orderId, order);
  fillOrder(turn, account, order, { price, quantity, isMaker: false, liquidation: true });
}
