/**
 * What Bybit booked of a symbol between two moments, for comparing it with our own books:
 * https://bybit-exchange.github.io/docs/v5/account/transaction-log and …/v5/position/close-pnl
 */
import { Big } from 'big.js';
import type { LedgerEntry, VenueLedger } from '../../domain/venue-check.ts';
import { toBybitId } from '../symbol.ts';
import type { LedgerSpan } from '../venue.ts';
import type { Ask } from './bybit-calls.ts';
import type { BybitExchange } from './bybit-exchange.ts';
import { readPages } from './bybit-reads.ts';
import { decimalOf, requiredTextOf, type Row, textOf, timeOf } from './row.ts';

/** Bybit answers at most seven days at once. */
const SPAN_MS = 7 * 86_400_000;
/** Of each of the two lists: a cycle of some hundred fills, with the other symbols of the account. */
const PAGES_MAX = 20;

export async function readLedger(
  ask: Ask,
  symbol: string,
  { fromMs, untilMs }: LedgerSpan,
): Promise<VenueLedger> {
  const id = toBybitId(symbol);
  const wallet: Row[] = [];
  const closed: Row[] = [];
  for (let start = fromMs; start <= untilMs; start += SPAN_MS) {
    const span = { startTime: start, endTime: Math.min(start + SPAN_MS - 1, untilMs) };
    const log = { accountType: 'UNIFIED', category: 'linear', currency: 'USDT', limit: 50, ...span };
    wallet.push(
      ...(await pages(ask, (exchange, query) => exchange.privateGetV5AccountTransactionLog(query), log)),
    );
    const profits = { category: 'linear', symbol: id, limit: 100, ...span };
    closed.push(
      ...(await pages(ask, (exchange, query) => exchange.privateGetV5PositionClosedPnl(query), profits)),
    );
  }
  return {
    entries: wallet.filter((row) => textOf(row, 'symbol') === id).map(entryOf),
    closedPnl: closed.reduce((sum, row) => sum.plus(decimalOf(row, 'closedPnl')), new Big(0)).toFixed(),
  };
}

function pages(
  ask: Ask,
  page: (exchange: BybitExchange, query: Record<string, string | number>) => Promise<unknown>,
  params: Record<string, string | number>,
): Promise<Row[]> {
  return readPages(ask, page, { params, pagesMax: PAGES_MAX });
}

function entryOf(row: Row): LedgerEntry {
  return {
    executionId: textOf(row, 'tradeId') || null,
    amount: decimalOf(row, 'change'),
    currency: requiredTextOf(row, 'currency'),
    at: timeOf(row, 'transactionTime'),
  };
}
