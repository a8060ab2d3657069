/** What BingX's clients send, checked: symbols, numbers and times. */
import type { Listed } from '../../core/market.ts';
import type { Exchange } from '../../exchange.ts';
import { badParameter, CODE, fail, type Reply } from './reply.ts';

export type Parsed<T> = { ok: true; value: T } | { ok: false; reply: Reply };
export type Values = ReadonlyMap<string, string>;

export const DAY_MS = 86_400_000;

/** `BTCUSDT` inside is `BTC-USDT` on the wire. */
export function symbolText(symbol: string): string {
  return symbol.endsWith('USDT') ? `${symbol.slice(0, -4)}-USDT` : symbol;
}

/** Null for absent and for empty, which clients use alike. */
export function text(values: Values, name: string): string | null {
  const value = values.get(name);
  return value === undefined || value === '' ? null : value;
}

export function listedSymbol(exchange: Exchange, symbol: string | null): Parsed<Listed> {
  if (symbol === null) return { ok: false, reply: badParameter('symbol is needed, such as BTC-USDT') };
  const listed = /^[A-Z0-9]+-USDT$/.test(symbol)
    ? exchange.market.listed.get(symbol.replace('-', ''))
    : undefined;
  if (listed !== undefined) return { ok: true, value: listed };
  const message = `${symbol.slice(0, 40)} is not exist, please verify it in api:/openApi/swap/v2/quote/contracts`;
  return { ok: false, reply: fail(CODE.unknownSymbol, message) };
}

/** Null when none is given. */
export function optionalSymbol(exchange: Exchange, values: Values): Parsed<Listed | null> {
  const symbol = text(values, 'symbol');
  return symbol === null ? { ok: true, value: null } : listedSymbol(exchange, symbol);
}

export function wholeNumber(values: Values, name: string): Parsed<number | null> {
  const value = text(values, name);
  if (value === null) return { ok: true, value: null };
  if (/^\d{1,15}$/.test(value)) return { ok: true, value: Number(value) };
  return { ok: false, reply: badParameter(`${name} must be a whole number`) };
}

/** Several at once, in the order of their names; the first that cannot be read is the answer. */
export function wholeNumbers(values: Values, names: readonly string[]): Parsed<(number | null)[]> {
  const numbers: (number | null)[] = [];
  for (const name of names) {
    const read = wholeNumber(values, name);
    if (!read.ok) return read;
    numbers.push(read.value);
  }
  return { ok: true, value: numbers };
}

/** A page size between 1 and `most`; BingX cuts larger ones down. */
export function sizeWithin(given: number | null, normal: number, most: number): number {
  return Math.min(Math.max(1, given ?? normal), most);
}
