/** Numbers of the original, floats and texts, as decimal text in plain notation. */
import Big from 'big.js';

/** As many digits after the point as settings may have. */
const settingDigitsMax = 10;

/** All digits of the float's shortest form: 1e-7 → "0.0000001"; null for NaN and infinities. */
export function exactDecimal(value: number): string | null {
  return Number.isFinite(value) ? new Big(value).toFixed() : null;
}

/**
 * The same, without the noise that computing with floats leaves far behind the point (0.1 + 0.2); `rounded`
 * tells when something was cut.
 */
export function settingDecimal(value: number): { text: string; rounded: boolean } | null {
  const exact = exactDecimal(value);
  if (exact === null) return null;
  const text = new Big(exact).round(settingDigitsMax, Big.roundHalfUp).toFixed();
  return { text, rounded: text !== exact };
}
