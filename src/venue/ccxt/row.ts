/**
 * Reading a venue's rows without trusting them: a field that is missing or of another shape throws
 * `MalformedRow`, naming the field, and never becomes a zero or a NaN. Decimals stay strings.
 */
import { Big } from 'big.js';
import type { Decimal } from '../../domain/words.ts';

export type Row = Readonly<Record<string, unknown>>;

export class MalformedRow extends Error {
  constructor(field: string, value: unknown, expected: string) {
    super(`the venue's field "${field}" should be ${expected}, not ${JSON.stringify(value) ?? 'missing'}`);
    this.name = 'MalformedRow';
  }
}

const PLAIN_DECIMAL = /^-?\d+(\.\d+)?$/;
const SCIENTIFIC = /^-?\d+(\.\d+)?e[+-]?\d+$/i;

export function toRow(value: unknown, field: string): Row {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new MalformedRow(field, value, 'an object');
  }
  return value as Row;
}

export function rowsOf(row: Row, field: string): Row[] {
  const value = row[field];
  if (!Array.isArray(value)) throw new MalformedRow(field, value, 'a list');
  return value.map((item) => toRow(item, field));
}

/** The text of a field; ids may arrive as numbers. Missing reads as ''. */
export function textOf(row: Row, field: string): string {
  const value = row[field];
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  if (value === undefined || value === null) return '';
  throw new MalformedRow(field, value, 'a text');
}

export function requiredTextOf(row: Row, field: string): string {
  const text = textOf(row, field);
  if (text === '') throw new MalformedRow(field, row[field], 'a text that is not empty');
  return text;
}

export function decimalOf(row: Row, field: string): Decimal {
  const decimal = optionalDecimalOf(row, field);
  if (decimal === null) throw new MalformedRow(field, row[field], 'a decimal');
  return decimal;
}

/** Null where the venue says '' or nothing. */
export function optionalDecimalOf(row: Row, field: string): Decimal | null {
  const text = textOf(row, field);
  if (text === '') return null;
  if (PLAIN_DECIMAL.test(text)) return text;
  if (SCIENTIFIC.test(text)) return new Big(text).toFixed();
  throw new MalformedRow(field, row[field], 'a decimal');
}

/** Null where the venue says '', nothing or zero: its way to say "no price". */
export function priceOf(row: Row, field: string): Decimal | null {
  const decimal = optionalDecimalOf(row, field);
  return decimal === null || isZero(decimal) ? null : decimal;
}

/** Ms since 1970. */
export function timeOf(row: Row, field: string): number {
  const time = Number(requiredTextOf(row, field));
  if (!Number.isSafeInteger(time) || time < 0) throw new MalformedRow(field, row[field], 'a time in ms');
  return time;
}

export function isZero(decimal: Decimal): boolean {
  return !/[1-9]/.test(decimal);
}
