/**
 * Which accounts a price step may have endangered, without doing every account's sums at every step.
 *
 * An account that was found safe gets, for each symbol it holds, a range of prices within which it stays safe
 * whatever the other symbols do: the buffer (equity − maintenance) is shared among them, and a symbol's share
 * lasts for share ÷ (quantity × (1 + highest maintenance ratio)). Whatever changes the account ends its ranges.
 */
import { type Dec, dec, fromInteger, stepsIn, ZERO } from '../decimal.ts';
import { type Market, listing } from './market.ts';
import { marginsOf } from './margin.ts';
import type { Account } from './state.ts';

interface Range {
  low: number;
  high: number;
}

export class RiskWatch {
  /** By symbol, then by account. */
  readonly #ranges = new Map<string, Map<number, Range>>();
  readonly #changed = new Set<number>();

  /** The account's positions or wallet changed: nothing is known about it any more. */
  touch(uid: number): void {
    this.#changed.add(uid);
  }

  /** Who has to be judged now; each of them is asked about again until `settle` says that it is safe. */
  due(market: Market, symbols: Iterable<string>): Set<number> {
    for (const symbol of symbols) {
      const ticks = market.listed.get(symbol)?.lastTicks ?? 0;
      for (const [uid, range] of this.#ranges.get(symbol) ?? []) {
        if (ticks < range.low || ticks > range.high) this.#changed.add(uid);
      }
    }
    return this.#changed;
  }

  /** The account was judged and is safe at these prices. */
  settle(account: Account, market: Market): void {
    this.#changed.delete(account.uid);
    for (const own of this.#ranges.values()) own.delete(account.uid);
    const quantities = held(account, market);
    if (quantities.size === 0) return;
    const { equity, maintenance } = marginsOf(account, market);
    const share = equity.minus(maintenance).div(fromInteger(quantities.size));
    for (const [symbol, quantity] of quantities) {
      const { lastTicks, tick, tiers } = listing(market, symbol);
      const steepest = tiers.reduce((most, { ratio }) => (ratio.gt(most) ? ratio : most), ZERO);
      const slack = share.div(quantity.times(dec('1').plus(steepest)));
      const ticks = Math.min(stepsIn(slack, tick), Number.MAX_SAFE_INTEGER - lastTicks);
      const own = this.#ranges.get(symbol) ?? new Map<number, Range>();
      own.set(account.uid, { low: lastTicks - ticks, high: lastTicks + ticks });
      this.#ranges.set(symbol, own);
    }
  }
}

function held(account: Account, market: Market): Map<string, Dec> {
  const quantities = new Map<string, Dec>();
  for (const { symbol, side, quantity } of account.positions.values()) {
    if (side === null || !market.listed.has(symbol)) continue;
    quantities.set(symbol, (quantities.get(symbol) ?? ZERO).plus(quantity));
  }
  return quantities;
}
