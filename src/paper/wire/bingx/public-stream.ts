/**
 * The public side of BingX's websocket: topics that connections subscribe to.
 *
 * Prices are pushed at most ten times a second, however fast the market runs: a subscriber sees the latest,
 * and every candle of the minutes between. A topic's state is shared by its subscribers.
 */
import type { Connection } from '../bybit/frame.ts';
import { openTopic, type PublicMarket, type PublicTopic } from './public-topic.ts';

const PUSH_MS = 100;

interface Channel {
  topic: PublicTopic;
  clients: Set<Connection>;
}

export class PublicStream {
  readonly #market: PublicMarket;
  readonly #channels = new Map<string, Channel>();
  #timer: NodeJS.Timeout | null = null;

  constructor(market: PublicMarket) {
    this.#market = market;
  }

  /** False for a topic that there is not. `greet` is called before the first push. */
  join(connection: Connection, name: string, greet: () => void): boolean {
    const known = this.#channels.get(name);
    const topic = known?.topic ?? openTopic(this.#market, name);
    if (topic === null) return false;
    const channel = known ?? { topic, clients: new Set() };
    this.#channels.set(name, channel);
    channel.clients.add(connection);
    greet();
    const greeting = topic.greeting();
    if (greeting !== null) connection.outbox.push(name, greeting);
    this.#timer ??= setInterval(() => this.#push(), PUSH_MS);
    return true;
  }

  leave(connection: Connection, name: string): void {
    const channel = this.#channels.get(name);
    channel?.clients.delete(connection);
    if (channel?.clients.size === 0) this.#channels.delete(name);
    if (this.#channels.size === 0) this.#rest();
  }

  leaveAll(connection: Connection): void {
    for (const name of [...this.#channels.keys()]) this.leave(connection, name);
  }

  close(): void {
    this.#channels.clear();
    this.#rest();
  }

  #rest(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  #push(): void {
    for (const [name, { topic, clients }] of this.#channels) {
      const news = topic.news();
      if (news === null) continue;
      for (const client of clients) client.outbox.push(name, news);
    }
  }
}
