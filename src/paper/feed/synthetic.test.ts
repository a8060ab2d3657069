import { expect, test } from 'vitest';
import { BUNDLED_INSTRUMENTS } from '../instruments.ts';
import { syntheticFeed } from './synthetic.ts';

const feed = (seed: number, speed = 1) =>
  syntheticFeed({ instruments: BUNDLED_INSTRUMENTS, seed, speed, partialFills: true });
const START = 1_800_000_000_000;
const DAY = 86_400_000;

test('the same seed gives the same prices, another seed others', () => {
  const times = Array.from({ length: 50 }, (_, i) => START + i * 1_000);
  const path = (seed: number) => times.map((time) => feed(seed).ticksAt('BTCUSDT', time));
  expect(path(1)).toEqual(path(1));
  expect(path(1)).not.toEqual(path(2));
});

test('the price never runs away from its base', () => {
  const each = feed(7);
  for (let time = START; time < START + DAY; time += 7_000) {
    expect(Math.abs(each.ticksAt('BTCUSDT', time) / 640_000 - 1)).toBeLessThan(0.03);
  }
});

test('there are several moves a second at speed 1, and no more than forty at any speed', () => {
  expect((feed(1).next(START)?.time ?? 0) - START).toBe(250);
  expect((feed(1, 20_000).next(START)?.time ?? 0) / 20_000 - START / 20_000).toBeCloseTo(25, 0);
});

/** Minutes until a ladder of 20/20/30/45/70 at gaps of 0.5/0.8/1.2/1.8 % has its 0.5 % above the average. */
function cycleMinutes(each: ReturnType<typeof feed>, entry: number): number {
  const first = each.ticksAt('BTCUSDT', entry);
  const legs = [0.995, 0.992, 0.988, 0.982].reduce<number[]>(
    (prices, step) => [...prices, (prices.at(-1) ?? first) * step],
    [],
  );
  const margins = [20, 30, 45, 70];
  let [cost, quantity, filled] = [20, 20 / first, 0];
  for (let time = entry; ; time += 1_000) {
    const price = each.ticksAt('BTCUSDT', time);
    for (let leg = legs[filled]; leg !== undefined && price <= leg; leg = legs[filled]) {
      cost += margins[filled] ?? 0;
      quantity += (margins[filled] ?? 0) / leg;
      filled += 1;
    }
    if (price >= (cost / quantity) * 1.005) return (time - entry) / 60_000;
  }
}

test('with a new user’s settings a cycle closes within minutes', () => {
  const waits = Array.from({ length: 200 }, (_, i) => cycleMinutes(feed(3), START + i * 301_000)).sort(
    (a, b) => a - b,
  );
  expect(waits[100]).toBeLessThan(2);
  expect(waits[180]).toBeLessThan(8);
});
