/**
 * Prices for everybody from one public stream: a symbol is subscribed once, however many bots watch it, and a
 * listener hears of it at most five times a second, the newest price always last.
 */
import type { Prices } from '../domain/observation.ts';
import type { Unwatch } from './venue.ts';

export type PriceListener = (prices: Prices) => void;

/** A stream that can be told which symbols are wanted. Reports every change to the hub. */
export interface PriceSource {
  want(symbol: string): void;
  drop(symbol: string): void;
  close(): void;
}

export interface PriceHubClock {
  nowMs(): number;
  after(delayMs: number, callback: () => void): () => void;
}

interface Channel {
  listeners: Set<PriceListener>;
  newest: Prices | null;
  sentAtMs: number;
  cancelTimer: (() => void) | null;
}

const SPACING_MS = 200;

export class PriceHub {
  readonly #channels = new Map<string, Channel>();
  readonly #clock: PriceHubClock;
  #source: PriceSource | null = null;

  constructor(clock: PriceHubClock) {
    this.#clock = clock;
  }

  attach(source: PriceSource): void {
    this.#source = source;
  }

  watch(symbol: string, listener: PriceListener): Unwatch {
    const channel = this.#channelOf(symbol);
    // A wrapper of its own, so that one function may watch twice.
    const own: PriceListener = (prices) => listener(prices);
    channel.listeners.add(own);
    if (channel.newest !== null) {
      queueMicrotask(() => {
        if (channel.newest !== null && channel.listeners.has(own)) own(channel.newest);
      });
    }
    return () => {
      if (!channel.listeners.delete(own) || channel.listeners.size > 0) return;
      channel.cancelTimer?.();
      this.#channels.delete(symbol);
      this.#source?.drop(symbol);
    };
  }

  /** The newest price of a symbol that somebody watches, if it is younger than this. */
  recent(symbol: string, ageMsMax: number): Prices | null {
    const newest = this.#channels.get(symbol)?.newest ?? null;
    return newest !== null && Date.now() - newest.at <= ageMsMax ? newest : null;
  }

  publish(symbol: string, prices: Prices): void {
    const channel = this.#channels.get(symbol);
    if (channel === undefined) return;
    channel.newest = prices;
    if (channel.cancelTimer !== null) return;
    const waitMs = channel.sentAtMs + SPACING_MS - this.#clock.nowMs();
    if (waitMs <= 0) this.#send(channel);
    else channel.cancelTimer = this.#clock.after(waitMs, () => this.#send(channel));
  }

  close(): void {
    for (const channel of this.#channels.values()) channel.cancelTimer?.();
    this.#channels.clear();
    this.#source?.close();
  }

  #send(channel: Channel): void {
    channel.cancelTimer = null;
    channel.sentAtMs = this.#clock.nowMs();
    if (channel.newest === null) return;
    for (const listener of channel.listeners) listener(channel.newest);
  }

  #channelOf(symbol: string): Channel {
    let channel = this.#channels.get(symbol);
    if (channel === undefined) {
      channel = { listeners: new Set(), newest: null, sentAtMs: Number.NEGATIVE_INFINITY, cancelTimer: null };
      this.#channels.set(symbol, channel);
      this.#source?.want(symbol);
    }
    return channel;
  }
}
