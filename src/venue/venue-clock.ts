/**
 * The venue's clock, kept as an offset to our monotonic clock, so that a step of the wall clock (NTP, a
 * person) never moves the timestamps that we sign. Before the first sample the wall clock stands in.
 *
 * `uncertaintyMs` bounds how far `now()` may be off: half the round trip of the best sample, plus drift.
 */
export interface ClockSource {
  /** Never goes back; its zero is arbitrary. */
  monotonicMs(): number;
  /** Ms since 1970 as this machine believes. */
  wallMs(): number;
}

export const systemClock: ClockSource = {
  monotonicMs: () => performance.now(),
  wallMs: () => Date.now(),
};

/** One question "what time is it?": when it left, when the answer came (both monotonic), what it said. */
export interface ClockSample {
  sentAtMs: number;
  receivedAtMs: number;
  venueMs: number;
}

const UNMEASURED_UNCERTAINTY_MS = 10_000;
const STALE_AFTER_MS = 300_000;
/** Crystals are good to 100 ppm; two of them may drift apart. */
const DRIFT_RATIO = 0.0002;
/** Monotonic clocks stand still while a machine sleeps; the wall clock tells. */
const SLEEP_SUSPECTED_MS = 1000;

export class VenueClock {
  readonly #source: ClockSource;
  #offsetMs: number;
  #halfTripMs: number | null = null;
  #measuredAtMs = 0;
  #wallMinusMonotonicMs: number;

  constructor(source: ClockSource = systemClock) {
    this.#source = source;
    this.#wallMinusMonotonicMs = source.wallMs() - source.monotonicMs();
    this.#offsetMs = this.#wallMinusMonotonicMs;
  }

  /** Whole ms since 1970 on the venue's clock. */
  now(): number {
    return Math.floor(this.#source.monotonicMs() + this.#offsetMs);
  }

  monotonicMs(): number {
    return this.#source.monotonicMs();
  }

  get measured(): boolean {
    return this.#halfTripMs !== null;
  }

  get uncertaintyMs(): number {
    if (this.#halfTripMs === null) return UNMEASURED_UNCERTAINTY_MS;
    const ageMs = this.#source.monotonicMs() - this.#measuredAtMs;
    return Math.ceil(this.#halfTripMs + ageMs * DRIFT_RATIO);
  }

  /** True when a new measurement is due: never taken, minutes old, or the machine slept since. */
  get stale(): boolean {
    if (this.#halfTripMs === null) return true;
    const wallMinusMonotonicMs = this.#source.wallMs() - this.#source.monotonicMs();
    const sleptMs = Math.abs(wallMinusMonotonicMs - this.#wallMinusMonotonicMs);
    const ageMs = this.#source.monotonicMs() - this.#measuredAtMs;
    return ageMs >= STALE_AFTER_MS || sleptMs >= SLEEP_SUSPECTED_MS;
  }

  /** Takes the sample with the shortest trip: it knows the offset best. */
  adopt(samples: readonly ClockSample[]): void {
    const best = samples.toSorted((a, b) => tripMs(a) - tripMs(b))[0];
    if (best === undefined) return;
    this.#halfTripMs = tripMs(best) / 2;
    this.#offsetMs = best.venueMs - (best.sentAtMs + best.receivedAtMs) / 2;
    this.#measuredAtMs = best.receivedAtMs;
    this.#wallMinusMonotonicMs = this.#source.wallMs() - this.#source.monotonicMs();
  }

  /** The venue called our timestamp wrong: whatever we knew is worth nothing. */
  distrust(): void {
    this.#halfTripMs = null;
  }
}

function tripMs(sample: ClockSample): number {
  return sample.receivedAtMs - sample.sentAtMs;
}
