import { expect, test } from 'vitest';
import { bench, NOW, SYMBOL } from '../testing-core.ts';
import type { Candle, Feed } from './feed.ts';
import { replayFeed } from './replay.ts';
import { FeedRunner } from './runner.ts';

const candles = (count: number): Candle[] =>
  Array.from({ length: count }, (_, i) => {
    const base = 4_000 + (i % 17);
    return {
      openTime: NOW + i * 60_000,
      open: base,
      high: base + 3,
      low: base - 2,
      close: base + 1,
      volume: 400,
    };
  });

/** A runner over `count` candles, its clock moved by hand or real, and the times that it walked. */
function run(count: number, options: { speed: number; started?: boolean; clock?: () => number }) {
  const { exchange, place } = bench('4.000');
  exchange.record.started = options.started ?? true;
  const feed: Feed = replayFeed({
    tracks: [{ symbol: SYMBOL, path: 'x', candles: candles(count) }],
    partialFills: false,
  });
  const walked: number[] = [];
  const walk = exchange.stepTo.bind(exchange);
  exchange.stepTo = (time, steps) => {
    walked.push(time - NOW);
    walk(time, steps);
  };
  const clock = options.clock ?? (() => performance.now());
  const runner = new FeedRunner({ exchange, feed, speed: options.speed, clock });
  exchange.onChange(() => runner.begin());
  return { exchange, runner, walked, place, feed };
}
const turn = (ms = 2) => new Promise((resolve) => setTimeout(resolve, ms));
/** Four points a candle, a quarter of a minute apart; the very first is where the market begins. */
const allPoints = (count: number) => Array.from({ length: count * 4 - 1 }, (_, i) => (i + 1) * 15_000);

test('at any speed every point is walked once, in order, and others get their turn', async () => {
  const { runner, walked } = run(4_000, { speed: 1_000_000 });
  let turns = 0;
  const other = setInterval(() => {
    turns += 1;
  }, 1);
  runner.start();
  while (walked.length < 15_999) await turn();
  clearInterval(other);
  runner.close();
  expect(walked).toEqual(allPoints(4_000));
  expect(turns).toBeGreaterThan(3);
});

test('market time is real time × speed', async () => {
  let real = 0;
  const { runner, walked } = run(10, { speed: 60, clock: () => real });
  runner.start();
  real = 1_000; // a second is a minute of market time
  while (walked.length < 4) await turn();
  await turn(20);
  runner.close();
  expect(walked).toEqual([15_000, 30_000, 45_000, 60_000]);
});

test('a market that waits for the first order begins with it', async () => {
  const { runner, walked, place } = run(3, { speed: 1_000_000, started: false });
  runner.start();
  await turn(20);
  expect(walked).toEqual([]);
  place({ quantity: '10' });
  while (walked.length < 11) await turn();
  runner.close();
});

test('a pause holds the market, a step walks to the end of so many candles', async () => {
  const { runner, walked, exchange } = run(10, { speed: 1_000_000 });
  runner.pause();
  runner.start();
  await turn(20);
  expect(walked).toEqual([]);
  await runner.step(1);
  expect(walked.at(-1)).toBe(45_000);
  await runner.step(2);
  expect(walked.at(-1)).toBe(165_000);
  await turn(20);
  expect(exchange.market.time - NOW).toBe(165_000);
  runner.resume();
  while (walked.length < 39) await turn();
  runner.close();
  expect(walked).toEqual(allPoints(10));
});

test('after the last candle the last price holds', async () => {
  const { runner, exchange, feed } = run(1, { speed: 1_000_000 });
  await runner.step(1_000);
  expect(feed.next(exchange.market.time)).toBeNull();
  expect(exchange.market.listed.get(SYMBOL)?.lastTicks).toBe(4_001);
  runner.close();
});
