/**
 * BingX's rows in our words. Pure; throws `MalformedRow` on nonsense. Client order ids of ours come back as we
 * wrote them; fees and funding are signed the venue's way (paid is negative), ours is the other way round.
 *
 * Orders, fills, positions and income by REST: https://bingx-api.github.io/docs-v3/#/en/Swap/Trades%20Endpoints;
 * pushes: https://bingx-api.github.io/docs-v3/#/en/Swap/Websocket%20Account%20Data
 */
import { Big } from 'big.js';
import type {
  Execution,
  ExecutionKind,
  Funding,
  ObservedOrder,
  ObservedStatus,
  OrderType,
  PositionRead,
} from '../../domain/observation.ts';
import type { Decimal, Direction, Side } from '../../domain/words.ts';
import { fromBingxId } from '../symbol.ts';
import { fromBingxClientId } from './bingx-client-id.ts';
import {
  decimalOf,
  isZero,
  MalformedRow,
  optionalDecimalOf,
  priceOf,
  type Row,
  requiredTextOf,
  textOf,
  timeOf,
} from './row.ts';

const STATUSES: Record<string, ObservedStatus> = {
  NEW: 'open',
  PENDING: 'open',
  PARTIALLY_FILLED: 'open',
  RUNNING: 'open',
  TRIGGERED: 'open',
  FILLED: 'filled',
  CANCELED: 'cancelled',
  CANCELLED: 'cancelled',
  EXPIRED: 'cancelled',
  FAILED: 'rejected',
  REJECTED: 'rejected',
};

/** BingX says no more than "cancelled", and ends resting orders itself only as "expired": a person did it. */
const BY_HAND = 'CancelledByUser';

export function parseOrder(row: Row): ObservedOrder {
  const status = requiredTextOf(row, 'status').toUpperCase();
  const type = orderTypeOf(row, 'type');
  const direction = directionOf(row, 'side');
  const side = slotOf(row, 'positionSide');
  const createdAt = timeOf(row, 'time');
  return {
    symbol: symbolOf(row, 'symbol'),
    clientOrderId: nameOf(textOf(row, 'clientOrderID') || textOf(row, 'clientOrderId')),
    exchangeOrderId: orderIdOf(row),
    direction,
    side,
    type,
    reduceOnly: reduces(row['reduceOnly'], { direction, side }),
    price: type === 'limit' ? priceOf(row, 'price') : null,
    triggerPrice: triggerOf(row),
    quantity: optionalDecimalOf(row, 'origQty') ?? optionalDecimalOf(row, 'quantity') ?? '0',
    filledQuantity: optionalDecimalOf(row, 'executedQty') ?? '0',
    // A status that we do not know may still fill: "open" is the reading that loses nothing.
    status: STATUSES[status] ?? 'open',
    createdAt,
    updatedAt: textOf(row, 'updateTime') === '' ? createdAt : timeOf(row, 'updateTime'),
    reason: reasonOf(status, type),
  };
}

/** A pushed order. `message` is the envelope, which carries the times. */
export function parsePushedOrder(row: Row, message: Row): ObservedOrder {
  const status = requiredTextOf(row, 'X').toUpperCase();
  const type = orderTypeOf(row, 'o');
  const direction = directionOf(row, 'S');
  const side = slotOf(row, 'ps');
  const at = Math.max(...[textOf(message, 'E'), textOf(message, 'T'), textOf(row, 'T')].map(Number));
  return {
    symbol: symbolOf(row, 's'),
    clientOrderId: nameOf(textOf(row, 'c') || textOf(row, 'C')),
    exchangeOrderId: requiredTextOf(row, 'i'),
    direction,
    side,
    type,
    reduceOnly: reduces(row['ro'], { direction, side }),
    price: type === 'limit' ? priceOf(row, 'p') : null,
    triggerPrice: type === 'stop' ? priceOf(row, 'sp') : null,
    quantity: optionalDecimalOf(row, 'q') ?? '0',
    filledQuantity: optionalDecimalOf(row, 'z') ?? '0',
    status: STATUSES[status] ?? 'open',
    createdAt: at,
    updatedAt: at,
    reason: reasonOf(status, type),
  };
}

/** The stop order that became this one when it triggered; null for all others. */
export function stopBehind(row: Row): string | null {
  const trigger = textOf(row, 'triggerOrderId');
  return trigger === '' || trigger === '0' || trigger === orderIdOf(row) ? null : trigger;
}

/** A fill names its order only by the venue's id; `kind` is known from elsewhere. */
export function parseFill(row: Row, kind: ExecutionKind = 'trade'): Execution {
  const quantity = optionalDecimalOf(row, 'qty') ?? decimalOf(row, 'volume');
  return {
    executionId: requiredTextOf(row, 'tradeId'),
    exchangeOrderId: requiredTextOf(row, 'orderId'),
    clientOrderId: null,
    symbol: symbolOf(row, 'symbol'),
    direction: directionOf(row, 'side'),
    kind,
    price: decimalOf(row, 'price'),
    quantity,
    fee: negated(optionalDecimalOf(row, 'commission') ?? '0'),
    feeCurrency: currencyOf(textOf(row, 'commissionAsset') || textOf(row, 'currency')),
    at: filledAt(row),
  };
}

/** The execution that a push tells of; null where it tells of none, or does not name it. */
export function parsePushedFill(order: ObservedOrder, row: Row): Execution | null {
  const executionId = textOf(row, 'td');
  const [quantity, price] = [priceOf(row, 'l'), priceOf(row, 'L')];
  if (executionId === '' || executionId === '0' || quantity === null || price === null) return null;
  const { exchangeOrderId, clientOrderId, symbol, direction } = order;
  return {
    ...{ executionId, exchangeOrderId, clientOrderId, symbol, direction, kind: 'trade', price, quantity },
    fee: negated(optionalDecimalOf(row, 'n') ?? '0'),
    feeCurrency: currencyOf(textOf(row, 'N')),
    at: timeOf(row, 'T'),
  };
}

