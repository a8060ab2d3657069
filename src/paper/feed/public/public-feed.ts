/**
 * The public feed: the trades of a real venue, as they happen.
 *
 * The market's clock is real time. Every public trade is a step; a resting order that it touches shares its
 * volume. While the venue is not reached the market stands still at the last price: orders that take fill there,
 * nothing rests through. Instruments, tiers and funding rates are the venue's; funding still falls due every eight
 * hours. Nothing that the venue does ends this process: whatever fails is said, and tried again.
 */
import { assert } from '../../assert.ts';
import type { Step } from '../../core/matching.ts';
import { dec, parseDec, stepsIn, ZERO } from '../../decimal.ts';
import type { Exchange } from '../../exchange.ts';
import type { BundledInstrument } from '../../instruments.ts';
import type { Candle, CandleRange, Feed, FeedSource } from '../feed.ts';
import { CandleStore } from './candle-store.ts';
import { PublicStream } from './stream.ts';
import { fetchInstruments, fetchKlines, fetchTickers, type KlineRow } from './venue-rest.ts';

const CLOCK_MS = 1_000;
const RETRY_MS_MAX = 30_000;
const HISTORY = [
  { kind: 'minutes', interval: '1', limit: 1_000 },
  { kind: 'hours', interval: '60', limit: 200 },
] as const;

export interface PublicFeedOptions {
  url: string;
  /** Which instruments are listed, if the venue trades them. */
  wanted: readonly BundledInstrument[];
  partialFills: boolean;
  now(): number;
  /** What a person should hear: it works, it does not, why. */
  say(line: string): void;
  retryMsMin?: number;
  pingEveryMs?: number;
}

export class PublicFeed implements Feed {
  readonly name: string;
  readonly startTime = null;
  readonly #options: PublicFeedOptions;
  readonly #candles = new Map<string, CandleStore>();
  #instruments: readonly BundledInstrument[] = [];
  #exchange: Exchange | null = null;
  #stream: PublicStream | null = null;
  #clock: NodeJS.Timeout | null = null;
  #retry: NodeJS.Timeout | null = null;
  #source: FeedSource;
  #closed = false;

  constructor(options: PublicFeedOptions) {
    this.#options = options;
    this.name = `public:${options.url}`;
    this.#source = { url: options.url, live: false, problem: 'not reached yet', lastPriceAt: null };
  }

  get symbols(): string[] {
    return this.#instruments.map((each) => each.id);
  }

  ticksAt(symbol: string): number {
    const listed = this.#exchange?.market.listed.get(symbol);
    if (listed !== undefined) return listed.lastTicks;
    const instrument = this.#instruments.find((each) => each.id === symbol);
    assert(instrument !== undefined, 'only listed symbols are asked for');
    return Math.max(1, stepsIn(dec(instrument.basePrice), dec(instrument.tickSize)));
  }

  /** Prices are pushed, not asked for. */
  next(): null {
    return null;
  }

  candles(range: CandleRange): Candle[] {
    return this.#candles.get(range.symbol)?.candles(range) ?? [];
  }

  source(): FeedSource {
    return this.#source;
  }

  /** Instruments and last prices of an earlier run, to begin with. */
  recall(instruments: readonly BundledInstrument[]): void {
    this.#instruments = instruments;
  }

