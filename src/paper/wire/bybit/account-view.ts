/** Positions, wallet and ledger as Bybit writes them. https://bybit-exchange.github.io/docs/v5/position */
import { ratioText, ZERO } from '../../decimal.ts';
import { dangerOf } from '../../core/liquidation-price.ts';
import { marginsOf, settingOf } from '../../core/margin.ts';
import type { Market } from '../../core/market.ts';
import { unrealized } from '../../core/position.ts';
import type { Account, ClosedPnl, LedgerRow, Position } from '../../core/state.ts';
import { maintenanceOf, tierOf } from '../../core/tiers.ts';
import { closedProfit, sideText } from './order-view.ts';

function positionNumbers(account: Account, market: Market, position: Position) {
  const listed = market.listed.get(position.symbol);
  const setting = settingOf(account, position.symbol);
  const mark = listed?.last ?? ZERO;
  const value = position.quantity.times(mark);
  const tiers = listed?.tiers ?? [];
  const tier = tierOf(tiers, value);
  const margin = value.div(setting.leverage).round(8).toString();
  const maintenance = maintenanceOf(tiers, value).round(8).toString();
  const danger = listed === undefined ? null : dangerOf(account, market, position);
  return {
    positionIdx: position.slot,
    riskId: (tier?.index ?? 0) + 1,
    riskLimitValue: tier?.notionalMax.toString() ?? '0',
    symbol: position.symbol,
    side: position.side === null ? '' : position.side === 'long' ? 'Buy' : 'Sell',
    size: position.quantity.toString(),
    positionValue: position.side === null ? '' : position.cost.toString(),
    tradeMode: 0,
    autoAddMargin: 0,
    positionStatus: 'Normal',
    leverage: setting.leverage.toString(),
    markPrice: mark.toString(),
    liqPrice: danger?.liquidationPrice.toString() ?? '',
    bustPrice: danger?.bankruptcyPrice.toString() ?? '',
    positionIM: position.side === null ? '' : margin,
    positionMM: position.side === null ? '' : maintenance,
    positionIMByMp: position.side === null ? '' : margin,
    positionMMByMp: position.side === null ? '' : maintenance,
    positionBalance: '0',
    tpslMode: 'Full',
    takeProfit: position.takeProfit?.toString() ?? '',
    stopLoss: position.stopLoss?.toString() ?? '',
    trailingStop: '0',
    sessionAvgPrice: '',
    delta: '',
    gamma: '',
    vega: '',
    theta: '',
    unrealisedPnl:
      position.side === null || listed === undefined ? '' : unrealized(position, mark).toString(),
    curRealisedPnl: position.side === null ? '0' : position.currentRealized.toString(),
    cumRealisedPnl: position.totalRealized.toString(),
    adlRankIndicator: position.side === null ? 0 : 2,
    isReduceOnly: false,
    mmrSysUpdatedTime: '',
    leverageSysUpdatedTime: '',
    createdTime: String(position.createdAt),
    updatedTime: String(position.updatedAt),
    openTime: position.side === null ? 0 : position.openedAt,
    seq: position.updatedAt,
  };
}

export function positionView(account: Account, market: Market, position: Position) {
  const average = ratioText(position.cost, position.quantity);
  return { ...positionNumbers(account, market, position), avgPrice: average, breakEvenPrice: '' };
}

export function positionEvent(account: Account, market: Market, position: Position) {
  const average = ratioText(position.cost, position.quantity);
  return {
    category: 'linear',
    ...positionNumbers(account, market, position),
    entryPrice: average,
    breakEvenPrice: '',
  };
}

