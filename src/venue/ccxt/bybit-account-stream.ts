/**
 * The private stream of one account: orders, executions and positions of all its symbols over one websocket,
 * open while somebody watches. Listeners hear of each row at once and synchronously; `connected` comes when
 * Bybit has acknowledged the topics, so that a snapshot taken then misses nothing.
 * https://bybit-exchange.github.io/docs/v5/websocket/private/order
 */
import { Reconnecting } from '../reconnecting.ts';
import { toBybitId } from '../symbol.ts';
import type { Unwatch, VenueEvent } from '../venue.ts';
import { isLinear, parseExecution, parseOrder, parsePositions } from './bybit-parse.ts';
import { type Key, openSession } from './bybit-session.ts';
import type { BybitSite } from './bybit-site.ts';
import { type Row, rowsOf, textOf } from './row.ts';

export type EventListener = (event: VenueEvent) => void;

const TOPICS = ['order', 'execution', 'position'];

export class BybitAccountStream {
  readonly #site: BybitSite;
  readonly #key: Key;
  readonly #listeners = new Set<{ id: string; listener: EventListener }>();
  readonly #stream: Reconnecting;

  constructor(site: BybitSite, key: Key) {
    this.#site = site;
    this.#key = key;
    this.#stream = new Reconnecting({
      open: () => this.#open(),
      onConnected: () => this.#tell({ type: 'connected' }),
      onDisconnected: (message) => this.#tell({ type: 'disconnected', message }),
    });
  }

  watch(symbol: string, listener: EventListener): Unwatch {
    const entry = { id: toBybitId(symbol), listener };
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
    await this.#site.ensureClock();
    return openSession({
      url: this.#site.address.privateStream,
      pingEveryMs: this.#site.limits.pingEveryMs,
      login: { key: this.#key, clock: this.#site.clock },
      topics: TOPICS,
      onMessage: (message) => this.#onMessage(message),
    });
  }

  /** A row that cannot be read throws, which ends the session: a snapshot replaces what was lost. */
  #onMessage(message: Row): void {
    const topic = textOf(message, 'topic');
    if (topic === '') return;
    for (const row of rowsOf(message, 'data')) {
      if (!isLinear(row)) continue;
      const id = textOf(row, 'symbol');
      const listeners = [...this.#listeners].filter((entry) => entry.id === id);
      if (listeners.length === 0) continue;
      for (const event of eventsOf(topic, row)) {
        for (const { listener } of listeners) listener(event);
      }
    }
  }

  #tell(event: VenueEvent): void {
    for (const { listener } of [...this.#listeners]) listener(event);
  }
}

function eventsOf(topic: string, row: Row): VenueEvent[] {
  switch (topic) {
    case 'order':
      return [{ type: 'order', order: parseOrder(row) }];
    case 'execution': {
      const execution = parseExecution(row);
      return execution === null ? [] : [{ type: 'execution', execution }];
    }
    case 'position':
      return parsePositions(row).map((position) => ({ type: 'position', position }));
    default:
      return [];
  }
}
