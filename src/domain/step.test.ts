import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { divide, floor, multiply, ratio, toDecimal } from './ratio.ts';
import { stepOf, stepsIn, stepText } from './step.ts';

const stepSizes = fc.constantFrom(
  '0.1',
  '0.5',
  '0.01',
  '0.025',
  '0.001',
  '0.00000001',
  '1',
  '5',
  '10',
  '250',
);
const decimals = fc
  .tuple(fc.bigInt({ min: 0n, max: 10n ** 20n }), fc.integer({ min: 0, max: 12 }), fc.boolean())
  .map(
    ([units, places, padded]) =>
      toDecimal({ n: units, d: 10n ** BigInt(places) }) + (padded && places > 0 ? '' : ''),
  );

describe('the short way', () => {
  test('counts the steps of a decimal as rationals do, or says that it cannot', () => {
    fc.assert(
      fc.property(stepSizes, decimals, (size, value) => {
        const short = stepsIn(stepOf(ratio(size)), value);
        const exact = floor(divide(ratio(value), ratio(size)));
        expect(short === null || BigInt(short) === exact).toBe(true);
      }),
    );
  });

  test('is the one that is taken for what venues send', () => {
    fc.assert(
      fc.property(stepSizes, fc.integer({ min: 0, max: 1_000_000_000 }), (size, count) => {
        const text = toDecimal(multiply(ratio(count), ratio(size)));
        expect(stepText(stepOf(ratio(size)), count)).toBe(text);
        expect(stepsIn(stepOf(ratio(size)), text)).toBe(count);
      }),
    );
  });

  test.each([
    // 0.29 / 0.01 is 28.999… in floats
    { size: '0.01', value: '0.29', steps: 29 },
    { size: '0.1', value: '26123.59', steps: 261235 },
    { size: '0.025', value: '1.07', steps: 42 },
    { size: '5', value: '14.999', steps: 2 },
    { size: '0.001', value: '0.0100', steps: 10 },
    { size: '0.001', value: '007', steps: 7000 },
  ])('$value holds $steps steps of $size', ({ size, value, steps }) => {
    expect(stepsIn(stepOf(ratio(size)), value)).toBe(steps);
  });

  test.each(['-1', '1e3', '', 'NaN', '1.', '12345678901234567'])('"%s" is left to the long way', (value) => {
    expect(stepsIn(stepOf(ratio('0.1')), value)).toBe(null);
  });

  test('is not there for a step that is no short decimal, nor beyond safe integers', () => {
    expect(stepOf({ n: 1n, d: 3n })).toBe(null);
    expect(stepText(stepOf(ratio('250')), Number.MAX_SAFE_INTEGER)).toBe(null);
    expect(stepText(stepOf(ratio('0.1')), -1)).toBe(null);
  });
});
