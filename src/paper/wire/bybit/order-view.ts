/** Orders and executions as Bybit writes them. https://bybit-exchange.github.io/docs/v5/order/open-order */
import type { RefusalReason } from '../../core/refusal.ts';
import { ratioText, ZERO } from '../../decimal.ts';
import {
  type ClosedPnl,
  type EndReason,
  type Execution,
  isLive,
  leavesOf,
  type Order,
  type OrderStatus,
} from '../../core/state.ts';

const STATUS: Record<OrderStatus, string> = {
  untriggered: 'Untriggered',
  new: 'New',
  'partially-filled': 'PartiallyFilled',
  filled: 'Filled',
  cancelled: 'Cancelled',
  rejected: 'Rejected',
};
const CANCEL_TYPE: Record<EndReason, string> = {
  none: 'UNKNOWN',
  'by-user': 'CancelByUser',
  'reduce-only': 'CancelByReduceOnly',
  'no-margin': 'UNKNOWN',
  'post-only-would-take': 'UNKNOWN',
  'no-immediate-quantity': 'UNKNOWN',
  'position-closed': 'CancelByTpSlTsClear',
  liquidation: 'CancelAllBeforeLiq',
  refused: 'UNKNOWN',
};
const REJECT_REASON: Record<EndReason, string> = {
  none: 'EC_NoError',
  'by-user': 'EC_PerCancelRequest',
  'reduce-only': 'EC_NoError',
  'no-margin': 'EC_Others',
  'post-only-would-take': 'EC_PostOnlyWillTakeLiquidity',
  'no-immediate-quantity': 'EC_NoImmediateQtyToFill',
  'position-closed': 'EC_NoError',
  liquidation: 'EC_NoError',
  refused: 'EC_Others',
};
/** Bybit's words for what its matching engine refuses; it has none for most of it. */
const REFUSED: Partial<Record<RefusalReason, string>> = {
  bad_parameter: 'EC_InvalidQty',
  duplicate_link_id: 'EC_DuplicatedClOrdID',
  price_out_of_range: 'EC_ReachRiskPriceLimit',
};
const CREATE_TYPE = {
  user: 'CreateByUser',
  'take-profit': 'CreateByTakeProfit',
  'stop-loss': 'CreateByStopLoss',
  liquidation: 'CreateByLiq',
  takeover: 'CreateByTakeOver_PassThrough',
};
const STOP_TYPE = {
  user: 'Stop',
  'take-profit': 'TakeProfit',
  'stop-loss': 'StopLoss',
  liquidation: 'UNKNOWN',
  takeover: 'UNKNOWN',
};
export const EXEC_TYPE = { trade: 'Trade', funding: 'Funding', liquidation: 'BustTrade' };

export function sideText(direction: 'buy' | 'sell'): 'Buy' | 'Sell' {
  return direction === 'buy' ? 'Buy' : 'Sell';
}

export function statusText(order: Order): string {
  return STATUS[order.status];
}

export function averagePrice(order: Order): string {
  return order.filled.eq(ZERO) ? '' : ratioText(order.filledValue, order.filled);
}

