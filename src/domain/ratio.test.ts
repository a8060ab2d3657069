import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decimals, ratios } from '../testing/arbitraries.ts';
import {
  add,
  ceil,
  compare,
  divide,
  floor,
  fraction,
  multiply,
  ratio,
  subtract,
  toDecimal,
} from './ratio.ts';

describe('a decimal is read exactly', () => {
  test.each([
    ['12.5', 25n, 2n], // 125 / 10
    ['-0.50', -1n, 2n],
    ['0', 0n, 1n],
    ['0.00000001', 1n, 100_000_000n],
    ['007', 7n, 1n],
    ['90071992547409931.1', 900719925474099311n, 10n], // beyond 2^53
  ])('%s', (text, n, d) => {
    expect(ratio(text)).toEqual({ n, d });
  });

  test.each(['1e-7', '1.', '.5', '', ' 1', '1,000', '0x10', 'NaN', '+1', '٣'])('"%s" is refused', (text) => {
    expect(() => ratio(text)).toThrow('plain notation');
  });

  test.each([0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('the number %d is refused', (value) => {
    expect(() => ratio(value)).toThrow('only integers');
  });
});

describe('rounding', () => {
  test.each([
    // 7 / 2 = 3.5
    { n: 7n, d: 2n, down: 3n, up: 4n },
    // -7 / 2 = -3.5
    { n: -7n, d: 2n, down: -4n, up: -3n },
    { n: 6n, d: 2n, down: 3n, up: 3n },
    { n: -6n, d: 2n, down: -3n, up: -3n },
    { n: 0n, d: 5n, down: 0n, up: 0n },
  ])('$n/$d lies between $down and $up', ({ n, d, down, up }) => {
    expect(floor(fraction(n, d))).toBe(down);
    expect(ceil(fraction(n, d))).toBe(up);
  });

  test.each([
    { n: 1n, d: 3n, places: 4, text: '0.3333' },
    { n: 2n, d: 3n, places: 4, text: '0.6667' },
    { n: 1n, d: 8n, places: 2, text: '0.13' }, // 0.125, half goes away from zero
    { n: -1n, d: 8n, places: 2, text: '-0.13' },
    { n: -1n, d: 1000n, places: 2, text: '0' }, // never "-0"
    { n: 5n, d: 1n, places: 0, text: '5' },
    { n: 1200n, d: 1n, places: 2, text: '1200' }, // zeros of the whole part stay
    { n: 1n, d: 20_000_000n, places: 12, text: '0.00000005' }, // no exponent
  ])('$n/$d to $places places is $text', ({ n, d, places, text }) => {
    expect(toDecimal(fraction(n, d), places)).toBe(text);
  });
});

describe('arithmetic is exact', () => {
  test('0.1 + 0.2 = 0.3', () => {
    expect(add(ratio('0.1'), ratio('0.2'))).toEqual(ratio('0.3'));
  });

  test('a third taken three times is one', () => {
    const third = divide(ratio(1), ratio(3));
    expect(add(add(third, third), third)).toEqual(ratio(1));
  });

  test('nothing is divided by zero', () => {
    expect(() => divide(ratio(1), ratio(0))).toThrow('not zero');
  });

  test('a decimal survives reading and writing', () => {
    fc.assert(
      fc.property(decimals({ min: -(10n ** 18n), max: 10n ** 18n, places: 8 }), (text) => {
        const written = toDecimal(ratio(text));
        expect(ratio(written)).toEqual(ratio(text));
        expect(written).toMatch(/^-?(0|[1-9]\d*)(\.\d*[1-9])?$/);
      }),
    );
  });

  test('what is added can be taken away, what is multiplied divided', () => {
    fc.assert(
      fc.property(ratios, ratios, (a, b) => {
        expect(subtract(add(a, b), b)).toEqual(a);
        if (b.n !== 0n) expect(divide(multiply(a, b), b)).toEqual(a);
      }),
    );
  });

  test('floor ≤ value < floor + 1, and compare agrees with the difference', () => {
    fc.assert(
      fc.property(ratios, ratios, (a, b) => {
        expect(compare({ n: floor(a), d: 1n }, a)).toBeLessThanOrEqual(0);
        expect(compare({ n: floor(a) + 1n, d: 1n }, a)).toBe(1);
        const difference = subtract(a, b).n;
        expect(compare(a, b)).toBe(difference < 0n ? -1 : difference > 0n ? 1 : 0);
      }),
    );
  });
});
