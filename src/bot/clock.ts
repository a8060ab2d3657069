/** Time as the bots see it; a simulation brings its own. */
import { OneByOne } from '../domain/one-by-one.ts';

export interface Clock {
  /** Ms since 1970; never goes back. */
  now(): number;
  /** Calls back once; the returned function calls it off. */
  after(delayMs: number, callback: () => void): () => void;
}

/** Many bots' timers end together, and none is as urgent as a fill that arrives meanwhile. */
const due = new OneByOne(setImmediate);

/** Wall time at the start of the process, carried on by the monotonic clock. */
export const systemClock: Clock = {
  now: () => Math.round(performance.timeOrigin + performance.now()),
  after: (delayMs, callback) => {
    let isWanted = true;
    const call = () => {
      if (isWanted) callback();
    };
    const timer = setTimeout(() => due.add(call), delayMs);
    timer.unref();
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  },
};
