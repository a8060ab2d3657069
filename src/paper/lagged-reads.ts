/**
 * Reads of orders, positions and executions, which may lag behind what has happened.
 *
 * With `readLagMs` at 0 they are the state itself. Otherwise the versions of what changed lately are kept, and a
 * read is answered as if it had been asked so long ago: what came since is not there yet, what ended since is
 * still live. Wallets, and everything that decides about orders, never lag.
 */
import { flatPosition } from './core/position.ts';
import {
  type Account,
  type Execution,
  isLive,
  type Order,
  type Position,
  positionKey,
} from './core/state.ts';
import type { Slot } from './core/state.ts';
import type { Effects } from './core/turn.ts';
import type { ExecutionFilter, History, OrderFilter, Page, Paging } from './store/history.ts';
import type { Switchboard } from './switches.ts';

interface Version<T> {
  at: number;
  value: T;
}

export interface LaggedReadsOptions {
  accounts: ReadonlyMap<number, Account>;
  history: History;
  switchboard: Switchboard;
  now(): number;
}

export class LaggedReads {
  readonly #options: LaggedReadsOptions;
  /** Oldest first, each at least with the version that was current before the lag. */
  readonly #orders = new Map<string, Version<Order>[]>();
  readonly #positions = new Map<string, Version<Position>[]>();
  #recording = false;

  constructor(options: LaggedReadsOptions) {
    this.#options = options;
    options.switchboard.onChange(() => this.#follow());
    this.#follow();
  }

  /** Called after every turn. */
  record(effects: Effects): void {
    if (!this.#recording) return;
    const at = this.#options.now();
    const cutoff = this.#cutoff();
    for (const order of effects.orders) this.#add(this.#orders, order.orderId, { at, value: { ...order } });
    for (const position of effects.positions)
      this.#add(this.#positions, keyOf(position), { at, value: { ...position } });
    this.#forget(cutoff);
  }

  /** Live orders, oldest first. */
  liveOrders(account: Account): Order[] {
    if (!this.#recording) return [...account.orders.values()];
    const cutoff = this.#cutoff();
    const known = new Set(account.orders.keys());
    const endedSince = [...this.#orders.values()]
      .map((versions) => at(versions, cutoff))
      .filter(
        (order): order is Order => order !== null && order.uid === account.uid && !known.has(order.orderId),
      );
    return [...endedSince, ...account.orders.values()]
      .flatMap((order) => this.#orderAt(order, cutoff) ?? [])
      .filter(isLive)
      .sort((a, b) => a.createdAt - b.createdAt);
  }

  orders(account: Account, filter: OrderFilter, paging: Paging): Page<Order> {
    const { history } = this.#options;
    if (!this.#recording) return history.orders(account.uid, filter, paging);
    const cutoff = this.#cutoff();
    const page = history.orders(account.uid, filter, paging);
    const rows = page.rows
      .flatMap((order) => this.#orderAt(order, cutoff) ?? [])
      .filter((order) => filter.live === null || isLive(order) === filter.live);
    return { rows, next: page.next };
  }

  executions(account: Account, filter: ExecutionFilter, paging: Paging): Page<Execution> {
    const { history } = this.#options;
    if (!this.#recording) return history.executions(account.uid, filter, paging);
    const cutoff = this.#cutoff();
    const endTime = Math.min(paging.endTime ?? cutoff, cutoff);
    return history.executions(account.uid, filter, { ...paging, endTime });
  }

  position(account: Account, symbol: string, slot: Slot): Position {
    const { now } = this.#options;
    const flat = () => flatPosition(account.uid, symbol, slot, now());
    const current = account.positions.get(positionKey(symbol, slot)) ?? flat();
    return this.#recording ? (this.#positionAt(current, this.#cutoff()) ?? flat()) : current;
  }

  positions(account: Account): Position[] {
    return [...account.positions.values()].map((each) => this.position(account, each.symbol, each.slot));
  }

  #cutoff(): number {
    return this.#options.now() - this.#options.switchboard.now.readLagMs;
  }

  /** Begins with what is live when the lag is turned on, and forgets all when it is turned off. */
  #follow(): void {
    const wanted = this.#options.switchboard.now.readLagMs > 0;
    if (wanted === this.#recording) return;
    this.#recording = wanted;
    this.#orders.clear();
    this.#positions.clear();
    if (!wanted) return;
    for (const account of this.#options.accounts.values()) {
      for (const order of account.orders.values())
        this.#orders.set(order.orderId, [{ at: 0, value: { ...order } }]);
      for (const position of account.positions.values())
        this.#positions.set(keyOf(position), [{ at: 0, value: { ...position } }]);
    }
  }

  #add<T>(all: Map<string, Version<T>[]>, key: string, version: Version<T>): void {
    const versions = all.get(key) ?? [];
    versions.push(version);
    const cutoff = this.#cutoff();
    while (versions.length > 1 && (versions[1]?.at ?? cutoff) <= cutoff) versions.shift();
    all.set(key, versions);
  }

  /** Ended orders whose end nobody has to wait for any more are as the history says. */
  #forget(cutoff: number): void {
    for (const [orderId, versions] of this.#orders) {
      const last = versions.at(-1);
      if (last !== undefined && !isLive(last.value) && last.at <= cutoff) this.#orders.delete(orderId);
    }
  }

  /** Null where the order was not there yet. */
  #orderAt(order: Order, cutoff: number): Order | null {
    const versions = this.#orders.get(order.orderId);
    return versions === undefined ? order : at(versions, cutoff);
  }

  #positionAt(position: Position, cutoff: number): Position | null {
    const versions = this.#positions.get(keyOf(position));
    return versions === undefined ? position : at(versions, cutoff);
  }
}

function at<T>(versions: readonly Version<T>[], cutoff: number): T | null {
  return versions.filter((each) => each.at <= cutoff).at(-1)?.value ?? null;
}

function keyOf(position: Position): string {
  return `${position.uid}:${positionKey(position.symbol, position.slot)}`;
}
