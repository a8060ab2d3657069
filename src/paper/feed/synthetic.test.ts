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

test('a move of half a percent comes within minutes', () => {
  const each = feed(3);
  const waits: number[] = [];
  for (let entry = START; entry < START + DAY; entry += 600_000) {
    const target = each.ticksAt('BTCUSDT', entry) * 1.005;
    let time = entry;
    while (each.ticksAt('BTCUSDT', time) < target && time < entry + DAY) time += 1_000;
    waits.push((time - entry) / 60_000);
  }
  waits.sort((a, b) => a - b);
  expect(waits[Math.floor(waits.length / 2)]).toBeLessThan(3);
  expect(waits.at(-1)).toBeLessThan(60);
});
