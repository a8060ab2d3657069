/**
 * What a bot reads, as one or several requests: paged through to the end, compared by our own eyes.
 * Every function takes `ask` (see bybit-calls.ts) and throws what that throws.
 */
import { Big } from 'big.js';
import type { Execution, Funding, ObservedOrder, PositionRead, Prices } from '../../domain/observation.ts';
import type { Decimal } from '../../domain/words.ts';
import { toBybitId } from '../symbol.ts';
import type { Ask } from './bybit-calls.ts';
import type { BybitExchange } from './bybit-exchange.ts';
import { parseExecution, parseFunding, parseOrder, parsePositions } from './bybit-parse.ts';
import { decimalOf, MalformedRow, optionalDecimalOf, type Row, rowsOf, textOf } from './row.ts';

type Params = Record<string, string | number>;
type Page = (exchange: BybitExchange, params: Params) => Promise<unknown>;

const ORDERS_PER_PAGE = 50;
const EXECUTIONS_PER_PAGE = 100;
/** Far above what an account can have; a cursor that runs in circles must end. */
const PAGES_MAX = 200;
/** How many ended orders adoption looks back. */
const HISTORY_PAGES = 4;
/** Bybit answers at most seven days at once, and keeps two years. */
const SPAN_MS = 7 * 86_400_000;
const KEPT_MS = 730 * 86_400_000;

/** Open orders of a symbol, untriggered stops included. */
export async function readOpenOrders(ask: Ask, symbol: string): Promise<ObservedOrder[]> {
  const params = { category: 'linear', symbol: toBybitId(symbol), openOnly: 0, limit: ORDERS_PER_PAGE };
  const rows = await readPages(ask, (exchange, page) => exchange.privateGetV5OrderRealtime(page), { params });
  return rows.map(parseOrder);
}

/** The newest ended orders of a symbol. */
export async function readEndedOrders(ask: Ask, symbol: string): Promise<ObservedOrder[]> {
  const params = { category: 'linear', symbol: toBybitId(symbol), limit: ORDERS_PER_PAGE };
  const page: Page = (exchange, query) => exchange.privateGetV5OrderHistory(query);
  const rows = await readPages(ask, page, { params, pagesMax: HISTORY_PAGES, partial: true });
  return rows.map(parseOrder);
}

/** Open orders first (they also cover the newest ended ones), then the history. */
export async function findOrder(
  ask: Ask,
  symbol: string,
  clientOrderId: string,
): Promise<ObservedOrder | null> {
  const params = { category: 'linear', symbol: toBybitId(symbol), orderLinkId: clientOrderId };
  const ours = (result: Row) =>
    rowsOf(result, 'list').find((row) => textOf(row, 'orderLinkId') === clientOrderId);
  const open = ours(await ask((exchange) => exchange.privateGetV5OrderRealtime(params)));
  if (open !== undefined) return parseOrder(open);
  const ended = ours(await ask((exchange) => exchange.privateGetV5OrderHistory(params)));
  return ended === undefined ? null : parseOrder(ended);
}

export interface Since {
  sinceMs: number;
  nowMs: number;
}

/** Oldest first, each once. */
export async function readExecutions(ask: Ask, symbol: string, since: Since): Promise<Execution[]> {
  const rows = await readExecutionRows(ask, symbol, since);
  const executions = rows.map(parseExecution).filter((execution) => execution !== null);
  const unique = new Map(executions.map((execution) => [execution.executionId, execution]));
  return [...unique.values()].toSorted((a, b) => a.at - b.at);
}

/** Oldest first, each once. */
export async function readFunding(ask: Ask, symbol: string, since: Since): Promise<Funding[]> {
  const rows = await readExecutionRows(ask, symbol, since, { execType: 'Funding' });
  const fundings = rows.map(parseFunding).filter((funding) => funding !== null);
  const unique = new Map(fundings.map((funding) => [funding.fundingId, funding]));
  return [...unique.values()].toSorted((a, b) => a.at - b.at);
}

