/**
 * Something per API key, for venues that count requests per account: however many venues of ours are open with
 * a key, they share it. What was not used for a minute is forgotten, so it must be empty by then.
 *
 * Whoever asks looks it up each time and keeps none, so that what was forgotten is used by nobody.
 */
const FORGET_AFTER_MS = 60_000;
const KEYS_MAX = 10_000;

export class ByKey<T> {
  readonly #make: () => T;
  readonly #nowMs: () => number;
  /** Least recently used first. */
  readonly #known = new Map<string, { value: T; usedAtMs: number }>();

  constructor(make: () => T, nowMs: () => number = () => performance.now()) {
    this.#make = make;
    this.#nowMs = nowMs;
  }

  get size(): number {
    return this.#known.size;
  }

  of(apiKey: string): T {
    const usedAtMs = this.#nowMs();
    const value = this.#known.get(apiKey)?.value ?? this.#make();
    this.#known.delete(apiKey);
    this.#known.set(apiKey, { value, usedAtMs });
    for (const [idle, known] of this.#known) {
      if (this.#known.size <= KEYS_MAX && usedAtMs - known.usedAtMs < FORGET_AFTER_MS) break;
      this.#known.delete(idle);
    }
    return value;
  }
}
