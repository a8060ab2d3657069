/**
 * Funding: every eight hours of market time, positions pay (or receive) value × rate.
 *
 * With a positive rate longs pay and shorts receive. Each slot settles by itself, half-up to eight decimals.
 */
import { type Dec, toMoney, ZERO } from '../decimal.ts';
import { listing } from './market.ts';
import { type Account, type Position } from './state.ts';
import type { Turn } from './turn.ts';

export const FUNDING_INTERVAL_MS = 8 * 60 * 60 * 1000;

export function nextFundingTime(marketTime: number): number {
  return (Math.floor(marketTime / FUNDING_INTERVAL_MS) + 1) * FUNDING_INTERVAL_MS;
}

/** Settles every open position at the current price. */
export function settleFunding(turn: Turn, accounts: Iterable<Account>): void {
  for (const account of accounts) {
    for (const position of account.positions.values()) {
      if (position.side !== null && turn.market.listed.has(position.symbol)) settle(turn, account, position);
    }
  }
}

/** What the position pays; negative when it receives. */
function fundingOf(position: Position, price: Dec, rate: Dec): Dec {
  const amount = toMoney(position.quantity.times(price).times(rate));
  return position.side === 'short' ? amount.neg() : amount;
}

function settle(turn: Turn, account: Account, position: Position): void {
  const { last: price, fundingRate } = listing(turn.market, position.symbol);
  const paid = fundingOf(position, price, fundingRate);
  const direction = position.side === 'long' ? 'buy' : 'sell';
  const execId = turn.newId();
  const orderId = turn.newId();
  account.wallet = account.wallet.minus(paid);
  account.updatedAt = turn.now;
  position.currentRealized = position.currentRealized.minus(paid);
  position.totalRealized = position.totalRealized.minus(paid);
  position.updatedAt = turn.now;
  turn.effects.executions.push({
    execId,
    uid: account.uid,
    symbol: position.symbol,
    orderId,
    linkId: '',
    direction,
    slot: position.slot,
    kind: 'funding',
    price,
    quantity: position.quantity,
    fee: paid,
    feeRate: fundingRate,
    isMaker: false,
    closedQuantity: ZERO,
    realized: ZERO,
    orderPrice: null,
    orderQuantity: ZERO,
    leavesQuantity: ZERO,
    orderType: 'market',
    origin: 'user',
    conditional: false,
    markPrice: price,
    at: turn.now,
    marketTime: turn.market.time,
  });
  turn.effects.ledger.push({
    uid: account.uid,
    kind: 'funding',
    symbol: position.symbol,
    direction,
    quantity: position.quantity,
    positionSize: position.side === 'short' ? position.quantity.neg() : position.quantity,
    price,
    cashFlow: ZERO,
    funding: paid.neg(),
    fee: ZERO,
    feeRate: fundingRate,
    change: paid.neg(),
    balance: account.wallet,
    execId,
    orderId,
    linkId: '',
    at: turn.now,
    marketTime: turn.market.time,
  });
  turn.effects.accounts.add(account);
  turn.effects.wallets.add(account);
  turn.effects.positions.add(position);
}
