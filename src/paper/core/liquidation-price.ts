/**
 * Where a position would be liquidated if only its own price moved (an estimate to look at).
 *
 * Cross margin: equity = maintenance. With q = quantity, m = its maintenance ratio, E = equity now and
 * M = the other positions' maintenance: long p = (mark·q − E + M) ÷ (q·(1 − m)), short p = (mark·q + E − M) ÷ (q·(1 + m)).
 */
import { type Dec, dec, ZERO } from '../decimal.ts';
import { listing, type Market } from './market.ts';
import { maintenanceRatio, marginsOf } from './margin.ts';
import type { Account, Position } from './state.ts';

/** Null when no price above zero would do it. */
export function liquidationPrice(account: Account, market: Market, position: Position): Dec | null {
  if (position.side === null) return null;
  const { last, tick, instrument } = listing(market, position.symbol);
  const value = position.quantity.times(last);
  const ratio = maintenanceRatio(instrument.marginTiers, value);
  const margins = marginsOf(account, market);
  const buffer = margins.equity.minus(margins.maintenance.minus(value.times(ratio)));
  const one = dec('1');
  const price =
    position.side === 'long'
      ? value.minus(buffer).div(position.quantity.times(one.minus(ratio)))
      : value.plus(buffer).div(position.quantity.times(one.plus(ratio)));
  if (price.lte(ZERO)) return null;
  return price.div(tick).round(0, 1).times(tick);
}
