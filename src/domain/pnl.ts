/**
 * What a cycle earned. From flat to flat the gross result is Σ sells − Σ buys, exact; fees and funding are
 * listed apart. net = gross − fees + funding, which equals the wallet's change.
 *
 * Where less was sold than bought by us (a position closed by hand), only what both sides share counts, at
 * their averages: the rest happened outside of our sight.
 *
 * Fees in other currencies than USDT are not part of the sums: `otherFees` says so.
 */
import { add, compare, divide, minimum, multiply, type Ratio, ratio, subtract, ZERO } from './ratio.ts';
import { type Decimal, type Direction, opens, type Side } from './words.ts';

export interface LedgerFill {
  direction: Direction;
  price: Decimal;
  quantity: Decimal;
  fee: Decimal;
  feeCurrency: string;
}

export interface CycleLedger {
  /** Everything that was opened, in base units. */
  quantity: Ratio;
  averageEntryPrice: Ratio | null;
  averageExitPrice: Ratio | null;
  gross: Ratio;
  fees: Ratio;
  funding: Ratio;
  net: Ratio;
  otherFees: boolean;
}

interface Sums {
  quantity: Ratio;
  value: Ratio;
}

function sum(fills: readonly LedgerFill[]): Sums {
  return fills.reduce<Sums>(
    (sums, fill) => ({
      quantity: add(sums.quantity, ratio(fill.quantity)),
      value: add(sums.value, multiply(ratio(fill.price), ratio(fill.quantity))),
    }),
    { quantity: ZERO, value: ZERO },
  );
}

function average(sums: Sums): Ratio | null {
  return sums.quantity.n === 0n ? null : divide(sums.value, sums.quantity);
}

function grossOf(side: Side, entries: Sums, exits: Sums): Ratio {
  const sign = ratio(side === 'long' ? 1 : -1);
  if (compare(entries.quantity, exits.quantity) === 0) {
    return multiply(sign, subtract(exits.value, entries.value));
  }
  const entry = average(entries);
  const exit = average(exits);
  if (entry === null || exit === null) return ZERO;
  return multiply(sign, multiply(subtract(exit, entry), minimum(entries.quantity, exits.quantity)));
}

export function cycleLedger(
  side: Side,
  fills: readonly LedgerFill[],
  fundings: readonly { amount: Decimal }[],
): CycleLedger {
  const entries = sum(fills.filter((fill) => fill.direction === opens(side)));
  const exits = sum(fills.filter((fill) => fill.direction !== opens(side)));
  const gross = grossOf(side, entries, exits);
  const inUsdt = fills.filter((fill) => fill.feeCurrency === 'USDT');
  const fees = inUsdt.reduce((total, fill) => add(total, ratio(fill.fee)), ZERO);
  const funding = fundings.reduce((total, entry) => add(total, ratio(entry.amount)), ZERO);
  return {
    quantity: entries.quantity,
    averageEntryPrice: average(entries),
    averageExitPrice: average(exits),
    gross,
    fees,
    funding,
    net: add(subtract(gross, fees), funding),
    otherFees: hasOtherFees(fills),
  };
}

/** True where a fee was taken in another currency than USDT: the sums then lack it. */
export function hasOtherFees(fills: readonly LedgerFill[]): boolean {
  return fills.some((fill) => fill.feeCurrency !== 'USDT');
}
