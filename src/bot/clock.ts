/** Time as the bots see it; a simulation brings its own. */
export interface Clock {
  /** Ms since 1970; never goes back. */
  now(): number;
  /** Calls back once; the returned function calls it off. */
  after(delayMs: number, callback: () => void): () => void;
}

/** Wall time at the start of the process, carried on by the monotonic clock. */
export const systemClock: Clock = {
  now: () => Math.round(performance.timeOrigin + performance.now()),
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
