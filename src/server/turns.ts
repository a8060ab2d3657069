/**
 * Work that takes turns: of each key at most `atOnce` at a time, the others wait in order, and when `waiting`
 * of them do, the next is sent away at once.
 */
export interface TurnLimit {
  atOnce: number;
  waiting: number;
}

interface Line {
  running: number;
  waiting: (() => void)[];
}

export class Turns {
  readonly #lines = new Map<string, Line>();
  readonly #limit: TurnLimit;

  constructor(limit: TurnLimit) {
    this.#limit = limit;
  }

  /** What `work` gives; null, and `work` never runs, when too many wait already. */
  async run<T>(key: string, work: () => Promise<T>): Promise<T | null> {
    const line = this.#lines.get(key) ?? { running: 0, waiting: [] };
    this.#lines.set(key, line);
    if (line.running < this.#limit.atOnce) line.running += 1;
    else if (line.waiting.length >= this.#limit.waiting) return null;
    else await new Promise<void>((resolve) => line.waiting.push(resolve));
    try {
      return await work();
    } finally {
      this.#pass(key, line);
    }
  }

  /** The turn goes to whoever waits longest; `running` stays as it is then. */
  #pass(key: string, line: Line): void {
    const next = line.waiting.shift();
    if (next !== undefined) return next();
    line.running -= 1;
    if (line.running === 0) this.#lines.delete(key);
  }
}
