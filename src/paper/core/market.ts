/**
 * Prices as the exchange knows them now. Steps are whole ticks, so that the walk compares integers.
 *
 * The mark price is the last price: the paper exchange has one market and no index to average over.
 */
import type { Instrument } from '../../domain/instrument.ts';
import { assert } from '../assert.ts';
import { type Dec, dec, fromInteger } from '../decimal.ts';
import { type RiskTier, riskTiers } from './tiers.ts';

/** As Bybit has it: 1999999.8 for a tick of 0.1, 199999.98 for one of 0.01. */
const MAX_PRICE_TICKS = 19_999_998;
/** Unless the feed knows better. */
export const FUNDING_RATE = dec('0.0001');

/**
 * How much of a resting order trades when the price only touches it: so many lots per step, a share of the
 * order, or (null) all of it.
 */
export type Liquidity = { lots: number } | { ratio: number } | null;

export interface Listed {
  instrument: Instrument;
  tick: Dec;
  lot: Dec;
  /** The highest price that an order may name. */
  maxPrice: Dec;
  /** Ascending; never empty. */
  tiers: RiskTier[];
  /** What longs pay to shorts of their value at the next settlement. */
  fundingRate: Dec;
  lastTicks: number;
  last: Dec;
  liquidity: Liquidity;
}

export interface Market {
  /** Market clock, ms since 1970. */
  time: number;
  listed: Map<string, Listed>;
}

export function list(instrument: Instrument, lastTicks: number): Listed {
  const tick = dec(instrument.tickSize);
  return {
    instrument,
    tick,
    lot: dec(instrument.lotSize),
    maxPrice: tick.times(fromInteger(MAX_PRICE_TICKS)),
    tiers: riskTiers(instrument),
    fundingRate: FUNDING_RATE,
    lastTicks,
    last: tick.times(fromInteger(lastTicks)),
    liquidity: null,
  };
}

export function moveTo(listed: Listed, ticks: number, liquidity: Liquidity): void {
  assert(Number.isSafeInteger(ticks) && ticks > 0, 'a price is a positive whole number of ticks');
  listed.liquidity = liquidity;
  if (ticks === listed.lastTicks) return;
  listed.lastTicks = ticks;
  listed.last = listed.tick.times(fromInteger(ticks));
}

export function listing(market: Market, symbol: string): Listed {
  const found = market.listed.get(symbol);
  assert(found !== undefined, 'only listed symbols reach the core');
  return found;
}
