/**
 * How often something may be tried: a password, a door, an exchange. Counted in memory, when an attempt
 * begins, so that parallel attempts cannot slip through; what shall not count is given back.
 *
 * A fixed window per key: after `most` attempts the key waits until its window ends. The number of keys is
 * bounded: when it is full the least used window is forgotten, so that a flood of new keys frees no old one.
 */
export interface AttemptLimit {
  most: number;
  windowMs: number;
}

interface Window {
  count: number;
  endsAt: number;
}

const KEYS_MAX = 10_000;

export class Attempts {
  readonly #windows = new Map<string, Window>();
  readonly #limit: AttemptLimit;

  constructor(limit: AttemptLimit) {
    this.#limit = limit;
  }

  /** Counts one attempt. Returns 0 when it may go on, else the seconds to wait. `now` in ms. */
  begin(key: string, now: number): number {
    const waiting = this.waiting(key, now);
    if (waiting === 0) this.#current(key, now).count += 1;
    return waiting;
  }

  /** The same answer without counting. */
  waiting(key: string, now: number): number {
    const window = this.#windows.get(key);
    if (window === undefined || window.endsAt <= now || window.count < this.#limit.most) return 0;
    return Math.max(1, Math.ceil((window.endsAt - now) / 1000));
  }

  /** The attempt succeeded: it does not count. */
  giveBack(key: string): void {
    const window = this.#windows.get(key);
    if (window !== undefined && window.count > 0) window.count -= 1;
  }

  /** Forgets the key, for example after its password was right. */
  clear(key: string): void {
    this.#windows.delete(key);
  }

  #current(key: string, now: number): Window {
    const known = this.#windows.get(key);
    if (known !== undefined && known.endsAt > now) return known;
    this.#windows.delete(key);
    if (this.#windows.size >= KEYS_MAX) this.#forgetOne(now);
    const window = { count: 0, endsAt: now + this.#limit.windowMs };
    this.#windows.set(key, window);
    return window;
  }

  /**
   * One that has ended, else the least used. A Map keeps the order of insertion, and windows all have the same
   * length: the first ends first.
   */
  #forgetOne(now: number): void {
    let least: { key: string; count: number } | null = null;
    for (const [key, { count, endsAt }] of this.#windows) {
      if (least === null || count < least.count) least = { key, count };
      if (endsAt <= now || count <= 1) break;
    }
    if (least !== null) this.#windows.delete(least.key);
  }
}
