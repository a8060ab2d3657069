/**
 * Risk limits: the larger a position, the more maintenance margin it needs and the less leverage it may have.
 *
 * Maintenance = value × ratio − deduction, where each tier's deduction makes the sum continuous at its lower
 * edge: dₙ = dₙ₋₁ + edge × (ratioₙ − ratioₙ₋₁).
 * https://www.bybit.com/en/help-center/article/Maintenance-Margin-USDT-Contract
 */
import type { Instrument } from '../../domain/instrument.ts';
import { type Dec, dec, larger, ZERO } from '../decimal.ts';

export interface RiskTier {
  /** 0 for the lowest. */
  index: number;
  /** The largest position value of this tier. */
  notionalMax: Dec;
  ratio: Dec;
  deduction: Dec;
  maxLeverage: Dec;
}

export function riskTiers(instrument: Instrument): RiskTier[] {
  const tiers: RiskTier[] = [];
  for (const [index, row] of instrument.marginTiers.entries()) {
    const ratio = dec(row.maintenanceRatio);
    const before = tiers.at(-1);
    const deduction =
      before === undefined
        ? ZERO
        : before.deduction.plus(before.notionalMax.times(ratio.minus(before.ratio)));
    const [notionalMax, maxLeverage] = [dec(row.notionalMax), dec(row.maxLeverage)];
    tiers.push({ index, notionalMax, ratio, deduction, maxLeverage });
  }
  return tiers;
}

/** The tier of this position value; the last one beyond all of them. */
export function tierOf(tiers: readonly RiskTier[], value: Dec): RiskTier | null {
  return tiers.find((tier) => value.lte(tier.notionalMax)) ?? tiers.at(-1) ?? null;
}

export function maintenanceOf(tiers: readonly RiskTier[], value: Dec): Dec {
  const tier = tierOf(tiers, value);
  return tier === null ? ZERO : larger(value.times(tier.ratio).minus(tier.deduction), ZERO);
}

/** The largest position value that this leverage allows. */
export function notionalLimit(tiers: readonly RiskTier[], leverage: Dec): Dec {
  const allowed = tiers.filter((tier) => tier.maxLeverage.gte(leverage)).at(-1);
  return allowed === undefined ? ZERO : allowed.notionalMax;
}
