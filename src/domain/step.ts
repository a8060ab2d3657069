/**
 * The short way between decimals and whole steps of a grid, in safe integers. Null wherever it could not be
 * exact: the caller then takes the long way in rationals.
 */
import type { Ratio } from './ratio.ts';
import type { Decimal } from './words.ts';

/** A step of `units` / 10^`places`, for example 5 / 10^1 for a tick of 0.5. */
export interface Step {
  readonly units: number;
  readonly places: number;
}

const PLACES_MAX = 12;
/** Any number of so many digits is a safe integer. */
const DIGITS_MAX = 15;
const DECIMAL = /^(\d+)(?:\.(\d+))?$/;

/** Null for a step that is no short decimal. */
export function stepOf({ n, d }: Ratio): Step | null {
  for (let places = 0; places <= PLACES_MAX; places += 1) {
    const scaled = n * 10n ** BigInt(places);
    if (scaled % d !== 0n) continue;
    const units = Number(scaled / d);
    return units > 0 && Number.isSafeInteger(units) ? { units, places } : null;
  }
  return null;
}

/** How many whole steps fit into a decimal that is not negative. */
export function stepsIn(step: Step | null, value: Decimal): number | null {
  if (step === null) return null;
  const match = DECIMAL.exec(value);
  if (match === null) return null;
  const [, whole = '', part = ''] = match;
  // What lies beyond the grid's own places only adds to the remainder, which is dropped.
  const units = whole + part.slice(0, step.places).padEnd(step.places, '0');
  if (units.length > DIGITS_MAX) return null;
  const count = Number(units);
  return (count - (count % step.units)) / step.units;
}

/** So many steps as a decimal without trailing zeros. */
export function stepText(step: Step | null, count: number): Decimal | null {
  if (step === null || count < 0) return null;
  const units = count * step.units;
  if (!Number.isSafeInteger(units)) return null;
  if (step.places === 0) return String(units);
  const digits = String(units).padStart(step.places + 1, '0');
  const whole = digits.slice(0, -step.places);
  let end = digits.length;
  while (end > whole.length && digits[end - 1] === '0') end -= 1;
  return end === whole.length ? whole : `${whole}.${digits.slice(whole.length, end)}`;
}
