import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { impliedLegs, impliedStopLoss, impliedTakeProfit, type KnownLeg } from './implied-settings.ts';
import { legQuantity, type LegSetting, restingLegs } from './ladder.ts';
import { priceMove, stopLossPrice, takeProfitPrice } from './protection.ts';
import { fraction, ratio } from './ratio.ts';
import { shortestDecimal } from './shortest-decimal.ts';
import { gridOf, lots } from './units.ts';

const grid = gridOf({ tickSize: '0.1', lotSize: '0.001' });
const sides = fc.constantFrom('long' as const, 'short' as const);
const leverages = fc.integer({ min: 1, max: 50 });
const averages = fc.integer({ min: 10_000_000, max: 90_000_000 }).map((n) => fraction(BigInt(n), 700n));
const percents = fc.integer({ min: 1, max: 5_000 }).map((n) => String(n / 100));

describe('the shortest number of an interval', () => {
  test.each([
    { low: '0.98', high: '1.02', without: 'low' as const, expected: '1' },
    { low: '0.4', high: '0.51', without: 'low' as const, expected: '0.5' },
    { low: '1', high: '1.2', without: 'low' as const, expected: '1.2' },
    { low: '1.96', high: '2.04', without: 'high' as const, expected: '2' },
    { low: '3', high: '3', without: 'high' as const, expected: null },
  ])('between $low and $high, without the $without end, is $expected', ({ low, high, without, expected }) => {
    expect(shortestDecimal({ low: ratio(low), high: ratio(high), without })).toBe(expected);
  });
});

describe('settings read back from orders', () => {
  it('put the take-profit and the stop-loss exactly where they rest', () => {
    fc.assert(
      fc.property(sides, leverages, averages, percents, (side, leverage, average, percent) => {
        const base = { grid, side, leverage };
        const move = priceMove(percent, leverage);
        const profit = takeProfitPrice(grid, side, average, move);
        const found = impliedTakeProfit(base, average, profit);
        // The two ticks that a take-profit keeps at least can hide what was asked for.
        if (found !== null)
          expect(takeProfitPrice(grid, side, average, priceMove(found, leverage))).toBe(profit);
        const stop = stopLossPrice(grid, side, average, move);
        if (stop <= 0) return;
        const loss = impliedStopLoss(base, average, stop);
        if (loss !== null) expect(stopLossPrice(grid, side, average, priceMove(loss, leverage))).toBe(stop);
      }),
    );
  });

  it('are the round numbers that people type', () => {
    const base = { grid, side: 'long' as const, leverage: 10 };
    // 20000 · (1 + 10 % / 10) = 20200; 20000 · (1 − 20 % / 10) = 19600
    expect(impliedTakeProfit(base, ratio('20000'), 202_000 as never)).toBe('10');
    expect(impliedStopLoss(base, ratio('20000'), 196_000 as never)).toBe('20');
    // Below the average there is no take-profit of a long position.
    expect(impliedTakeProfit(base, ratio('20000'), 199_000 as never)).toBeNull();
  });

  it('rebuild a ladder that rests where the orders rest, for any ladder', () => {
    const gaps = fc.integer({ min: 1, max: 300 }).map((n) => String(n / 100));
    const amounts = fc.integer({ min: 2_000, max: 90_000 }).map((n) => String(n / 100));
    const ladders = fc.array(fc.record({ amount: amounts, gap: gaps }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(sides, leverages, averages, ladders, (side, leverage, average, legs: LegSetting[]) => {
        const planned = restingLegs(grid, { side, leverage, legs }, average);
        fc.pre(planned.every(({ price, quantity }) => price > 0 && quantity > 0));
        const known = new Map<number, KnownLeg>(planned.map((leg) => [leg.index, leg]));
        const first = legs[0]?.amount ?? '0';
        const entry = { average, quantity: legQuantity(grid, { amount: first, leverage }, average) };
        const rebuilt = impliedLegs({ grid, side, leverage }, entry, known);
        expect(restingLegs(grid, { side, leverage, legs: rebuilt }, average)).toEqual(planned);
        expect(legQuantity(grid, { amount: rebuilt[0]?.amount ?? '0', leverage }, average)).toBe(
          entry.quantity,
        );
      }),
    );
  });

  it('leave a leg that no order shows without an amount', () => {
    const base = { grid, side: 'long' as const, leverage: 10 };
    const known = new Map([[2, { price: 196_000 as never, quantity: lots(10) }]]);
    const legs = impliedLegs(base, { average: ratio('20000'), quantity: lots(10) }, known);
    expect(legs.map(({ amount, gap }) => [amount, gap])).toEqual([
      ['20', '0'],
      ['0', '0'],
      ['20', '2'],
    ]);
  });
});
