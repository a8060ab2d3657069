/**
 * The live orders of one symbol, of all accounts, and the prices between which none of them reacts.
 *
 * A price step inside the quiet range costs two comparisons; the range is worked out again only after the
 * set of orders or one of their prices changed.
 */
import { type Dec, stepsIn } from '../decimal.ts';
import { isActive, type Order } from './state.ts';

interface Entry {
  order: Order;
  /** The limit or trigger price in ticks. */
  ticks: number;
  /** Reacts when the price is at or below (true) or at or above (false) `ticks`. */
  below: boolean;
}

export class Book {
  readonly #entries = new Map<string, Entry>();
  readonly #tick: Dec;
  #quiet: { low: number; high: number } | null = null;

  constructor(tick: Dec) {
    this.#tick = tick;
  }

  /** Adds the order or takes over its new price. Market orders never rest, so they have no place here. */
  put(order: Order): void {
    const price = isActive(order) ? order.price : (order.trigger?.price ?? null);
    if (price === null) return;
    const below = isActive(order) ? order.direction === 'buy' : order.trigger?.direction === 'falling';
    this.#entries.set(order.orderId, { order, ticks: stepsIn(price, this.#tick), below });
    this.#quiet = null;
  }

  remove(orderId: string): void {
    if (this.#entries.delete(orderId)) this.#quiet = null;
  }

  /** The orders that react at this price, in the order in which a path from `from` meets them. */
  reacting(from: number, to: number): Order[] {
    const quiet = this.#quietRange();
    if (to > quiet.low && to < quiet.high) return [];
    const met = [...this.#entries.values()].filter((entry) =>
      entry.below ? to <= entry.ticks : to >= entry.ticks,
    );
    const away = (entry: Entry) => (to < from ? from - entry.ticks : entry.ticks - from);
    // Array sort is stable: equal prices keep their age.
    return met.sort((a, b) => away(a) - away(b)).map((entry) => entry.order);
  }

  #quietRange(): { low: number; high: number } {
    if (this.#quiet !== null) return this.#quiet;
    let low = -1;
    let high = Number.MAX_SAFE_INTEGER;
    for (const entry of this.#entries.values()) {
      if (entry.below) low = Math.max(low, entry.ticks);
      else high = Math.min(high, entry.ticks);
    }
    this.#quiet = { low, high };
    return this.#quiet;
  }
}
