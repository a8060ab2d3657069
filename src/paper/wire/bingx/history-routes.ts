/** What has been: orders and their fills. Newest first. */
import type { Order } from '../../core/state.ts';
import { type ExecutionFilter, type Paging, WHOLE_HISTORY } from '../../store/history.ts';
import { numberOf } from './ids.ts';
import { fullId } from './order-lookup.ts';
import { fillView, orderView, tradeView } from './order-view.ts';
import { listedSymbol, optionalSymbol, sizeWithin, text, wholeNumbers } from './params.ts';
import { badParameter, ok, type Reply } from './reply.ts';
import type { PrivateContext, PrivateRoute } from './routes.ts';
import { range } from './time-range.ts';

const read = (run: PrivateRoute['run']): PrivateRoute => ({ needs: 'signature', run });

export const HISTORY_ROUTES: Record<string, PrivateRoute> = {
  'GET /openApi/swap/v2/trade/allOrders': read((context) => orders(context, false)),
  'GET /openApi/swap/v1/trade/fullOrder': read((context) => orders(context, null)),
  'GET /openApi/swap/v2/trade/allFillOrders': read(fills),
  'GET /openApi/swap/v2/trade/fillHistory': read(trades),
  'GET /openApi/swap/v2/trade/forceOrders': read(forced),
};

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
  const { rows } = exchange.reads.orders(account, filter, { before: null, limit, ...times.value });
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
  // Fills are trades and what the exchange forced; funding is none.
  return { symbol, orderId, linkId: null, kind: null };
}

function fillsIn({ account, exchange }: PrivateContext, filter: ExecutionFilter, paging: Paging) {
  return exchange.reads.executions(account, filter, paging).rows.filter(({ kind }) => kind !== 'funding');
}

const MAX_FILLS = 1_000;

function fills(context: PrivateContext): Reply {
  const { exchange, query, now } = context;
  const symbol = optionalSymbol(exchange, query);
  if (!symbol.ok) return symbol.reply;
  const times = range(query, { names: ['startTs', 'endTs'], days: 30, needed: true, now });
  if (!times.ok) return times.reply;
  const filter = filterOf(context, symbol.value?.instrument.id ?? null);
  if (filter === null) return ok({ fill_orders: [] });
  const rows = fillsIn(context, filter, {
    before: null,
    limit: MAX_FILLS,
    ...times.value,
  });
  return ok({ fill_orders: rows.map(fillView) });
}

/** Pages are numbered; `total` counts everything in the range, up to this many. */
const MAX_TRADES = 10_000;

function trades(context: PrivateContext): Reply {
  const { exchange, query, now } = context;
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
  const rows = fillsIn(context, filter, {
    before: null,
    limit: MAX_TRADES,
    ...times.value,
  });
  const rowsPerPage = sizeWithin(size ?? null, 50, 1_000);
  const from = (Math.max(1, index ?? 1) - 1) * rowsPerPage;
  return ok({ fill_history_orders: rows.slice(from, from + rowsPerPage).map(tradeView), total: rows.length });
}

/** Orders that the exchange made to reduce what endangered the account. Nobody is ever deleveraged (ADL). */
function forced({ account, exchange, query, now }: PrivateContext): Reply {
  const symbol = optionalSymbol(exchange, query);
  if (!symbol.ok) return symbol.reply;
  const numbers = wholeNumbers(query, ['limit']);
  if (!numbers.ok) return numbers.reply;
  const times = range(query, { names: ['startTime', 'endTime'], days: 7, needed: false, now });
  if (!times.ok) return times.reply;
  if (text(query, 'autoCloseType') === 'ADL') return ok({ orders: [] });
  const limit = sizeWithin(numbers.value[0] ?? null, 50, 100);
  const id = symbol.value?.instrument.id ?? null;
  const filter = { symbol: id, orderId: null, linkId: null, kind: 'liquidation' } as const;
  const { rows } = exchange.reads.executions(account, filter, {
    before: null,
    limit: MAX_FILLS,
    ...times.value,
  });
  const orders = [...new Set(rows.map((row) => row.orderId))].slice(0, limit).flatMap((orderId) => {
    const named = { symbol: null, orderId, linkId: null, live: null };
    return exchange.reads.orders(account, named, { ...WHOLE_HISTORY, limit: 1 }).rows;
  });
  return ok({ orders: orders.map((order) => orderView(exchange, account, order)) });
}
