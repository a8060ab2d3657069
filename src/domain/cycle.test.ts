import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  BTC,
  convergedCycle,
  emptyCycle,
  enteredCycle,
  type FillCase,
  lastIntent,
  NOW,
  withFill,
  withOrder,
} from '../testing/cycle-world-cases.ts';
import {
  type Cycle,
  entryAverage,
  everOwned,
  filledOfLeg,
  isEntryOver,
  isFlatAgain,
  minimumLots,
  plannedLegs,
  sortFills,
  takenBy,
  withProgress,
} from './cycle.ts';
import { fraction, ratio } from './ratio.ts';
import { lots } from './units.ts';

const ADOPTED = { quantity: '0.5', averageEntryPrice: '9800.5' };

describe('fills count', () => {
  /** Entry, take-profit and leg 1 with these fills: order 0, 1 and 2. */
  const order = (cycle: Cycle) => cycle.fills.map((fill) => fill.executionId);
  const filled = (...fills: FillCase[]) => fills.reduce(withFill, { ...convergedCycle(), fills: [] });
  const entry: FillCase = { id: 'z', order: 0, quantity: 1000, price: '10000', at: NOW };
  const leg: FillCase = { id: 'y', order: 2, quantity: 10, price: '9900', at: NOW + 5 };
  const exit: FillCase = { id: 'a', order: 1, quantity: 500, price: '10050', at: NOW + 5 };

  test('by the time of the venue, openings first at the same moment, then by id', () => {
    expect(order(filled(exit, leg, entry))).toEqual(['z', 'y', 'a']);
    const twin = { ...leg, id: 'x' };
    expect(order(filled(leg, twin, entry))).toEqual(['z', 'x', 'y']);
  });

  test('the same in whatever order they are heard of', () => {
    const all = [entry, leg, exit, { ...exit, id: 'b', at: NOW + 3 }, { ...leg, id: 'w', at: NOW + 9 }];
    const expected = filled(...all);
    fc.assert(
      fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (heard) => {
        expect(filled(...heard)).toEqual(expected);
        expect(sortFills(expected, [...expected.fills].reverse())).toEqual(expected.fills);
      }),
    );
  });

  test('per leg over all of its orders', () => {
    const cycle = withOrder(withFill(convergedCycle(), { ...leg, quantity: 400 }), { kind: 'leg', leg: 1 });
    expect(filledOfLeg(withFill(cycle, { id: 'more', quantity: 7, price: '9900' }), 1)).toBe(407);
  });
});

describe('an order has taken', () => {
  test.each([
    { seen: 0, booked: 400, taken: 400 },
    { seen: 700, booked: 400, taken: 700 },
    { seen: 400, booked: 400, taken: 400 },
  ])('$taken where a read showed $seen and $booked are booked', ({ seen, booked, taken }) => {
    const cycle = withOrder(enteredCycle(), { kind: 'leg', leg: 1, venueFilled: lots(seen) });
    const filled = withFill(cycle, { quantity: booked, price: '9900' });
    expect(takenBy(filled, lastIntent(filled))).toBe(taken);
  });
});

describe('the legs count from the average of leg 0', () => {
  test('over all of its fills, whatever came later', () => {
    // (1 · 10000 + 2 · 10001) / 3 = 10000.666…
    const entry = withOrder(emptyCycle(), { kind: 'leg', state: 'filled', venueFilled: lots(3) });
    const one = withFill(entry, { id: 'a', quantity: 1, price: '10000' });
    const both = withFill(one, { id: 'b', quantity: 2, price: '10001' });
    const deeper = withFill(withOrder(both, { kind: 'leg', leg: 1 }), {
      quantity: 9,
      price: '9000',
      at: NOW + 1,
    });
    expect(entryAverage(deeper)).toEqual(fraction(30_002n, 3n));
    // · 0.99 = 9900.66 ↓
    expect(plannedLegs(deeper)).toMatchObject([{ index: 1, price: 99006 }]);
  });

  test('of a position that was handed over, at its average', () => {
    const cycle = emptyCycle({ adopted: ADOPTED });
    expect(entryAverage(cycle)).toEqual(ratio('9800.5'));
    expect(plannedLegs(cycle)).toMatchObject([{ index: 1, price: 97024 }]); // 9800.5 · 0.99 = 9702.495 ↓
    expect([cycle.own, everOwned(cycle), isEntryOver(cycle), cycle.partial]).toEqual([
      { quantity: 500, average: ratio('9800.5') },
      true,
      true,
      true,
    ]);
  });

  test('nothing is planned before leg 0 has filled', () => {
    expect(entryAverage(emptyCycle())).toBeNull();
    expect(plannedLegs(emptyCycle())).toEqual([]);
  });
});

describe('a cycle is', () => {
  const sold = () => withFill(convergedCycle(), { order: 1, quantity: 1000, price: '10050', at: NOW + 1 });
  const entering = withFill(withOrder(emptyCycle(), { kind: 'leg' }), { quantity: 300, price: '10000' });
  const half = withOrder(emptyCycle(), { kind: 'leg', state: 'filled', venueFilled: lots(1000) });

  test.each<{ rule: string; cycle: Cycle; state: string }>([
    { rule: 'before the entry', cycle: emptyCycle(), state: 'entering' },
    { rule: 'while the entry fills', cycle: entering, state: 'entering' },
    {
      rule: 'while fills of the entry are missing',
      cycle: withFill(half, { quantity: 300, price: '10000' }),
      state: 'entering',
    },
    { rule: 'with the whole entry', cycle: { ...enteredCycle(), state: 'entering' }, state: 'open' },
    { rule: 'handed over', cycle: emptyCycle({ adopted: ADOPTED }), state: 'open' },
    { rule: 'when all is sold', cycle: sold(), state: 'flat' },
    {
      rule: 'when it was closed outside',
      cycle: { ...convergedCycle(), closedOutside: true },
      state: 'flat',
    },
    {
      rule: 'when something filled after that',
      cycle: withFill(
        { ...sold(), state: 'flat' },
        { id: 'x', order: 2, quantity: 5, price: '9900', at: NOW + 2 },
      ),
      state: 'flat',
    },
  ])('$rule: $state', ({ cycle, state }) => {
    expect(withProgress(cycle).state).toBe(state);
  });

  test('flat again only when something was owned', () => {
    expect(isFlatAgain(emptyCycle())).toBe(false);
    expect(isFlatAgain(convergedCycle())).toBe(false);
    expect(isFlatAgain(sold())).toBe(true);
  });
});

test.each([
  { minQuantity: '0.001', least: 1 },
  { minQuantity: '0.01', least: 10 },
  { minQuantity: '0.0105', least: 11 }, // 10.5 lots
  { minQuantity: '0', least: 0 },
])('a minimum of $minQuantity is $least lots of 0.001', ({ minQuantity, least }) => {
  expect(minimumLots(emptyCycle({ instrument: { ...BTC, minQuantity } }))).toBe(least);
});
