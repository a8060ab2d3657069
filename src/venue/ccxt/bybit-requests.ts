/**
 * The bodies of Bybit's order requests: exact strings, nothing derived by a library.
 *
 * Of the six client id fields only `orderLinkId` is Bybit's. The position slot is always named, so that a
 * reduce-only order can never open the other side.
 * https://bybit-exchange.github.io/docs/v5/order/create-order
 */
import { assert } from '../../domain/assert.ts';
import { toBybitId } from '../symbol.ts';
import type { AmendRequest, CancelRequest, OrderRequest } from '../venue.ts';

export type Body = Record<string, string | number | boolean>;

const TRIGGER_BY = 'MarkPrice';
const RISING = 1;
const FALLING = 2;

export function createBody(order: OrderRequest): Body {
  return {
    category: 'linear',
    symbol: toBybitId(order.symbol),
    side: order.direction === 'buy' ? 'Buy' : 'Sell',
    // Quantity 0 with both flags is Bybit's way to close whatever is left.
    qty: order.closeAll ? '0' : order.quantity,
    positionIdx: slotOf(order),
    reduceOnly: order.reduceOnly || order.closeAll === true,
    closeOnTrigger: order.type === 'stop' || order.closeAll === true,
    orderLinkId: order.orderLinkId,
    ...kindOf(order),
  };
}

function kindOf(order: OrderRequest): Body {
  switch (order.type) {
    case 'market':
      return { orderType: 'Market', timeInForce: 'IOC' };
    case 'limit':
      assert(order.price !== null, 'a limit order has a price');
      return { orderType: 'Limit', timeInForce: 'GTC', price: order.price };
    case 'stop':
      assert(order.triggerPrice !== null, 'a stop order has a trigger price');
      return {
        orderType: 'Market',
        timeInForce: 'IOC',
        triggerPrice: order.triggerPrice,
        triggerBy: TRIGGER_BY,
        // A stop sells into a falling market and buys into a rising one.
        triggerDirection: order.direction === 'sell' ? FALLING : RISING,
      };
  }
}

export function amendBody(request: AmendRequest): Body {
  const { quantity, price, triggerPrice } = request;
  return {
    category: 'linear',
    symbol: toBybitId(request.symbol),
    orderLinkId: request.clientOrderId,
    ...(quantity === undefined ? {} : { qty: quantity }),
    ...(price === undefined ? {} : { price }),
    ...(triggerPrice === undefined ? {} : { triggerPrice, triggerBy: TRIGGER_BY }),
  };
}

export function cancelBody(request: CancelRequest): Body {
  return { category: 'linear', symbol: toBybitId(request.symbol), orderLinkId: request.clientOrderId };
}

function slotOf({ positionMode, side }: OrderRequest): number {
  if (positionMode === 'one-way') return 0;
  return side === 'long' ? 1 : 2;
}
