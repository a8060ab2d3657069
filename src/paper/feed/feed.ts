/**
 * A price feed: a pure function of market time, so that a restart needs nothing but the clock.
 *
 * `next` is the first point after a time; walking from any earlier time meets the same points.
 */
import type { Step } from '../core/matching.ts';

export interface FeedPoint {
  time: number;
  steps: Step[];
}

/** Prices in ticks, volume in lots. */
export interface Candle {
  openTime: number;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
}

export interface CandleRange {
  symbol: string;
  intervalMs: number;
  /** First and last open time, both multiples of the interval. */
  from: number;
  to: number;
}

export interface Feed {
  /** Tells apart what a stored clock belongs to. */
  readonly name: string;
  readonly symbols: readonly string[];
  /** Where the market's clock begins; null: at the real time of the first start. */
  readonly startTime: number | null;
  ticksAt(symbol: string, time: number): number;
  /** Null when the feed has ended: the last price holds. */
  next(after: number): FeedPoint | null;
  /** What is known of these candles at `now`; the one that `now` falls into is unfinished. */
  candles(range: CandleRange, now: number): Candle[];
  /** Only where prices come from elsewhere. */
  source?(): FeedSource;
}

/** Where prices come from, and whether they do. */
export interface FeedSource {
  url: string;
  live: boolean;
  /** Why they do not; null while they do. */
  problem: string | null;
  lastPriceAt: number | null;
}

export const MINUTE_MS = 60_000;
