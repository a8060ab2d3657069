/**
 * /v5/public/linear: tickers, candles, trades and a book, for whoever subscribes.
 *
 * Prices are pushed at most ten times a second, as Bybit does, however fast the market runs: a subscriber
 * sees the latest, and every candle of the minutes between.
 */
import type { Listed } from '../../core/market.ts';
import type { Exchange } from '../../exchange.ts';
import type { Feed } from '../../feed/feed.ts';
import { acknowledge, type Connection, type Frame, readFrame } from './frame.ts';
import { candleTexts, dayOf, depth, intervalMs, tickerView } from './market-view.ts';

const PUSH_MS = 100;
/** Statistics of the last day move slowly; they are worked out again this often. */
const DAY_STATISTICS_MS = 2_000;
const MAX_CANDLES = 200;

export interface PublicSocketOptions {
  exchange: Exchange;
  feed: Feed;
  now(): number;
}

interface Subscription {
  topic: string;
  kind: 'tickers' | 'kline' | 'publicTrade' | 'orderbook';
  listed: Listed;
  /** Minutes of a candle in ms, or levels of a book. */
  parameter: number;
  /** Its second part as the client wrote it: "1", "D", "50". */
  written: string;
}

/** What one topic last told, shared by its subscribers. */
interface Channel {
  subscription: Subscription;
  clients: Set<Connection>;
  lastTicks: number;
  lastTicker: Record<string, string>;
  candleFrom: number;
  trades: number;
  day: { at: number; value: ReturnType<typeof dayOf> } | null;
}

export class PublicSocket {
  readonly #options: PublicSocketOptions;
  readonly #channels = new Map<string, Channel>();
  #timer: NodeJS.Timeout | null = null;

  constructor(options: PublicSocketOptions) {
    this.#options = options;
  }

  accept(connection: Connection): void {
    connection.onFrame((text) => this.#handle(connection, text));
    connection.onClose(() => {
      for (const topic of [...this.#channels.keys()]) this.#leave(connection, topic);
    });
  }

  close(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    this.#channels.clear();
  }

  #handle(connection: Connection, text: string): void {
    const frame = readFrame(text);
    if (frame === null) return;
    if (frame.op === 'ping') {
      const id = frame.requestId === '' ? {} : { req_id: frame.requestId };
      connection.outbox.acknowledge('pong', {
        success: true,
        ret_msg: 'pong',
        conn_id: connection.id,
        ...id,
        op: 'ping',
      });
    } else if (frame.op === 'subscribe') this.#subscribe(connection, frame);
    else if (frame.op === 'unsubscribe') {
      for (const topic of frame.args) this.#leave(connection, String(topic));
      acknowledge(connection, frame, { success: true, message: '' });
    } else acknowledge(connection, frame, { success: false, message: `error:invalid op ${frame.op}` });
  }

  #subscribe(connection: Connection, frame: Frame): void {
    const wanted = frame.args.map((topic) => this.#read(String(topic)));
    const bad = wanted.indexOf(null);
    if (bad !== -1) {
      acknowledge(connection, frame, {
        success: false,
        message: `error:handler not found,topic:${frame.args[bad]}`,
      });
      return;
    }
    acknowledge(connection, frame, { success: true, message: 'subscribe' });
    for (const subscription of wanted) if (subscription !== null) this.#join(connection, subscription);
  }

  #read(topic: string): Subscription | null {
    const parts = topic.split('.');
    const [kind, written = '', symbol] = parts.length === 3 ? parts : [parts[0], '', parts[1]];
    const listed = this.#options.exchange.market.listed.get(symbol ?? '');
    if (listed === undefined) return null;
    if (kind === 'tickers' || kind === 'publicTrade') return { topic, kind, listed, parameter: 0, written };
    const parameter = kind === 'kline' ? intervalMs(written) : kind === 'orderbook' ? Number(written) : null;
    if (parameter === null || (kind !== 'kline' && ![1, 50, 200, 1000].includes(parameter))) return null;
    return { topic, kind: kind === 'kline' ? 'kline' : 'orderbook', listed, parameter, written };
  }

  #join(connection: Connection, subscription: Subscription): void {
    const channel = this.#channels.get(subscription.topic) ?? newChannel(subscription);
    this.#channels.set(subscription.topic, channel);
    channel.clients.add(connection);
    this.#greet(connection, channel);
    this.#timer ??= setInterval(() => this.#push(), PUSH_MS);
  }

  #leave(connection: Connection, topic: string): void {
    const channel = this.#channels.get(topic);
    channel?.clients.delete(connection);
    if (channel !== undefined && channel.clients.size === 0) this.#channels.delete(topic);
    if (this.#channels.size === 0 && this.#timer !== null) {
      clearInterval(this.#timer);
      this.#timer = null;
    }
  }

