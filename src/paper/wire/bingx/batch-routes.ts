/** Several orders at once: /openApi/swap/v2/trade/batchOrders. Each succeeds or fails by itself. */
import { cancel, place } from './order-commands.ts';
import { orderView, placedView } from './order-view.ts';
import { listedSymbol, text } from './params.ts';
import { badParameter, ok, type Reply } from './reply.ts';
import type { PrivateContext, PrivateRoute } from './routes.ts';

export const BATCH_ROUTES: Record<string, PrivateRoute> = {
  'POST /openApi/swap/v2/trade/batchOrders': { needs: 'signature', trades: true, run: placeBatch },
  'DELETE /openApi/swap/v2/trade/batchOrders': { needs: 'signature', trades: true, run: cancelBatch },
};

const MAX_PLACED = 5;
const MAX_CANCELLED = 10;

/** At most five; an item that fails shows its code and no order id, and the others stand. */
function placeBatch(context: PrivateContext): Reply {
  const items = readList(text(context.query, 'batchOrders'));
  if (items === null || items.length === 0 || !items.every(isObject)) {
    return badParameter('batchOrders must be a JSON list of orders');
  }
  if (items.length > MAX_PLACED) return badParameter(`batchOrders takes at most ${MAX_PLACED} orders`);
  const orders = items.map((item) => {
    const placed = place(context, item, context.now);
    if (placed.ok) return placedView(placed.value);
    const { symbol, side, positionSide, type, clientOrderID = '' } = item as Record<string, unknown>;
    const { code, msg } = placed.reply;
    return { symbol, side, positionSide, type, clientOrderID, code, msg, errorCode: code, errorMsg: msg };
  });
  return ok({ orders });
}

/** By ids or by client order ids; what cannot be cancelled is listed with its reason. */
function cancelBatch({ account, exchange, query }: PrivateContext): Reply {
  const listed = listedSymbol(exchange, text(query, 'symbol'));
  if (!listed.ok) return listed.reply;
  const ids = readIds(text(query, 'orderIdList'));
  const linkIds =
    ids === null ? readIds(text(query, 'clientOrderIDList') ?? text(query, 'clientOrderIdList')) : null;
  const wanted = ids ?? linkIds;
  if (wanted === null || wanted.length === 0 || wanted.length > MAX_CANCELLED) {
    return badParameter(`orderIdList or clientOrderIDList must be a list of 1 to ${MAX_CANCELLED}`);
  }
  const success: object[] = [];
  const failed: object[] = [];
  for (const each of wanted) {
    const name = ids === null ? { digits: null, linkId: each.toLowerCase() } : { digits: each, linkId: null };
    const done = cancel(exchange, account, { symbol: listed.value.instrument.id, name });
    if (done.ok) success.push(orderView(exchange, account, done.value));
    else
      failed.push({
        orderId: ids === null ? '' : each,
        clientOrderId: ids === null ? each : '',
        errorCode: done.reply.code,
        errorMessage: done.reply.msg,
      });
  }
  return ok({ success, failed: failed.length === 0 ? null : failed });
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readList(given: string | null): unknown[] | null {
  try {
    const value: unknown = JSON.parse(given ?? '');
    return Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

/** A list of ids keeps its digits: they are read as text, quoted or not. */
function readIds(given: string | null): string[] | null {
  const match = /^\[([^[\]]*)\]$/.exec(given ?? '');
  if (match === null) return null;
  return (match[1] ?? '')
    .split(',')
    .map((each) => each.trim().replace(/^"(.*)"$/, '$1'))
    .filter((each) => each !== '');
}
