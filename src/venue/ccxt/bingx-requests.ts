/**
 * The parameters of BingX's order requests: exact strings, nothing derived by a library.
 *
 * Of the six client id fields only `clientOrderID` is BingX's, in an alphabet of its own, and stop orders take
 * none. In hedge mode the position's side says what an order may do and `reduceOnly` is refused; in one-way mode
 * it is the other way round. https://bingx-api.github.io/docs-v3/#/en/Swap/Trades%20Endpoints/Place%20order
 */
import { assert } from '../../domain/assert.ts';
import type { Direction, PositionMode, Side } from '../../domain/words.ts';
import { toBingxId } from '../symbol.ts';
import type { CancelRequest, OrderRequest } from '../venue.ts';
import type { Params } from './bingx-calls.ts';
import { toBingxClientId } from './bingx-client-id.ts';

/** True for the orders that BingX gives no client order id. */
export function isNameless({ type }: Pick<OrderRequest, 'type'>): boolean {
  return type === 'stop';
}

/** Null where the id cannot be written as BingX wants it. */
export function placeParams(order: OrderRequest): Params | null {
  const clientOrderID = toBingxClientId(order.clientOrderID);
  if (clientOrderID === null) return null;
  return {
    symbol: toBingxId(order.symbol),
    side: wireDirection(order.direction),
    positionSide: wireSide(order),
    quantity: order.quantity,
    ...kindOf(order),
    ...(isNameless(order) ? {} : { clientOrderID }),
    ...(order.positionMode === 'one-way' && order.reduceOnly ? { reduceOnly: 'true' } : {}),
  };
}

function kindOf(order: OrderRequest): Params {
  switch (order.type) {
    case 'market':
      return { type: 'MARKET' };
    case 'limit':
      assert(order.price !== null, 'a limit order has a price');
      return { type: 'LIMIT', timeInForce: 'GTC', price: order.price };
    case 'stop':
      assert(order.triggerPrice !== null, 'a stop order has a trigger price');
      return { type: 'STOP_MARKET', stopPrice: order.triggerPrice, workingType: 'MARK_PRICE' };
  }
}

/** By the venue's own id where it is known: client ids are found for two hours only. Null where neither works. */
export function cancelParams(request: CancelRequest, exchangeOrderId: string | null): Params | null {
  const symbol = toBingxId(request.symbol);
  if (exchangeOrderId !== null) return { symbol, orderId: exchangeOrderId };
  const clientOrderID = isNameless(request) ? null : toBingxClientId(request.clientOrderId);
  return clientOrderID === null ? null : { symbol, clientOrderID };
}

export function wireDirection(direction: Direction): string {
  return direction === 'buy' ? 'BUY' : 'SELL';
}

function wireSide({ positionMode, side }: { positionMode: PositionMode; side: Side }): string {
  if (positionMode === 'one-way') return 'BOTH';
  return side === 'long' ? 'LONG' : 'SHORT';
}
