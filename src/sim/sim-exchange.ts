/**
 * The exchange of the simulation: the paper exchange's own matching core with its books in memory, driven by
 * virtual time. What it books is the truth that every invariant is judged by.
 *
 * It also keeps what no venue tells anybody: who handed in each order, and under which client order id.
 */
import type { Instrument } from '../domain/instrument.ts';
import { Book } from '../paper/core/book.ts';
import { FEES } from '../paper/core/fees.ts';
import { settleFunding } from '../paper/core/funding.ts';
import { isEndangered, liquidate } from '../paper/core/liquidation.ts';
import { type Liquidity, list, type Listed, type Market } from '../paper/core/market.ts';
import { walk } from '../paper/core/matching.ts';
import { placeOrder, type PlaceRequest, rejectOrder } from '../paper/core/placing.ts';
import { done, type Result, refuse } from '../paper/core/refusal.ts';
import { openAccount, setPositionMode } from '../paper/core/settings.ts';
import type { Account, ClosedPnl, Execution, LedgerRow, Order } from '../paper/core/state.ts';
import { type Effects, isEmpty, noEffects, type Turn } from '../paper/core/turn.ts';
import { dec } from '../paper/decimal.ts';
import { AS_THE_VENUE } from '../paper/switches.ts';

/** By whose hand an order came: a bot's, under its client order id, or a person's. */
export interface Owner {
  /** The user whose bot sent it; null for a person's order. */
  userId: number | null;
  clientOrderId: string;
}

export interface AccountBooks {
  account: Account;
  /** All orders that there ever were, by order id. */
  orders: Map<string, Order>;
  executions: Execution[];
  ledger: LedgerRow[];
  owners: Map<string, Owner>;
}

const DUPLICATE = refuse('duplicate_link_id', 'OrderLinkedID is duplicate');

export class SimExchange {
  readonly books = new Map<number, AccountBooks>();
  readonly #market: Market;
  readonly #byApiKey = new Map<string, AccountBooks>();
  readonly #tables = new Map<string, Book>();
  readonly #closed = new Map<string, ClosedPnl>();
  readonly #used = new Set<string>();
  /** Acknowledged and undecided, or decided since. */
  readonly #reserved = new Set<string>();
  readonly #listeners: ((effects: Effects) => void)[] = [];
  readonly #now: () => number;
  #ids = 0;

  constructor(instruments: readonly { instrument: Instrument; ticks: number }[], now: () => number) {
    this.#now = now;
    this.#market = { time: now(), listed: new Map() };
    for (const { instrument, ticks } of instruments) {
      const listed = list(instrument, ticks);
      this.#market.listed.set(instrument.id, listed);
      this.#tables.set(instrument.id, new Book(listed.tick));
    }
  }

  open(account: { uid: number; apiKey: string; balance: string; hedged: boolean }): AccountBooks {
    const { uid, apiKey, balance, hedged } = account;
    const opened = this.act((turn) => {
      const made = openAccount(turn, { uid, apiKey, apiSecret: '', balance: dec(balance), readOnly: false });
      const books = { account: made, orders: new Map(), executions: [], ledger: [], owners: new Map() };
      this.books.set(uid, books);
      this.#byApiKey.set(apiKey, books);
      return books;
    });
    if (hedged) this.act((turn) => setPositionMode(turn, opened.account, { symbol: null, hedged: true }));
    return opened;
  }

  /** Heard after every turn that changed something. */
  onChange(listener: (effects: Effects) => void): void {
    this.#listeners.push(listener);
  }

  byApiKey(apiKey: string): AccountBooks | undefined {
    return this.#byApiKey.get(apiKey);
  }

  listed(id: string): Listed {
    const found = this.#market.listed.get(id);
    if (found === undefined) throw new Error(`${id} is not listed`);
    return found;
  }

  get market(): Market {
    return this.#market;
  }

  /** Decides an order at once; `owner` is written down before anybody hears of it. */
  place(books: AccountBooks, request: PlaceRequest, owner: Owner): Result<Order> {
    const orderId = request.orderId ?? this.newId();
    if (this.#isReserved(books.account.uid, request.linkId)) return DUPLICATE;
    return this.act((turn) => {
      books.owners.set(orderId, owner);
      return placeOrder(turn, books.account, { ...request, orderId });
    });
  }

  /** Decides an order that was acknowledged before: what cannot be taken becomes a rejected order. */
  placeAcknowledged(books: AccountBooks, request: PlaceRequest, owner: Owner): void {
    this.act((turn) => {
      books.owners.set(request.orderId ?? '', owner);
      const placed = placeOrder(turn, books.account, request);
      if (!placed.ok) rejectOrder(turn, books.account, { request, refusal: placed.error });
    });
  }

  /** Takes a client order id for an order that is acknowledged now and decided later. */
  reserve(uid: number, linkId: string): Result<string> {
    const name = `${uid} ${linkId}`;
    if (linkId !== '' && (this.#used.has(name) || this.#isReserved(uid, linkId))) return DUPLICATE;
    this.#reserved.add(name);
    return done(this.newId());
  }

  #isReserved(uid: number, linkId: string): boolean {
    return linkId !== '' && this.#reserved.has(`${uid} ${linkId}`);
  }

  newId(): string {
    this.#ids += 1;
    return `v${this.#ids}`;
  }

  /** The market moves: resting orders react, and whoever is endangered is liquidated. */
  step(id: string, ticks: number, liquidity: Liquidity): void {
    const accounts = new Map([...this.books].map(([uid, { account }]) => [uid, account]));
    this.act((turn) => {
      this.#market.time = this.#now();
      walk(turn, accounts, { symbol: id, ticks, liquidity });
      for (const account of accounts.values()) if (isEndangered(account, turn)) liquidate(turn, account);
    });
  }

  payFunding(id: string, rate: string): void {
    this.listed(id).fundingRate = dec(rate);
    this.act((turn) =>
      settleFunding(
        turn,
        [...this.books.values()].map(({ account }) => account),
      ),
    );
  }

  act<T>(command: (turn: Turn) => T): T {
    const effects = noEffects();
    const value = command(this.#turn(effects));
    if (!isEmpty(effects)) this.#book(effects);
    return value;
  }

  #turn(effects: Effects): Turn {
    return {
      now: this.#now(),
      market: this.#market,
      book: (symbol) => this.#tables.get(symbol) as Book,
      newId: () => this.newId(),
      switches: AS_THE_VENUE,
      isUsed: (uid, linkId) => this.#used.has(`${uid} ${linkId}`),
      closedPnl: (orderId) => this.#closed.get(orderId) ?? null,
      fees: FEES,
      effects,
    };
  }

  #book(effects: Effects): void {
    for (const [orderId, closed] of effects.closed) this.#closed.set(orderId, closed);
    for (const order of effects.orders) {
      this.books.get(order.uid)?.orders.set(order.orderId, order);
      if (order.linkId !== '') this.#used.add(`${order.uid} ${order.linkId}`);
    }
    for (const execution of effects.executions) this.books.get(execution.uid)?.executions.push(execution);
    for (const row of effects.ledger) this.books.get(row.uid)?.ledger.push(row);
    for (const listener of this.#listeners) listener(effects);
  }
}
