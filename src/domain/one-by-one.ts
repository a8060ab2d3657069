/**
 * Work that can wait, oldest first and a little in each turn of the event loop, so that what is urgent comes in
 * between. Where much waits each turn takes more: a share of it, so that it never piles up behind slow turns.
 */
const SHARE = 16;

export class OneByOne {
  readonly #nextTurn: (callback: () => void) => void;
  readonly #waiting: (() => void)[] = [];
  #isDue = false;

  /** `nextTurn` calls back once in another turn, such as `setImmediate`. */
  constructor(nextTurn: (callback: () => void) => void) {
    this.#nextTurn = nextTurn;
  }

  add(work: () => void): void {
    this.#waiting.push(work);
    this.#comeBack();
  }

  #comeBack(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    this.#nextTurn(() => this.#take());
  }

  #take(): void {
    this.#isDue = false;
    // Before any of it is done: what throws takes nothing else with it.
    if (this.#waiting.length > 1) this.#comeBack();
    for (let left = Math.ceil(this.#waiting.length / SHARE); left > 0; left -= 1) this.#waiting.shift()?.();
  }
}
