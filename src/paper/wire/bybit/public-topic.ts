/**
 * One public topic: what a new subscriber hears first, and what is news since the last push.
 *
 * Topics: `tickers.S` (snapshot, then deltas), `kline.I.S`, `publicTrade.S`, `orderbook.N.S` (snapshots).
 */
import type { Listed } from '../../core/market.ts';
import type { Exchange } from '../../exchange.ts';
import type { Feed } from '../../feed/feed.ts';
import { candleTexts, type DayStatistics, dayOf, depth, intervalMs, tickerView } from './market-view.ts';

/** Statistics of the last day move slowly; they are worked out again this often. */
const DAY_STATISTICS_MS = 2_000;
const MAX_CANDLES = 200;
const DEPTHS = [1, 50, 200, 1000];

export interface PublicMarket {
  exchange: Exchange;
  feed: Feed;
  now(): number;
}

export interface TopicMessage {
  type: 'snapshot' | 'delta';
  data: object;
}

interface Subject {
  kind: 'tickers' | 'kline' | 'publicTrade' | 'orderbook';
  listed: Listed;
  /** The candle's length in ms, or the levels of a book. */
  parameter: number;
  /** Its second part as the client wrote it: "1", "D", "50". */
  written: string;
}

/** Null for a topic that there is not. */
export function openTopic(market: PublicMarket, name: string): PublicTopic | null {
  const parts = name.split('.');
  const [kind, written = '', symbol = ''] = parts.length === 3 ? parts : [parts[0], '', parts[1]];
  const listed = market.exchange.market.listed.get(symbol);
  if (listed === undefined) return null;
  if (kind === 'tickers' || kind === 'publicTrade')
    return new PublicTopic(market, { kind, listed, parameter: 0, written });
  const interval = intervalMs(written);
  if (kind === 'kline' && interval !== null)
    return new PublicTopic(market, { kind, listed, parameter: interval, written });
  const levels = Number(written);
  if (kind !== 'orderbook' || !DEPTHS.includes(levels)) return null;
  return new PublicTopic(market, { kind, listed, parameter: levels, written });
}

export class PublicTopic {
  readonly kind: Subject['kind'];
  readonly #market: PublicMarket;
  readonly #subject: Subject;
  #ticks: number;
  #ticker: Record<string, string> = {};
  #day: { at: number; value: DayStatistics } | null = null;
  #candle: number;
  #trades = 0;

  constructor(market: PublicMarket, subject: Subject) {
    this.#market = market;
    this.#subject = subject;
    this.kind = subject.kind;
    this.#ticks = subject.listed.lastTicks;
    this.#candle = this.#currentCandle();
    if (subject.kind === 'tickers') this.#ticker = this.#readTicker();
  }

  /** The whole state; trades have none. */
  greeting(): TopicMessage | null {
    switch (this.kind) {
      case 'tickers':
        return { type: 'snapshot', data: this.#ticker };
      case 'kline':
        return { type: 'snapshot', data: this.#candlesFrom(this.#currentCandle()) };
      case 'orderbook':
        return { type: 'snapshot', data: this.#book() };
      case 'publicTrade':
        return null;
    }
  }

  /** What changed since this was last asked; null when the price stood still. */
  news(): TopicMessage | null {
    const { listed } = this.#subject;
    if (listed.lastTicks === this.#ticks) return null;
    const rose = listed.lastTicks > this.#ticks;
    this.#ticks = listed.lastTicks;
    switch (this.kind) {
      case 'tickers':
        return { type: 'delta', data: this.#tickerChanges() };
      case 'kline':
        return { type: 'snapshot', data: this.#newCandles() };
      case 'orderbook':
        return { type: 'snapshot', data: this.#book() };
      case 'publicTrade':
        return { type: 'snapshot', data: [this.#trade(rose)] };
    }
  }

  #readTicker(): Record<string, string> {
    const { exchange, feed, now } = this.#market;
    const { listed } = this.#subject;
    const at = now();
    if (this.#day === null || at - this.#day.at > DAY_STATISTICS_MS) {
      this.#day = { at, value: dayOf({ listed, feed, marketTime: exchange.market.time }) };
    }
    return { ...tickerView(listed, exchange.market.time, this.#day.value), tickDirection: 'ZeroPlusTick' };
  }

  #tickerChanges(): Record<string, string | undefined> {
    const before = this.#ticker;
    this.#ticker = this.#readTicker();
    const changed = Object.entries(this.#ticker).filter(([name, value]) => before[name] !== value);
    return { symbol: this.#ticker.symbol, ...Object.fromEntries(changed) };
  }

  #book(): object {
    const { listed, parameter } = this.#subject;
    const u = this.#market.now();
    return { s: listed.instrument.id, ...depth(listed, parameter), u, seq: u };
  }

  #trade(rose: boolean): object {
    const { listed } = this.#subject;
    this.#trades += 1;
    const at = this.#market.now();
    return {
      T: at,
      s: listed.instrument.id,
      S: rose ? 'Buy' : 'Sell',
      v: listed.lot.toString(),
      p: listed.last.toString(),
      L: rose ? 'PlusTick' : 'MinusTick',
      i: `${listed.instrument.id}-${at}-${this.#trades}`,
      BT: false,
      RPI: false,
      seq: at,
    };
  }

  #currentCandle(): number {
    const { parameter } = this.#subject;
    return parameter === 0 ? 0 : Math.floor(this.#market.exchange.market.time / parameter) * parameter;
  }

  /** From the candle that was the current one at the last push: it may be finished by now. */
  #newCandles(): object[] {
    const from = this.#candle;
    this.#candle = this.#currentCandle();
    return this.#candlesFrom(Math.max(from, this.#candle - MAX_CANDLES * this.#subject.parameter));
  }

  #candlesFrom(from: number): object[] {
    const { exchange, feed, now } = this.#market;
    const { listed, parameter, written } = this.#subject;
    const to = this.#currentCandle();
    const range = { symbol: listed.instrument.id, intervalMs: parameter, from, to };
    return feed.candles(range, exchange.market.time).map((candle) => ({
      start: candle.openTime,
      end: candle.openTime + parameter - 1,
      interval: written,
      ...candleTexts(listed, candle),
      confirm: candle.openTime < to,
      timestamp: now(),
    }));
  }
}
