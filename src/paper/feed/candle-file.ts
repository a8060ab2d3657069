/**
 * Candle files: CSV or gzip with the header `open_time,open,high,low,close,volume`.
 *
 * Every error names the file and the line. Prices must lie on the instrument's tick grid, times must rise;
 * nothing is rounded or repaired in silence.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Instrument } from '../../domain/instrument.ts';
import type { Candle } from './feed.ts';

export const HEADER = 'open_time,open,high,low,close,volume';

export type CandlesResult = { ok: true; value: Candle[] } | { ok: false; message: string };

export function readCandleFile(path: string, instrument: Instrument): CandlesResult {
  const text = readText(path);
  return text.ok ? parseCandles(path, text.value, instrument) : text;
}

function readText(path: string): { ok: true; value: string } | { ok: false; message: string } {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return { ok: false, message: `${path}: ${missing ? 'no such file' : String(error)}` };
  }
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return { ok: true, value: bytes.toString('utf8') };
  try {
    return { ok: true, value: gunzipSync(bytes).toString('utf8') };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { ok: false, message: `${path}: the gzip data is truncated or damaged (${why})` };
  }
}

function parseCandles(path: string, text: string, instrument: Instrument): CandlesResult {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  const fail = (line: number, why: string): CandlesResult => ({
    ok: false,
    message: `${path}:${line}: ${why}`,
  });
  if (lines[0] !== HEADER)
    return fail(1, `the header must be "${HEADER}", it is "${(lines[0] ?? '').slice(0, 80)}"`);
  if (lines.length < 2) return fail(1, 'there is no candle after the header');
  const toTicks = scaler(instrument.tickSize);
  const toLots = scaler(instrument.lotSize);
  const candles: Candle[] = [];
  for (let index = 1; index < lines.length; index += 1) {
    const row = parseRow(lines[index] ?? '', toTicks, toLots);
    if (typeof row === 'string') return fail(index + 1, row);
    const before = candles.at(-1);
    if (before !== undefined && row.openTime <= before.openTime) {
      return fail(index + 1, `out of order: open_time ${row.openTime} does not follow ${before.openTime}`);
    }
    candles.push(row);
  }
  return { ok: true, value: candles };
}

const NUMBER = /^\d{1,15}(\.\d{1,15})?$/;
const NAMES = HEADER.split(',');

function parseRow(line: string, toTicks: Scaler, toLots: Scaler): Candle | string {
  const fields = line.split(',');
  if (fields.length !== NAMES.length)
    return `${NAMES.length} fields are needed, the line has ${fields.length}: "${line.slice(0, 80)}"`;
  const bad = fields.findIndex((field) => !NUMBER.test(field));
  if (bad !== -1) return `${NAMES[bad]} is not a number: "${fields[bad]?.slice(0, 40)}"`;
  const openTime = Number(fields[0]);
  if (!Number.isSafeInteger(openTime) || openTime <= 0)
    return `open_time must be whole milliseconds, it is "${fields[0]}"`;
  const prices = fields.slice(1, 5).map((field) => toTicks(field));
  const off = prices.findIndex((price) => !price.exact || price.steps < 1);
  if (off !== -1) return `${NAMES[off + 1]} ${fields[off + 1]} is not a positive multiple of the tick size`;
  const [open = 0, high = 0, low = 0, close = 0] = prices.map((price) => price.steps);
  if (high < Math.max(open, close) || low > Math.min(open, close))
    return 'high and low must enclose open and close';
  return { openTime, open, high, low, close, volume: toLots(fields[5] ?? '0').steps };
}

type Scaler = (text: string) => { steps: number; exact: boolean };

/** Counts whole steps of `step` in a decimal text, in integers only. */
function scaler(step: string): Scaler {
  const decimals = step.split('.')[1]?.length ?? 0;
  const size = Number(step.replace('.', ''));
  return (text) => {
    const [whole = '0', fraction = ''] = text.split('.');
    const scaled = Number(whole + fraction.slice(0, decimals).padEnd(decimals, '0'));
    const exact = scaled % size === 0 && /^0*$/.test(fraction.slice(decimals));
    return { steps: Math.floor(scaled / size), exact: exact && Number.isSafeInteger(scaled) };
  };
}
