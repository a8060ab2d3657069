import { expect, test } from 'vitest';
import type { Candle } from './feed.ts';
import { pathOf, replayFeed } from './replay.ts';

const candle = (openTime: number, prices: [number, number, number, number], volume = 400): Candle => {
  const [open, high, low, close] = prices;
  return { openTime, open, high, low, close, volume };
};
const track = (symbol: string, candles: Candle[]) => ({ symbol, path: `${symbol}.csv`, candles });
function walkAll(feed: ReturnType<typeof replayFeed>): [number, string][] {
  const points: [number, string][] = [];
  let time = feed.startTime ?? 0;
  for (let point = feed.next(time); point !== null; point = feed.next(time)) {
    time = point.time;
    points.push([time, point.steps.map((step) => `${step.symbol}:${step.ticks}`).join(' ')]);
  }
  return points;
}

test.each([
  ['the high is nearer', [100, 103, 90, 95], [100, 103, 90, 95]],
  ['the low is nearer', [100, 110, 98, 105], [100, 98, 110, 105]],
  ['both are as near', [100, 102, 98, 101], [100, 98, 102, 101]],
] as [string, [number, number, number, number], number[]][])(
  'a candle is walked open, nearer extreme, other extreme, close: %s',
  (_name, prices, path) => {
    expect(pathOf(candle(60_000, prices))).toEqual(path);
  },
);

test('every point is met once, in order, from wherever the walk goes on', () => {
  const feed = replayFeed({
    tracks: [track('A', [candle(60_000, [10, 13, 8, 9]), candle(120_000, [9, 12, 8, 11])])],
    partialFills: true,
  });
  const all = walkAll(feed);
  expect(all).toEqual([
    [75_000, 'A:8'],
    [90_000, 'A:13'],
    [105_000, 'A:9'],
    [120_000, 'A:9'],
    [135_000, 'A:8'],
    [150_000, 'A:12'],
    [165_000, 'A:11'],
  ]);
  expect(feed.next(80_000)?.time).toBe(90_000);
  expect(feed.ticksAt('A', 60_000)).toBe(10);
  expect(feed.ticksAt('A', 95_000)).toBe(13);
});

test('several files start together; after a file’s end its last price holds', () => {
  const feed = replayFeed({
    tracks: [
      track('A', [candle(60_000, [10, 10, 10, 10])]),
      track('B', [candle(600_000, [5, 6, 4, 5]), candle(660_000, [7, 7, 7, 7])]),
    ],
    partialFills: false,
  });
  expect(walkAll(feed).map(([, prices]) => prices)).toEqual([
    'A:10 B:4',
    'A:10 B:6',
    'A:10 B:5',
    'B:7',
    'B:7',
    'B:7',
    'B:7',
  ]);
  expect(feed.ticksAt('A', 10_000_000)).toBe(10);
});

test('a gap in the file is waited out', () => {
  const feed = replayFeed({
    tracks: [track('A', [candle(60_000, [1, 1, 1, 1]), candle(360_000, [2, 2, 2, 2])])],
    partialFills: false,
  });
  expect(feed.next(105_000)?.time).toBe(360_000);
});

test('each point trades a quarter of the candle’s volume', () => {
  const feed = replayFeed({
    tracks: [track('A', [candle(60_000, [10, 13, 8, 9], 403)])],
    partialFills: true,
  });
  expect(feed.next(60_000)?.steps).toEqual([{ symbol: 'A', ticks: 8, liquidity: { lots: 100 } }]);
});

test('candles tell only what has happened by now', () => {
  const feed = replayFeed({
    tracks: [track('A', [candle(60_000, [10, 13, 8, 9]), candle(120_000, [9, 12, 7, 11])])],
    partialFills: false,
  });
  const range = { symbol: 'A', intervalMs: 60_000, from: 60_000, to: 120_000 };
  expect(feed.candles(range, 90_000)).toEqual([
    { openTime: 60_000, open: 10, high: 13, low: 8, close: 13, volume: 300 },
  ]);
  expect(feed.candles(range, 400_000)).toHaveLength(2);
  expect(feed.candles({ symbol: 'A', intervalMs: 300_000, from: 0, to: 0 }, 400_000)).toEqual([
    { openTime: 0, open: 10, high: 13, low: 7, close: 11, volume: 800 },
  ]);
});
