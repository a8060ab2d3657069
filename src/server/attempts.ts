/**
 * How often passwords may be tried. Counted in memory, when an attempt begins, so that parallel attempts
 * cannot slip through; a success gives the count back.
 *
 * A fixed window per key: after `most` attempts the key waits until its window ends. The number of keys is
 * bounded: when it is full the oldest window is forgotten.
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
    const window = this.#current(key, now);
    if (window.count >= this.#limit.most) return Math.max(1, Math.ceil((window.endsAt - now) / 1000));
    window.count += 1;
    return 0;
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
    if (this.#windows.size >= KEYS_MAX) this.#forgetOldest();
    const window = { count: 0, endsAt: now + this.#limit.windowMs };
    this.#windows.set(key, window);
    return window;
  }

  /** A Map keeps the order of insertion, and windows all have the same length: the first ends first. */
  #forgetOldest(): void {
    const oldest = this.#windows.keys().next();
    if (!oldest.done) this.#windows.delete(oldest.value);
  }
}
