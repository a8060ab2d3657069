/**
 * The books: what an outsider needs to check every account by arithmetic of their own.
 *
 * Entry points: `allBooks`, `accountBooks`, and `standingBooks` for whoever looks many times a second.
 *
 * One account: `{uid, wallet, positions, orders, executions, ledger}`, each oldest first. Without uid:
 * `{accounts: [the same for each]}`. Money is exact decimal text, times are milliseconds; `execTime`,
 * `createdTime`, `updatedTime` and `time` are real, `marketTime` is the feed's. Invariant: the wallet is Σ
 * `change` of the ledger, and `balance` runs along with it.
 */
import {
  type Account,
  type Execution,
  isLive,
  type LedgerRow,
  type Order,
  type Position,
} from '../core/state.ts';
import { ratioText } from '../decimal.ts';
import type { Exchange } from '../exchange.ts';
import { WHOLE_HISTORY } from '../store/history.ts';
import { averagePrice, EXEC_TYPE, sideText, statusText } from './bybit/order-view.ts';

const MAX_ROWS = 1_000_000;
const WHOLE = { ...WHOLE_HISTORY, limit: MAX_ROWS };

export function allBooks(exchange: Exchange): object {
  return { accounts: [...exchange.accounts.values()].map((account) => accountBooks(exchange, account)) };
}

/** Of every account what stands now: the same, with the live orders alone and without the past. */
export function standingBooks(exchange: Exchange): object {
  const accounts = [...exchange.accounts.values()].map(({ uid, wallet, positions, orders }) => ({
    uid,
    wallet: wallet.toString(),
    positions: [...positions.values()].map(positionBook),
    orders: [...orders.values()].filter(isLive).map(orderBook),
  }));
  return { accounts };
}

export function accountBooks(exchange: Exchange, account: Account): object {
  const { history } = exchange;
  const { uid } = account;
  const orders = history.orders(uid, { symbol: null, orderId: null, linkId: null, live: null }, WHOLE);
  const executions = history.executions(
    uid,
    { symbol: null, orderId: null, linkId: null, kind: null },
    WHOLE,
  );
  const ledger = history.ledger(uid, { symbol: null, kind: null }, WHOLE);
  return {
    uid,
    apiKey: account.apiKey,
    wallet: account.wallet.toString(),
    positions: [...account.positions.values()].map(positionBook),
    orders: orders.rows.reverse().map(orderBook),
    executions: executions.rows.reverse().map(executionBook),
    ledger: ledger.rows.reverse().map(ledgerBook),
  };
}

function positionBook(position: Position): object {
  return {
    symbol: position.symbol,
    positionIdx: position.slot,
    side: position.side === null ? '' : position.side === 'long' ? 'Buy' : 'Sell',
    size: position.quantity.toString(),
    cost: position.cost.toString(),
    avgPrice: ratioText(position.cost, position.quantity),
    cumRealisedPnl: position.totalRealized.toString(),
    updatedTime: position.updatedAt,
  };
}

function orderBook(order: Order): object {
  return {
    orderId: order.orderId,
    orderLinkId: order.linkId,
    symbol: order.symbol,
    positionIdx: order.slot,
    side: sideText(order.direction),
    orderType: order.type === 'market' ? 'Market' : 'Limit',
    price: order.price?.toString() ?? '',
    triggerPrice: order.trigger?.price.toString() ?? '',
    qty: order.quantity.toString(),
    reduceOnly: order.reduceOnly,
    status: statusText(order),
    reason: order.endReason,
    cumExecQty: order.filled.toString(),
    cumExecValue: order.filledValue.toString(),
    cumExecFee: order.fee.toString(),
    avgPrice: averagePrice(order),
    createdTime: order.createdAt,
    updatedTime: order.updatedAt,
  };
}

function executionBook(execution: Execution): object {
  return {
    execId: execution.execId,
    orderId: execution.orderId,
    orderLinkId: execution.linkId,
    symbol: execution.symbol,
    positionIdx: execution.slot,
    side: sideText(execution.direction),
    execPrice: execution.price.toString(),
    execQty: execution.quantity.toString(),
    execFee: execution.fee.toString(),
    execType: EXEC_TYPE[execution.kind],
    closedSize: execution.closedQuantity.toString(),
    execPnl: execution.realized.toString(),
    isMaker: execution.isMaker,
    execTime: execution.at,
    marketTime: execution.marketTime,
  };
}

function ledgerBook(row: LedgerRow): object {
  return {
    type: row.kind,
    symbol: row.symbol,
    cashFlow: row.cashFlow.toString(),
    funding: row.funding.toString(),
    fee: row.fee.toString(),
    change: row.change.toString(),
    balance: row.balance.toString(),
    execId: row.execId,
    orderId: row.orderId,
    orderLinkId: row.linkId,
    time: row.at,
    marketTime: row.marketTime,
  };
}
