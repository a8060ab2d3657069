/**
 * Exact rational numbers for prices that we receive and averages that we form: they are off the grid, and
 * money never passes through a float. Always in lowest terms with a positive denominator.
 *
 * Entry points: `ratio` (from a decimal string or an integer), the four operations, `floor`, `ceil`,
 * `toDecimal`.
 */
import { assert } from './assert.ts';
import type { Decimal } from './words.ts';

export interface Ratio {
  readonly n: bigint;
  readonly d: bigint;
}

const PLAIN_DECIMAL = /^-?\d+(\.\d+)?$/;

function gcd(a: bigint, b: bigint): bigint {
  let x = a < 0n ? -a : a;
  let y = b;
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

export function fraction(n: bigint, d: bigint): Ratio {
  assert(d !== 0n, 'a denominator is not zero');
  const sign = d < 0n ? -1n : 1n;
  const divisor = gcd(n, d * sign) || 1n;
  return { n: (n * sign) / divisor, d: (d * sign) / divisor };
}

/** Reads "12.5", "-3" or an integer. Exponents and anything else throw: borders normalise before. */
export function ratio(value: Decimal | number | bigint): Ratio {
  if (typeof value === 'bigint') return { n: value, d: 1n };
  if (typeof value === 'number') {
    assert(Number.isSafeInteger(value), 'only integers become ratios from numbers');
    return { n: BigInt(value), d: 1n };
  }
  assert(PLAIN_DECIMAL.test(value), `a decimal is in plain notation, got "${value}"`);
  const [whole = '0', part = ''] = value.split('.');
  return fraction(BigInt(whole + part), 10n ** BigInt(part.length));
}

export const ZERO: Ratio = { n: 0n, d: 1n };
export const ONE: Ratio = { n: 1n, d: 1n };

export function add(a: Ratio, b: Ratio): Ratio {
  return fraction(a.n * b.d + b.n * a.d, a.d * b.d);
}

export function subtract(a: Ratio, b: Ratio): Ratio {
  return fraction(a.n * b.d - b.n * a.d, a.d * b.d);
}

export function multiply(a: Ratio, b: Ratio): Ratio {
  return fraction(a.n * b.n, a.d * b.d);
}

export function divide(a: Ratio, b: Ratio): Ratio {
  return fraction(a.n * b.d, a.d * b.n);
}

export function compare(a: Ratio, b: Ratio): -1 | 0 | 1 {
  const left = a.n * b.d;
  const right = b.n * a.d;
  return left < right ? -1 : left > right ? 1 : 0;
}

export function minimum(a: Ratio, b: Ratio): Ratio {
  return compare(a, b) <= 0 ? a : b;
}

export function floor(a: Ratio): bigint {
  const quotient = a.n / a.d;
  return a.n < 0n && quotient * a.d !== a.n ? quotient - 1n : quotient;
}

export function ceil(a: Ratio): bigint {
  return -floor({ n: -a.n, d: a.d });
}

/**
 * As a decimal in plain notation, rounded half away from zero to `places` and without trailing zeros.
 * Exact where the ratio has at most `places` decimals.
 */
export function toDecimal(a: Ratio, places = 12): Decimal {
  const scale = 10n ** BigInt(places);
  const negative = a.n < 0n;
  const scaled = ((negative ? -a.n : a.n) * scale * 2n + a.d) / (a.d * 2n);
  const digits = scaled.toString().padStart(places + 1, '0');
  const whole = digits.slice(0, digits.length - places);
  const part = digits.slice(digits.length - places).replace(/0+$/, '');
  const text = part === '' ? whole : `${whole}.${part}`;
  return negative && scaled !== 0n ? `-${text}` : text;
}
