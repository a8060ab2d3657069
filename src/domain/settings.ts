/**
 * The settings as they are stored, and what a check of them says. Percentages and amounts keep the words and
 * units that people type: `amount` in USDT margin, `gap`, `takeProfit` and `stopLoss` in percent, `cooldown`
 * in seconds. Decimals are already normalised to plain notation.
 */
import type { LegSetting } from './ladder.ts';
import type { Decimal, GuardMode, Side } from './words.ts';

export interface LadderSettings {
  /** For example "BTC/USDT". */
  symbol: string;
  side: Side;
  leverage: number;
  legs: LegSetting[];
  /** How many legs are used, leg 0 included. */
  rounds: number;
  /** Percent on margin, above 0. */
  takeProfit: Decimal;
  /** Percent on margin; "0" means none. */
  stopLoss: Decimal;
  repeat: boolean;
  cooldown: number;
  guard: GuardMode;
}

export interface SettingsProblem {
  /** Where in the settings, for example "legs.2.amount". */
  path: string;
  code: string;
  /** What is wrong, what is allowed, what to do. */
  message: string;
}

export interface LegPreview {
  index: number;
  price: Decimal;
  quantity: Decimal;
  margin: Decimal;
  /** Average entry, take-profit and liquidation once this leg has filled. */
  averageEntryPrice: Decimal;
  takeProfitPrice: Decimal;
  /** Null where no positive price liquidates, or the balance is unknown. */
  liquidationPrice: Decimal | null;
}

export interface SettingsPreview {
  legs: LegPreview[];
  errors: SettingsProblem[];
  warnings: SettingsProblem[];
}

/** The legs in use. */
export function usedLegs(settings: Pick<LadderSettings, 'legs' | 'rounds'>): LegSetting[] {
  return settings.legs.slice(0, settings.rounds);
}
