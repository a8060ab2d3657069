/**
 * What a bot reads of BingX, as one or several requests: paged through to the end, compared by our own eyes.
 * Every function takes `ask` (see bingx-calls.ts) and throws what that throws.
 */
import type { Funding, ObservedOrder, PositionRead, Prices } from '../../domain/observation.ts';
import type { Decimal, PositionMode } from '../../domain/words.ts';
import { classify } from '../errors.ts';
import { toBingxId } from '../symbol.ts';
import type { SentOrder } from '../venue.ts';
import type { Ask, Params } from './bingx-calls.ts';
import { toBingxClientId } from './bingx-client-id.ts';
import type { Endpoint } from './bingx-endpoints.ts';
import { type BingxNames, isSent } from './bingx-names.ts';
import { currencyOf, parseFunding, parseOrder, parsePosition } from './bingx-parse.ts';
import { decimalOf, MalformedRow, optionalDecimalOf, type Row, rowsOf, textOf, toRow } from './row.ts';

const ROWS_PER_PAGE = 1000;
/** How many ended orders one list holds, and adoption looks at. */
export const HISTORY_ROWS = 500;
/** BingX answers at most seven days at once, and keeps three months. */
const SPAN_MS = 7 * 86_400_000 - 1000;
const KEPT_MS = 90 * 86_400_000;
const DAY_MS = 86_400_000;
/** Our clock's idea of the venue's time may be off by this much. */
const CLOCK_SLACK_MS = 5000;

export interface Since {
  sinceMs: number;
  nowMs: number;
}

/** Open orders of a symbol, untriggered stops included. */
export async function readOpenOrders(ask: Ask, names: BingxNames, symbol: string): Promise<ObservedOrder[]> {
  return ordersOf(await ask('openOrders', { symbol: toBingxId(symbol) }), names);
}

/** The newest ended orders of a symbol since a moment, at most a week back. */
export async function readEndedOrders(
  ask: Ask,
  names: BingxNames,
  { symbol, sinceMs, nowMs }: Since & { symbol: string },
): Promise<ObservedOrder[]> {
  const endTime = nowMs + CLOCK_SLACK_MS;
  const startTime = Math.max(sinceMs, endTime - SPAN_MS);
  const params = { symbol: toBingxId(symbol), limit: String(HISTORY_ROWS), ...range(startTime, endTime) };
  return ordersOf(await ask('allOrders', params), names);
}

export interface Wanted {
  symbol: string;
  clientOrderId: string;
  sent?: SentOrder;
  nowMs: number;
}

/** By the venue's id or ours, else among open and ended orders: client ids are found for two hours only. */
export async function findOrder(ask: Ask, names: BingxNames, wanted: Wanted): Promise<ObservedOrder | null> {
  const { symbol, clientOrderId, sent, nowMs } = wanted;
  const isIt = (order: ObservedOrder) => isSent(order, clientOrderId, sent);
  const exchangeOrderId = sent?.exchangeOrderId ?? names.exchangeIdOf(clientOrderId);
  const wireId = toBingxClientId(clientOrderId);
  const asked: Params[] = [
    ...(exchangeOrderId === null ? [] : [{ orderId: exchangeOrderId }]),
    ...(wireId === null || sent?.request.type === 'stop' ? [] : [{ clientOrderID: wireId }]),
  ];
  for (const name of asked) {
    const order = await readOrder(ask, names, { symbol: toBingxId(symbol), ...name });
    if (order !== null && (order.exchangeOrderId === exchangeOrderId || isIt(order)))
      return under(names, order, clientOrderId);
  }
  const open = (await readOpenOrders(ask, names, symbol)).find(isIt);
  if (open !== undefined) return under(names, open, clientOrderId);
  const sinceMs = (sent?.sentAt ?? nowMs - DAY_MS) - CLOCK_SLACK_MS;
  const ended = (await readEndedOrders(ask, names, { symbol, sinceMs, nowMs })).find(isIt);
  return ended === undefined ? null : under(names, ended, clientOrderId);
}

/** Null where the venue has none. */
export async function readOrderRow(ask: Ask, params: Params): Promise<Row | null> {
  try {
    const data = dataOf(await ask('order', params));
    return toRow(data['order'] ?? data, 'order');
  } catch (error) {
    if (isNotFound(error)) return null;
    throw error;
  }
}

async function readOrder(ask: Ask, names: BingxNames, params: Params): Promise<ObservedOrder | null> {
  const row = await readOrderRow(ask, params);
  return row === null ? null : names.named(parseOrder(row));
}

function under(names: BingxNames, order: ObservedOrder, clientOrderId: string): ObservedOrder {
  names.learn(order.exchangeOrderId, clientOrderId);
  return { ...order, clientOrderId };
}

/** Oldest first, each once. */
export async function readFunding(ask: Ask, symbol: string, since: Since): Promise<Funding[]> {
  const rows: Row[] = [];
  for (const [startTime, endTime] of spans(since))
    rows.push(...(await readIncome(ask, symbol, { startTime, endTime, incomeType: 'FUNDING_FEE' })));
  const fundings = rows.map(parseFunding).filter((funding) => funding !== null);
  const unique = new Map(fundings.map((funding) => [funding.fundingId, funding]));
  return [...unique.values()].toSorted((a, b) => a.at - b.at);
}

export interface IncomeWish {
  startTime: number;
  endTime: number;
  /** Null: of every kind. */
  incomeType: string | null;
}

