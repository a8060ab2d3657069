/** The number with the fewest decimals in an interval: what a person would have typed to get there. */
import { ceil, compare, floor, fraction, multiply, ratio, type Ratio, toDecimal } from './ratio.ts';
import type { Decimal } from './words.ts';

const PLACES_MAX = 12;

export interface Interval {
  low: Ratio;
  high: Ratio;
  /** Which end does not belong to it. */
  without: 'low' | 'high';
}

/** Null where the interval is empty, or narrower than twelve decimals. */
export function shortestDecimal({ low, high, without }: Interval): Decimal | null {
  for (let places = 0; places <= PLACES_MAX; places += 1) {
    const scale = ratio(10n ** BigInt(places));
    // The end that belongs to the interval, brought inwards to so many places.
    const units = without === 'low' ? floor(multiply(high, scale)) : ceil(multiply(low, scale));
    const value = fraction(units, scale.n);
    const isInside = without === 'low' ? compare(value, low) > 0 : compare(value, high) < 0;
    if (isInside) return toDecimal(value, places);
  }
  return null;
}
