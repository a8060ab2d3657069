import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { legSettings, prices, sides } from '../testing/arbitraries.ts';
import { SETTINGS } from '../testing/cycle-world-cases.ts';
import { entryQuantity, type LegSetting, legQuantity, restingLegs } from './ladder.ts';
import { compare, divide, fraction, multiply, ratio, subtract } from './ratio.ts';
import { gridOf, priceOf, priceText, quantityOf, quantityText } from './units.ts';
import type { Side } from './words.ts';

const grid = gridOf({ tickSize: '0.1', lotSize: '0.001' });

function ladder(side: Side, legs: readonly LegSetting[], entry = '26123.5', on = grid) {
  return restingLegs(on, { side, leverage: 10, legs }, ratio(entry)).map((leg) => [
    leg.index,
    priceText(on, leg.price),
    quantityText(on, leg.quantity),
  ]);
}

describe('the entry orders amount · leverage / last price, down to whole lots', () => {
  test.each([
    { amount: '20', leverage: 10, price: '26123.5', quantity: '0.007' }, // 20·10 / 26123.5 = 0.007655…
    { amount: '26.1235', leverage: 10, price: '26123.5', quantity: '0.01' }, // exactly 0.01
    { amount: '26.1234', leverage: 10, price: '26123.5', quantity: '0.009' }, // 0.00999996…
    { amount: '2.6', leverage: 10, price: '26123.5', quantity: '0' }, // 0.000995…: below one lot
    { amount: '20', leverage: 100, price: '0.1', quantity: '20000' }, // 20·100 / 0.1
  ])('$amount USDT at $leverage× and $price: $quantity', ({ amount, leverage, price, quantity }) => {
    const shape = { side: 'long' as const, leverage, legs: [{ amount, gap: '3' }] };
    expect(quantityText(grid, entryQuantity(grid, shape, ratio(price)))).toBe(quantity);
  });

  test('without legs nothing is ordered', () => {
    expect(entryQuantity(grid, { side: 'long', leverage: 10, legs: [] }, ratio(1))).toBe(0);
  });
});

describe('the legs of a new user', () => {
  test('long: each price from the rounded one before it, down to the tick', () => {
    expect(ladder('long', SETTINGS.legs)).toEqual([
      [1, '25992.8', '0.007'], // 26123.5 · 0.995 = 25992.8825; 20·10 / 25992.8 = 0.00769…
      [2, '25784.8', '0.011'], // 25992.8 · 0.992 = 25784.8576; 30·10 / 25784.8 = 0.01163…
      [3, '25475.3', '0.017'], // 25784.8 · 0.988 = 25475.3824; 45·10 / 25475.3 = 0.01766…
      [4, '25016.7', '0.027'], // 25475.3 · 0.982 = 25016.7446; 70·10 / 25016.7 = 0.02798…
    ]);
  });

  test('short: each price from the rounded one before it, up to the tick', () => {
    expect(ladder('short', SETTINGS.legs)).toEqual([
      [1, '26254.2', '0.007'], // 26123.5 · 1.005 = 26254.1175; 20·10 / 26254.2 = 0.00761…
      [2, '26464.3', '0.011'], // 26254.2 · 1.008 = 26464.2336; 30·10 / 26464.3 = 0.01133…
      [3, '26781.9', '0.016'], // 26464.3 · 1.012 = 26781.8716; 45·10 / 26781.9 = 0.01680…
      [4, '27264', '0.025'], // 26781.9 · 1.018 = 27263.9742; 70·10 / 27264 = 0.02567…
    ]);
  });
});

