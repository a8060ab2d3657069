/**
 * The paper exchange's own decimals: strict big.js, never a float, never an exponent in its text.
 *
 * The judge does not share the defendant's arithmetic: nothing here comes from the domain.
 * Money is kept to eight decimals where a quotient or a rate makes it longer; sums and products stay exact.
 */
import Big from 'big.js';

export type Dec = Big;

/** Decimals that a wallet keeps. */
const MONEY_DECIMALS = 8;

const Strict = Big();
Strict.strict = true;
Strict.DP = 30;
Strict.NE = -60;
Strict.PE = 60;

export const ZERO: Dec = new Strict('0');

/** From exact text. Throws on anything that is not a decimal: callers check foreign text with `parseDec`. */
export function dec(text: string): Dec {
  return new Strict(text);
}

/** From a whole number, such as a count of ticks or lots. */
export function fromInteger(value: number): Dec {
  return new Strict(String(value));
}

/** From foreign text in plain notation; null for exponents, signs with spaces, NaN or nothing. */
export function parseDec(text: string): Dec | null {
  return /^-?\d{1,24}(\.\d{1,24})?$/.test(text) ? new Strict(text) : null;
}

/** Half-up to eight decimals: fees, funding and released cost. */
export function toMoney(value: Dec): Dec {
  return value.round(MONEY_DECIMALS, Big.roundHalfUp);
}

/** A quotient for people to look at, rounded half-up to `decimals`; "0" where there is nothing to divide by. */
export function ratioText(numerator: Dec, denominator: Dec, decimals = 10): string {
  return denominator.eq(ZERO) ? '0' : numerator.div(denominator).round(decimals, Big.roundHalfUp).toString();
}

/** How many whole steps fit into the value. The result must be a safe integer. */
export function stepsIn(value: Dec, step: Dec): number {
  return Math.trunc(Number(value.div(step).round(0, Big.roundDown).toString()));
}

export function isMultiple(value: Dec, step: Dec): boolean {
  return value.mod(step).eq(ZERO);
}

export function smaller(a: Dec, b: Dec): Dec {
  return a.lt(b) ? a : b;
}

export function larger(a: Dec, b: Dec): Dec {
  return a.gt(b) ? a : b;
}

export function sum(values: Iterable<Dec>): Dec {
  let total = ZERO;
  for (const value of values) total = total.plus(value);
  return total;
}