/** BingX pages income by time alone: a full page is asked again in halves. */
export async function readIncome(ask: Ask, symbol: string, wanted: IncomeWish): Promise<Row[]> {
  const { startTime, endTime, incomeType } = wanted;
  const kind = incomeType === null ? {} : { incomeType };
  const query = { symbol: toBingxId(symbol), ...kind, limit: String(ROWS_PER_PAGE) };
  const answer = await ask('income', { ...query, ...range(startTime, endTime) });
  // No rows are told as null.
  const rows = answer['data'] === null ? [] : rowsOf(answer, 'data');
  if (rows.length < ROWS_PER_PAGE || endTime - startTime < 2) return rows;
  const middle = Math.floor((startTime + endTime) / 2);
  const older = await readIncome(ask, symbol, { ...wanted, endTime: middle });
  return [...older, ...(await readIncome(ask, symbol, { ...wanted, startTime: middle + 1 }))];
}

/** The time asked for, in pieces that BingX answers; the last one ends after now, so that nothing is cut off. */
export function spans({ sinceMs, nowMs }: Since): [number, number][] {
  const end = nowMs + CLOCK_SLACK_MS;
  const pieces: [number, number][] = [];
  let start = Math.max(0, Math.floor(sinceMs), end - KEPT_MS);
  do {
    pieces.push([start, Math.min(start + SPAN_MS, Math.max(end, start + 1))]);
    start += SPAN_MS + 1;
  } while (start <= end);
  return pieces;
}

/** Both sides of a symbol, flat ones too. */
export async function readPositions(ask: Ask, symbol: string): Promise<PositionRead[]> {
  const answer = await ask('positions', { symbol: toBingxId(symbol) });
  const rows = answer['data'] === null ? [] : rowsOf(answer, 'data');
  const held = rows
    .filter((row) => textOf(row, 'symbol') === toBingxId(symbol))
    .map(parsePosition)
    .filter((position) => position !== null);
  return (['long', 'short'] as const).map(
    (side) => held.find((position) => position.side === side) ?? flat(symbol, side),
  );
}

/** The venue's own id of a position, for closing it whole; null when there is none. */
export async function readPositionId(
  ask: Ask,
  { symbol, side }: Pick<PositionRead, 'symbol' | 'side'>,
): Promise<string | null> {
  const answer = await ask('positions', { symbol: toBingxId(symbol) });
  const rows = answer['data'] === null ? [] : rowsOf(answer, 'data');
  const row = rows.find(
    (candidate) =>
      textOf(candidate, 'symbol') === toBingxId(symbol) && parsePosition(candidate)?.side === side,
  );
  return row === undefined ? null : textOf(row, 'positionId') || null;
}

function flat(symbol: string, side: PositionRead['side']): PositionRead {
  const none = { averageEntryPrice: null, liquidationPrice: null, unrealizedPnl: '0', leverage: null };
  return { symbol, side, quantity: '0', ...none };
}

export async function readPositionMode(ask: Ask): Promise<PositionMode> {
  const answer = await ask('positionMode');
  const dual = String(dataOf(answer)['dualSidePosition']);
  if (dual === 'true') return 'hedge';
  if (dual === 'false') return 'one-way';
  throw new MalformedRow('dualSidePosition', dual, '"true" or "false"');
}

export interface Wallet {
  walletBalance: Decimal;
  availableBalance: Decimal;
}

/** Of USDT, or of the demo environment's virtual USDT. */
export async function readWalletRow(ask: Ask): Promise<Row | null> {
  const { data } = await ask('balance');
  const rows = Array.isArray(data)
    ? data.map((row) => toRow(row, 'data'))
    : [toRow(toRow(data, 'data')['balance'], 'balance')];
  return rows.find((row) => currencyOf(textOf(row, 'asset')) === 'USDT') ?? null;
}

export function walletOf(row: Row | null): Wallet {
  if (row === null) return { walletBalance: '0', availableBalance: '0' };
  return {
    walletBalance: decimalOf(row, 'balance'),
    availableBalance: optionalDecimalOf(row, 'availableMargin') ?? '0',
  };
}

export async function readPrices(ask: Ask, symbol: string): Promise<Prices> {
  const params = { symbol: toBingxId(symbol) };
  const [ticker, index] = await Promise.all([only(ask, 'ticker', params), only(ask, 'premiumIndex', params)]);
  return { last: decimalOf(ticker, 'lastPrice'), mark: decimalOf(index, 'markPrice'), at: Date.now() };
}

/** One row, which BingX gives alone or as a list of one. */
async function only(ask: Ask, endpoint: Endpoint, params: Params): Promise<Row> {
  const { data } = await ask(endpoint, params);
  return toRow(Array.isArray(data) ? data[0] : data, 'data');
}

export function dataOf(answer: Row): Row {
  return toRow(answer['data'], 'data');
}

function ordersOf(answer: Row, names: BingxNames): ObservedOrder[] {
  const data = answer['data'];
  if (data === null) return [];
  const orders = toRow(data, 'data')['orders'];
  return orders === null
    ? []
    : rowsOf(toRow(data, 'data'), 'orders').map((row) => names.named(parseOrder(row)));
}

function isNotFound(error: unknown): boolean {
  const verdict = classify(error, 'bingx');
  return verdict.kind === 'rejected' && verdict.code === 'order_not_found';
}

function range(startTime: number, endTime: number): Params {
  return { startTime: String(Math.floor(startTime)), endTime: String(Math.floor(endTime)) };
}
