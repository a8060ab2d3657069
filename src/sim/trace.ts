/** What happened, line by line; the hash tells whether two runs were the same. */
import type { Effects } from '../paper/core/turn.ts';

const KEPT_LINES = 4_000;

export class Trace {
  readonly #beganAt: number;
  readonly #now: () => number;
  #lines: string[] = [];
  #hash = 0x811c9dc5;

  constructor(now: () => number) {
    this.#now = now;
    this.#beganAt = now();
  }

  add(who: string, text: string): void {
    const seconds = ((this.#now() - this.#beganAt) / 1000).toFixed(3).padStart(8);
    const line = `${seconds}  ${who.padEnd(6)} ${text}`;
    for (let index = 0; index < line.length; index += 1)
      this.#hash = Math.imul(this.#hash ^ line.charCodeAt(index), 0x01000193);
    this.#lines.push(line);
    if (this.#lines.length > KEPT_LINES * 2) this.#lines = this.#lines.slice(-KEPT_LINES);
  }

  addExecutions({ executions }: Effects): void {
    for (const { uid, linkId, orderId, direction, quantity, price, kind } of executions)
      this.add('venue', `${uid} ${kind} ${direction} ${quantity} @ ${price} ${linkId || orderId}`);
  }

  /** The newest lines, oldest first. */
  newest(count: number): string[] {
    return this.#lines.slice(-count);
  }

  get hash(): string {
    return (this.#hash >>> 0).toString(16).padStart(8, '0');
  }
}
