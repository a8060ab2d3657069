/**
 * The public ticker stream of one Bybit environment, shared by all users. Bybit sends a snapshot first and
 * then only what changed: https://bybit-exchange.github.io/docs/v5/websocket/public/ticker
 */
import type { Decimal } from '../../domain/words.ts';
import type { PriceHub, PriceSource } from '../market-data.ts';
import { Reconnecting } from '../reconnecting.ts';
import { toBybitId } from '../symbol.ts';
import { type BybitSession, openSession } from './bybit-session.ts';
import type { BybitSite } from './bybit-site.ts';
import { priceOf, type Row, textOf, toRow } from './row.ts';

interface Known {
  symbol: string;
  last: Decimal | null;
  mark: Decimal | null;
}

export class BybitTickers implements PriceSource {
  readonly #site: BybitSite;
  readonly #hub: PriceHub;
  readonly #known = new Map<string, Known>();
  readonly #stream: Reconnecting;
  #session: BybitSession | null = null;
  #subscribed: ReadonlySet<string> = new Set();

  constructor(site: BybitSite, hub: PriceHub) {
    this.#site = site;
    this.#hub = hub;
    this.#stream = new Reconnecting({
      open: () => this.#open(),
      onConnected: () => this.#catchUp(),
      onDisconnected: () => {},
    });
  }

  want(symbol: string): void {
    const topic = topicOf(symbol);
    if (this.#known.has(topic)) return;
    this.#known.set(topic, { symbol, last: null, mark: null });
    if (this.#stream.connected) this.#subscribe([topic]);
    else this.#stream.start();
  }

  drop(symbol: string): void {
    const topic = topicOf(symbol);
    if (!this.#known.delete(topic)) return;
    if (this.#known.size === 0) this.#stream.stop();
    else this.#session?.unsubscribe([topic]);
  }

  close(): void {
    this.#known.clear();
    this.#stream.stop();
  }

  async #open() {
    const topics = [...this.#known.keys()];
    this.#subscribed = new Set(topics);
    this.#session = await openSession({
      url: this.#site.address.publicStream,
      pingEveryMs: this.#site.limits.pingEveryMs,
      topics,
      onMessage: (message) => this.#onMessage(message),
    });
    return this.#session;
  }

  /** Symbols that were wanted while the session was being opened. */
  #catchUp(): void {
    const missing = [...this.#known.keys()].filter((topic) => !this.#subscribed.has(topic));
    if (missing.length > 0) this.#subscribe(missing);
  }

  #subscribe(topics: string[]): void {
    // A refusal or a lost answer starts the session anew, with all topics.
    this.#session?.subscribe(topics).catch(() => this.#stream.restart());
  }

  #onMessage(message: Row): void {
    const known = this.#known.get(textOf(message, 'topic'));
    if (known === undefined) return;
    const row = toRow(message['data'], 'data');
    known.last = priceOf(row, 'lastPrice') ?? known.last;
    known.mark = priceOf(row, 'markPrice') ?? known.mark;
    if (known.last === null || known.mark === null) return;
    this.#hub.publish(known.symbol, { last: known.last, mark: known.mark, at: Date.now() });
  }
}

function topicOf(symbol: string): string {
  return `tickers.${toBybitId(symbol)}`;
}
