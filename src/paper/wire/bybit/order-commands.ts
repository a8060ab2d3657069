/** Orders that change: one function per command, shared by REST and the trade websocket. */
import { z } from 'zod';
import { amendOrder, cancelOrder, cancelOrders, type OrderRef } from '../../core/changing.ts';
import type { PlaceRequest } from '../../core/placing.ts';
import type { Account, Order } from '../../core/state.ts';
import { ZERO } from '../../decimal.ts';
import type { Exchange } from '../../exchange.ts';
import type { Acknowledged } from '../../order-desk.ts';
import {
  amendSchema,
  cancelAllSchema,
  cancelSchema,
  createSchema,
  listedSymbol,
  type Parsed,
  parse,
} from './params.ts';
import { badParameter, fail, ok, type Reply, refused } from './reply.ts';

export interface Command {
  exchange: Exchange;
  account: Account;
  body: unknown;
}

const ids = (order: Acknowledged) => ({ orderId: order.orderId, orderLinkId: order.linkId });

export function createCommand({ exchange, account, body }: Command): Reply {
  const parsed = parse(createSchema, body);
  if (!parsed.ok) return parsed.reply;
  const symbol = listedSymbol(exchange, parsed.value.symbol);
  if (!symbol.ok) return symbol.reply;
  const request = toRequest(parsed.value);
  if (!request.ok) return request.reply;
  const placed = exchange.desk.place(account, request.value);
  return placed.ok ? ok(ids(placed.value)) : refused(placed.error);
}

function toRequest(body: z.output<typeof createSchema>): Parsed<PlaceRequest> {
  const isLimit = body.orderType === 'Limit';
  if (isLimit && body.price === null)
    return { ok: false, reply: badParameter('params error: price is needed for a limit order') };
  if (body.qty === null) return { ok: false, reply: badParameter('params error: qty is needed') };
  const trigger = toTrigger(body);
  if (!trigger.ok) return trigger;
  return {
    ok: true,
    value: {
      symbol: body.symbol,
      direction: body.side === 'Buy' ? 'buy' : 'sell',
      slot: body.positionIdx,
      type: isLimit ? 'limit' : 'market',
      quantity: body.qty,
      price: body.price,
      timeInForce: body.timeInForce || 'GTC',
      reduceOnly: body.reduceOnly,
      closeOnTrigger: body.closeOnTrigger,
      trigger: trigger.value,
      linkId: body.orderLinkId ?? '',
      origin: 'user',
    },
  };
}

function toTrigger(body: z.output<typeof createSchema>): Parsed<PlaceRequest['trigger']> {
  if (body.triggerPrice === null || body.triggerPrice.eq(ZERO)) return { ok: true, value: null };
  const direction = Number(body.triggerDirection ?? 0);
  if (direction === 0) {
    return {
      ok: false,
      reply: badParameter(
        'params error: triggerDirection invalid: 1 rising or 2 falling is needed with triggerPrice',
      ),
    };
  }
  const by = body.triggerBy || 'LastPrice';
  return {
    ok: true,
    value: { price: body.triggerPrice, direction: direction === 1 ? 'rising' : 'falling', by },
  };
}

function toRef(body: {
  symbol: string;
  orderId?: string | undefined;
  orderLinkId?: string | undefined;
}): Parsed<OrderRef> {
  const [orderId, linkId] = [body.orderId ?? '', body.orderLinkId ?? ''];
  if (orderId === '' && linkId === '') {
    return { ok: false, reply: badParameter('params error: orderId or orderLinkId is needed') };
  }
  return { ok: true, value: { symbol: body.symbol, orderId, linkId } };
}

export function amendCommand({ exchange, account, body }: Command): Reply {
  const parsed = parse(amendSchema, body);
  if (!parsed.ok) return parsed.reply;
  const symbol = listedSymbol(exchange, parsed.value.symbol);
  if (!symbol.ok) return symbol.reply;
  const ref = toRef(parsed.value);
  if (!ref.ok) return ref.reply;
  const { qty, price, triggerPrice, triggerBy } = parsed.value;
  // ccxt and others send "0" for "leave as it is".
  const given = (value: typeof qty) => (value === null || value.eq(ZERO) ? null : value);
  const request = {
    ...ref.value,
    quantity: given(qty),
    price: given(price),
    triggerPrice: given(triggerPrice),
    triggerBy: triggerBy || null,
  };
  const amended = exchange.act((turn) => amendOrder(turn, account, request));
  return amended.ok ? ok(ids(amended.value)) : refused(amended.error);
}

export function cancelCommand({ exchange, account, body }: Command): Reply {
  const parsed = parse(cancelSchema, body);
  if (!parsed.ok) return parsed.reply;
  const symbol = listedSymbol(exchange, parsed.value.symbol);
  if (!symbol.ok) return symbol.reply;
  const ref = toRef(parsed.value);
  if (!ref.ok) return ref.reply;
  const cancelled = exchange.act((turn) => cancelOrder(turn, account, ref.value));
  return cancelled.ok ? ok(ids(cancelled.value)) : refused(cancelled.error);
}

export function cancelAllCommand({ exchange, account, body }: Command): Reply {
  const parsed = parse(cancelAllSchema, body);
  if (!parsed.ok) return parsed.reply;
  const { symbol, settleCoin, baseCoin, orderFilter } = parsed.value;
  if (symbol === undefined && settleCoin === undefined && baseCoin === undefined) {
    return badParameter('params error: symbol, settleCoin or baseCoin is needed');
  }
  if (symbol !== undefined) {
    const listed = listedSymbol(exchange, symbol);
    if (!listed.ok) return listed.reply;
  }
  const matches = (order: Order): boolean => {
    const listed = exchange.market.listed.get(order.symbol);
    if (listed === undefined || (symbol !== undefined && order.symbol !== symbol)) return false;
    if (settleCoin !== undefined && settleCoin !== 'USDT') return false;
    if (baseCoin !== undefined && listed.instrument.base !== baseCoin) return false;
    return orderFilter === undefined || (orderFilter === 'Order') === (order.status !== 'untriggered');
  };
  const ended = exchange.act((turn) => cancelOrders(turn, account, matches));
  return ok({ list: ended.map(ids), success: '1' });
}

/**
 * Each item succeeds or fails by itself, told in `retExtInfo.list`.
 * https://bybit-exchange.github.io/docs/v5/order/batch-place
 */
const MAX_BATCH = 20;
const batchSchema = z.object({
  category: z.literal('linear', 'only category linear is traded here'),
  request: z.array(z.record(z.string(), z.unknown())).min(1).max(MAX_BATCH),
});

export function batchCommand(command: Command, one: (command: Command) => Reply): Reply {
  const parsed = parse(batchSchema, command.body);
  if (!parsed.ok) return parsed.reply;
  const replies = parsed.value.request.map((item) =>
    one({ ...command, body: { ...item, category: 'linear' } }),
  );
  const list = replies.map((reply, index) => ({
    category: 'linear',
    symbol: String(parsed.value.request[index]?.symbol ?? ''),
    orderId: '',
    orderLinkId: String(parsed.value.request[index]?.orderLinkId ?? ''),
    createAt: reply.retCode === 0 ? String(Date.now()) : '',
    ...reply.result,
  }));
  const verdicts = replies.map((reply) => ({ code: reply.retCode, msg: reply.retMsg }));
  return { retCode: 0, retMsg: 'OK', result: { list }, retExtInfo: { list: verdicts } };
}

export function readOnlyRefusal(): Reply {
  return fail(10005, 'Permission denied, please check your API key permissions.');
}
