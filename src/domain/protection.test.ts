import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decimals, prices, sides } from '../testing/arbitraries.ts';
import { priceMove, stopLossPrice, takeProfitPrice, triggerPassed } from './protection.ts';
import { compare, fraction, multiply, ratio, subtract } from './ratio.ts';
import { gridOf, priceOf, priceText } from './units.ts';
import type { Side } from './words.ts';

const grid = gridOf({ tickSize: '0.1', lotSize: '0.001' });
const ONE_THIRD_OVER = fraction(26123_5n * 3n + 1n, 30n); // 26123.5333…

function profit(side: Side, average: string | ReturnType<typeof ratio>, percent: string, leverage: number) {
  const exact = typeof average === 'string' ? ratio(average) : average;
  return priceText(grid, takeProfitPrice(grid, side, exact, priceMove(percent, leverage)));
}

function stop(side: Side, average: string, percent: string, leverage: number) {
  return priceText(grid, stopLossPrice(grid, side, ratio(average), priceMove(percent, leverage)));
}

test.each([
  { percent: '5', leverage: 10, move: '0.005' }, // 5 / 100 / 10
  { percent: '0.5', leverage: 1, move: '0.005' },
  { percent: '10', leverage: 100, move: '0.001' },
])('$percent % on margin at $leverage× moves the price by $move', ({ percent, leverage, move }) => {
  expect(priceMove(percent, leverage)).toEqual(ratio(move));
});

test('a percentage on margin is exact where no decimal is', () => {
  expect(priceMove('10', 3)).toEqual(fraction(1n, 30n));
});

describe("the take-profit rounds in the user's favour", () => {
  test.each([
    { side: 'long', average: '26123.5', percent: '5', price: '26254.2' }, // · 1.005 = 26254.1175 ↑
    { side: 'short', average: '26123.5', percent: '5', price: '25992.8' }, // · 0.995 = 25992.8825 ↓
    { side: 'long', average: '26000', percent: '5', price: '26130' }, // · 1.005 = 26130 exactly
    { side: 'short', average: '26000', percent: '5', price: '25870' }, // · 0.995 = 25870 exactly
  ] as const)('$side from $average: $price', ({ side, average, percent, price }) => {
    expect(profit(side, average, percent, 10)).toBe(price);
  });

  test('from an average that no decimal can write', () => {
    // 26123.5333… · 1.005 = 26254.1509… ↑
    expect(profit('long', ONE_THIRD_OVER, '5', 10)).toBe('26254.2');
  });
});

describe('the take-profit stays at least two ticks from the entry', () => {
  test.each([
    { side: 'long', average: '26123.5', price: '26123.7' },
    { side: 'short', average: '26123.5', price: '26123.3' },
  ] as const)('$side from $average with a tiny move: $price', ({ side, average, price }) => {
    // 0.001 % at 100× moves 26123.5 by 0.0026, less than a tick
    expect(profit(side, average, '0.001', 100)).toBe(price);
  });

  test('two ticks from an average off the grid round away too', () => {
    expect(profit('long', '26123.55', '0.001', 100)).toBe('26123.8'); // 26123.75 ↑
    expect(profit('short', '26123.55', '0.001', 100)).toBe('26123.3'); // 26123.35 ↓
  });

  test('two ticks exactly are enough', () => {
    // 1000 · (1 + 0.02/100) = 1000.2 = two ticks
    expect(profit('long', '1000', '0.02', 1)).toBe('1000.2');
  });
});

describe('the stop-loss rounds towards the entry', () => {
  test.each([
    { side: 'long', average: '26123.5', percent: '50', price: '24817.4' }, // · 0.95 = 24817.325 ↑
    { side: 'short', average: '26123.5', percent: '50', price: '27429.6' }, // · 1.05 = 27429.675 ↓
    { side: 'long', average: '26000', percent: '10', price: '25740' }, // · 0.99 exactly
    { side: 'short', average: '26000', percent: '10', price: '26260' },
  ] as const)('$side from $average: $price', ({ side, average, percent, price }) => {
    expect(stop(side, average, percent, 10)).toBe(price);
  });

  test('but never onto it: a stop at its own entry would fire at once', () => {
    // 0.001 % at 100× moves 26123.55 by 0.0026: rounding back would pass the average
    expect(stop('long', '26123.55', '0.001', 100)).toBe('26123.5');
    expect(stop('short', '26123.55', '0.001', 100)).toBe('26123.6');
    expect(stop('long', '26123.5', '0.001', 100)).toBe('26123.4');
    expect(stop('short', '26123.5', '0.001', 100)).toBe('26123.6');
  });
});

test.each([
  { side: 'long', trigger: '24817.4', mark: '24817.5', passed: false },
  { side: 'long', trigger: '24817.4', mark: '24817.4', passed: true },
  { side: 'long', trigger: '24817.4', mark: '24817.39', passed: true },
  { side: 'short', trigger: '27429.6', mark: '27429.5', passed: false },
  { side: 'short', trigger: '27429.6', mark: '27429.6', passed: true },
  { side: 'short', trigger: '27429.6', mark: '27429.61', passed: true },
] as const)(
  'a $side stop at $trigger with mark $mark has passed: $passed',
  ({ side, trigger, mark, passed }) => {
    expect(triggerPassed(side, ratio(trigger), ratio(mark))).toBe(passed);
  },
);

describe('whatever the average', () => {
  const percents = decimals({ min: 1n, max: 9_900n, places: 3 });
  const cases = fc.tuple(
    sides,
    prices.filter((price) => Number(price) >= 1),
    percents,
    fc.integer({ min: 1, max: 100 }),
  );
  const twoTicks = multiply(grid.tick, ratio(2));

  test('the take-profit earns what was asked, and at least two ticks', () => {
    fc.assert(
      fc.property(cases, ([side, average, percent, leverage]) => {
        const move = priceMove(percent, leverage);
        const price = priceOf(grid, takeProfitPrice(grid, side, ratio(average), move));
        const gain = side === 'long' ? subtract(price, ratio(average)) : subtract(ratio(average), price);
        expect(compare(gain, multiply(ratio(average), move))).not.toBe(-1);
        expect(compare(gain, twoTicks)).not.toBe(-1);
      }),
    );
  });

  test('the stop-loss lies strictly behind the entry and loses no more than was asked, or one tick', () => {
    fc.assert(
      fc.property(cases, ([side, average, percent, leverage]) => {
        const move = priceMove(percent, leverage);
        const price = priceOf(grid, stopLossPrice(grid, side, ratio(average), move));
        const loss = side === 'long' ? subtract(ratio(average), price) : subtract(price, ratio(average));
        expect(loss.n > 0n).toBe(true);
        const asked = multiply(ratio(average), move);
        const most = compare(asked, grid.tick) === -1 ? grid.tick : asked;
        expect(compare(loss, most)).not.toBe(1);
      }),
    );
  });

  test('take-profit and stop-loss lie on either side of the entry', () => {
    fc.assert(
      fc.property(cases, ([side, average, percent, leverage]) => {
        const move = priceMove(percent, leverage);
        const profitAt = takeProfitPrice(grid, side, ratio(average), move);
        const stopAt = stopLossPrice(grid, side, ratio(average), move);
        expect(side === 'long' ? stopAt < profitAt : stopAt > profitAt).toBe(true);
      }),
    );
  });
});
