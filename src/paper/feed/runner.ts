/**
 * The market's clock: real time × speed since the last anchor, spent point by point on the feed.
 *
 * No point is ever skipped. Points that are due are walked in short batches with a yield to the event loop
 * after each, so requests are served at any speed; when the machine cannot keep up, market time lags.
 */
import type { Exchange } from '../exchange.ts';
import { type Feed, MINUTE_MS } from './feed.ts';

/** How long one batch may hold the event loop. */
const BATCH_MS = 4;
/** A clock that lags by more than this (a suspended machine) starts anew instead of racing. */
const MAX_LAG_MS = 1_000;
const CHECKPOINT_MS = 2_000;

export interface RunnerOptions {
  exchange: Exchange;
  feed: Feed;
  speed: number;
  /** A monotonic clock, ms. */
  clock(): number;
}

export class FeedRunner {
  readonly #options: RunnerOptions;
  #anchor: { real: number; market: number };
  #timer: NodeJS.Timeout | null = null;
  #immediate: NodeJS.Immediate | null = null;
  #checkpoint: NodeJS.Timeout | null = null;
  #checkpointed: number;
  #begun: boolean;
  #stepping = false;
  #closed = false;

  constructor(options: RunnerOptions) {
    this.#options = options;
    this.#anchor = { real: options.clock(), market: options.exchange.market.time };
    this.#checkpointed = options.exchange.market.time;
    this.#begun = options.exchange.record.started;
  }

  start(): void {
    this.#reanchor();
    this.#checkpoint = setInterval(() => this.#store(), CHECKPOINT_MS);
    this.#schedule();
  }

  pause(): void {
    this.#options.exchange.record.paused = true;
    this.#options.exchange.checkpoint();
    this.#unschedule();
  }

  resume(): void {
    const { record } = this.#options.exchange;
    record.paused = false;
    record.started = true;
    this.#begun = true;
    this.#options.exchange.checkpoint();
    this.#reanchor();
    this.#schedule();
  }

  /** The market begins to move, if it was waiting for the first order. */
  begin(): void {
    if (this.#begun || !this.#options.exchange.record.started) return;
    this.#begun = true;
    this.#reanchor();
    this.#schedule();
  }

  /** Walks to the end of so many candles at once, also while paused; an unfinished one counts as one. */
  async step(candles: number): Promise<void> {
    this.#unschedule();
    this.#stepping = true;
    const next = this.#options.feed.next(this.#options.exchange.market.time);
    const opened = next === null ? 0 : Math.floor(next.time / MINUTE_MS) * MINUTE_MS;
    const target = opened + candles * MINUTE_MS - 1;
    while (!this.#closed && !this.#walk(target)) await new Promise((resolve) => setImmediate(resolve));
    this.#stepping = false;
    this.#reanchor();
    this.#schedule();
  }

  close(): void {
    this.#closed = true;
    this.#unschedule();
    if (this.#checkpoint !== null) clearInterval(this.#checkpoint);
    this.#store();
  }

  #isRunning(): boolean {
    const { record } = this.#options.exchange;
    return !this.#closed && !this.#stepping && !record.paused && record.started;
  }

  #reanchor(): void {
    this.#anchor = { real: this.#options.clock(), market: this.#options.exchange.market.time };
  }

  #unschedule(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#immediate !== null) clearImmediate(this.#immediate);
    this.#timer = null;
    this.#immediate = null;
  }

  #schedule(): void {
    this.#unschedule();
    if (!this.#isRunning()) return;
    const { exchange, feed, speed } = this.#options;
    const next = feed.next(exchange.market.time);
    if (next === null) return;
    const waitMs = (next.time - this.#target()) / speed;
    if (waitMs <= 0) this.#immediate = setImmediate(() => this.#pump());
    else this.#timer = setTimeout(() => this.#pump(), Math.max(1, Math.min(waitMs, 1_000)));
  }

  /** Where the market's clock should be by now. */
  #target(): number {
    const { clock, speed, exchange } = this.#options;
    const target = this.#anchor.market + (clock() - this.#anchor.real) * speed;
    if (target - exchange.market.time <= MAX_LAG_MS * speed + MINUTE_MS) return target;
    this.#reanchor();
    return exchange.market.time;
  }

  #pump(): void {
    this.#timer = null;
    this.#immediate = null;
    if (!this.#isRunning()) return;
    this.#walk(this.#target());
    this.#schedule();
  }

  /** Walks until the target or the end of the batch; true when the target is reached. */
  #walk(target: number): boolean {
    const { clock, exchange, feed } = this.#options;
    const until = clock() + BATCH_MS;
    for (;;) {
      const point = feed.next(exchange.market.time);
      if (point === null || point.time > target) return true;
      exchange.stepTo(point.time, point.steps);
      if (clock() >= until) return false;
    }
  }

  #store(): void {
    const { exchange } = this.#options;
    if (exchange.market.time === this.#checkpointed) return;
    exchange.checkpoint();
    this.#checkpointed = exchange.market.time;
  }
}