async function readExecutionRows(
  ask: Ask,
  symbol: string,
  since: Since,
  filter: Params = {},
): Promise<Row[]> {
  const rows: Row[] = [];
  const page: Page = (exchange, query) => exchange.privateGetV5ExecutionList(query);
  for (const [startTime, endTime] of spans(since)) {
    const base = { category: 'linear', symbol: toBybitId(symbol), limit: EXECUTIONS_PER_PAGE };
    const newestFirst = await readPages(ask, page, { params: { ...base, ...filter, startTime, endTime } });
    rows.push(...newestFirst.toReversed());
  }
  return rows;
}

/** The time asked for, in pieces that Bybit answers; the last one ends after now, so that nothing is cut off. */
export function spans({ sinceMs, nowMs }: Since): [number, number][] {
  const pieces: [number, number][] = [];
  let start = Math.max(0, Math.floor(sinceMs), nowMs - KEPT_MS);
  do {
    pieces.push([start, start + SPAN_MS]);
    start += SPAN_MS + 1;
  } while (start <= nowMs);
  return pieces;
}

/** Both sides of a symbol, flat ones too. */
export async function readPositionRows(ask: Ask, symbol: string): Promise<Row[]> {
  const params = { category: 'linear', symbol: toBybitId(symbol) };
  const rows = rowsOf(await ask((exchange) => exchange.privateGetV5PositionList(params)), 'list');
  if (rows.length === 0) throw new MalformedRow('list', rows, 'at least one position of the symbol');
  return rows;
}

export async function readPositions(ask: Ask, symbol: string): Promise<PositionRead[]> {
  return (await readPositionRows(ask, symbol)).flatMap(parsePositions);
}

export interface Wallet {
  walletBalance: Decimal;
  availableBalance: Decimal;
}

export async function readWallet(ask: Ask): Promise<Wallet> {
  const params = { accountType: 'UNIFIED' };
  const [account] = rowsOf(
    await ask((exchange) => exchange.privateGetV5AccountWalletBalance(params)),
    'list',
  );
  if (account === undefined) throw new MalformedRow('list', account, 'one account');
  const usdt = rowsOf(account, 'coin').find((coin) => textOf(coin, 'coin') === 'USDT');
  if (usdt === undefined) return { walletBalance: '0', availableBalance: '0' };
  const walletBalance = optionalDecimalOf(usdt, 'walletBalance') ?? '0';
  // Bybit leaves the account's total empty in isolated margin mode.
  return {
    walletBalance,
    availableBalance: optionalDecimalOf(account, 'totalAvailableBalance') ?? unused(usdt),
  };
}

function unused(usdt: Row): Decimal {
  const used = ['totalPositionIM', 'totalOrderIM'].map((field) => optionalDecimalOf(usdt, field) ?? '0');
  const balance = new Big(optionalDecimalOf(usdt, 'walletBalance') ?? '0');
  return used.reduce((rest, margin) => rest.minus(margin), balance).toFixed();
}

export async function readPrices(ask: Ask, symbol: string): Promise<Prices> {
  const params = { category: 'linear', symbol: toBybitId(symbol) };
  const [ticker] = rowsOf(await ask((exchange) => exchange.publicGetV5MarketTickers(params)), 'list');
  if (ticker === undefined) throw new MalformedRow('list', ticker, 'the ticker of the symbol');
  return { last: decimalOf(ticker, 'lastPrice'), mark: decimalOf(ticker, 'markPrice'), at: Date.now() };
}

interface Paging {
  params: Params;
  pagesMax?: number;
  /** True where the newest rows are enough; otherwise running out of pages is an error. */
  partial?: boolean;
}

/** Follows the cursor to its end. Newest first, as Bybit sorts. */
export async function readPages(ask: Ask, page: Page, paging: Paging): Promise<Row[]> {
  const { params, pagesMax = PAGES_MAX, partial = false } = paging;
  const rows: Row[] = [];
  let cursor = '';
  for (let count = 0; count < pagesMax; count++) {
    const query = cursor === '' ? params : { ...params, cursor };
    const result = await ask((exchange) => page(exchange, query));
    const found = rowsOf(result, 'list');
    rows.push(...found);
    const next = textOf(result, 'nextPageCursor');
    if (next === '' || next === cursor || found.length === 0) return rows;
    cursor = next;
  }
  if (partial) return rows;
  throw new MalformedRow('nextPageCursor', cursor, `the end after ${pagesMax} pages`);
}
