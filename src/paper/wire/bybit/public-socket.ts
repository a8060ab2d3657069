/**
 * /v5/public/linear: tickers, candles, trades and a book, for whoever subscribes.
 *
 * Prices are pushed at most ten times a second, as Bybit does, however fast the market runs: a subscriber
 * sees the latest, and every candle of the minutes between. A topic's state is shared by its subscribers.
 */
import { acknowledge, type Connection, type Frame, readFrame } from './frame.ts';
import { openTopic, type PublicMarket, type PublicTopic, type TopicMessage } from './public-topic.ts';

const PUSH_MS = 100;

interface Channel {
  name: string;
  topic: PublicTopic;
  clients: Set<Connection>;
}

export class PublicSocket {
  readonly #market: PublicMarket;
  readonly #channels = new Map<string, Channel>();
  #timer: NodeJS.Timeout | null = null;

  constructor(market: PublicMarket) {
    this.#market = market;
  }

  accept(connection: Connection): void {
    connection.onFrame((text) => this.#handle(connection, text));
    connection.onClose(() => {
      for (const name of [...this.#channels.keys()]) this.#leave(connection, name);
    });
  }

  close(): void {
    this.#channels.clear();
    this.#rest();
  }

  #handle(connection: Connection, text: string): void {
    const frame = readFrame(text);
    if (frame === null) return;
    if (frame.op === 'ping') {
      const id = frame.requestId === '' ? {} : { req_id: frame.requestId };
      const pong = { success: true, ret_msg: 'pong', conn_id: connection.id, ...id, op: 'ping' };
      connection.outbox.acknowledge('pong', pong);
    } else if (frame.op === 'subscribe') this.#subscribe(connection, frame);
    else if (frame.op === 'unsubscribe') {
      for (const name of frame.args) this.#leave(connection, String(name));
      acknowledge(connection, frame, { success: true, message: '' });
    } else acknowledge(connection, frame, { success: false, message: `error:invalid op ${frame.op}` });
  }

  #subscribe(connection: Connection, frame: Frame): void {
    const wanted: Channel[] = [];
    for (const name of frame.args.map(String)) {
      const topic = this.#channels.get(name)?.topic ?? openTopic(this.#market, name);
      if (topic === null) {
        acknowledge(connection, frame, { success: false, message: `error:handler not found,topic:${name}` });
        return;
      }
      wanted.push(this.#channels.get(name) ?? { name, topic, clients: new Set() });
    }
    acknowledge(connection, frame, { success: true, message: 'subscribe' });
    for (const channel of wanted) this.#join(connection, channel);
  }

  #join(connection: Connection, channel: Channel): void {
    this.#channels.set(channel.name, channel);
    channel.clients.add(connection);
    const greeting = channel.topic.greeting();
    if (greeting !== null) this.#send([connection], channel, greeting);
    this.#timer ??= setInterval(() => this.#push(), PUSH_MS);
  }

  #leave(connection: Connection, name: string): void {
    const channel = this.#channels.get(name);
    channel?.clients.delete(connection);
    if (channel?.clients.size === 0) this.#channels.delete(name);
    if (this.#channels.size === 0) this.#rest();
  }

  #rest(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  #push(): void {
    for (const channel of this.#channels.values()) {
      const news = channel.topic.news();
      if (news !== null) this.#send(channel.clients, channel, news);
    }
  }

  #send(clients: Iterable<Connection>, channel: Channel, message: TopicMessage): void {
    const ts = this.#market.now();
    for (const client of clients) {
      client.outbox.push(channel.topic.kind, { topic: channel.name, ...message, cs: ts, ts, cts: ts });
    }
  }
}
