/** One lane per user: what is asked of one user's bot happens one after the other, users run in parallel. */
export class Lanes {
  readonly #tails = new Map<number, Promise<unknown>>();

  run<T>(userId: number, task: () => Promise<T>): Promise<T> {
    const before = this.#tails.get(userId) ?? Promise.resolve();
    const result = before.then(task, task);
    const tail = result
      .catch(() => undefined)
      .then(() => {
        if (this.#tails.get(userId) === tail) this.#tails.delete(userId);
      });
    this.#tails.set(userId, tail);
    return result;
  }
}
