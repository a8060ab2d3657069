/**
 * The private stream of one account: orders, executions and positions of all its symbols over one websocket, open
 * while somebody watches. `connected` comes when the stream stands, so that a snapshot taken then misses nothing.
 */
import type { Execution, ObservedOrder } from '../../domain/observation.ts';
import { Reconnecting } from '../reconnecting.ts';
import { toBingxId } from '../symbol.ts';
import type { Unwatch, VenueEvent } from '../venue.ts';
import type { BingxExchange } from './bingx-exchange.ts';
import type { BingxNames } from './bingx-names.ts';
import { parsePushedOrder, parsePushedPosition } from './bingx-parse.ts';
import { PushedFills } from './bingx-pushed-fills.ts';
import { openAccountSession } from './bingx-session.ts';
import type { BingxSite } from './bingx-site.ts';
import { type Row, rowsOf, toRow } from './row.ts';

export type EventListener = (event: VenueEvent) => void;

export interface AccountStreamOptions {
  site: BingxSite;
  exchange: () => Promise<BingxExchange>;
  names: BingxNames;
  /** The executions of an order, as the history knows them; null when it cannot be read now. */
  askFills: (order: ObservedOrder) => Promise<Execution[] | null>;
}

export class BingxAccountStream {
  readonly #site: BingxSite;
  readonly #exchange: () => Promise<BingxExchange>;
  readonly #names: BingxNames;
  readonly #fills: PushedFills;
  readonly #listeners = new Set<{ id: string; listener: EventListener }>();
  readonly #stream: Reconnecting;

  constructor({ site, exchange, names, askFills }: AccountStreamOptions) {
    this.#site = site;
    this.#exchange = exchange;
    this.#names = names;
    this.#fills = new PushedFills({
      ask: askFills,
      tell: (event) => this.#tellOf('order' in event ? event.order.symbol : event.execution.symbol, event),
    });
    this.#stream = new Reconnecting({
      open: () => this.#open(),
      onConnected: () => this.#tell({ type: 'connected' }),
      onDisconnected: (message) => this.#tell({ type: 'disconnected', message }),
    });
  }

  watch(symbol: string, listener: EventListener): Unwatch {
    const entry = { id: toBingxId(symbol), listener };
    this.#listeners.add(entry);
    this.#stream.start();
    if (this.#stream.connected) {
      queueMicrotask(() => {
        if (this.#listeners.has(entry) && this.#stream.connected) listener({ type: 'connected' });
      });
    }
    return () => {
      if (this.#listeners.delete(entry) && this.#listeners.size === 0) this.#stream.stop();
    };
  }

  close(): void {
    this.#listeners.clear();
    this.#stream.stop();
  }

  async #open() {
    const exchange = await this.#exchange();
    await this.#site.ensureClock();
    return openAccountSession(exchange, {
      url: this.#site.address.stream,
      renewEveryMs: this.#site.limits.renewKeyEveryMs,
      onMessage: (topic, message) => this.#onMessage(topic, message),
    });
  }

  /** A row that cannot be read throws; ccxt then ends the session, and a snapshot replaces what was lost. */
  #onMessage(topic: string, message: Row): void {
    if (topic === 'ORDER_TRADE_UPDATE') this.#onOrder(toRow(message['o'], 'o'), message);
    else if (topic === 'ACCOUNT_UPDATE') this.#onAccount(toRow(message['a'], 'a'));
  }

  #onOrder(row: Row, message: Row): void {
    const order = this.#names.named(parsePushedOrder(row, message));
    if (this.#isWatched(order.symbol)) this.#fills.take(order, row);
  }

  #onAccount(account: Row): void {
    const rows = account['P'] == null ? [] : rowsOf(account, 'P');
    for (const position of rows.flatMap(parsePushedPosition)) {
      this.#tellOf(position.symbol, { type: 'position', position });
    }
  }

  #isWatched(symbol: string): boolean {
    return [...this.#listeners].some(({ id }) => id === toBingxId(symbol));
  }

  #tellOf(symbol: string, event: VenueEvent): void {
    for (const { id, listener } of [...this.#listeners]) if (id === toBingxId(symbol)) listener(event);
  }

  #tell(event: VenueEvent): void {
    for (const { listener } of [...this.#listeners]) listener(event);
  }
}
