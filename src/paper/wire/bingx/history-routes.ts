/** What has been: orders, fills, income and closed positions. Newest first. */
import type { LedgerRow, Order } from '../../core/state.ts';
import type { ExecutionFilter, Paging } from '../../store/history.ts';
import { bare, numberOf } from './ids.ts';
import { fullId } from './order-lookup.ts';
import { fillView, orderView, tradeView } from './order-view.ts';
import {
  DAY_MS,
  listedSymbol,
  optionalSymbol,
  type Parsed,
  sizeWithin,
  symbolText,
  text,
  wholeNumbers,
} from './params.ts';
import { positionHistory } from './position-history.ts';
import { badParameter, ok, type Reply } from './reply.ts';
import type { PrivateContext, PrivateRoute } from './routes.ts';

const read = (run: PrivateRoute['run']): PrivateRoute => ({ needs: 'signature', run });

export const HISTORY_ROUTES: Record<string, PrivateRoute> = {
  'GET /openApi/swap/v2/trade/allOrders': read((context) => orders(context, false)),
  'GET /openApi/swap/v1/trade/fullOrder': read((context) => orders(context, null)),
  'GET /openApi/swap/v2/trade/allFillOrders': read(fills),
  'GET /openApi/swap/v2/trade/fillHistory': read(trades),
  // The core liquidates nobody.
  'GET /openApi/swap/v2/trade/forceOrders': read(() => ok({ orders: [] })),
  'GET /openApi/swap/v2/user/income': read(income),
  'GET /openApi/swap/v1/trade/positionHistory': read(closedPositions),
};

/** A range of at most so many days; without one the last days count. */
function range(
  query: PrivateContext['query'],
  rule: { names: [string, string]; days: number; needed: boolean; now: number },
): Parsed<Pick<Paging, 'startTime' | 'endTime'>> {
  const numbers = wholeNumbers(query, rule.names);
  if (!numbers.ok) return numbers;
  const [start = null, end = null] = numbers.value;
  if (rule.needed && (start === null || end === null)) {
    return { ok: false, reply: badParameter(`${rule.names.join(' and ')} are needed`) };
  }
  const span = rule.days * DAY_MS;
  if (start === null && end === null)
    return { ok: true, value: { startTime: rule.now - span, endTime: null } };
  const startTime = start ?? (end ?? rule.now) - span;
  const endTime = end ?? startTime + span;
  if (endTime - startTime <= span && endTime >= startTime) return { ok: true, value: { startTime, endTime } };
  return {
    ok: false,
    reply: badParameter(`${rule.names[1]} must be at most ${rule.days} days after ${rule.names[0]}`),
  };
}

/** allOrders knows ended ones, fullOrder all of them. With orderId: that order and the later ones. */
function orders(context: PrivateContext, live: boolean | null): Reply {
  const { account, exchange, query, now } = context;
  const symbol = optionalSymbol(exchange, query);
  if (!symbol.ok) return symbol.reply;
  const numbers = wholeNumbers(query, ['limit']);
  if (!numbers.ok) return numbers.reply;
  const times = range(query, { names: ['startTime', 'endTime'], days: 7, needed: false, now });
  if (!times.ok) return times.reply;
  const limit = sizeWithin(numbers.value[0] ?? null, 500, 1_000);
  const filter = { symbol: symbol.value?.instrument.id ?? null, orderId: null, linkId: null, live };
  const { rows } = exchange.history.orders(account.uid, filter, { before: null, limit, ...times.value });
  const shown = since(rows, text(query, 'orderId'));
  return ok({ orders: shown.map((order) => orderView(exchange, account, order)) });
}

function since(rows: Order[], digits: string | null): Order[] {
  if (digits === null) return rows;
  const index = rows.findIndex((order) => numberOf(order.orderId) === digits);
  return index === -1 ? rows : rows.slice(0, index + 1);
}

/** The order's own fills when one is named; none for an order that is not the account's. */
function filterOf(context: PrivateContext, symbol: string | null): ExecutionFilter | null {
  const digits = text(context.query, 'orderId');
  const orderId = digits === null ? null : fullId(context.exchange, context.account, digits);
  if (digits !== null && orderId === null) return null;
  return { symbol, orderId, linkId: null, kind: 'trade' };
}

const MAX_FILLS = 1_000;

function fills(context: PrivateContext): Reply {
  const { account, exchange, query, now } = context;
  const symbol = optionalSymbol(exchange, query);
  if (!symbol.ok) return symbol.reply;
  const times = range(query, { names: ['startTs', 'endTs'], days: 30, needed: true, now });
  if (!times.ok) return times.reply;
  const filter = filterOf(context, symbol.value?.instrument.id ?? null);
  if (filter === null) return ok({ fill_orders: [] });
  const { rows } = exchange.history.executions(account.uid, filter, {
    before: null,
    limit: MAX_FILLS,
    ...times.value,
  });
  return ok({ fill_orders: rows.map(fillView) });
}

