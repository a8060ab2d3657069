/**
 * Answers that stay good for a while: asked once, shared by everybody who asks meanwhile.
 *
 * Failures are kept too, so that a crowd that asks for what fails asks the venue once: what does not exist
 * for a minute, everything else for a moment. They are bounded, since anybody can make up names.
 */
import type { Read, ReadFailure } from './venue.ts';

interface Entry<T> {
  answer: Promise<Read<T>>;
  expiresAtMs: number;
}

const UNKNOWN_KEPT_MS = 60_000;
const FAILURE_KEPT_MS = 1000;
const FAILURES_MAX = 1000;

export class Kept<T> {
  readonly #keptMs: number;
  readonly #nowMs: () => number;
  /** On their way or good: no more than there are real names. */
  readonly #entries = new Map<string, Entry<T>>();
  /** Oldest first. */
  readonly #failures = new Map<string, { failure: ReadFailure; expiresAtMs: number }>();

  constructor(keptMs: number, nowMs: () => number = () => performance.now()) {
    this.#keptMs = keptMs;
    this.#nowMs = nowMs;
  }

  async get(key: string, ask: () => Promise<Read<T>>): Promise<Read<T>> {
    const known = this.#entries.get(key);
    if (known !== undefined && this.#nowMs() < known.expiresAtMs) return known.answer;
    const failed = this.#failures.get(key);
    if (failed !== undefined && this.#nowMs() < failed.expiresAtMs) return failed.failure;
    const entry: Entry<T> = { answer: ask(), expiresAtMs: Number.POSITIVE_INFINITY };
    this.#entries.set(key, entry);
    void entry.answer.then(
      (read) => {
        if (read.ok) entry.expiresAtMs = this.#nowMs() + this.#keptMs;
        else this.#keepFailure(key, read);
      },
      () => this.#entries.delete(key),
    );
    return entry.answer;
  }

  #keepFailure(key: string, failure: ReadFailure): void {
    this.#entries.delete(key);
    const keptMs = failure.code === 'unknown_symbol' ? UNKNOWN_KEPT_MS : FAILURE_KEPT_MS;
    this.#failures.delete(key);
    this.#failures.set(key, { failure, expiresAtMs: this.#nowMs() + keptMs });
    const [oldest] = this.#failures.keys();
    if (oldest !== undefined && this.#failures.size > FAILURES_MAX) this.#failures.delete(oldest);
  }
}