  /** What a later run should begin with: the instruments, at their last prices. */
  remember(): BundledInstrument[] {
    return this.#instruments.map((each) => {
      const last = this.#exchange?.market.listed.get(each.id)?.last;
      return last === undefined ? each : { ...each, basePrice: last.toString() };
    });
  }

  /** Resolves after the first attempt, whether it succeeded or not. */
  async start(exchange: Exchange): Promise<void> {
    this.#exchange = exchange;
    this.#clock = setInterval(() => this.#step([]), CLOCK_MS);
    await this.#begin(this.#options.retryMsMin ?? 500);
  }

  close(): void {
    this.#closed = true;
    if (this.#clock !== null) clearInterval(this.#clock);
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#stream?.close();
  }

  async #begin(retryMs: number): Promise<void> {
    const { url, wanted } = this.#options;
    try {
      const instruments = await fetchInstruments(url, wanted);
      if (this.#closed) return;
      this.#instruments = instruments;
      this.#exchange?.enlist(
        instruments.map((instrument) => ({ instrument, ticks: this.#ticksOf(instrument) })),
      );
      this.#listen();
    } catch (error) {
      if (this.#closed) return;
      this.#lost(error instanceof Error ? causeOf(error) : String(error));
      this.#retry = setTimeout(() => void this.#begin(Math.min(retryMs * 2, RETRY_MS_MAX)), retryMs);
    }
  }

  #ticksOf({ basePrice, tickSize }: BundledInstrument): number {
    return Math.max(1, stepsIn(dec(basePrice), dec(tickSize)));
  }

  #listen(): void {
    const { retryMsMin, pingEveryMs } = this.#options;
    this.#stream = new PublicStream({
      url: socketUrl(this.#options.url),
      topics: () => this.symbols.flatMap((symbol) => [`publicTrade.${symbol}`, `tickers.${symbol}`]),
      onOpen: () => void this.#refresh(),
      onMessage: (topic, message) => this.#hear(topic, message),
      onLost: (why) => this.#lost(why),
      ...(retryMsMin === undefined ? {} : { retryMsMin }),
      ...(pingEveryMs === undefined ? {} : { pingEveryMs }),
    });
    this.#stream.connect();
  }

  /** After every connection: the prices as they are now, and the candles that were missed. */
  async #refresh(): Promise<void> {
    try {
      for (const row of await fetchTickers(this.#options.url)) this.#takeTicker(row.symbol, row);
      if (this.#closed) return;
      if (!this.#source.live) this.#options.say(`public feed: prices come from ${this.#options.url}`);
      this.#source = { ...this.#source, live: true, problem: null };
    } catch (error) {
      if (this.#closed) return;
      this.#lost(error instanceof Error ? causeOf(error) : String(error));
      this.#stream?.drop();
      return;
    }
    await this.#loadHistory().catch((error: unknown) => {
      // Charts begin later; prices and orders do not need them.
      if (!this.#closed) this.#options.say(`public feed: no past candles (${String(error)})`);
    });
  }

  #lost(why: string): void {
    const was = this.#source;
    this.#source = { ...was, live: false, problem: why };
    if (!was.live && was.problem === why) return;
    const { url, say } = this.#options;
    say(`public feed: ${url} is not reached (${why}); the market stands still, and it is tried again`);
  }

  #hear(topic: string, { data }: { data: unknown }): void {
    const [kind, symbol = ''] = topic.split('.');
    if (kind === 'tickers') this.#takeTicker(symbol, data, { fundingOnly: true });
    if (kind !== 'publicTrade' || !Array.isArray(data)) return;
    this.#step(data.flatMap((row) => this.#tradeStep(symbol, row) ?? []));
  }

  #takeTicker(symbol: string, row: unknown, { fundingOnly = false } = {}): void {
    const listed = this.#exchange?.market.listed.get(symbol);
    if (listed === undefined || typeof row !== 'object' || row === null) return;
    const { lastPrice, fundingRate } = row as Record<string, unknown>;
    const rate = typeof fundingRate === 'string' ? parseDec(fundingRate) : null;
    if (rate !== null) listed.fundingRate = rate;
    const price = typeof lastPrice === 'string' ? parseDec(lastPrice) : null;
    if (fundingOnly || price === null || price.lte(ZERO)) return;
    this.#step([{ symbol, ticks: Math.max(1, stepsIn(price, listed.tick)), liquidity: null }]);
  }

  #tradeStep(symbol: string, row: unknown): Step | null {
    const listed = this.#exchange?.market.listed.get(symbol);
    if (listed === undefined || typeof row !== 'object' || row === null) return null;
    const { p, v } = row as { p?: unknown; v?: unknown };
    const [price, volume] = [p, v].map((text) => (typeof text === 'string' ? parseDec(text) : null));
    if (!price?.gt(ZERO)) return null;
    const lots = volume?.gt(ZERO) ? stepsIn(volume, listed.lot) : 0;
    const ticks = Math.max(1, stepsIn(price, listed.tick));
    return { symbol, ticks, liquidity: this.#options.partialFills ? { lots } : null };
  }

  /** Moves the market's clock to now, and the prices with it, unless it is paused. */
  #step(steps: Step[]): void {
    const exchange = this.#exchange;
    if (exchange === null || exchange.record.paused || this.#closed) return;
    const time = Math.max(exchange.market.time, this.#options.now());
    exchange.stepTo(time, steps);
    if (steps.length > 0) this.#source = { ...this.#source, lastPriceAt: time };
    for (const { symbol, ticks, liquidity } of steps) {
      const lots = liquidity !== null && 'lots' in liquidity ? liquidity.lots : 0;
      this.#storeOf(symbol).heard(time, { ticks, lots });
    }
  }

  #storeOf(symbol: string): CandleStore {
    const store = this.#candles.get(symbol) ?? new CandleStore();
    this.#candles.set(symbol, store);
    return store;
  }

  async #loadHistory(): Promise<void> {
    for (const symbol of this.symbols) {
      for (const { kind, interval, limit } of HISTORY) {
        if (this.#closed || !this.#source.live) return;
        const rows = await fetchKlines(this.#options.url, { symbol, interval, limit });
        const candles = rows.flatMap((row) => this.#toCandle(symbol, row) ?? []);
        this.#storeOf(symbol).addHistory(kind, candles);
      }
    }
  }

  #toCandle(symbol: string, row: KlineRow): Candle | null {
    const listed = this.#exchange?.market.listed.get(symbol);
    if (listed === undefined) return null;
    const [openTime, open, high, low, close, volume] = row;
    const ticks = (price: string) => Math.max(1, stepsIn(dec(price), listed.tick));
    const lots = dec(volume).gt(ZERO) ? stepsIn(dec(volume), listed.lot) : 0;
    const [o, h, l, c] = [open, high, low, close].map(ticks) as [number, number, number, number];
    return { openTime: Number(openTime), open: o, high: h, low: l, close: c, volume: lots };
  }
}

/** Node's fetch hides the reason in a cause. */
function causeOf(error: Error): string {
  const { cause } = error;
  return cause instanceof Error && cause.message !== ''
    ? `${error.message}: ${cause.message}`
    : error.message;
}

/** Bybit streams from another host than it answers from; a paper exchange from its own. */
export function socketUrl(url: string): string {
  const parsed = new URL(url);
  const host = parsed.host.replace(/^api(?=[.-].*\b(bybit|bytick)\.)/, 'stream');
  return `${parsed.protocol === 'https:' ? 'wss' : 'ws'}://${host}/v5/public/linear`;
}
