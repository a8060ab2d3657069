import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { highestCycleKey, nextCycleKey } from './cycle-key.ts';
import { clientOrderIdOf } from './tag.ts';

const START = Date.UTC(2026, 0, 1);
const TEN_MINUTES = 600_000;

describe('the next key', () => {
  test.each([
    { previous: 0, now: START + 7 * TEN_MINUTES, key: 7 }, // the calendar
    { previous: 0, now: START + 8 * TEN_MINUTES - 1, key: 7 }, // counts whole steps
    { previous: 7, now: START + 7 * TEN_MINUTES, key: 8 }, // two cycles within ten minutes
    { previous: 100, now: START + 7 * TEN_MINUTES, key: 101 }, // ahead of the calendar
    { previous: 0, now: START, key: 1 }, // keys begin at 1
    { previous: 0, now: START - TEN_MINUTES, key: 1 }, // a clock before the epoch
  ])('after $previous is $key', ({ previous, now, key }) => {
    expect(nextCycleKey(previous, now)).toBe(key);
  });

  test('keys never repeat, whatever the clock does', () => {
    const clocks = fc.array(fc.integer({ min: START - 10 ** 9, max: START + 10 ** 12 }), { maxLength: 60 });
    fc.assert(
      fc.property(clocks, (times) => {
        let previous = 0;
        for (const now of times) {
          const key = nextCycleKey(previous, now);
          expect(key).toBeGreaterThan(previous);
          previous = key;
        }
      }),
    );
  });

  test('after the database was lost, keys stay above every key that the venue still shows', () => {
    const keysUsed = fc.array(fc.integer({ min: 1, max: 10 ** 6 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(keysUsed, fc.integer({ min: START, max: START + 10 ** 11 }), (used, now) => {
        const ids = used.map((key) => clientOrderIdOf('sm_tp_42_BTCUSDT', key, 0));
        expect(used).not.toContain(nextCycleKey(highestCycleKey(ids, 42), now));
      }),
    );
  });
});

describe('the highest key on the venue', () => {
  test('counts the ids of this user only, whatever the symbol', () => {
    const ids = ['sm_tp_42_BTCUSDT_5', 'sm_leg_1_42_ETHUSDT_a_2', 'sm_tp_43_BTCUSDT_zz', 'by hand', null];
    expect(highestCycleKey(ids, 42)).toBe(10); // "a" in base 36
  });

  test('is 0 where nothing is ours', () => {
    expect(highestCycleKey([], 42)).toBe(0);
  });

  test("is not poisoned by a stranger's id that only looks like ours", () => {
    const next = nextCycleKey(highestCycleKey(['sm_tp_42_BTCUSDT_zzzzzzzzzzzzzz'], 42), START + TEN_MINUTES);
    expect(clientOrderIdOf('sm_tp_42_BTCUSDT', next, 0).length).toBeLessThanOrEqual(36);
  });
});
