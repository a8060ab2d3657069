/**
 * Number fields of forms and requests, read exactly: text in, plain decimal text out, no float in between.
 *
 * Refused with what is allowed: signs, exponents, NaN, thousands separators, a decimal comma, more digits
 * than money has.
 */
import Big from 'big.js';
import { z } from 'zod';
import type { Decimal } from '../domain/words.ts';

const PLAIN = /^(\d+\.?\d*|\.\d+)$/;
const DIGITS_MAX = 30;
const FRACTION_DIGITS_MAX = 10;

export interface DecimalRange {
  least?: Decimal;
  above?: Decimal;
  most?: Decimal;
  below?: Decimal;
  example: Decimal;
}

/** A decimal as "20", "0.5" or the number 20. */
export function decimalField(range: DecimalRange) {
  return field(range, false);
}

/** The same, with a percent sign allowed: "0.5%". */
export function percentField(range: DecimalRange) {
  return field(range, true);
}

export interface IntegerRange {
  least: number;
  most: number;
  /** Where the real limit is known elsewhere only. */
  mostWords?: string;
}

/** A whole number, also as text ("10"): forms send text. */
export function integerField({ least, most, mostWords }: IntegerRange) {
  const allowed = `must be a whole number from ${least} to ${mostWords ?? most}`;
  return z.union([z.string(), z.number()], expects(allowed)).transform((typed, context) => {
    const text = String(typed).trim();
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    context.addIssue({
      code: 'custom',
      message: `${show(typed)} is not allowed; ${allowed.replace('must', 'it must')}`,
    });
    return z.NEVER;
  });
}

/** The message of a field whose value is of the wrong type or not there at all. */
export function expects(allowed: string): { error: (issue: { input?: unknown }) => string } {
  return { error: ({ input }) => (input === undefined ? `is missing; it ${allowed}` : allowed) };
}

function field(range: DecimalRange, percent: boolean) {
  const allowed = describe(range);
  return z.union([z.string(), z.number()], expects(allowed)).transform((typed, context) => {
    const value = readDecimal(typed, percent);
    if (value !== null && isWithin(value, range)) return value;
    context.addIssue({ code: 'custom', message: `${show(typed)} is not allowed; it ${allowed}` });
    return z.NEVER;
  });
}

function readDecimal(typed: number | string, percent: boolean): Decimal | null {
  const trimmed = String(typed).trim();
  const text = percent ? trimmed.replace(/\s*%$/, '') : trimmed;
  if (text.length > DIGITS_MAX || !PLAIN.test(text)) return null;
  const [whole = '', fraction = ''] = text.split('.');
  const significant = fraction.replace(/0+$/, '');
  if (significant.length > FRACTION_DIGITS_MAX) return null;
  const leading = whole.replace(/^0+(?=\d)/, '') || '0';
  return significant === '' ? leading : `${leading}.${significant}`;
}

function isWithin(value: Decimal, { least, above, most, below }: DecimalRange): boolean {
  const decimal = new Big(value);
  if (least !== undefined && decimal.lt(least)) return false;
  if (above !== undefined && decimal.lte(above)) return false;
  if (most !== undefined && decimal.gt(most)) return false;
  return below === undefined || decimal.lt(below);
}

function describe({ least, above, most, below, example }: DecimalRange): string {
  const lower = above === undefined ? `at least ${least ?? '0'}` : `above ${above}`;
  const upper = below === undefined ? `at most ${most ?? 'any'}` : `below ${below}`;
  return `must be a plain decimal, ${lower} and ${upper}, with at most ${FRACTION_DIGITS_MAX} digits after the point, for example "${example}"`;
}

function show(typed: number | string): string {
  const text = String(typed);
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 39)}…` : text);
}
