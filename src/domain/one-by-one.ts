/**
 * Work that can wait, oldest first and a little in each turn of the event loop, so that what is urgent comes in
 * between. Where much waits each turn takes more: a share of it, so that it never piles up behind slow turns.
 */
const SHARE = 16;

export class OneByOne {
  readonly #nextTurn: (callback: () => void) => void;
  #waiting: (() => void)[] = [];
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
    const now = this.#waiting.splice(0, Math.ceil(this.#waiting.length / SHARE));
    try {
      for (let work = now.shift(); work !== undefined; work = now.shift()) work();
    } finally {
      // What throws takes nothing else with it.
      this.#waiting.unshift(...now);
      if (this.#waiting.length > 0) this.#comeBack();
    }
  }
}
