/** Answers that stay good for a while: asked once, shared by everybody who asks meanwhile, failures not kept. */
import type { Read } from './venue.ts';

interface Entry<T> {
  answer: Promise<Read<T>>;
  expiresAtMs: number;
}

export class Kept<T> {
  readonly #keptMs: number;
  readonly #nowMs: () => number;
  readonly #entries = new Map<string, Entry<T>>();

  constructor(keptMs: number, nowMs: () => number = () => performance.now()) {
    this.#keptMs = keptMs;
    this.#nowMs = nowMs;
  }

  get(key: string, ask: () => Promise<Read<T>>): Promise<Read<T>> {
    const known = this.#entries.get(key);
    if (known !== undefined && this.#nowMs() < known.expiresAtMs) return known.answer;
    const entry: Entry<T> = { answer: ask(), expiresAtMs: Number.POSITIVE_INFINITY };
    this.#entries.set(key, entry);
    void entry.answer.then(
      (read) => {
        if (read.ok) entry.expiresAtMs = this.#nowMs() + this.#keptMs;
        else this.#forget(key, entry);
      },
      () => this.#forget(key, entry),
    );
    return entry.answer;
  }

  #forget(key: string, entry: Entry<T>): void {
    if (this.#entries.get(key) === entry) this.#entries.delete(key);
  }
}
