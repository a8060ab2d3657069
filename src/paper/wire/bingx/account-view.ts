/** Positions and balances as BingX writes them. https://bingx-api.github.io/docs-v3/#/en/Swap/Account%20Endpoints */
import { dangerOf } from '../../core/liquidation-price.ts';
import { marginsOf, settingOf } from '../../core/margin.ts';
import type { Market } from '../../core/market.ts';
import { unrealized } from '../../core/position.ts';
import { type Account, isActive, leavesOf, type Position } from '../../core/state.ts';
import { maintenanceOf } from '../../core/tiers.ts';
import { type Dec, larger, ratioText, sum, ZERO } from '../../decimal.ts';
import { positionNumber } from './ids.ts';
import { symbolText } from './params.ts';

export function sideOf(position: Position): 'LONG' | 'SHORT' {
  return position.side === 'short' || (position.side === null && position.slot === 2) ? 'SHORT' : 'LONG';
}

/** What resting orders that close this position hold on to. */
export function frozenQuantity(account: Account, position: Position): Dec {
  const closing = [...account.orders.values()].filter(
    (order) =>
      order.symbol === position.symbol &&
      order.slot === position.slot &&
      order.reduceOnly &&
      isActive(order) &&
      order.direction === (position.side === 'long' ? 'sell' : 'buy'),
  );
  return sum(closing.map(leavesOf));
}

export function availableQuantity(account: Account, position: Position, freeze: boolean): Dec {
  if (!freeze) return position.quantity;
  return larger(ZERO, position.quantity.minus(frozenQuantity(account, position)));
}

export function positionView(
  account: Account,
  position: Position,
  scene: { market: Market; freeze: boolean },
) {
  const { market, freeze } = scene;
  const listed = market.listed.get(position.symbol);
  const setting = settingOf(account, position.symbol);
  const mark = listed?.last ?? ZERO;
  const value = position.quantity.times(mark);
  const margin = value.div(setting.leverage).round(8);
  const profit = listed === undefined ? ZERO : unrealized(position, mark);
  const danger = listed === undefined ? null : dangerOf(account, market, position);
  const maintenance = maintenanceOf(listed?.tiers ?? [], value);
  return {
    positionId: positionNumber(position),
    symbol: symbolText(position.symbol),
    currency: 'USDT',
    positionAmt: position.quantity.toString(),
    availableAmt: availableQuantity(account, position, freeze).toString(),
    positionSide: sideOf(position),
    isolated: false,
    avgPrice: ratioText(position.cost, position.quantity),
    initialMargin: margin.toString(),
    margin: margin.plus(profit).round(8).toString(),
    leverage: Number(setting.leverage.toString()),
    unrealizedProfit: profit.round(8).toString(),
    realisedProfit: position.currentRealized.toString(),
    liquidationPrice: Number(danger?.liquidationPrice.toString() ?? 0),
    pnlRatio: ratioText(profit, margin, 4),
    maxMarginReduction: '0.0000',
    riskRate: ratioText(maintenance, marginsOf(account, market).equity, 4),
    markPrice: mark.toString(),
    positionValue: value.toString(),
    onlyOnePosition: position.slot === 0,
    createTime: position.openedAt,
    updateTime: position.updatedAt,
  };
}

export function balanceView(account: Account, market: Market) {
  const margins = marginsOf(account, market);
  const money = (value: Dec) => value.round(8).toString();
  const realized = sum([...account.positions.values()].map((position) => position.totalRealized));
  return {
    userId: String(account.uid),
    asset: 'USDT',
    balance: account.wallet.toString(),
    equity: money(margins.equity),
    unrealizedProfit: money(margins.unrealized),
    realisedProfit: realized.toString(),
    availableMargin: money(larger(ZERO, margins.available)),
    usedMargin: money(margins.positionMargin),
    freezedMargin: money(margins.orderMargin),
    shortUid: String(account.uid),
  };
}
