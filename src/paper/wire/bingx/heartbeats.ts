/** Heartbeats: every connection is asked for a sign of life, and one that gives none for long is cut off. */

export interface Heart {
  ask(): void;
  cutOff(): void;
}

/** How a connection answers, and how it leaves. */
export interface Pulse {
  answered(): void;
  leave(): void;
}

/** So many questions in a row may stay unanswered. */
const MAX_UNANSWERED = 6;

export class Heartbeats {
  readonly #unanswered = new Map<Heart, number>();
  readonly #timer: NodeJS.Timeout;

  constructor(everyMs: number) {
    this.#timer = setInterval(() => this.beat(), everyMs).unref();
  }

  join(heart: Heart): Pulse {
    this.#unanswered.set(heart, 0);
    return {
      answered: () => {
        if (this.#unanswered.has(heart)) this.#unanswered.set(heart, 0);
      },
      leave: () => {
        this.#unanswered.delete(heart);
      },
    };
  }

  /** One round of questions. */
  beat(): void {
    for (const [heart, unanswered] of this.#unanswered) {
      if (unanswered >= MAX_UNANSWERED) {
        this.#unanswered.delete(heart);
        heart.cutOff();
      } else {
        this.#unanswered.set(heart, unanswered + 1);
        heart.ask();
      }
    }
  }

  close(): void {
    clearInterval(this.#timer);
    this.#unanswered.clear();
  }
}
