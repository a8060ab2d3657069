/** Intents as the venue port wants them: decimals, and the client order id in all six fields that ccxt knows. */
import type { Action } from '../domain/action.ts';
import type { Cycle } from '../domain/cycle.ts';
import type { Intent } from '../domain/intent.ts';
import { priceText, quantityText, type Ticks } from '../domain/units.ts';
import type { Decimal } from '../domain/words.ts';
import type {
  AmendRequest,
  CancelRequest,
  ClientOrderIdFields,
  OrderRequest,
  SentOrder,
} from '../venue/venue.ts';

export function idFields(clientOrderId: string): ClientOrderIdFields {
  return {
    text: clientOrderId,
    clientOrderId,
    clientOrderID: clientOrderId,
    newClientOrderId: clientOrderId,
    orderLinkId: clientOrderId,
    label: clientOrderId,
  };
}

function price(cycle: Cycle, value: Ticks | null): Decimal | null {
  return value === null ? null : priceText(cycle.grid, value);
}

export function placeRequest(cycle: Cycle, intent: Intent): OrderRequest {
  return {
    ...idFields(intent.clientOrderId),
    symbol: cycle.plan.symbol,
    direction: intent.direction,
    side: cycle.plan.side,
    positionMode: cycle.plan.positionMode,
    type: intent.type,
    quantity: quantityText(cycle.grid, intent.quantity),
    price: price(cycle, intent.price),
    triggerPrice: price(cycle, intent.triggerPrice),
    reduceOnly: intent.reduceOnly,
    closeAll: intent.closeAll,
  };
}

/** For a look-up: what the order looks like, and what it cannot be. `sentAt` is venue time. */
export function sentOrder(cycle: Cycle, intent: Intent, sentAt: number): SentOrder {
  const others = cycle.intents.flatMap(({ clientOrderId, exchangeOrderId }) =>
    clientOrderId === intent.clientOrderId || exchangeOrderId === null ? [] : [exchangeOrderId],
  );
  const { exchangeOrderId } = intent;
  return { request: placeRequest(cycle, intent), sentAt, exchangeOrderId, others };
}

/** Always the whole target, so that a lost or repeated amend still ends in what was meant last. */
export function amendRequest(
  cycle: Cycle,
  intent: Intent,
  action: Extract<Action, { type: 'amend' }>,
): AmendRequest {
  const newPrice = price(cycle, action.price);
  const newTrigger = price(cycle, action.triggerPrice);
  return {
    symbol: cycle.plan.symbol,
    clientOrderId: intent.clientOrderId,
    exchangeOrderId: intent.exchangeOrderId,
    type: intent.type,
    direction: intent.direction,
    quantity: quantityText(cycle.grid, action.quantity),
    ...(newPrice === null ? {} : { price: newPrice }),
    ...(newTrigger === null ? {} : { triggerPrice: newTrigger }),
  };
}

export function cancelRequest(cycle: Cycle, intent: Intent): CancelRequest {
  return {
    symbol: cycle.plan.symbol,
    clientOrderId: intent.clientOrderId,
    exchangeOrderId: intent.exchangeOrderId,
    type: intent.type,
  };
}
