/**
 * The synthetic feed: seeded noise that moves like a market and never runs away.
 *
 * The price is the instrument's base price times one plus a sum of smooth value noise over several
 * periods; slow periods are bounded too, so the price always comes back. It is a pure function of seed,
 * symbol and time.
 */
import type { BundledInstrument } from '../instruments.ts';
import type { Liquidity } from '../core/market.ts';
import { type Candle, type CandleRange, type Feed, type FeedPoint } from './feed.ts';
import { textSeed, unit } from './hash.ts';

/** Period in ms and the share of the price by which it swings at most. */
const OCTAVES: readonly (readonly [number, number])[] = [
  [1_500, 0.0004],
  [5_000, 0.0012],
  [15_000, 0.0035],
  [40_000, 0.007],
  [110_000, 0.009],
  [400_000, 0.004],
  [3_600_000, 0.001],
];
/** Market time between two points at speed 1: several moves a second. */
const POINT_MS = 250;
/** At higher speeds points move apart, so that no more than forty a second are walked. */
const DENSE_SPEED = 10;
/** How many points of a candle are looked at to draw it. */
const SAMPLES = 24;

interface Walker {
  symbol: string;
  seed: number;
  baseTicks: number;
  volume: number;
}

export interface SyntheticOptions {
  instruments: readonly BundledInstrument[];
  seed: number;
  speed: number;
  partialFills: boolean;
}

export function syntheticFeed(options: SyntheticOptions): Feed {
  const walkers = new Map(options.instruments.map((each) => [each.id, walkerOf(each, options.seed)]));
  const interval = Math.round(POINT_MS * Math.max(1, options.speed / DENSE_SPEED));
  const walkerFor = (symbol: string): Walker => {
    const found = walkers.get(symbol);
    if (found === undefined) throw new Error(`no synthetic price for ${symbol}`);
    return found;
  };
  return {
    name: `synthetic:${options.seed}`,
    symbols: [...walkers.keys()],
    startTime: null,
    ticksAt: (symbol, time) => ticks(walkerFor(symbol), time),
    next: (after): FeedPoint => {
      const time = (Math.floor(after / interval) + 1) * interval;
      const steps = [...walkers.values()].map((walker) => ({
        symbol: walker.symbol,
        ticks: ticks(walker, time),
        liquidity: options.partialFills ? liquidity(walker, time / interval) : null,
      }));
      return { time, steps };
    },
    candles: (range, now) => candles(walkerFor(range.symbol), range, now),
  };
}

function walkerOf(instrument: BundledInstrument, seed: number): Walker {
  const baseTicks = Math.round(Number(instrument.basePrice) / Number(instrument.tickSize));
  const volume = 250_000 / Number(instrument.basePrice) / Number(instrument.lotSize);
  return { symbol: instrument.id, seed: textSeed(instrument.id, seed), baseTicks, volume };
}

function ticks(walker: Walker, time: number): number {
  let swing = 0;
  for (const [index, [period, share]] of OCTAVES.entries()) {
    const at = time / period;
    const step = Math.floor(at);
    const part = at - step;
    const smooth = part * part * (3 - 2 * part);
    const left = unit(walker.seed, index, step) * 2 - 1;
    const right = unit(walker.seed, index, step + 1) * 2 - 1;
    swing += share * (left + (right - left) * smooth);
  }
  return Math.max(1, Math.round(walker.baseTicks * (1 + swing)));
}

/** Half of the touches trade everything, the others a share. */
function liquidity(walker: Walker, point: number): Liquidity {
  const draw = unit(walker.seed, 101, point);
  return draw < 0.5 ? null : { ratio: 0.2 + (draw - 0.5) * 1.4 };
}

function candles(walker: Walker, range: CandleRange, now: number): Candle[] {
  const rows: Candle[] = [];
  for (let openTime = range.from; openTime <= range.to && openTime <= now; openTime += range.intervalMs) {
    const end = Math.min(openTime + range.intervalMs, now);
    const prices = Array.from({ length: SAMPLES }, (_, i) =>
      ticks(walker, openTime + ((end - openTime) * i) / (SAMPLES - 1)),
    );
    const share = (0.5 + unit(walker.seed, 103, openTime / range.intervalMs)) * ((end - openTime) / 60_000);
    rows.push({
      openTime,
      open: prices[0] ?? walker.baseTicks,
      high: Math.max(...prices),
      low: Math.min(...prices),
      close: prices.at(-1) ?? walker.baseTicks,
      volume: Math.floor(walker.volume * share),
    });
  }
  return rows;
}