  #send(
    clients: Iterable<Connection>,
    channel: Channel,
    message: { type: 'snapshot' | 'delta'; data: object },
  ): void {
    const { kind, topic } = channel.subscription;
    const ts = this.#options.now();
    for (const client of clients) {
      client.outbox.push(kind, { topic, type: message.type, data: message.data, cs: ts, ts, cts: ts });
    }
  }

  /** A new subscriber first hears the whole state. */
  #greet(connection: Connection, channel: Channel): void {
    const { kind } = channel.subscription;
    if (kind === 'tickers') {
      const ticker = this.#ticker(channel);
      if (channel.clients.size === 1) channel.lastTicker = ticker;
      this.#send([connection], channel, { type: 'snapshot', data: ticker });
    } else if (kind === 'orderbook')
      this.#send([connection], channel, { type: 'snapshot', data: this.#book(channel) });
    else if (kind === 'kline')
      this.#send([connection], channel, { type: 'snapshot', data: this.#candles(channel) });
  }

  #push(): void {
    for (const channel of this.#channels.values()) {
      const { listed, kind } = channel.subscription;
      if (listed.lastTicks === channel.lastTicks) continue;
      const rose = listed.lastTicks > channel.lastTicks;
      channel.lastTicks = listed.lastTicks;
      if (kind === 'tickers') this.#pushTicker(channel);
      else if (kind === 'publicTrade')
        this.#send(channel.clients, channel, { type: 'snapshot', data: this.#trade(channel, rose) });
      else if (kind === 'orderbook')
        this.#send(channel.clients, channel, { type: 'snapshot', data: this.#book(channel) });
      else this.#send(channel.clients, channel, { type: 'snapshot', data: this.#candles(channel) });
    }
  }

  #pushTicker(channel: Channel): void {
    const ticker = this.#ticker(channel);
    const before = channel.lastTicker;
    const changed = Object.fromEntries(
      Object.entries(ticker).filter(([name, value]) => before[name] !== value),
    );
    channel.lastTicker = ticker;
    this.#send(channel.clients, channel, { type: 'delta', data: { symbol: ticker.symbol, ...changed } });
  }

  #ticker(channel: Channel): Record<string, string> {
    const { exchange, feed, now } = this.#options;
    const { listed } = channel.subscription;
    const at = now();
    if (channel.day === null || at - channel.day.at > DAY_STATISTICS_MS) {
      channel.day = { at, value: dayOf({ listed, feed, marketTime: exchange.market.time }) };
    }
    return { ...tickerView(listed, exchange.market.time, channel.day.value), tickDirection: 'ZeroPlusTick' };
  }

  #book(channel: Channel): object {
    const { listed, parameter } = channel.subscription;
    const u = this.#options.now();
    return { s: listed.instrument.id, ...depth(listed, parameter), u, seq: u };
  }

  #trade(channel: Channel, rose: boolean): object[] {
    const { listed } = channel.subscription;
    channel.trades += 1;
    const at = this.#options.now();
    return [
      {
        T: at,
        s: listed.instrument.id,
        S: rose ? 'Buy' : 'Sell',
        v: listed.lot.toString(),
        p: listed.last.toString(),
        L: rose ? 'PlusTick' : 'MinusTick',
        i: `${listed.instrument.id}-${at}-${channel.trades}`,
        BT: false,
        RPI: false,
        seq: at,
      },
    ];
  }

  /** The candles since the one that was last pushed; all but the newest are confirmed. */
  #candles(channel: Channel): object[] {
    const { exchange, feed } = this.#options;
    const { listed, parameter, written } = channel.subscription;
    const now = exchange.market.time;
    const to = Math.floor(now / parameter) * parameter;
    const from = Math.max(channel.candleFrom, to - MAX_CANDLES * parameter);
    channel.candleFrom = to;
    const rows = feed.candles(
      { symbol: listed.instrument.id, intervalMs: parameter, from: Math.min(from, to) || to, to },
      now,
    );
    return rows.map((candle) => ({
      start: candle.openTime,
      end: candle.openTime + parameter - 1,
      interval: written,
      ...candleTexts(listed, candle),
      confirm: candle.openTime < to,
      timestamp: this.#options.now(),
    }));
  }
}

function newChannel(subscription: Subscription): Channel {
  return {
    subscription,
    clients: new Set(),
    lastTicks: subscription.listed.lastTicks,
    lastTicker: {},
    candleFrom: Number.MAX_SAFE_INTEGER,
    trades: 0,
    day: null,
  };
}
