/**
 * One public topic: what a new subscriber hears first, and what is news since the last push.
 *
 * `BTC-USDT@lastPrice`, `@markPrice`, `@ticker`, `@bookTicker`, `@trade`, `@kline_1m`, `@depth20`.
 * https://bingx-api.github.io/docs-v3/#/en/Swap/Websocket%20Market%20Data
 */
import type { Listed } from '../../core/market.ts';
import type { Exchange } from '../../exchange.ts';
import type { Feed } from '../../feed/feed.ts';
import { candleTexts, type DayStatistics, dayOf, depth } from '../bybit/market-view.ts';
import { intervalMs, tickerView } from './market-view.ts';
import { symbolText } from './params.ts';

/** Statistics of the last day move slowly; they are worked out again this often. */
const DAY_STATISTICS_MS = 2_000;
const MAX_CANDLES = 200;
const DEPTHS = [5, 10, 20, 50, 100];
const KINDS = ['lastPrice', 'markPrice', 'ticker', 'bookTicker', 'trade'] as const;

export interface PublicMarket {
  exchange: Exchange;
  feed: Feed;
  now(): number;
}

interface Subject {
  name: string;
  kind: (typeof KINDS)[number] | 'kline' | 'depth';
  listed: Listed;
  /** The candle's length in ms, or the levels of a book. */
  parameter: number;
}

/** Null for a topic that there is not. */
export function openTopic(market: PublicMarket, name: string): PublicTopic | null {
  const [symbol = '', written = ''] = name.split('@');
  const listed = /^[A-Z0-9]+-USDT$/.test(symbol)
    ? market.exchange.market.listed.get(symbol.replace('-', ''))
    : undefined;
  if (listed === undefined) return null;
  const plain = KINDS.find((kind) => kind === written);
  if (plain !== undefined) return new PublicTopic(market, { name, kind: plain, listed, parameter: 0 });
  const interval = written.startsWith('kline_') ? intervalMs(written.slice('kline_'.length)) : null;
  if (interval !== null) return new PublicTopic(market, { name, kind: 'kline', listed, parameter: interval });
  const levels = written.startsWith('depth') ? Number(written.slice('depth'.length)) : 0;
  return DEPTHS.includes(levels)
    ? new PublicTopic(market, { name, kind: 'depth', listed, parameter: levels })
    : null;
}

export class PublicTopic {
  readonly #market: PublicMarket;
  readonly #subject: Subject;
  #ticks: number;
  #day: { at: number; value: DayStatistics } | null = null;
  #candle: number;
  #rose = true;

  constructor(market: PublicMarket, subject: Subject) {
    this.#market = market;
    this.#subject = subject;
    this.#ticks = subject.listed.lastTicks;
    this.#candle = this.#currentCandle();
  }

  /** The whole state; trades have none. */
  greeting(): object | null {
    if (this.#subject.kind === 'trade') return null;
    return this.#message(this.#data());
  }

  /** What changed since this was last asked; null when the price stood still. */
  news(): object | null {
    const { listed } = this.#subject;
    if (listed.lastTicks === this.#ticks) return null;
    this.#rose = listed.lastTicks > this.#ticks;
    this.#ticks = listed.lastTicks;
    return this.#message(this.#data());
  }

  #message(data: object): object {
    const { name, listed, kind } = this.#subject;
    const symbol = kind === 'kline' ? { s: symbolText(listed.instrument.id) } : {};
    return { code: 0, dataType: name, ts: this.#market.now(), ...symbol, data };
  }

  #data(): object {
    const { kind, listed, parameter } = this.#subject;
    const s = symbolText(listed.instrument.id);
    const E = this.#market.now();
    const p = listed.last.toString();
    const [[bid], [ask]] = [depth(listed, 1).b, depth(listed, 1).a];
    switch (kind) {
      case 'lastPrice':
      case 'markPrice':
        return { e: `${kind}Update`, E, s, p };
      case 'bookTicker':
        return { e: 'bookTicker', u: E, E, T: E, s, b: bid?.[0], B: bid?.[1], a: ask?.[0], A: ask?.[1] };
      case 'ticker':
        return this.#ticker(E);
      case 'trade':
        return [{ T: E, s, m: !this.#rose, p, q: listed.lot.toString() }];
      case 'kline':
        return this.#candles();
      case 'depth': {
        const { b, a } = depth(listed, parameter);
        return { bids: b, asks: a.reverse() };
      }
    }
  }

  #ticker(at: number): object {
    const { exchange, feed } = this.#market;
    const { listed } = this.#subject;
    if (this.#day === null || at - this.#day.at > DAY_STATISTICS_MS) {
      this.#day = { at, value: dayOf({ listed, feed, marketTime: exchange.market.time }) };
    }
    const view = tickerView(listed, this.#day.value, at);
    return {
      e: '24hTicker',
      E: at,
      s: view.symbol,
      p: view.priceChange,
      P: view.priceChangePercent,
      o: view.openPrice,
      h: view.highPrice,
      l: view.lowPrice,
      c: view.lastPrice,
      L: view.lastQty,
      v: view.volume,
      q: view.quoteVolume,
      O: view.openTime,
      C: view.closeTime,
      B: view.bidPrice,
      b: view.bidQty,
      A: view.askPrice,
      a: view.askQty,
    };
  }

  #currentCandle(): number {
    const { kind, parameter } = this.#subject;
    return kind === 'kline' ? Math.floor(this.#market.exchange.market.time / parameter) * parameter : 0;
  }

  /** From the candle that was the current one at the last push: it may be finished by now. */
  #candles(): object[] {
    const { exchange, feed } = this.#market;
    const { listed, parameter } = this.#subject;
    const to = this.#currentCandle();
    const from = Math.max(this.#candle, to - MAX_CANDLES * parameter);
    this.#candle = to;
    const range = { symbol: listed.instrument.id, intervalMs: parameter, from, to };
    return feed.candles(range, exchange.market.time).map((candle) => {
      const { open, high, low, close, volume } = candleTexts(listed, candle);
      return { c: close, o: open, h: high, l: low, v: volume, T: candle.openTime };
    });
  }
}
