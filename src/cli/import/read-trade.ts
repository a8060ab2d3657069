/** One closed trade of the original; its floats keep all their digits, as text. */
import type { PastTrade } from '../../store/past-trades.ts';
import type { OriginalRow } from './original-file.ts';
import { exactDecimal } from './plain-decimal.ts';
import { textOf } from './read-key.ts';

export type TradeRead = { ok: true; value: PastTrade; warnings: string[] } | { ok: false; message: string };

export function readOriginalTrade(row: OriginalRow): TradeRead {
  const originalId = row['id'];
  if (typeof originalId !== 'number' || !Number.isSafeInteger(originalId))
    return { ok: false, message: 'a trade has no number' };
  const warnings: string[] = [];
  const decimal = (column: string): string | null => {
    const value = row[column];
    if (value === null || value === undefined) return null;
    const text = typeof value === 'number' ? exactDecimal(value) : null;
    if (text === null) warnings.push(`trade ${originalId}: ${column} is not a number, left empty`);
    return text;
  };
  const closedAt = readUtc(row['timestamp']);
  if (closedAt === null && textOf(row['timestamp']) !== '')
    warnings.push(`trade ${originalId}: timestamp is not a time, left empty`);
  const value: PastTrade = {
    originalId,
    symbol: symbolOf(textOf(row['symbol'])),
    side: textOf(row['side']).toLowerCase() || null,
    entryPrice: decimal('entry_price'),
    exitPrice: decimal('exit_price'),
    quantity: decimal('size'),
    pnl: decimal('pnl'),
    closedAt,
  };
  return { ok: true, value, warnings };
}

/** "BTC/USDT:USDT" and "BTCUSDT" → "BTC/USDT"; what is none of them stays as it is. */
function symbolOf(text: string): string | null {
  const base = /^([A-Z0-9]+)(\/USDT(:USDT)?|USDT)$/.exec(text.toUpperCase())?.[1];
  if (base !== undefined) return `${base}/USDT`;
  return text === '' ? null : text;
}

const utcForm = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?(?:Z|\+00:00)?$/;

/** SQLAlchemy's text of a UTC time → ms since 1970. */
export function readUtc(value: unknown): number | null {
  const match = utcForm.exec(textOf(value));
  if (match === null) return null;
  const [, date, time, fraction = ''] = match;
  const ms = Date.parse(`${date}T${time}.${fraction.slice(0, 3).padEnd(3, '0')}Z`);
  return Number.isNaN(ms) ? null : ms;
}
