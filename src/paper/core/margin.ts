/**
 * Cross margin: what an account's positions and resting orders tie up, and what is left.
 *
 * Bybit: initial margin = value ÷ leverage; available = wallet + unrealised profit − initial margins.
 * In hedge mode every slot counts for itself. In one-way mode only the worse of "all buys fill" and "all
 * sells fill" counts, so an order against the position costs nothing up to the position's size.
 * Reduce-only and untriggered orders tie up nothing. Every slot's maintenance is that of its own value's tier.
 */
import { type Dec, dec, larger, ZERO } from '../decimal.ts';
import { type Market, listing } from './market.ts';
import { unrealized } from './position.ts';
import { type Account, isActive, leavesOf, type Order, type SymbolSetting } from './state.ts';
import { maintenanceOf } from './tiers.ts';

const DEFAULT_LEVERAGE = dec('10');

export interface Margins {
  equity: Dec;
  unrealized: Dec;
  positionMargin: Dec;
  orderMargin: Dec;
  maintenance: Dec;
  available: Dec;
}

export function settingOf(account: Account, symbol: string): SymbolSetting {
  return account.settings.get(symbol) ?? { leverage: DEFAULT_LEVERAGE, hedged: account.hedged };
}

interface SymbolExposure {
  /** Position values at the current price. */
  long: Dec;
  short: Dec;
  /** Values of resting orders that may increase a position. */
  buys: Dec;
  sells: Dec;
}

export function exposureOf(account: Account, market: Market, symbol: string): SymbolExposure {
  const price = listing(market, symbol).last;
  const exposure = { long: ZERO, short: ZERO, buys: ZERO, sells: ZERO };
  for (const position of account.positions.values()) {
    if (position.symbol !== symbol || position.side === null) continue;
    exposure[position.side] = exposure[position.side].plus(position.quantity.times(price));
  }
  for (const order of account.orders.values()) {
    if (order.symbol !== symbol || !isActive(order) || order.reduceOnly || order.price === null) continue;
    const side = order.direction === 'buy' ? 'buys' : 'sells';
    exposure[side] = exposure[side].plus(orderValue(order));
  }
  return exposure;
}

function orderValue(order: Order): Dec {
  return order.price === null ? ZERO : order.price.times(leavesOf(order));
}

/** The value that margin must be found for, beyond what the positions tie up themselves. */
export function orderExposure(exposure: SymbolExposure, hedged: boolean): Dec {
  if (hedged) return exposure.buys.plus(exposure.sells);
  const net = exposure.long.minus(exposure.short);
  const held = net.abs();
  return larger(larger(net.plus(exposure.buys), exposure.sells.minus(net)), held).minus(held);
}

/** Positions that may be traded but whose symbol is not listed any more keep no margin: there is no price. */
export function marginsOf(account: Account, market: Market): Margins {
  let [profit, positionMargin, orderMargin, maintenance] = [ZERO, ZERO, ZERO, ZERO];
  for (const symbol of symbolsIn(account)) {
    const listed = market.listed.get(symbol);
    if (listed === undefined) continue;
    const setting = settingOf(account, symbol);
    const exposure = exposureOf(account, market, symbol);
    const held = exposure.long.plus(exposure.short);
    positionMargin = positionMargin.plus(held.div(setting.leverage));
    orderMargin = orderMargin.plus(orderExposure(exposure, setting.hedged).div(setting.leverage));
    for (const position of account.positions.values()) {
      if (position.symbol !== symbol || position.side === null) continue;
      maintenance = maintenance.plus(maintenanceOf(listed.tiers, position.quantity.times(listed.last)));
      profit = profit.plus(unrealized(position, listed.last));
    }
  }
  const equity = account.wallet.plus(profit);
  const available = equity.minus(positionMargin).minus(orderMargin);
  return { equity, unrealized: profit, positionMargin, orderMargin, maintenance, available };
}

function symbolsIn(account: Account): Set<string> {
  const symbols = new Set<string>();
  for (const position of account.positions.values()) if (position.side !== null) symbols.add(position.symbol);
  for (const order of account.orders.values()) symbols.add(order.symbol);
  return symbols;
}
