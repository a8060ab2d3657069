/**
 * The books of a settled cycle beside the venue's own: what its wallet rows of the symbol sum up to while the
 * position lived, and what it calls the closed profit. Where nothing can be compared, it is said why; a difference
 * is never hidden.
 */
import { add, compare, type Ratio, ratio, subtract, toDecimal, ZERO } from './ratio.ts';
import type { Decimal } from './words.ts';

/** One row of the venue's ledger: what the wallet gained by it, negative when it lost. */
export interface LedgerEntry {
  /** The execution that it came of; null where the venue does not say. */
  executionId: string | null;
  amount: Decimal;
  currency: string;
  /** Venue clock, ms since 1970. */
  at: number;
}

/** What the venue says of a symbol between two moments. */
export interface VenueLedger {
  entries: LedgerEntry[];
  /** Closed profit after fees, without funding; null where the venue offers none that can be compared. */
  closedPnl: Decimal | null;
}

/** Our side: a cycle that is settled, with its fills. */
export interface SettledBooks {
  gross: Decimal;
  fees: Decimal;
  net: Decimal;
  /** A position of before that was handed over. */
  adopted: boolean;
  partial: boolean;
  fills: readonly { executionId: string; feeCurrency: string; at: number }[];
}

export type VenueCheck =
  | { state: 'agrees' | 'differs'; difference: Decimal; reason: string | null }
  | { state: 'not-comparable'; difference: null; reason: string };

/** Venues round each row to eight decimals or so; a real difference is a fee, a fill or a funding. */
const ROUNDING_USDT = ratio('0.00001');

/** When the position lived, by the venue's clock; null where nothing filled. */
export function livedFrom(fills: SettledBooks['fills']): { from: number; until: number } | null {
  const times = fills.map(({ at }) => at);
  return times.length === 0 ? null : { from: Math.min(...times), until: Math.max(...times) };
}

/** Why the venue need not even be asked; null where it can be compared. */
export function whyNotComparable({ adopted, partial, fills }: SettledBooks): string | null {
  if (fills.length === 0) return 'nothing was traded in it';
  if (adopted) return 'it took over a position that was there before';
  if (fills.some(({ feeCurrency }) => feeCurrency !== 'USDT'))
    return 'fees were taken in another currency than USDT';
  return partial ? 'other hands took part in it' : null;
}

export function checkBooks(books: SettledBooks, { entries, closedPnl }: VenueLedger): VenueCheck {
  const why = whyNotComparable(books);
  if (why !== null) return { state: 'not-comparable', difference: null, reason: why };
  const other = entries.find(({ currency }) => currency !== 'USDT');
  if (other !== undefined) {
    const reason = `the exchange booked ${other.currency} beside USDT`;
    return { state: 'not-comparable', difference: null, reason };
  }
  const theirs = entries.reduce((total, { amount }) => add(total, ratio(amount)), ZERO);
  const difference = subtract(theirs, ratio(books.net));
  const reasons: string[] = [];
  if (isReal(difference)) reasons.push(netReason(books, entries, theirs));
  if (closedPnl !== null) {
    const ours = subtract(ratio(books.gross), ratio(books.fees));
    if (isReal(subtract(ratio(closedPnl), ours)))
      reasons.push(`the exchange closed a profit of ${closedPnl}, not ${toDecimal(ours, 8)}`);
  }
  const shown = toDecimal(difference, 8);
  return reasons.length === 0
    ? { state: 'agrees', difference: shown, reason: null }
    : { state: 'differs', difference: shown, reason: reasons.join('; ') };
}

function isReal(difference: Ratio): boolean {
  const positive = compare(difference, ZERO) < 0 ? subtract(ZERO, difference) : difference;
  return compare(positive, ROUNDING_USDT) > 0;
}

function netReason({ fills, net }: SettledBooks, entries: readonly LedgerEntry[], theirs: Ratio): string {
  const ours = new Set(fills.map(({ executionId }) => executionId));
  const named = entries.flatMap(({ executionId }) => executionId ?? []);
  const sums = `the exchange's wallet changed by ${toDecimal(theirs, 8)}, not ${net}`;
  // Without one that we know, the venue numbers them otherwise, and nothing can be told from the numbers.
  if (!named.some((id) => ours.has(id))) return sums;
  const strangers = new Set(named.filter((id) => !ours.has(id))).size;
  const missing = [...ours].filter((id) => !named.includes(id)).length;
  const parts = [sums];
  if (strangers > 0) parts.push(`${strangers} of its rows are not the bot's`);
  if (missing > 0) parts.push(`${missing} of the bot's fills are missing there`);
  return parts.join(', ');
}