export function walletView(account: Account, market: Market) {
  const margins = marginsOf(account, market);
  const used = margins.positionMargin.plus(margins.orderMargin);
  const money = (value: typeof used) => value.round(8).toString();
  const available = margins.available.lt(ZERO) ? ZERO : margins.available;
  return {
    accountType: 'UNIFIED',
    accountLTV: '',
    accountIMRate: ratioText(used, margins.equity, 4),
    accountMMRate: ratioText(margins.maintenance, margins.equity, 4),
    accountIMRateByMp: ratioText(used, margins.equity, 4),
    accountMMRateByMp: ratioText(margins.maintenance, margins.equity, 4),
    totalEquity: money(margins.equity),
    totalWalletBalance: account.wallet.toString(),
    totalMarginBalance: money(margins.equity),
    totalAvailableBalance: money(available),
    totalPerpUPL: money(margins.unrealized),
    totalInitialMargin: money(used),
    totalMaintenanceMargin: money(margins.maintenance),
    totalInitialMarginByMp: money(used),
    totalMaintenanceMarginByMp: money(margins.maintenance),
    coin: [
      {
        coin: 'USDT',
        equity: money(margins.equity),
        usdValue: money(margins.equity),
        walletBalance: account.wallet.toString(),
        free: '',
        locked: '0',
        spotHedgingQty: '0',
        borrowAmount: '0',
        availableToBorrow: '',
        availableToWithdraw: '',
        accruedInterest: '0',
        totalOrderIM: money(margins.orderMargin),
        totalPositionIM: money(margins.positionMargin),
        totalPositionMM: money(margins.maintenance),
        unrealisedPnl: money(margins.unrealized),
        cumRealisedPnl: [...account.positions.values()]
          .reduce((sum, each) => sum.plus(each.totalRealized), ZERO)
          .toString(),
        bonus: '0',
        marginCollateral: true,
        collateralSwitch: true,
        spotBorrow: '0',
      },
    ],
  };
}

const LEDGER_TYPE = {
  deposit: 'TRANSFER_IN',
  trade: 'TRADE',
  funding: 'SETTLEMENT',
  liquidation: 'LIQUIDATION',
};

/** https://bybit-exchange.github.io/docs/v5/account/transaction-log: change = cashFlow + funding − fee. */
export function ledgerView(row: LedgerRow) {
  return {
    id: `${row.uid}_${row.execId}`,
    symbol: row.symbol,
    category: 'linear',
    side: row.direction === null ? 'None' : sideText(row.direction),
    transactionTime: String(row.at),
    type: LEDGER_TYPE[row.kind],
    transSubType: '',
    qty: row.quantity.toString(),
    size: row.positionSize.toString(),
    currency: 'USDT',
    tradePrice: row.price.toString(),
    funding: row.kind === 'funding' ? row.funding.toString() : '',
    fee: row.fee.toString(),
    cashFlow: row.cashFlow.toString(),
    change: row.change.toString(),
    cashBalance: row.balance.toString(),
    feeRate: row.feeRate.toString(),
    bonusChange: '',
    tradeId: row.execId,
    orderId: row.orderId,
    orderLinkId: row.linkId,
    extraFees: '',
  };
}

export function closedPnlView(closed: ClosedPnl) {
  return {
    symbol: closed.symbol,
    orderId: closed.orderId,
    side: sideText(closed.direction),
    qty: closed.quantity.toString(),
    orderPrice: (closed.orderPrice ?? ZERO).toString(),
    orderType: closed.orderType === 'market' ? 'Market' : 'Limit',
    execType: closed.liquidated ? 'BustTrade' : 'Trade',
    closedSize: closed.closedQuantity.toString(),
    openFee: closed.openFee.toString(),
    closeFee: closed.closeFee.toString(),
    cumEntryValue: closed.entryValue.toString(),
    avgEntryPrice: ratioText(closed.entryValue, closed.closedQuantity),
    cumExitValue: closed.exitValue.toString(),
    avgExitPrice: ratioText(closed.exitValue, closed.closedQuantity),
    closedPnl: closedProfit(closed).toString(),
    fillCount: String(closed.fills),
    leverage: closed.leverage.toString(),
    createdTime: String(closed.createdAt),
    updatedTime: String(closed.updatedAt),
  };
}
