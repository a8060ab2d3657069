import { expect, test } from 'vitest';
import { RateLimits } from './rate-limits.ts';

const RULE = { limit: 3, windowMs: 1_000 };

test('so many are granted in any window, and room comes back as the oldest leave', () => {
  const limits = new RateLimits();
  const take = (now: number, units = 1) => limits.take('a', RULE, { units, now });
  expect([0, 100, 200].map((now) => take(now).remaining)).toEqual([2, 1, 0]);
  expect(take(300)).toEqual({ granted: false, limit: 3, remaining: 0, resetAt: 1_000 });
  expect(take(999).granted).toBe(false);
  expect(take(1_000)).toMatchObject({ granted: true, remaining: 0, resetAt: 1_000 });
  expect(take(1_000)).toMatchObject({ granted: false, resetAt: 1_100 });
});

test('a batch needs room for all of it, and what is refused is not counted', () => {
  const limits = new RateLimits();
  const take = (now: number, units: number) => limits.take('a', RULE, { units, now });
  expect(take(0, 2).granted).toBe(true);
  expect(take(10, 2)).toMatchObject({ granted: false, remaining: 1, resetAt: 1_000 });
  expect(take(10, 1).granted).toBe(true);
});

test('names are counted apart', () => {
  const limits = new RateLimits();
  for (let n = 0; n < 3; n += 1) limits.take('a', RULE, { now: 0 });
  expect(limits.take('a', RULE, { now: 0 }).granted).toBe(false);
  expect(limits.take('b', RULE, { now: 0 }).granted).toBe(true);
});
