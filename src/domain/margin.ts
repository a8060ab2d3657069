/**
 * Margin of a position: what it binds, what it must keep, and where the venue would close it.
 *
 * Tiers are Bybit's: https://www.bybit.com/en/help-center/article/Maintenance-Margin-Calculation-USDT-Contract
 */
import { assert } from './assert.ts';
import type { Instrument, MarginTier } from './instrument.ts';
import { add, compare, divide, multiply, ONE, type Ratio, ratio, subtract, ZERO } from './ratio.ts';
import type { Side } from './words.ts';

/** Bybit's base rates: an entry at market pays taker, a resting take-profit maker. */
export const FEE_RATIO = { maker: ratio('0.0002'), taker: ratio('0.00055') } as const;

export function initialMargin(notional: Ratio, leverage: number): Ratio {
  return divide(notional, ratio(leverage));
}

/** The tier that a notional falls into, with what earlier tiers saved; null beyond the last. */
export function tierOf(
  instrument: Instrument,
  notional: Ratio,
): { tier: MarginTier; deduction: Ratio } | null {
  let deduction = ZERO;
  let before: MarginTier | null = null;
  for (const tier of instrument.marginTiers) {
    if (before !== null) {
      const step = subtract(ratio(tier.maintenanceRatio), ratio(before.maintenanceRatio));
      deduction = add(deduction, multiply(step, ratio(before.notionalMax)));
    }
    if (compare(notional, ratio(tier.notionalMax)) <= 0) return { tier, deduction };
    before = tier;
  }
  return null;
}

/** notional × ratio − deduction; beyond the last tier the last one's ratio. */
export function maintenanceMargin(instrument: Instrument, notional: Ratio): Ratio {
  const found = tierOf(instrument, notional);
  if (found !== null)
    return subtract(multiply(notional, ratio(found.tier.maintenanceRatio)), found.deduction);
  const last = instrument.marginTiers.at(-1);
  assert(last !== undefined, 'an instrument has at least one margin tier');
  return multiply(notional, ratio(last.maintenanceRatio));
}

export interface LiquidationInput {
  side: Side;
  quantity: Ratio;
  average: Ratio;
  /** Cross margin: all of the wallet stands behind the position. */
  walletBalance: Ratio;
}

/**
 * The mark price at which wallet + unrealised PnL no longer covers the maintenance margin of this position
 * alone, by the tier of its entry value; null when no positive price does that.
 *
 *   long:  (average·q − wallet − deduction) / (q·(1 − ratio))
 *   short: (average·q + wallet + deduction) / (q·(1 + ratio))
 */
export function liquidationPrice(instrument: Instrument, input: LiquidationInput): Ratio | null {
  const value = multiply(input.average, input.quantity);
  const found = tierOf(instrument, value);
  if (found === null || input.quantity.n === 0n) return null;
  const reserve = add(input.walletBalance, found.deduction);
  const kept = ratio(found.tier.maintenanceRatio);
  const price =
    input.side === 'long'
      ? divide(subtract(value, reserve), multiply(input.quantity, subtract(ONE, kept)))
      : divide(add(value, reserve), multiply(input.quantity, add(ONE, kept)));
  return price.n > 0n ? price : null;
}
