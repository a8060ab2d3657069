import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { prices } from '../testing/arbitraries.ts';
import { compare, ratio } from './ratio.ts';
import {
  addLots,
  ceilToTick,
  floorToLot,
  floorToTick,
  gridOf,
  lots,
  lotsFrom,
  priceOf,
  priceText,
  quantityText,
  subtractLots,
  ticks,
  ticksFrom,
} from './units.ts';

const btc = gridOf({ tickSize: '0.1', lotSize: '0.001' });
/** Steps that are no powers of ten exist: 0.05, 0.25, 5. */
const odd = gridOf({ tickSize: '0.05', lotSize: '5' });

describe('prices on the grid', () => {
  test.each([
    { grid: btc, price: '26123.5', down: 261235, up: 261235 }, // on the grid: both ways the same
    { grid: btc, price: '26123.54', down: 261235, up: 261236 },
    { grid: btc, price: '26123.500000000001', down: 261235, up: 261236 }, // a hair above still rounds up
    { grid: odd, price: '1.07', down: 21, up: 22 }, // 1.07 / 0.05 = 21.4
    { grid: btc, price: '0.05', down: 0, up: 1 },
  ])('$price lies on or between ticks $down and $up', ({ grid, price, down, up }) => {
    expect(floorToTick(grid, ratio(price))).toBe(down);
    expect(ceilToTick(grid, ratio(price))).toBe(up);
  });

  test('rounding moves a price by less than one tick', () => {
    fc.assert(
      fc.property(prices, (price) => {
        const exact = ratio(price);
        expect(compare(priceOf(odd, floorToTick(odd, exact)), exact)).toBeLessThanOrEqual(0);
        expect(compare(priceOf(odd, ticks(floorToTick(odd, exact) + 1)), exact)).toBe(1);
        expect(ceilToTick(odd, exact) - floorToTick(odd, exact)).toBeLessThanOrEqual(1);
      }),
    );
  });

  test.each([
    ['26123.5', 261235],
    ['26123.50', 261235], // venues append zeros
    ['0', null], // "no price"
    ['0.0', null],
    [null, null],
  ])('the venue repeats our price %s as %s ticks', (text, expected) => {
    expect(ticksFrom(btc, text)).toBe(expected);
  });

  test('what we send is read back as what we meant', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), (value) => {
        expect(ticksFrom(btc, priceText(btc, ticks(value)))).toBe(value);
        expect(lotsFrom(odd, quantityText(odd, lots(value)))).toBe(value);
      }),
    );
  });
});

describe('quantities on the grid', () => {
  test.each([
    [btc, '0.00765', 7],
    [btc, '0.0009', 0],
    [btc, '1', 1000],
    [odd, '14.9', 2], // 14.9 / 5 = 2.98
  ])('%o: %s goes down to whole lots', (grid, quantity, expected) => {
    expect(floorToLot(grid, ratio(quantity))).toBe(expected);
  });

  test('lots add and subtract as integers', () => {
    expect(addLots(lots(3), lots(4))).toBe(7);
    expect(subtractLots(lots(3), lots(4))).toBe(-1);
  });

  test('beyond safe integers nothing is counted', () => {
    expect(() => lots(2n ** 53n)).toThrow('safe integers');
    expect(() => ticks(-(2n ** 53n))).toThrow('safe integers');
  });
});
