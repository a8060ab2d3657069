/**
 * Bybit's rows in our words, the same for REST and websocket. Pure; throws `MalformedRow` on nonsense.
 *
 * Orders https://bybit-exchange.github.io/docs/v5/order/open-order,
 * executions …/v5/order/execution, positions …/v5/position, enums …/v5/enum.
 */
import type {
  Execution,
  ExecutionKind,
  Funding,
  ObservedOrder,
  ObservedStatus,
  OrderType,
  PositionRead,
} from '../../domain/observation.ts';
import type { Direction, PositionMode, Side } from '../../domain/words.ts';
import { fromBybitId } from '../symbol.ts';
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
  Created: 'open',
  New: 'open',
  PartiallyFilled: 'open',
  PendingCancel: 'open',
  Untriggered: 'open',
  Triggered: 'open',
  Active: 'open',
  Filled: 'filled',
  Cancelled: 'cancelled',
  PartiallyFilledCanceled: 'cancelled',
  Deactivated: 'cancelled',
  Rejected: 'rejected',
};

/** Everything that moves a position. Funding does not, and is read apart. */
const EXECUTION_KINDS: Record<string, ExecutionKind> = {
  Trade: 'trade',
  BlockTrade: 'trade',
  MovePosition: 'trade',
  FutureSpread: 'trade',
  BustTrade: 'liquidation',
  AdlTrade: 'adl',
  // "Position closed by contract delisted" and "… due to delisting", for what is traded here.
  Delivery: 'delisting',
  Settle: 'delisting',
};

export function isLinear(row: Row): boolean {
  const category = textOf(row, 'category');
  return category === '' || category === 'linear';
}

export function parseOrder(row: Row): ObservedOrder {
  const status = requiredTextOf(row, 'orderStatus');
  return {
    symbol: symbolOf(row),
    clientOrderId: textOf(row, 'orderLinkId') || null,
    exchangeOrderId: requiredTextOf(row, 'orderId'),
    direction: directionOf(row),
    side: slotOf(row),
    type: orderTypeOf(row),
    reduceOnly: row['reduceOnly'] === true || row['reduceOnly'] === 'true',
    price: priceOf(row, 'price'),
    triggerPrice: priceOf(row, 'triggerPrice'),
    quantity: decimalOf(row, 'qty'),
    filledQuantity: optionalDecimalOf(row, 'cumExecQty') ?? '0',
    // A status that we do not know may still fill: "open" is the reading that loses nothing.
    status: STATUSES[status] ?? 'open',
    createdAt: timeOf(row, 'createdTime'),
    updatedAt: timeOf(row, 'updatedTime'),
    reason: reasonOf(row),
  };
}

/** Null for rows that are no execution of a quantity: funding and session settlements. */
export function parseExecution(row: Row): Execution | null {
  const type = requiredTextOf(row, 'execType');
  const kind = EXECUTION_KINDS[type];
  if (kind === undefined) return null;
  return {
    executionId: requiredTextOf(row, 'execId'),
    exchangeOrderId: textOf(row, 'orderId'),
    clientOrderId: textOf(row, 'orderLinkId') || null,
    symbol: symbolOf(row),
    direction: directionOf(row),
    kind,
    price: decimalOf(row, 'execPrice'),
    quantity: decimalOf(row, 'execQty'),
    fee: optionalDecimalOf(row, 'execFee') ?? '0',
    feeCurrency: textOf(row, 'feeCurrency') || 'USDT',
    at: timeOf(row, 'execTime'),
  };
}

/** A funding row of the executions: its fee is what was paid, so the wallet gained the opposite. */
export function parseFunding(row: Row): Funding | null {
  if (requiredTextOf(row, 'execType') !== 'Funding') return null;
  const side = textOf(row, 'side');
  return {
    fundingId: requiredTextOf(row, 'execId'),
    symbol: symbolOf(row),
    side: side === 'Buy' ? 'long' : side === 'Sell' ? 'short' : null,
    amount: negated(decimalOf(row, 'execFee')),
    at: timeOf(row, 'execTime'),
  };
}

/** Both sides, whatever the mode: in one-way mode one row speaks for both. */
export function parsePositions(row: Row): PositionRead[] {
  const slot = slotOf(row);
  if (slot !== null) return [parsePosition(row, slot)];
  const held = textOf(row, 'side');
  const flat = isZero(optionalDecimalOf(row, 'size') ?? '0');
  return (['long', 'short'] as const).map((side) => {
    const isHeld = !flat && held === (side === 'long' ? 'Buy' : 'Sell');
    return isHeld ? parsePosition(row, side) : flatPosition(row, side);
  });
}

export function positionModeOf(row: Row): PositionMode {
  return slotOf(row) === null ? 'one-way' : 'hedge';
}

function parsePosition(row: Row, side: Side): PositionRead {
  const quantity = optionalDecimalOf(row, 'size') ?? '0';
  if (isZero(quantity)) return flatPosition(row, side);
  return {
    symbol: symbolOf(row),
    side,
    quantity,
    // REST says avgPrice, the websocket entryPrice.
    averageEntryPrice: priceOf(row, 'avgPrice') ?? priceOf(row, 'entryPrice'),
    liquidationPrice: priceOf(row, 'liqPrice'),
    unrealizedPnl: optionalDecimalOf(row, 'unrealisedPnl') ?? '0',
    leverage: priceOf(row, 'leverage'),
  };
}

function flatPosition(row: Row, side: Side): PositionRead {
  return {
    symbol: symbolOf(row),
    side,
    quantity: '0',
    averageEntryPrice: null,
    liquidationPrice: null,
    unrealizedPnl: '0',
    leverage: priceOf(row, 'leverage'),
  };
}

function symbolOf(row: Row): string {
  const id = requiredTextOf(row, 'symbol');
  return fromBybitId(id) ?? id;
}

function directionOf(row: Row): Direction {
  const side = textOf(row, 'side');
  if (side === 'Buy') return 'buy';
  if (side === 'Sell') return 'sell';
  throw new MalformedRow('side', row['side'], '"Buy" or "Sell"');
}

/** 0 is one-way mode, 1 the long and 2 the short slot of hedge mode. */
function slotOf(row: Row): Side | null {
  const index = textOf(row, 'positionIdx');
  if (index === '1') return 'long';
  if (index === '2') return 'short';
  if (index === '0') return null;
  throw new MalformedRow('positionIdx', row['positionIdx'], '0, 1 or 2');
}

function orderTypeOf(row: Row): OrderType {
  const stop = textOf(row, 'stopOrderType');
  if ((stop !== '' && stop !== 'UNKNOWN') || priceOf(row, 'triggerPrice') !== null) return 'stop';
  const type = textOf(row, 'orderType');
  if (type === 'Market') return 'market';
  if (type === 'Limit') return 'limit';
  throw new MalformedRow('orderType', row['orderType'], '"Market" or "Limit"');
}

function reasonOf(row: Row): string | null {
  const words = [textOf(row, 'cancelType'), textOf(row, 'rejectReason')];
  const telling = words.filter((word) => word !== '' && word !== 'UNKNOWN' && word !== 'EC_NoError');
  return telling.length === 0 ? null : telling.join(' ');
}

function negated(decimal: string): string {
  if (isZero(decimal)) return '0';
  return decimal.startsWith('-') ? decimal.slice(1) : `-${decimal}`;
}
