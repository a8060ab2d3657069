/**
 * Keeps a venue's clock measured: asks the time when it is due, once for all who wait, and not again at once
 * where the venue does not tell it.
 */
import type { ClockSample, VenueClock } from './venue-clock.ts';

const SAMPLES = 3;
const RETRY_AFTER_MS = 2000;

export class ClockKeeper {
  readonly #clock: VenueClock;
  readonly #ask: () => Promise<ClockSample>;
  #measuring: Promise<void> | null = null;
  #failedAtMs = Number.NEGATIVE_INFINITY;

  /** `ask` throws where the venue does not tell its time. */
  constructor(clock: VenueClock, ask: () => Promise<ClockSample>) {
    this.#clock = clock;
    this.#ask = ask;
  }

  /**
   * Before anything is signed: waits where the venue's time is unknown, and otherwise only refreshes it
   * beside the caller. A venue that does not tell its time leaves us with the wall clock.
   */
  async ensure(): Promise<void> {
    if (!this.#clock.stale) return;
    const triedMs = this.#clock.monotonicMs() - this.#failedAtMs;
    if (this.#measuring === null && triedMs < RETRY_AFTER_MS) return;
    this.#measuring ??= this.#measure().finally(() => {
      this.#measuring = null;
    });
    if (!this.#clock.measured) await this.#measuring;
  }

  async #measure(): Promise<void> {
    try {
      const samples: ClockSample[] = [];
      while (samples.length < SAMPLES) samples.push(await this.#ask());
      this.#clock.adopt(samples);
    } catch {
      this.#failedAtMs = this.#clock.monotonicMs();
    }
  }
}
