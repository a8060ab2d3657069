/**
 * Fills: the only place where a wallet changes because of a trade.
 *
 * Every fill books the position, the order, one execution and one ledger row together; afterwards the
 * reduce-only orders of the slot are trimmed to what is left of the position.
 * Fee = price × quantity × rate, half-up to eight decimals.
 */
import { assert } from '../assert.ts';
import { type Dec, toMoney, ZERO } from '../decimal.ts';
import { listing } from './market.ts';
import { settingOf } from './margin.ts';
import { applyFill, type Closed, positionOf } from './position.ts';
import { endOrder } from './ending.ts';
import { trimReduceOnly } from './reduce-only.ts';
import {
  type Account,
  type Execution,
  type LedgerRow,
  leavesOf,
  type Order,
  type Position,
  positionKey,
} from './state.ts';
import type { Turn } from './turn.ts';

export interface Match {
  price: Dec;
  quantity: Dec;
  isMaker: boolean;
  /** Forced by the exchange. */
  liquidation?: true;
}

export function feeOf(price: Dec, quantity: Dec, rate: Dec): Dec {
  return toMoney(price.times(quantity).times(rate));
}

export function fillOrder(turn: Turn, account: Account, order: Order, match: Match): void {
  assert(
    match.quantity.gt(ZERO) && match.quantity.lte(leavesOf(order)),
    'a fill takes some of what the order leaves',
  );
  const feeRate = match.isMaker ? turn.fees.maker : turn.fees.taker;
  const fee = feeOf(match.price, match.quantity, feeRate);
  const position = positionOf(account, order.symbol, order.slot, turn.now);
  const closed = applyFill(position, { ...match, direction: order.direction, fee, at: turn.now });
  account.positions.set(positionKey(order.symbol, order.slot), position);
  account.wallet = account.wallet.plus(closed?.realized ?? ZERO).minus(fee);
  account.updatedAt = turn.now;
  order.filled = order.filled.plus(match.quantity);
  order.filledValue = order.filledValue.plus(match.price.times(match.quantity));
  order.fee = order.fee.plus(fee);
  order.status = 'partially-filled';
  order.updatedAt = turn.now;
  const execution = describe(turn, order, { ...match, fee, feeRate, closed });
  turn.effects.executions.push(execution);
  turn.effects.ledger.push(ledgerRow(account, position, execution));
  if (closed !== null)
    bookClosed(turn, account, order, { ...closed, liquidated: match.liquidation ?? false });
  turn.effects.accounts.add(account);
  turn.effects.wallets.add(account);
  turn.effects.positions.add(position);
  turn.effects.orders.add(order);
  if (leavesOf(order).eq(ZERO)) endOrder(turn, account, order, { status: 'filled', reason: 'none' });
  trimReduceOnly(turn, account, position);
}

/** The wallet's side of a fill that has just been booked. */
function ledgerRow(account: Account, position: Position, execution: Execution): LedgerRow {
  const { symbol, direction, quantity, price, fee, feeRate, realized, execId, orderId, linkId } = execution;
  return {
    uid: account.uid,
    kind: execution.kind === 'liquidation' ? 'liquidation' : 'trade',
    symbol,
    direction,
    quantity,
    positionSize: position.side === 'short' ? position.quantity.neg() : position.quantity,
    price,
    cashFlow: realized,
    funding: ZERO,
    fee,
    feeRate,
    change: realized.minus(fee),
    balance: account.wallet,
    execId,
    orderId,
    linkId,
    at: execution.at,
    marketTime: execution.marketTime,
  };
}

function describe(
  turn: Turn,
  order: Order,
  fill: Match & { fee: Dec; feeRate: Dec; closed: Closed | null },
): Execution {
  return {
    execId: turn.newId(),
    uid: order.uid,
    symbol: order.symbol,
    orderId: order.orderId,
    linkId: order.linkId,
    direction: order.direction,
    slot: order.slot,
    kind: fill.liquidation ? 'liquidation' : 'trade',
    price: fill.price,
    quantity: fill.quantity,
    fee: fill.fee,
    feeRate: fill.feeRate,
    isMaker: fill.isMaker,
    closedQuantity: fill.closed?.quantity ?? ZERO,
    realized: fill.closed?.realized ?? ZERO,
    orderPrice: order.price,
    orderQuantity: order.quantity,
    leavesQuantity: leavesOf(order),
    orderType: order.type,
    origin: order.origin,
    conditional: order.trigger !== null,
    markPrice: listing(turn.market, order.symbol).last,
    at: turn.now,
    marketTime: turn.market.time,
  };
}

function bookClosed(
  turn: Turn,
  account: Account,
  order: Order,
  closed: Closed & { liquidated: boolean },
): void {
  const before = turn.effects.closed.get(order.orderId) ?? turn.closedPnl(order.orderId);
  turn.effects.closed.set(order.orderId, {
    orderId: order.orderId,
    uid: account.uid,
    symbol: order.symbol,
    direction: order.direction,
    orderType: order.type,
    orderPrice: order.price,
    quantity: order.quantity,
    closedQuantity: (before?.closedQuantity ?? ZERO).plus(closed.quantity),
    entryValue: (before?.entryValue ?? ZERO).plus(closed.entryValue),
    exitValue: (before?.exitValue ?? ZERO).plus(closed.exitValue),
    openFee: (before?.openFee ?? ZERO).plus(closed.openFee),
    closeFee: (before?.closeFee ?? ZERO).plus(closed.closeFee),
    fills: (before?.fills ?? 0) + 1,
    liquidated: closed.liquidated,
    leverage: settingOf(account, order.symbol).leverage,
    createdAt: before?.createdAt ?? turn.now,
    updatedAt: turn.now,
  });
}
