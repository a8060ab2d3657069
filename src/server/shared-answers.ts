/**
 * One piece of work per key for all who ask at the same time, and its answer for whoever asks soon after: for
 * questions that cost much and whose answer hardly changes.
 */
interface Shared<T> {
  answer: Promise<T>;
  /** Ms since 1970; endless while the work goes on. */
  freshUntil: number;
}

export class SharedAnswers<T> {
  readonly #shared = new Map<number, Shared<T>>();
  readonly #keptMs: number;

  constructor(keptMs: number) {
    this.#keptMs = keptMs;
  }

  /** The answer of `work`, now or lately. What `keeps` refuses, and a failure, is not kept. */
  async ask(key: number, work: () => Promise<T>, keeps: (answer: T) => boolean): Promise<T> {
    const known = this.#shared.get(key);
    if (known !== undefined && Date.now() < known.freshUntil) return known.answer;
    const shared = { answer: work(), freshUntil: Number.POSITIVE_INFINITY };
    this.#shared.set(key, shared);
    let kept = false;
    try {
      const answer = await shared.answer;
      kept = keeps(answer);
      shared.freshUntil = Date.now() + this.#keptMs;
      return answer;
    } finally {
      if (!kept && this.#shared.get(key) === shared) this.#shared.delete(key);
    }
  }

  /** The next to ask gets a new answer. */
  forget(key: number): void {
    this.#shared.delete(key);
  }
}