describe('the chain', () => {
  const coarse = gridOf({ tickSize: '1', lotSize: '0.001' });
  const two = [
    { amount: '20', gap: '0' },
    { amount: '20', gap: '1' },
    { amount: '20', gap: '1' },
  ];

  test('counts from the rounded price, not from the exact one', () => {
    // 1007.06 · 0.99 = 996.9894 → 996; 996 · 0.99 = 986.04 → 986 (the exact chain would give 987.02 → 987)
    expect(ladder('long', two, '1007.06', coarse)).toEqual([
      [1, '996', '0.2'], // 200 / 996 = 0.2008…
      [2, '986', '0.202'], // 200 / 986 = 0.20284…
    ]);
  });

  test("leg 0's gap is ignored", () => {
    const withGap = [{ amount: '20', gap: '50' }, ...two.slice(1)];
    expect(ladder('long', withGap, '1007.06', coarse)).toEqual(ladder('long', two, '1007.06', coarse));
  });

  test('starts from an average that is off the grid', () => {
    // average 100/3 = 33.333…; · 0.99 = 33 exactly, though no decimal has its third
    const legs = restingLegs(
      coarse,
      { side: 'long', leverage: 10, legs: two.slice(0, 2) },
      fraction(100n, 3n),
    );
    expect(legs.map((leg) => leg.price)).toEqual([33]);
  });

  test('a price that is on the tick is not moved', () => {
    expect(ladder('long', two.slice(0, 2), '1000', coarse)).toEqual([[1, '990', '0.202']]); // 200/990 = 0.20202…
    expect(ladder('short', two.slice(0, 2), '1000', coarse)).toEqual([[1, '1010', '0.198']]); // 200/1010 = 0.19801…
  });

  test.each(['100', '99.99', '250'])(
    'a gap of %s %% that leads to no price above zero ends it by name',
    (gap) => {
      const legs = [...two.slice(0, 2), { amount: '20', gap }, { amount: '20', gap: '1' }];
      // 990 · 0.0001 = 0.099 lies below the first tick
      expect(ladder('long', legs, '1000', coarse)).toEqual([
        [1, '990', '0.202'],
        [2, '0', '0'],
      ]);
    },
  );
});

describe('whatever the settings', () => {
  const cases = fc.record({
    side: sides,
    leverage: fc.integer({ min: 1, max: 100 }),
    legs: fc.array(legSettings, { minLength: 1, maxLength: 12 }),
    entry: prices,
  });

  test('every leg rests at its gap or less than one tick further from the market', () => {
    fc.assert(
      fc.property(cases, ({ side, leverage, legs, entry }) => {
        let previous = ratio(entry);
        for (const leg of restingLegs(grid, { side, leverage, legs }, previous)) {
          if (leg.price === 0) return;
          const gap = divide(ratio(legs[leg.index]?.gap ?? '0'), ratio(side === 'long' ? 100 : -100));
          const exact = multiply(previous, subtract(ratio(1), gap));
          const price = priceOf(grid, leg.price);
          const away = side === 'long' ? subtract(exact, price) : subtract(price, exact);
          expect(away.n >= 0n).toBe(true);
          expect(compare(away, grid.tick)).toBe(-1);
          previous = price;
        }
      }),
    );
  });

  test('no leg costs more than its amount, and one lot more would', () => {
    fc.assert(
      fc.property(cases, ({ side, leverage, legs, entry }) => {
        for (const leg of restingLegs(grid, { side, leverage, legs }, ratio(entry))) {
          if (leg.price === 0) return;
          const price = priceOf(grid, leg.price);
          const margin = (quantity: typeof leg.quantity) =>
            divide(multiply(quantityOf(grid, quantity), price), ratio(leverage));
          const amount = ratio(legs[leg.index]?.amount ?? '0');
          expect(compare(margin(leg.quantity), amount)).toBeLessThanOrEqual(0);
          expect(compare(margin((leg.quantity + 1) as typeof leg.quantity), amount)).toBe(1);
        }
      }),
    );
  });
});

test('a quantity on a coarse grid goes down to whole lots', () => {
  const tens = gridOf({ tickSize: '0.0001', lotSize: '10' });
  // 20·5 / 0.0327 = 3058.1… → 3050
  expect(quantityText(tens, legQuantity(tens, { amount: '20', leverage: 5 }, ratio('0.0327')))).toBe('3050');
});
