/** /v5/order/* and /v5/execution/list. */
import type { Execution, Order } from '../../core/state.ts';

import {
  amendCommand,
  batchCommand,
  cancelAllCommand,
  cancelCommand,
  createCommand,
} from './order-commands.ts';
import { executionView, orderView, statusText } from './order-view.ts';
import { cursorText, DAY_MS, paging, text } from './query.ts';
import { badParameter, ok, type Reply } from './reply.ts';
import type { PrivateContext, PrivateRoute } from './routes.ts';

export const ORDER_ROUTES: Record<string, PrivateRoute> = {
  'POST /v5/order/create': { needsKey: true, trades: true, run: createCommand },
  'POST /v5/order/amend': { needsKey: true, trades: true, run: amendCommand },
  'POST /v5/order/cancel': { needsKey: true, trades: true, run: cancelCommand },
  'POST /v5/order/cancel-all': { needsKey: true, trades: true, run: cancelAllCommand },
  'POST /v5/order/create-batch': {
    needsKey: true,
    trades: true,
    run: (context) => batchCommand(context, createCommand),
  },
  'POST /v5/order/amend-batch': {
    needsKey: true,
    trades: true,
    run: (context) => batchCommand(context, amendCommand),
  },
  'POST /v5/order/cancel-batch': {
    needsKey: true,
    trades: true,
    run: (context) => batchCommand(context, cancelCommand),
  },
  'GET /v5/order/realtime': { needsKey: true, run: realtime },
  'GET /v5/order/history': { needsKey: true, run: history },
  'GET /v5/execution/list': { needsKey: true, run: executions },
};

/** How many ended orders `realtime` still knows. */
const RECENTLY_CLOSED = 500;

function accepts(query: URLSearchParams): (order: Order) => boolean {
  const [symbol, filter, base] = [text(query, 'symbol'), text(query, 'orderFilter'), text(query, 'baseCoin')];
  return (order) =>
    (symbol === null || order.symbol === symbol) &&
    (base === null || order.symbol === `${base}USDT`) &&
    (filter === null || (filter === 'StopOrder') === (order.trigger !== null && order.origin === 'user'));
}

/** Live orders; asked by id, or with openOnly=1, also the latest 500 that ended. */
function realtime({ account, exchange, query, now }: PrivateContext): Reply {
  const category = text(query, 'category');
  if (category === null) return badParameter('params error: category is needed');
  const [symbol, orderId, linkId] = [
    text(query, 'symbol'),
    text(query, 'orderId'),
    text(query, 'orderLinkId'),
  ];
  const scope = symbol ?? text(query, 'settleCoin') ?? text(query, 'baseCoin') ?? orderId ?? linkId;
  if (category === 'linear' && scope === null)
    return badParameter('params error: symbol, settleCoin or baseCoin is needed');
  if (category !== 'linear') return ok({ category, list: [], nextPageCursor: '' });
  const byId = orderId !== null || linkId !== null;
  if (byId || text(query, 'openOnly') === '1') {
    const filter = { symbol, orderId, linkId, live: byId ? null : false };
    const pages = paging(query, { limit: { normal: 20, most: 50 }, windowMs: 7 * DAY_MS, now, byId: true });
    if (!pages.ok) return pages.reply;
    const page = exchange.reads.orders(account, filter, {
      ...pages.value,
      limit: byId ? 50 : RECENTLY_CLOSED,
    });
    const shown = page.rows.filter(accepts(query)).slice(0, pages.value.limit);
    return ok({ category, list: shown.map(orderView), nextPageCursor: '' });
  }
  return ok({ category, ...livePage(exchange.reads.liveOrders(account), query) });
}

/** Newest first; the cursor is the id of the last order shown. */
function livePage(live: Iterable<Order>, query: URLSearchParams) {
  const isSettled = (text(query, 'settleCoin') ?? 'USDT') === 'USDT';
  const orders = isSettled ? [...live].filter(accepts(query)).reverse() : [];
  const limit = Math.min(Math.max(1, Number(text(query, 'limit') ?? 20) || 20), 50);
  const cursor = text(query, 'cursor');
  const from = cursor === null ? 0 : orders.findIndex((order) => order.orderId === cursor) + 1;
  const shown = orders.slice(from, from + limit);
  const last = shown.at(-1);
  const more = from + limit < orders.length && last !== undefined;
  return { list: shown.map(orderView), nextPageCursor: more ? last.orderId : '' };
}

/** Orders of all states, ended ones first of all; https://bybit-exchange.github.io/docs/v5/order/order-list */
function history({ account, exchange, query, now }: PrivateContext): Reply {
  const category = text(query, 'category');
  if (category !== 'linear') return ok({ category, list: [], nextPageCursor: '' });
  const [symbol, orderId, linkId] = [
    text(query, 'symbol'),
    text(query, 'orderId'),
    text(query, 'orderLinkId'),
  ];
  const byId = orderId !== null || linkId !== null;
  const pages = paging(query, { limit: { normal: 20, most: 50 }, windowMs: 7 * DAY_MS, now, byId });
  if (!pages.ok) return pages.reply;
  const page = exchange.reads.orders(account, { symbol, orderId, linkId, live: false }, pages.value);
  const status = text(query, 'orderStatus');
  const matches = accepts(query);
  const shown = page.rows.filter(
    (order) => matches(order) && (status === null || statusText(order) === status),
  );
  return ok({ category, list: shown.map(orderView), nextPageCursor: cursorText(page.next) });
}

const EXEC_KIND: Record<string, Execution['kind']> = {
  Trade: 'trade',
  Funding: 'funding',
  BustTrade: 'liquidation',
};

function executions({ account, exchange, query, now }: PrivateContext): Reply {
  const category = text(query, 'category');
  if (category !== 'linear') return ok({ category, list: [], nextPageCursor: '' });
  const [symbol, orderId, linkId] = [
    text(query, 'symbol'),
    text(query, 'orderId'),
    text(query, 'orderLinkId'),
  ];
  const type = text(query, 'execType');
  const kind = type === null ? null : EXEC_KIND[type];
  if (kind === undefined) return ok({ category, list: [], nextPageCursor: '' });
  const byId = orderId !== null || linkId !== null;
  const pages = paging(query, { limit: { normal: 50, most: 100 }, windowMs: 7 * DAY_MS, now, byId });
  if (!pages.ok) return pages.reply;
  const page = exchange.reads.executions(account, { symbol, orderId, linkId, kind }, pages.value);
  return ok({ category, list: page.rows.map(executionView), nextPageCursor: cursorText(page.next) });
}
