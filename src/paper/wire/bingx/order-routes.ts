/** Placing, changing and reading live orders: /openApi/swap/v2/trade/* and cancelReplace. */
import type { Order } from '../../core/state.ts';
import { numberOf, positionNumber, bare } from './ids.ts';
import { cancel, cancelMatching, closePositions, place } from './order-commands.ts';
import { findIn, findLive, findOrder, readName } from './order-lookup.ts';
import { orderView, placedView, statusText } from './order-view.ts';
import { listedSymbol, optionalSymbol, text } from './params.ts';
import { badParameter, CODE, fail, ok, type Reply } from './reply.ts';
import type { PrivateContext, PrivateRoute } from './routes.ts';

const read = (run: PrivateRoute['run']): PrivateRoute => ({ needs: 'signature', run });
const trade = (run: PrivateRoute['run']): PrivateRoute => ({ needs: 'signature', trades: true, run });

export const ORDER_ROUTES: Record<string, PrivateRoute> = {
  'POST /openApi/swap/v2/trade/order': trade(placeOne),
  'GET /openApi/swap/v2/trade/order': read(readOne),
  'DELETE /openApi/swap/v2/trade/order': trade(cancelOne),
  'DELETE /openApi/swap/v2/trade/allOpenOrders': trade(cancelAll),
  'GET /openApi/swap/v2/trade/openOrders': read(openOrders),
  'GET /openApi/swap/v2/trade/openOrder': read(openOrder),
  'POST /openApi/swap/v1/trade/cancelReplace': trade(cancelReplace),
  'POST /openApi/swap/v2/trade/closeAllPositions': trade(closeAll),
  'POST /openApi/swap/v1/trade/closePosition': trade(closeOne),
};

function placeOne(context: PrivateContext): Reply {
  const placed = place(context, Object.fromEntries(context.query), context.now);
  return placed.ok ? ok({ order: placedView(placed.value) }) : placed.reply;
}

function readOne({ account, exchange, query }: PrivateContext): Reply {
  const listed = listedSymbol(exchange, text(query, 'symbol'));
  if (!listed.ok) return listed.reply;
  const name = readName(query);
  if (!name.ok) return name.reply;
  const order = findOrder(exchange, account, { symbol: listed.value.instrument.id, name: name.value });
  if (order === null) return fail(CODE.notFound, 'order not exist');
  return ok({ order: orderView(exchange, account, order) });
}

/** Live orders only. */
function openOrder({ account, exchange, query }: PrivateContext): Reply {
  const listed = listedSymbol(exchange, text(query, 'symbol'));
  if (!listed.ok) return listed.reply;
  const name = readName(query);
  if (!name.ok) return name.reply;
  const order = findIn(exchange.reads.liveOrders(account), listed.value.instrument.id, name.value);
  if (order === null) return fail(80016, 'order does not exist');
  return ok({ order: orderView(exchange, account, order) });
}

function cancelOne({ account, exchange, query }: PrivateContext): Reply {
  const listed = listedSymbol(exchange, text(query, 'symbol'));
  if (!listed.ok) return listed.reply;
  const name = readName(query);
  if (!name.ok) return name.reply;
  const done = cancel(exchange, account, { symbol: listed.value.instrument.id, name: name.value });
  return done.ok ? ok({ order: orderView(exchange, account, done.value) }) : done.reply;
}

function openOrders({ account, exchange, query }: PrivateContext): Reply {
  const symbol = optionalSymbol(exchange, query);
  if (!symbol.ok) return symbol.reply;
  const shown = exchange.reads.liveOrders(account).filter(concerns(symbol.value?.instrument.id)).reverse();
  return ok({ orders: shown.map((order) => orderView(exchange, account, order)) });
}

function concerns(symbol: string | undefined): (order: Order) => boolean {
  return (order) => symbol === undefined || order.symbol === symbol;
}

function cancelAll({ account, exchange, query }: PrivateContext): Reply {
  const symbol = optionalSymbol(exchange, query);
  if (!symbol.ok) return symbol.reply;
  const ended = cancelMatching(exchange, account, concerns(symbol.value?.instrument.id));
  return ok({ success: ended.map((order) => orderView(exchange, account, order)), failed: null });
}

/**
 * Cancels one order, then places another: a new order, with a new id.
 *
 * Under STOP_ON_FAILURE nothing is placed when the cancel failed. Both outcomes are told inside `data`, and
 * the code is 0 as soon as the request was understood: a client must look at `replaceResult`.
 */
function cancelReplace(context: PrivateContext): Reply {
  const { account, exchange, query, now } = context;
  const mode = text(query, 'cancelReplaceMode');
  if (mode !== 'STOP_ON_FAILURE' && mode !== 'ALLOW_FAILURE') {
    return badParameter('cancelReplaceMode must be STOP_ON_FAILURE or ALLOW_FAILURE');
  }
  const listed = listedSymbol(exchange, text(query, 'symbol'));
  if (!listed.ok) return listed.reply;
  const name = readName(query, ['cancelOrderId', 'cancelClientOrderID', 'cancelClientOrderId']);
  if (!name.ok) return name.reply;
  const wanted = { symbol: listed.value.instrument.id, name: name.value };
  const restricted = restriction(
    text(query, 'cancelRestrictions'),
    findLive(account, wanted.symbol, wanted.name),
  );
  const cancelled = restricted ?? cancel(exchange, account, wanted);
  const mayPlace = cancelled.ok || mode === 'ALLOW_FAILURE';
  const placed = mayPlace ? place(context, Object.fromEntries(query), now) : null;
  return ok({
    cancelResult: String(cancelled.ok),
    cancelMsg: cancelled.ok ? '' : cancelled.reply.msg,
    cancelResponse: cancelled.ok
      ? {
          cancelClientOrderId: name.value.linkId ?? '',
          cancelOrderId: bare(numberOf(cancelled.value.orderId)),
          ...orderView(exchange, account, cancelled.value),
        }
      : {},
    replaceResult: String(placed?.ok ?? false),
    replaceMsg:
      placed === null
        ? 'the order was not cancelled'
        : placed.ok
          ? ''
          : `${placed.reply.code}: ${placed.reply.msg}`,
    newOrderResponse: placed?.ok ? placedView(placed.value) : {},
  });
}

/** Cancel only in this state: ONLY_NEW, ONLY_PENDING, ONLY_PARTIALLY_FILLED. */
function restriction(given: string | null, order: Order | null): { ok: false; reply: Reply } | null {
  if (given === null || order === null || given === `ONLY_${statusText(order)}`) return null;
  const message = `order was not cancelled due to cancel restrictions: it is ${statusText(order)}`;
  return { ok: false, reply: fail(CODE.notCancellable, message) };
}

function closeAll({ account, exchange, query }: PrivateContext): Reply {
  const symbol = optionalSymbol(exchange, query);
  if (!symbol.ok) return symbol.reply;
  const id = symbol.value?.instrument.id;
  const { closed, failed } = closePositions(
    exchange,
    account,
    (position) => id === undefined || position.symbol === id,
  );
  const success = closed.map((order) => bare(numberOf(order.orderId)));
  return ok({ success, failed: failed.length === 0 ? null : failed });
}

function closeOne({ account, exchange, query }: PrivateContext): Reply {
  const positionId = text(query, 'positionId');
  if (positionId === null) return badParameter('positionId is needed');
  const { closed } = closePositions(exchange, account, (position) => positionNumber(position) === positionId);
  const [order] = closed;
  if (order === undefined) return fail(CODE.noPosition, 'position not exist');
  return ok({ ...placedView(order), origQty: order.request.quantity.toString(), positionId });
}
