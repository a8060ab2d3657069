/**
 * Request counting: rolling windows by name, for every wire.
 *
 * `take` grants or refuses so many units of a window of real time; what is refused is not counted.
 */
export interface WindowRule {
  limit: number;
  windowMs: number;
}

export interface Verdict {
  granted: boolean;
  limit: number;
  /** How many more are granted now. */
  remaining: number;
  /** When a refused request would be granted; now, if it was. */
  resetAt: number;
}

interface Grants {
  windowMs: number;
  /** When each unit was granted, oldest first. */
  times: number[];
}

/** How often windows in which nothing happens any more are forgotten. */
const SWEEP_MS = 60_000;

export class RateLimits {
  readonly #windows = new Map<string, Grants>();
  #sweptAt = 0;

  take(name: string, rule: WindowRule, asked: { units?: number; now: number }): Verdict {
    const { units = 1, now } = asked;
    this.#sweep(now);
    const grants = this.#windows.get(name) ?? { windowMs: rule.windowMs, times: [] };
    this.#windows.set(name, grants);
    expire(grants, now);
    const { times } = grants;
    const granted = times.length + units <= rule.limit;
    if (granted) for (let unit = 0; unit < units; unit += 1) times.push(now);
    // So many of the oldest have to leave the window first.
    const inTheWay = times[times.length + units - rule.limit - 1];
    const resetAt = granted || inTheWay === undefined ? now : inTheWay + rule.windowMs;
    return { granted, limit: rule.limit, remaining: Math.max(0, rule.limit - times.length), resetAt };
  }

  #sweep(now: number): void {
    if (now - this.#sweptAt < SWEEP_MS) return;
    this.#sweptAt = now;
    for (const [name, grants] of this.#windows) {
      expire(grants, now);
      if (grants.times.length === 0) this.#windows.delete(name);
    }
  }
}

function expire({ times, windowMs }: Grants, now: number): void {
  const kept = times.findIndex((at) => at > now - windowMs);
  times.splice(0, kept === -1 ? times.length : kept);
}
