/**
 * What reads of one account show: the books as they are, or, where reads lag, as they were a moment ago.
 * Old versions are kept only for an account over which such a storm will pass.
 */
import type { Execution, ObservedOrder, PositionRead } from '../domain/observation.ts';
import { settingOf } from '../paper/core/margin.ts';
import { isLive } from '../paper/core/state.ts';
import type { AccountBooks, SimExchange } from './sim-exchange.ts';
import { toExecution, toObservedOrder, toPositionRead } from './words.ts';

const KEPT_MS = 5_000;

interface Version {
  at: number;
  orders: ObservedOrder[];
  positions: PositionRead[];
  executions: number;
}

export interface ReadsDeps {
  exchange: SimExchange;
  books: AccountBooks;
  /** As settings write it, for example "FIL/USDT". */
  symbol: string;
  keepsVersions: boolean;
  now: () => number;
}

export class VenueReads {
  readonly #deps: ReadsDeps;
  #versions: Version[] = [];

  constructor(deps: ReadsDeps) {
    this.#deps = deps;
    if (!deps.keepsVersions) return;
    this.#versions.push(this.#current());
    deps.exchange.onChange((effects) => {
      const { uid } = deps.books.account;
      const rows = [...effects.orders, ...effects.positions, ...effects.executions];
      if (rows.some((row) => row.uid === uid)) this.#keep();
    });
  }

  orders(lagMs: number): ObservedOrder[] {
    return this.#at(lagMs).orders;
  }

  openOrders(lagMs: number): ObservedOrder[] {
    if (lagMs > 0) return this.orders(lagMs).filter((order) => order.status === 'open');
    const { books, symbol } = this.#deps;
    return [...books.account.orders.values()].filter(isLive).map((order) => toObservedOrder(order, symbol));
  }

  positions(lagMs: number): PositionRead[] {
    return lagMs > 0 ? this.#at(lagMs).positions : this.#positions();
  }

  executions(lagMs: number, sinceMs: number): Execution[] {
    const { books, symbol } = this.#deps;
    const rows = lagMs > 0 ? books.executions.slice(0, this.#at(lagMs).executions) : books.executions;
    return rows
      .filter((row) => row.kind !== 'funding' && row.at >= sinceMs)
      .map((row) => toExecution(row, symbol));
  }

  #at(lagMs: number): Version {
    const cutoff = this.#deps.now() - lagMs;
    const version = lagMs > 0 ? this.#versions.findLast(({ at }) => at <= cutoff) : undefined;
    return version ?? this.#current();
  }

  #keep(): void {
    this.#versions.push(this.#current());
    const cutoff = this.#deps.now() - KEPT_MS;
    const first = this.#versions.findLastIndex(({ at }) => at <= cutoff);
    if (first > 0) this.#versions = this.#versions.slice(first);
  }

  #current(): Version {
    const { books, symbol, now } = this.#deps;
    return {
      at: now(),
      orders: [...books.orders.values()].map((order) => toObservedOrder(order, symbol)),
      positions: this.#positions(),
      executions: books.executions.length,
    };
  }

  #positions(): PositionRead[] {
    const { books, symbol, exchange } = this.#deps;
    const { account } = books;
    return [...account.positions.values()].map((position) =>
      toPositionRead(position, {
        market: exchange.market,
        symbol,
        leverage: settingOf(account, position.symbol).leverage,
      }),
    );
  }
}
