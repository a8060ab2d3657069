/**
 * The exchange: one state, one clock, one database. Both wires and the feed act on it through here.
 *
 * Entry points: `act` (a command of one account), `desk` (new orders), `stepTo` (the market moved), `reads`
 * (orders, positions and executions as a client may see them) and `history`.
 * Invariant: what a turn changed is committed before anybody hears of it; a turn without effects writes nothing.
 * Should a turn fail, memory and disk may differ and the process must end: `onFatal`.
 */
import { randomUUID } from 'node:crypto';
import type Database from 'better-sqlite3';
import type { Instrument } from '../domain/instrument.ts';
import { assert } from './assert.ts';
import { Book } from './core/book.ts';
import { FEES } from './core/fees.ts';
import { nextFundingTime, settleFunding } from './core/funding.ts';
import { isEndangered, liquidate } from './core/liquidation.ts';
import { list, type Market } from './core/market.ts';
import { type Step, walk } from './core/matching.ts';
import { RiskWatch } from './core/risk-watch.ts';
import { openAccount } from './core/settings.ts';
import { type Account, isLive } from './core/state.ts';
import { type Effects, isEmpty, noEffects, type Turn } from './core/turn.ts';
import { type Dec, dec } from './decimal.ts';
import { LaggedReads } from './lagged-reads.ts';
import { OrderDesk } from './order-desk.ts';
import { type History, readHistory } from './store/history.ts';
import { loadAccounts, type MarketRecord, trimHistory, turnWriter } from './store/paper-db.ts';
import { Switchboard } from './switches.ts';

const MAX_ACCOUNTS = 10_000;
const FIRST_UID = 100_001;

/** With its price in ticks. */
export interface ListedInstrument {
  instrument: Instrument;
  ticks: number;
}

export interface ExchangeOptions {
  db: Database.Database;
  instruments: readonly ListedInstrument[];
  market: MarketRecord;
  switchboard?: Switchboard;
  now(): number;
  /** Memory and disk may differ from here on: the process must end. */
  onFatal(error: unknown): void;
}

export interface NewAccountRequest {
  apiKey: string;
  apiSecret: string;
  balance: Dec;
  readOnly: boolean;
}

export class Exchange {
  readonly accounts: Map<number, Account>;
  readonly market: Market;
  readonly history: History;
  readonly reads: LaggedReads;
  readonly desk: OrderDesk;
  readonly switchboard: Switchboard;
  readonly record: MarketRecord;
  readonly #byKey = new Map<string, Account>();
  readonly #books = new Map<string, Book>();
  readonly #risk = new RiskWatch();
  readonly #write: ReturnType<typeof turnWriter>;
  readonly #now: () => number;
  readonly #onFatal: (error: unknown) => void;
  readonly #listeners = new Set<(effects: Effects) => void>();

  constructor(options: ExchangeOptions) {
    trimHistory(options.db);
    this.#now = options.now;
    this.#onFatal = options.onFatal;
    this.#write = turnWriter(options.db);
    this.history = readHistory(options.db);
    this.record = options.market;
    this.market = { time: options.market.time, listed: new Map() };
    this.accounts = loadAccounts(options.db);
    for (const account of this.accounts.values()) this.#byKey.set(account.apiKey, account);
    this.enlist(options.instruments);
    this.switchboard = options.switchboard ?? new Switchboard();
    const { accounts, history, switchboard } = this;
    this.reads = new LaggedReads({ accounts, history, switchboard, now: options.now });
    this.desk = new OrderDesk({ switchboard, act: (command) => this.act(command) });
  }

  /** Lists instruments, or takes over what has changed about them; the last price stays where the grid does. */
  enlist(instruments: readonly ListedInstrument[]): void {
    for (const { instrument, ticks } of instruments) {
      const before = this.market.listed.get(instrument.id);
      const stays = before?.tick.eq(dec(instrument.tickSize)) ? before : null;
      const listed = list(instrument, stays?.lastTicks ?? ticks);
      this.market.listed.set(instrument.id, listed);
      this.#books.set(instrument.id, new Book(listed.tick));
    }
    for (const account of this.accounts.values()) {
      this.#risk.touch(account.uid);
      for (const order of account.orders.values()) {
        if (isLive(order)) this.#books.get(order.symbol)?.put(order);
      }
    }
  }

  accountByKey(apiKey: string): Account | null {
    return this.#byKey.get(apiKey) ?? null;
  }

  /** Heard after every committed turn that changed something. */
  onChange(listener: (effects: Effects) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Null when there are already as many accounts as fit. */
  open(request: NewAccountRequest): Account | null {
    if (this.accounts.size >= MAX_ACCOUNTS) return null;
    const uid = Math.max(FIRST_UID - 1, ...this.accounts.keys()) + 1;
    return this.act((turn) => {
      const account = openAccount(turn, { ...request, uid });
      this.accounts.set(uid, account);
      this.#byKey.set(account.apiKey, account);
      return account;
    });
  }

  /** Runs one command as one turn: changed in memory, committed, then announced. */
  act<T>(command: (turn: Turn) => T): T {
    try {
      const turn = this.#turn();
      const value = command(turn);
      this.#finish(turn.effects);
      return value;
    } catch (error) {
      this.#onFatal(error);
      throw error;
    }
  }

  /** Moves the market's clock and prices to one feed point, with the funding that fell due on the way. */
  stepTo(time: number, steps: readonly Step[]): void {
    assert(time >= this.market.time, 'market time never runs backwards');
    this.act((turn) => {
      for (let due = nextFundingTime(this.market.time); due <= time; due = nextFundingTime(due)) {
        this.market.time = due;
        settleFunding(turn, this.accounts.values());
      }
      this.market.time = time;
      for (const step of steps) walk(turn, this.accounts, step);
      for (const account of turn.effects.accounts) this.#risk.touch(account.uid);
      this.#judge(turn, steps);
    });
  }

  /** Liquidates whom the new prices endanger. */
  #judge(turn: Turn, steps: readonly Step[]): void {
    for (const uid of this.#risk.due(
      this.market,
      steps.map((step) => step.symbol),
    )) {
      const account = this.accounts.get(uid);
      if (account === undefined) continue;
      if (isEndangered(account, turn)) liquidate(turn, account);
      this.#risk.settle(account, this.market);
    }
  }

  /** Stores the market's clock although nothing else happened. */
  checkpoint(): void {
    this.record.time = this.market.time;
    this.#write(null, this.record);
  }

  #turn(): Turn {
    return {
      now: this.#now(),
      market: this.market,
      book: (symbol) => {
        const book = this.#books.get(symbol);
        assert(book !== undefined, 'every listed symbol has a book');
        return book;
      },
      newId: randomUUID,
      switches: this.switchboard.now,
      isUsed: (uid, linkId) => this.#isUsed(uid, linkId),
      closedPnl: (orderId) => this.history.closedPnlOf(orderId),
      fees: FEES,
      effects: noEffects(),
    };
  }

  #isUsed(uid: number, linkId: string): boolean {
    if (this.switchboard.now.linkIds === 'unique') return this.history.isUsed(uid, linkId);
    const live = this.accounts.get(uid)?.orders.values() ?? [];
    return [...live].some((order) => order.linkId === linkId);
  }

  #finish(effects: Effects): void {
    if (isEmpty(effects)) return;
    for (const account of effects.accounts) this.#risk.touch(account.uid);
    this.record.time = this.market.time;
    if (effects.orders.size > 0) this.record.started = true;
    this.#write(effects, this.record);
    this.reads.record(effects);
    for (const listener of this.#listeners) listener(effects);
  }
}
