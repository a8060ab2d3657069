/** Time that passes only when a test says so: an hour of waiting takes no longer than what happens in it. */
import { setImmediate as settled } from 'node:timers/promises';
import type { Clock } from '../bot/clock.ts';

interface Timer {
  at: number;
  callback: () => void;
}

export class VirtualClock implements Clock {
  #now: number;
  readonly #timers = new Set<Timer>();

  constructor(now = Date.UTC(2026, 10, 20)) {
    this.#now = now;
  }

  now = (): number => this.#now;

  after = (delayMs: number, callback: () => void): (() => void) => {
    const timer = { at: this.#now + delayMs, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  };

  /** Each timer at its moment, and whatever it set off to its end. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms;
    await settled();
    for (let next = this.#dueBy(until); next !== undefined; next = this.#dueBy(until)) {
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.callback();
      await settled();
    }
    this.#now = until;
    await settled();
  }

  #dueBy(until: number): Timer | undefined {
    const due = [...this.#timers].filter(({ at }) => at <= until);
    return due.toSorted((a, b) => a.at - b.at)[0];
  }
}
