/**
 * Bybit counts requests per account, however many venues of ours are open with its key: they share windows.
 *
 * Whoever asks looks the windows up each time and keeps none, so that what was forgotten is used by nobody.
 */
import { RateWindow } from '../rate-budget.ts';

/** Bybit's limits per account and second; one below, since the network compresses what we space out. */
const TEN_A_SECOND = { windowMs: 1000, shares: { protective: 9, order: 7, read: 7, door: 7 } };
const READS_A_SECOND = { windowMs: 1000, shares: { protective: 40, order: 40, read: 40, door: 10 } };
/** Far longer than a window and than anybody waits for one: what is forgotten was empty. */
const FORGET_AFTER_MS = 60_000;
const KEYS_MAX = 10_000;

export type WindowName = 'create' | 'amend' | 'cancel' | 'settings' | 'read';
export type KeyWindows = Record<WindowName, RateWindow>;

export function newKeyWindows(): KeyWindows {
  return {
    create: new RateWindow(TEN_A_SECOND),
    amend: new RateWindow(TEN_A_SECOND),
    cancel: new RateWindow(TEN_A_SECOND),
    settings: new RateWindow(TEN_A_SECOND),
    read: new RateWindow(READS_A_SECOND),
  };
}

export class KeyWindowsByKey {
  readonly #nowMs: () => number;
  /** Least recently used first. */
  readonly #known = new Map<string, { windows: KeyWindows; usedAtMs: number }>();

  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  get size(): number {
    return this.#known.size;
  }

  of(apiKey: string): KeyWindows {
    const usedAtMs = this.#nowMs();
    const windows = this.#known.get(apiKey)?.windows ?? newKeyWindows();
    this.#known.delete(apiKey);
    this.#known.set(apiKey, { windows, usedAtMs });
    for (const [idle, known] of this.#known) {
      if (this.#known.size <= KEYS_MAX && usedAtMs - known.usedAtMs < FORGET_AFTER_MS) break;
      this.#known.delete(idle);
    }
    return windows;
  }
}
