/**
 * The replay feed: recorded candles, each walked open → nearer extreme → other extreme → close.
 *
 * A candle is a minute of market time, its four points are spread over it. Several files start together,
 * each with its own first candle, on the clock of the first file. After a file's end its last price holds.
 */
import { assert } from '../assert.ts';
import { type Candle, type CandleRange, type Feed, type FeedPoint, MINUTE_MS } from './feed.ts';

const POINTS_PER_CANDLE = 4;
const POINT_MS = MINUTE_MS / POINTS_PER_CANDLE;

export interface ReplayTrack {
  symbol: string;
  path: string;
  /** At least one, ascending. */
  candles: Candle[];
}

export interface ReplayOptions {
  /** At least one. */
  tracks: ReplayTrack[];
  partialFills: boolean;
}

interface Track extends ReplayTrack {
  /** What is added to the file's times to put them on the common clock. */
  shift: number;
}

export function replayFeed(options: ReplayOptions): Feed {
  const first = options.tracks[0]?.candles[0];
  assert(first !== undefined, 'a replay has at least one candle');
  const startTime = first.openTime;
  const tracks = options.tracks.map(
    (track): Track => ({ ...track, shift: startTime - openTimeOf(track, 0) }),
  );
  const trackOf = (symbol: string): Track => {
    const found = tracks.find((track) => track.symbol === symbol);
    assert(found !== undefined, 'only replayed symbols are asked for');
    return found;
  };
  return {
    name: `replay:${tracks.map((track) => `${track.symbol}=${track.path}`).join(',')}`,
    symbols: tracks.map((track) => track.symbol),
    startTime,
    ticksAt: (symbol, time) => pointAt(trackOf(symbol), indexAt(trackOf(symbol), time)).ticks,
    next: (after) => nextPoint(tracks, after, options.partialFills),
    candles: (range, now) => aggregate(trackOf(range.symbol), range, now),
  };
}

/** The four prices of a candle in the order in which they are visited. */
export function pathOf(candle: Candle): [number, number, number, number] {
  const { open, high, low, close } = candle;
  return high - open < open - low ? [open, high, low, close] : [open, low, high, close];
}

function nextPoint(tracks: Track[], after: number, partialFills: boolean): FeedPoint | null {
  const coming = tracks.flatMap((track) => {
    const index = indexAt(track, after) + 1;
    return index < track.candles.length * POINTS_PER_CANDLE
      ? [{ track, index, time: timeOf(track, index) }]
      : [];
  });
  if (coming.length === 0) return null;
  const time = Math.min(...coming.map((each) => each.time));
  const steps = coming
    .filter((each) => each.time === time)
    .map(({ track, index }) => {
      const { ticks, lots } = pointAt(track, index);
      return { symbol: track.symbol, ticks, liquidity: partialFills ? { lots } : null };
    });
  return { time, steps };
}

function openTimeOf(track: ReplayTrack, index: number): number {
  const candle = track.candles[index];
  assert(candle !== undefined, 'a candle index lies within its file');
  return candle.openTime;
}

function timeOf(track: Track, point: number): number {
  const candle = Math.floor(point / POINTS_PER_CANDLE);
  return openTimeOf(track, candle) + track.shift + (point % POINTS_PER_CANDLE) * POINT_MS;
}

/** The last point at or before the time; −1 before the first. */
function indexAt(track: Track, time: number): number {
  const own = time - track.shift;
  const candle = lastCandleAt(track.candles, own);
  if (candle < 0) return -1;
  const into = own - openTimeOf(track, candle);
  return candle * POINTS_PER_CANDLE + Math.min(POINTS_PER_CANDLE - 1, Math.floor(into / POINT_MS));
}

function lastCandleAt(candles: readonly Candle[], time: number): number {
  let low = 0;
  let high = candles.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((candles[middle]?.openTime ?? 0) <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function pointAt(track: Track, point: number): { ticks: number; lots: number } {
  const index = Math.max(0, point);
  const candle = track.candles[Math.floor(index / POINTS_PER_CANDLE)];
  assert(candle !== undefined, 'a point index lies within its file');
  const ticks = pathOf(candle)[index % POINTS_PER_CANDLE] ?? candle.close;
  return { ticks, lots: Math.floor(candle.volume / POINTS_PER_CANDLE) };
}

/** Candles of any interval from the minutes that are over, and the part of the current one that is known. */
function aggregate(track: Track, range: CandleRange, now: number): Candle[] {
  const rows: Candle[] = [];
  const first = Math.max(0, lastCandleAt(track.candles, range.from - track.shift - 1) + 1);
  for (let index = first; index < track.candles.length; index += 1) {
    const candle = track.candles[index];
    if (candle === undefined) break;
    const at = candle.openTime + track.shift;
    if (at > now || at >= range.to + range.intervalMs) break;
    const known = at + MINUTE_MS <= now ? candle : partOf(candle, Math.floor((now - at) / POINT_MS) + 1);
    const openTime = Math.floor(at / range.intervalMs) * range.intervalMs;
    const last = rows.at(-1);
    if (last === undefined || last.openTime !== openTime) rows.push({ ...known, openTime });
    else {
      last.high = Math.max(last.high, known.high);
      last.low = Math.min(last.low, known.low);
      last.close = known.close;
      last.volume += known.volume;
    }
  }
  return rows;
}

function partOf(candle: Candle, points: number): Candle {
  const seen = pathOf(candle).slice(0, points);
  return {
    ...candle,
    high: Math.max(...seen),
    low: Math.min(...seen),
    close: seen.at(-1) ?? candle.open,
    volume: Math.floor((candle.volume * points) / POINTS_PER_CANDLE),
  };
}
