/**
 * What may be traded, and in which steps.
 *
 * Every limit is a decimal string as the venue states it. Prices that we send are whole multiples of
 * `tickSize`, quantities whole multiples of `lotSize`.
 */
import type { Decimal } from './words.ts';

/** Up to `notionalMax` USDT of position value this maintenance ratio and this leverage apply. */
export interface MarginTier {
  notionalMax: Decimal;
  maintenanceRatio: Decimal;
  maxLeverage: Decimal;
}

export interface Instrument {
  /** As people and settings write it, for example "BTC/USDT"; the settle currency USDT is implied. */
  symbol: string;
  /** The symbol without separators, as Bybit writes it, for example "BTCUSDT". */
  id: string;
  base: string;
  quote: string;
  tickSize: Decimal;
  lotSize: Decimal;
  minQuantity: Decimal;
  /** The largest quantity of one limit order. */
  maxQuantity: Decimal;
  /** The largest quantity of one market order; usually smaller than `maxQuantity`. */
  maxMarketQuantity: Decimal;
  /** The smallest order value in USDT; reduce-only orders are exempt. */
  minNotional: Decimal;
  maxLeverage: Decimal;
  /** Ascending by `notionalMax`; never empty. */
  marginTiers: MarginTier[];
}