/** BingX does not say which side of a hedged position paid. */
export function parseFunding(row: Row): Funding | null {
  if (textOf(row, 'incomeType') !== 'FUNDING_FEE') return null;
  const at = timeOf(row, 'time');
  const symbol = symbolOf(row, 'symbol');
  const amount = decimalOf(row, 'income');
  const id = textOf(row, 'tranId') || textOf(row, 'tradeId');
  return { fundingId: id || `${symbol}@${at}@${amount}`, symbol, side: null, amount, at };
}

/** Null for a position that speaks of no side because it is flat. */
export function parsePosition(row: Row): PositionRead | null {
  const amount = optionalDecimalOf(row, 'positionAmt') ?? '0';
  const side = heldSide(slotOf(row, 'positionSide'), amount);
  if (side === null) return null;
  return {
    symbol: symbolOf(row, 'symbol'),
    side,
    quantity: unsigned(amount),
    averageEntryPrice: priceOf(row, 'avgPrice'),
    liquidationPrice: priceOf(row, 'liquidationPrice'),
    unrealizedPnl: optionalDecimalOf(row, 'unrealizedProfit') ?? '0',
    leverage: priceOf(row, 'leverage'),
  };
}

/** Both sides where the row speaks for both; a push knows neither leverage nor liquidation price. */
export function parsePushedPosition(row: Row): PositionRead[] {
  const amount = optionalDecimalOf(row, 'pa') ?? '0';
  const slot = slotOf(row, 'ps');
  const held = heldSide(slot, amount);
  const sides: Side[] = slot === null ? ['long', 'short'] : [slot];
  return sides.map((side) => ({
    symbol: symbolOf(row, 's'),
    side,
    quantity: side === held ? unsigned(amount) : '0',
    averageEntryPrice: side === held ? priceOf(row, 'ep') : null,
    liquidationPrice: null,
    unrealizedPnl: side === held ? (optionalDecimalOf(row, 'up') ?? '0') : '0',
    leverage: null,
  }));
}

/** The wire's id, never through a float: they are longer than one can hold. */
export function orderIdOf(row: Row): string {
  const id = textOf(row, 'orderID') || textOf(row, 'orderId');
  if (!/^\d+$/.test(id)) throw new MalformedRow('orderId', row['orderId'], 'an order id');
  return id;
}

/** Virtual USDT of the demo environment is what USDT is elsewhere. */
export function currencyOf(asset: string): string {
  return asset === '' || asset === 'VST' ? 'USDT' : asset;
}

function nameOf(wire: string): string | null {
  return wire === '' ? null : (fromBingxClientId(wire) ?? wire);
}

function symbolOf(row: Row, field: string): string {
  const id = requiredTextOf(row, field);
  return fromBingxId(id) ?? id;
}

function directionOf(row: Row, field: string): Direction {
  const side = textOf(row, field).toUpperCase();
  if (side === 'BUY') return 'buy';
  if (side === 'SELL') return 'sell';
  throw new MalformedRow(field, row[field], '"BUY" or "SELL"');
}

/** Null in one-way mode. */
function slotOf(row: Row, field: string): Side | null {
  const side = textOf(row, field).toUpperCase();
  if (side === 'LONG') return 'long';
  if (side === 'SHORT') return 'short';
  if (side === 'BOTH' || side === '') return null;
  throw new MalformedRow(field, row[field], '"LONG", "SHORT" or "BOTH"');
}

function heldSide(slot: Side | null, amount: Decimal): Side | null {
  if (slot !== null || isZero(amount)) return slot;
  return amount.startsWith('-') ? 'short' : 'long';
}

function orderTypeOf(row: Row, field: string): OrderType {
  const type = requiredTextOf(row, field).toUpperCase();
  if (type === 'LIMIT') return 'limit';
  return type.includes('STOP') ||
    type.includes('TRIGGER') ||
    type.startsWith('TAKE') ||
    type.startsWith('TRAIL')
    ? 'stop'
    : 'market';
}

function triggerOf(row: Row): Decimal | null {
  return priceOf(row, 'stopPrice') ?? priceOf(row, 'StopPrice');
}

/** In hedge mode an order against its own side reduces, whatever else it says. */
function reduces(flag: unknown, { direction, side }: { direction: Direction; side: Side | null }): boolean {
  if (side !== null) return (direction === 'sell') === (side === 'long');
  return flag === true || flag === 'true';
}

function reasonOf(status: string, type: OrderType): string | null {
  if (status !== 'CANCELED' && status !== 'CANCELLED')
    return STATUSES[status] === 'cancelled' ? status : null;
  return type === 'market' ? status : BY_HAND;
}

/** "2023-07-04T20:56:01.000+0800", rarely with "Z" and in the venue's own time zone; or ms since 1970. */
function filledAt(row: Row): number {
  const text = requiredTextOf(row, 'filledTime');
  if (/^\d+$/.test(text)) return timeOf(row, 'filledTime');
  const at = Date.parse(text.replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
  if (Number.isNaN(at)) throw new MalformedRow('filledTime', text, 'a time');
  return at;
}

function negated(decimal: Decimal): Decimal {
  return isZero(decimal) ? '0' : new Big(decimal).neg().toFixed();
}

function unsigned(decimal: Decimal): Decimal {
  return decimal.startsWith('-') ? decimal.slice(1) : decimal;
}
