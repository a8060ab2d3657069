/** Orders and executions as BingX writes them. https://bingx-api.github.io/docs-v3/#/en/Swap/Trades%20Endpoints */
import { settingOf } from '../../core/margin.ts';
import type { PlaceRequest } from '../../core/placing.ts';
import type { Account, Execution, Order, OrderStatus } from '../../core/state.ts';
import { ratioText, ZERO } from '../../decimal.ts';
import type { Exchange } from '../../exchange.ts';
import { bare, numberOf } from './ids.ts';
import type { Placed } from './order-commands.ts';
import { symbolText } from './params.ts';

const STATUS: Record<OrderStatus, string> = {
  untriggered: 'NEW',
  new: 'PENDING',
  'partially-filled': 'PARTIALLY_FILLED',
  filled: 'FILLED',
  cancelled: 'CANCELLED',
  rejected: 'FAILED',
};
const WORKING = { MarkPrice: 'MARK_PRICE', LastPrice: 'CONTRACT_PRICE', IndexPrice: 'INDEX_PRICE' };

export function statusText(order: Order): string {
  return STATUS[order.status];
}

export function directionText(direction: 'buy' | 'sell'): 'BUY' | 'SELL' {
  return direction === 'buy' ? 'BUY' : 'SELL';
}

export function slotText(slot: 0 | 1 | 2): 'BOTH' | 'LONG' | 'SHORT' {
  return slot === 0 ? 'BOTH' : slot === 1 ? 'LONG' : 'SHORT';
}

/** What it was ordered as; a trigger order that closes reads as the stop or take-profit that it is. */
export function typeText(order: Pick<Order, 'type' | 'trigger' | 'reduceOnly' | 'direction'>): string {
  const isMarket = order.type === 'market';
  const { trigger } = order;
  if (trigger === null) return isMarket ? 'MARKET' : 'LIMIT';
  if (!order.reduceOnly) return isMarket ? 'TRIGGER_MARKET' : 'TRIGGER_LIMIT';
  const isTakeProfit = (trigger.direction === 'rising') === (order.direction === 'sell');
  if (isTakeProfit) return isMarket ? 'TAKE_PROFIT_MARKET' : 'TAKE_PROFIT';
  return isMarket ? 'STOP_MARKET' : 'STOP';
}

export function workingText(order: Pick<Order, 'trigger'>): string {
  return order.trigger === null ? 'MARK_PRICE' : WORKING[order.trigger.by];
}

/** Both writings of an id: the number, and the text for clients that cannot hold the number. */
export function idsOf(order: Pick<Order, 'orderId'>) {
  const digits = numberOf(order.orderId);
  return { orderId: bare(digits), orderID: digits };
}

/** The answer to a new order: what was asked, and its ids. No status. */
export function placedView({ orderId, linkId, request }: Placed) {
  const order = { ...request, reduceOnly: onlyReduces(request) };
  return {
    symbol: symbolText(order.symbol),
    side: directionText(order.direction),
    positionSide: slotText(order.slot),
    price: Number((order.price ?? ZERO).toString()),
    quantity: Number(order.quantity.toString()),
    stopPrice: Number((order.trigger?.price ?? ZERO).toString()),
    workingType: workingText(order),
    clientOrderID: linkId,
    clientOrderId: linkId,
    timeInForce: order.type === 'market' ? 'IOC' : order.timeInForce,
    priceRate: 0,
    stopLoss: '',
    takeProfit: '',
    reduceOnly: order.slot === 0 && order.reduceOnly,
    closePosition: order.closeOnTrigger && order.trigger !== null ? 'true' : '',
    ...idsOf({ orderId }),
    type: typeText(order),
  };
}

/** In hedge mode the direction alone says that an order closes. */
function onlyReduces({ slot, direction, reduceOnly, closeOnTrigger }: PlaceRequest): boolean {
  return (
    reduceOnly ||
    closeOnTrigger ||
    (slot === 1 && direction === 'sell') ||
    (slot === 2 && direction === 'buy')
  );
}

export function orderView(exchange: Exchange, account: Account, order: Order) {
  const closed = order.reduceOnly || order.slot === 0 ? exchange.history.closedPnlOf(order.orderId) : null;
  const profit =
    closed === null
      ? ZERO
      : closed.direction === 'sell'
        ? closed.exitValue.minus(closed.entryValue)
        : closed.entryValue.minus(closed.exitValue);
  return {
    symbol: symbolText(order.symbol),
    ...idsOf(order),
    side: directionText(order.direction),
    positionSide: slotText(order.slot),
    type: typeText(order),
    origQty: order.quantity.toString(),
    price: (order.price ?? ZERO).toString(),
    executedQty: order.filled.toString(),
    avgPrice: ratioText(order.filledValue, order.filled),
    cumQuote: order.filledValue.toString(),
    stopPrice: order.trigger?.price.toString() ?? '',
    profit: profit.toString(),
    commission: order.fee.neg().toString(),
    status: statusText(order),
    time: order.createdAt,
    updateTime: order.updatedAt,
    clientOrderId: order.linkId,
    leverage: `${settingOf(account, order.symbol).leverage}X`,
    takeProfit: '',
    stopLoss: '',
    advanceAttr: 0,
    positionID: 0,
    takeProfitEntrustPrice: 0,
    stopLossEntrustPrice: 0,
    orderType: '',
    workingType: workingText(order),
    onlyOnePosition: order.slot === 0,
    reduceOnly: order.slot === 0 && order.reduceOnly,
    closePosition: order.closesAll ? 'true' : '',
    timeInForce: order.timeInForce,
    postOnly: order.timeInForce === 'PostOnly',
    stopGuaranteed: 'false',
    triggerOrderId: 0,
  };
}

/** BingX writes the time of a fill in its own zone, eight hours ahead of UTC. */
function venueTime(at: number): string {
  return new Date(at + 8 * 3_600_000).toISOString().replace('Z', '+0800');
}

/** allFillOrders: an order's fills, without an id of their own, timed to the second. */
export function fillView(execution: Execution) {
  return {
    filledTm: `${new Date(execution.at).toISOString().slice(0, 19)}Z`,
    filledTime: venueTime(execution.at),
    symbol: symbolText(execution.symbol),
    volume: execution.quantity.toString(),
    price: execution.price.toString(),
    amount: execution.price.times(execution.quantity).toString(),
    commission: execution.fee.neg().toString(),
    currency: 'USDT',
    orderId: numberOf(execution.orderId),
    liquidatedPrice: '',
    liquidatedMarginRatio: '',
    workingType: 'MARK_PRICE',
    side: directionText(execution.direction),
    type: execution.orderType === 'market' ? 'MARKET' : 'LIMIT',
    positionSide: slotText(execution.slot),
    clientOrderID: execution.linkId,
    onlyOnePosition: execution.slot === 0,
  };
}

/** fillHistory: every execution with its own id. */
export function tradeView(execution: Execution) {
  return {
    symbol: symbolText(execution.symbol),
    qty: execution.quantity.toString(),
    price: execution.price.toString(),
    quoteQty: execution.price.times(execution.quantity).toString(),
    commission: execution.fee.neg().toString(),
    commissionAsset: 'USDT',
    orderId: numberOf(execution.orderId),
    tradeId: numberOf(execution.execId),
    filledTime: venueTime(execution.at),
    side: directionText(execution.direction),
    positionSide: slotText(execution.slot),
    role: execution.isMaker ? 'maker' : 'taker',
    realisedPNL: execution.realized.toString(),
  };
}
