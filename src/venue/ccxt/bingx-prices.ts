/**
 * Last and mark price of the wanted symbols of one BingX environment, from its public stream, shared by all users.
 * https://bingx-api.github.io/docs-v3/#/en/Swap/Websocket%20Market%20Data
 */
import type { Decimal } from '../../domain/words.ts';
import type { PriceHub, PriceSource } from '../market-data.ts';
import { Reconnecting } from '../reconnecting.ts';
import { toBingxId } from '../symbol.ts';
import type { BingxExchange } from './bingx-exchange.ts';
import { openPublicSession, subscribe, unsubscribe } from './bingx-session.ts';
import type { BingxSite } from './bingx-site.ts';
import { priceOf, toRow } from './row.ts';

interface Known {
  symbol: string;
  last: Decimal | null;
  mark: Decimal | null;
}

const LAST = '@lastPrice';
const MARK = '@markPrice';

export class BingxPrices implements PriceSource {
  readonly #site: BingxSite;
  readonly #hub: PriceHub;
  /** By BingX's id. */
  readonly #known = new Map<string, Known>();
  readonly #stream: Reconnecting;
  #exchange: BingxExchange | null = null;
  #subscribed: ReadonlySet<string> = new Set();

  constructor(site: BingxSite, hub: PriceHub) {
    this.#site = site;
    this.#hub = hub;
    this.#stream = new Reconnecting({
      open: () => this.#open(),
      onConnected: () => this.#catchUp(),
      onDisconnected: () => {},
    });
  }

  want(symbol: string): void {
    const id = toBingxId(symbol);
    if (this.#known.has(id)) return;
    this.#known.set(id, { symbol, last: null, mark: null });
    if (this.#stream.connected) this.#subscribe([id]);
    else this.#stream.start();
  }

  drop(symbol: string): void {
    const id = toBingxId(symbol);
    if (!this.#known.delete(id)) return;
    if (this.#known.size === 0) this.#stream.stop();
    else if (this.#exchange !== null) unsubscribe(this.#exchange, this.#site.address.stream, topicsOf([id]));
  }

  close(): void {
    this.#known.clear();
    this.#stream.stop();
  }

  async #open() {
    this.#exchange = await this.#site.publicExchange();
    const ids = [...this.#known.keys()];
    this.#subscribed = new Set(ids);
    const url = this.#site.address.stream;
    const onMessage = (topic: string, message: Record<string, unknown>) => this.#onMessage(topic, message);
    return openPublicSession(this.#exchange, { url, topics: topicsOf(ids), onMessage });
  }

  /** Symbols that were wanted while the session was being opened. */
  #catchUp(): void {
    const missing = [...this.#known.keys()].filter((id) => !this.#subscribed.has(id));
    if (missing.length > 0) this.#subscribe(missing);
  }

  #subscribe(ids: string[]): void {
    if (this.#exchange === null) return;
    // A refusal or a lost answer starts the session anew, with all topics.
    subscribe(this.#exchange, this.#site.address.stream, topicsOf(ids)).catch(() => this.#stream.restart());
  }

  #onMessage(topic: string, message: Record<string, unknown>): void {
    const [id = ''] = topic.split('@');
    const known = this.#known.get(id);
    if (known === undefined) return;
    const row = toRow(message['data'], 'data');
    const price = priceOf(row, 'p') ?? priceOf(row, 'c');
    if (topic.endsWith(LAST)) known.last = price ?? known.last;
    else if (topic.endsWith(MARK)) known.mark = price ?? known.mark;
    if (known.last === null || known.mark === null) return;
    this.#hub.publish(known.symbol, { last: known.last, mark: known.mark, at: Date.now() });
  }
}

function topicsOf(ids: readonly string[]): string[] {
  return ids.flatMap((id) => [id + LAST, id + MARK]);
}
