import { expect, test } from 'vitest';
import { decimalOf, isZero, MalformedRow, optionalDecimalOf, priceOf, timeOf } from './row.ts';

test.each([
  ['0.001', '0.001'],
  ['-12', '-12'],
  ['26123.50', '26123.50'],
  ['1.2e-7', '0.00000012'],
  [0.5, '0.5'],
  ['', null],
  [undefined, null],
])('the decimal in %j is %j', (value, expected) => {
  expect(optionalDecimalOf({ field: value }, 'field')).toBe(expected);
});

test.each(['abc', '1,5', 'NaN', '--1', ' 1', {}, true])('%j is no decimal', (value) => {
  expect(() => optionalDecimalOf({ price: value }, 'price')).toThrow(MalformedRow);
});

test('a missing decimal names its field', () => {
  expect(() => decimalOf({}, 'qty')).toThrow('"qty" should be a decimal, not missing');
});

test('zero means no price', () => {
  expect(priceOf({ price: '0.00' }, 'price')).toBe(null);
  expect(isZero('-0.000')).toBe(true);
  expect(isZero('0.0001')).toBe(false);
});

test.each(['', 'soon', '-1', '1.5'])('%j is no time', (value) => {
  expect(() => timeOf({ at: value }, 'at')).toThrow(MalformedRow);
});