export function orderView(order: Order) {
  const leaves = isLive(order) ? leavesOf(order) : ZERO;
  return {
    orderId: order.orderId,
    orderLinkId: order.linkId,
    parentOrderLinkId: '',
    blockTradeId: '',
    symbol: order.symbol,
    price: (order.price ?? ZERO).toString(),
    qty: order.quantity.toString(),
    side: sideText(order.direction),
    isLeverage: '',
    positionIdx: order.slot,
    orderStatus: statusText(order),
    createType: CREATE_TYPE[order.origin],
    cancelType: CANCEL_TYPE[order.endReason],
    rejectReason: (order.refusal && REFUSED[order.refusal]) ?? REJECT_REASON[order.endReason],
    avgPrice: averagePrice(order),
    leavesQty: leaves.toString(),
    leavesValue: leaves.times(order.price ?? ZERO).toString(),
    cumExecQty: order.filled.toString(),
    cumExecValue: order.filledValue.toString(),
    cumExecFee: order.fee.toString(),
    timeInForce: order.timeInForce,
    orderType: order.type === 'market' ? 'Market' : 'Limit',
    stopOrderType: order.trigger === null ? '' : STOP_TYPE[order.origin],
    orderIv: '',
    marketUnit: '',
    slippageToleranceType: 'UNKNOWN',
    slippageTolerance: '',
    triggerPrice: order.trigger === null ? '' : order.trigger.price.toString(),
    takeProfit: '',
    stopLoss: '',
    tpslMode: order.origin === 'user' ? '' : 'Full',
    ocoTriggerType: '',
    tpLimitPrice: '',
    slLimitPrice: '',
    tpTriggerBy: '',
    slTriggerBy: '',
    triggerDirection: order.trigger === null ? 0 : order.trigger.direction === 'rising' ? 1 : 2,
    triggerBy: order.trigger === null ? '' : order.trigger.by,
    lastPriceOnCreated: order.lastPriceOnCreated.toString(),
    basePrice: '',
    reduceOnly: order.reduceOnly,
    closeOnTrigger: order.closeOnTrigger,
    placeType: '',
    smpType: 'None',
    smpGroup: 0,
    smpOrderId: '',
    createdTime: String(order.createdAt),
    updatedTime: String(order.updatedAt),
    extraFees: '',
    cumFeeDetail: { USDT: order.fee.toString() },
  };
}

/** The `order` topic adds what REST leaves out. */
export function orderEvent(order: Order, closed: ClosedPnl | null) {
  const profit = closed === null ? ZERO : closedProfit(closed);
  return { category: 'linear', ...orderView(order), closedPnl: profit.toString(), feeCurrency: 'USDT' };
}

export function closedProfit(closed: ClosedPnl) {
  const gross =
    closed.direction === 'sell'
      ? closed.exitValue.minus(closed.entryValue)
      : closed.entryValue.minus(closed.exitValue);
  return gross.minus(closed.openFee).minus(closed.closeFee);
}

export function executionView(execution: Execution) {
  return {
    symbol: execution.symbol,
    orderId: execution.orderId,
    orderLinkId: execution.linkId,
    side: sideText(execution.direction),
    orderPrice: (execution.orderPrice ?? ZERO).toString(),
    orderQty: execution.orderQuantity.toString(),
    leavesQty: execution.leavesQuantity.toString(),
    createType: execution.kind === 'funding' ? '' : CREATE_TYPE[execution.origin],
    orderType:
      execution.kind === 'funding' ? 'UNKNOWN' : execution.orderType === 'market' ? 'Market' : 'Limit',
    stopOrderType: execution.conditional ? STOP_TYPE[execution.origin] : 'UNKNOWN',
    execFee: execution.fee.toString(),
    execFeeV2: '',
    feeCurrency: 'USDT',
    execId: execution.execId,
    execPrice: execution.price.toString(),
    execQty: execution.quantity.toString(),
    execType: EXEC_TYPE[execution.kind],
    execValue: execution.price.times(execution.quantity).toString(),
    execTime: String(execution.at),
    isMaker: execution.isMaker,
    feeRate: execution.feeRate.toString(),
    tradeIv: '',
    markIv: '',
    markPrice: execution.markPrice.toString(),
    indexPrice: '',
    underlyingPrice: '',
    blockTradeId: '',
    closedSize: execution.closedQuantity.toString(),
    seq: execution.at,
    extraFees: '',
  };
}

/** The `execution` topic adds what REST leaves out. */
export function executionEvent(execution: Execution) {
  return {
    category: 'linear',
    ...executionView(execution),
    execPnl: execution.realized.toString(),
    isLeverage: '0',
    marketUnit: '',
    feeCoin: 'USDT',
  };
}
