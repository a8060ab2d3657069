/** What BingX booked of a symbol between two moments, for comparing it with our own books: its income rows. */
import type { LedgerEntry, VenueLedger } from '../../domain/venue-check.ts';
import type { LedgerSpan } from '../venue.ts';
import type { Ask } from './bingx-calls.ts';
import { currencyOf } from './bingx-parse.ts';
import { readIncome } from './bingx-reads.ts';
import { decimalOf, type Row, textOf, timeOf } from './row.ts';

/** What moves money between accounts has nothing to do with a position. */
const NOT_OF_POSITIONS: ReadonlySet<string> = new Set(['TRANSFER']);
/** BingX answers at most seven days at once. */
const SPAN_MS = 7 * 86_400_000 - 1000;

/** Its closed profits carry no fee of the entry, so there is nothing to compare them with. */
export async function readLedger(
  ask: Ask,
  symbol: string,
  { fromMs, untilMs }: LedgerSpan,
): Promise<VenueLedger> {
  const rows: Row[] = [];
  for (let start = fromMs; start <= untilMs; start += SPAN_MS) {
    const end = Math.min(start + SPAN_MS - 1, untilMs);
    rows.push(...(await readIncome(ask, symbol, { startTime: start, endTime: end, incomeType: null })));
  }
  const ofPositions = rows.filter((row) => !NOT_OF_POSITIONS.has(textOf(row, 'incomeType')));
  return { entries: ofPositions.map(entryOf), closedPnl: null };
}

function entryOf(row: Row): LedgerEntry {
  return {
    executionId: textOf(row, 'tradeId') || null,
    amount: decimalOf(row, 'income'),
    currency: currencyOf(textOf(row, 'asset')),
    at: timeOf(row, 'time'),
  };
}
