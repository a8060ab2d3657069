/** The core's words as the venue port has them. What a venue does not tell (its profile) stays out. */
import type { Execution, Funding, ObservedOrder, PositionRead } from '../domain/observation.ts';
import type { Side } from '../domain/words.ts';
import {
  type Execution as CoreExecution,
  type EndReason,
  isLive,
  type LedgerRow,
  type Order,
  type Position,
} from '../paper/core/state.ts';
import { unrealized } from '../paper/core/position.ts';
import type { Market } from '../paper/core/market.ts';
import type { RefusalReason } from '../paper/core/refusal.ts';
import { type Dec, ZERO } from '../paper/decimal.ts';
import type { RejectCode } from '../venue/venue.ts';

const REASONS: Record<EndReason, string | null> = {
  none: null,
  'by-user': 'CancelByUser',
  'reduce-only': 'CancelByReduceOnly',
  'no-margin': 'EC_InsufficientMargin',
  'post-only-would-take': 'EC_PostOnlyWillTakeLiquidity',
  'no-immediate-quantity': 'EC_NoImmediateQtyToFill',
  'position-closed': 'CancelByReduceOnly',
  liquidation: 'CancelByPrepareLiq',
  refused: 'EC_Refused',
};

export function toObservedOrder(order: Order, symbol: string): ObservedOrder {
  const isStop = order.trigger !== null;
  return {
    symbol,
    clientOrderId: order.linkId === '' ? null : order.linkId,
    exchangeOrderId: order.orderId,
    direction: order.direction,
    side: order.slot === 0 ? null : order.slot === 1 ? 'long' : 'short',
    type: isStop ? 'stop' : order.type,
    reduceOnly: order.reduceOnly,
    price: isStop ? null : (order.price?.toString() ?? null),
    triggerPrice: order.trigger?.price.toString() ?? null,
    quantity: order.quantity.toString(),
    filledQuantity: order.filled.toString(),
    status: isLive(order) ? 'open' : (order.status as 'filled' | 'cancelled' | 'rejected'),
    createdAt: order.createdAt,
    updatedAt: order.updatedAt,
    reason: order.refusal ?? REASONS[order.endReason],
  };
}

export function toExecution(row: CoreExecution, symbol: string): Execution {
  return {
    executionId: row.execId,
    exchangeOrderId: row.orderId,
    clientOrderId: row.linkId === '' ? null : row.linkId,
    symbol,
    direction: row.direction,
    kind: row.kind === 'liquidation' ? 'liquidation' : 'trade',
    price: row.price.toString(),
    quantity: row.quantity.toString(),
    fee: row.fee.toString(),
    feeCurrency: 'USDT',
    at: row.at,
  };
}

export function toFunding(row: LedgerRow, symbol: string): Funding {
  return {
    fundingId: row.execId,
    symbol,
    side: row.positionSize.lt(ZERO) ? 'short' : 'long',
    amount: row.funding.toString(),
    at: row.at,
  };
}

export function toPositionRead(
  position: Position,
  { market, symbol, leverage }: { market: Market; symbol: string; leverage: Dec },
): PositionRead {
  const last = market.listed.get(position.symbol)?.last ?? ZERO;
  const flat = position.side === null;
  return {
    symbol,
    side: position.side ?? sideOfSlot(position),
    quantity: position.quantity.toString(),
    averageEntryPrice: flat ? null : position.cost.div(position.quantity).toString(),
    liquidationPrice: null,
    unrealizedPnl: flat ? '0' : unrealized(position, last).toString(),
    leverage: leverage.toString(),
  };
}

function sideOfSlot({ slot }: Position): Side {
  return slot === 2 ? 'short' : 'long';
}

const REJECTIONS: Partial<Record<RefusalReason, RejectCode>> = {
  order_not_found: 'order_not_found',
  insufficient_margin: 'insufficient_balance',
  reduce_only: 'reduce_only_refused',
  no_position: 'reduce_only_refused',
  trigger_not_above: 'trigger_passed',
  trigger_not_below: 'trigger_passed',
  too_many_orders: 'limit_exceeded',
  too_many_stops: 'limit_exceeded',
  risk_limit: 'limit_exceeded',
  leverage_not_modified: 'not_modified',
  unknown_symbol: 'unknown_symbol',
};

export function toRejectCode(reason: RefusalReason, message: string): RejectCode {
  if (/remains unchanged/.test(message)) return 'not_modified';
  return REJECTIONS[reason] ?? 'invalid_order';
}