/** Pages are numbered; `total` counts everything in the range, up to this many. */
const MAX_TRADES = 10_000;

function trades(context: PrivateContext): Reply {
  const { account, exchange, query, now } = context;
  const symbol = listedSymbol(exchange, text(query, 'symbol'));
  if (!symbol.ok) return symbol.reply;
  const times = range(query, { names: ['startTs', 'endTs'], days: 7, needed: true, now });
  if (!times.ok) return times.reply;
  const numbers = wholeNumbers(query, ['pageIndex', 'pageSize', 'lastFillId']);
  if (!numbers.ok) return numbers.reply;
  const [index, size, lastFill] = numbers.value;
  if ((lastFill ?? 0) !== 0) return badParameter('lastFillId is not supported here: use pageIndex');
  const filter = filterOf(context, symbol.value.instrument.id);
  if (filter === null) return ok({ fill_history_orders: [], total: 0 });
  const { rows } = exchange.history.executions(account.uid, filter, {
    before: null,
    limit: MAX_TRADES,
    ...times.value,
  });
  const rowsPerPage = sizeWithin(size ?? null, 50, 1_000);
  const from = (Math.max(1, index ?? 1) - 1) * rowsPerPage;
  return ok({ fill_history_orders: rows.slice(from, from + rowsPerPage).map(tradeView), total: rows.length });
}

const INCOME_KINDS: Record<string, LedgerRow['kind']> = {
  TRANSFER: 'deposit',
  REALIZED_PNL: 'trade',
  TRADING_FEE: 'trade',
  FUNDING_FEE: 'funding',
};

/** A trade's ledger row is two here: what it realised, and its fee. */
function income({ account, exchange, query, now }: PrivateContext): Reply {
  const symbol = optionalSymbol(exchange, query);
  if (!symbol.ok) return symbol.reply;
  const numbers = wholeNumbers(query, ['limit']);
  if (!numbers.ok) return numbers.reply;
  const times = range(query, { names: ['startTime', 'endTime'], days: 7, needed: false, now });
  if (!times.ok) return times.reply;
  const limit = sizeWithin(numbers.value[0] ?? null, 100, 1_000);
  const type = text(query, 'incomeType');
  const kind = type === null ? null : INCOME_KINDS[type];
  if (kind === undefined) return ok([]);
  const filter = { symbol: symbol.value?.instrument.id ?? null, kind };
  const rows: object[] = [];
  for (let before: number | null = null; rows.length < limit; ) {
    const page = exchange.history.ledger(account.uid, filter, { before, limit: 1_000, ...times.value });
    rows.push(...page.rows.flatMap(incomeRows).filter((row) => type === null || row.incomeType === type));
    if (page.next === null) break;
    before = page.next;
  }
  return ok(rows.slice(0, limit));
}

function incomeRows(row: LedgerRow) {
  const { kind, symbol, at, execId, cashFlow, fee, funding } = row;
  const asIncome = (incomeType: string, value: LedgerRow['cashFlow'], info: string) => ({
    symbol: symbol === '' ? '' : symbolText(symbol),
    incomeType,
    income: value.toString(),
    asset: 'USDT',
    info,
    time: at,
    tranId: bare(numberOf(execId)),
    tradeId: numberOf(execId),
  });
  if (kind === 'deposit') return [asIncome('TRANSFER', cashFlow, 'Deposit')];
  if (kind === 'funding') return [asIncome('FUNDING_FEE', funding, 'Funding Fee')];
  const side = row.direction === 'buy' ? 'Buy' : 'Sell';
  return [
    ...(cashFlow.toString() === '0' ? [] : [asIncome('REALIZED_PNL', cashFlow, `${side} to Close`)]),
    asIncome('TRADING_FEE', fee.neg(), 'Position fee'),
  ];
}

function closedPositions({ account, exchange, query, now }: PrivateContext): Reply {
  const listed = listedSymbol(exchange, text(query, 'symbol'));
  if (!listed.ok) return listed.reply;
  const numbers = wholeNumbers(query, ['pageIndex', 'pageId', 'pageSize']);
  if (!numbers.ok) return numbers.reply;
  const times = range(query, { names: ['startTs', 'endTs'], days: 92, needed: false, now });
  if (!times.ok) return times.reply;
  const { startTime, endTime } = times.value;
  const [index, id, size] = numbers.value;
  const rows = sizeWithin(size ?? null, 1_000, 1_000);
  const from = (Math.max(1, index ?? id ?? 1) - 1) * rows;
  const positionId = text(query, 'positionId');
  const closed = positionHistory(exchange, account, listed.value.instrument.id).filter(
    (position) =>
      (positionId === null || position.positionId === positionId) &&
      position.updateTime >= (startTime ?? 0) &&
      position.updateTime <= (endTime ?? now),
  );
  return ok({ positionHistory: closed.slice(from, from + rows) });
}
