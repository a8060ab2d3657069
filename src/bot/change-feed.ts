/** Tells listeners about changed bots, a few times a second per bot at most: the last state always arrives. */
import type { BotView } from './bot-view.ts';
import type { Clock } from './clock.ts';

const PAUSE_MS = 200;

type Listener = (view: BotView) => void;

export class ChangeFeed {
  readonly #clock: Clock;
  readonly #listeners = new Set<Listener>();
  readonly #waiting = new Set<number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** `read` is called later, so that a burst of changes costs one view. */
  changed(userId: number, read: () => BotView | null): void {
    if (this.#listeners.size === 0 || this.#waiting.has(userId)) return;
    this.#waiting.add(userId);
    this.#clock.after(PAUSE_MS, () => {
      this.#waiting.delete(userId);
      const view = read();
      if (view !== null) for (const listener of this.#listeners) listener(view);
    });
  }
}
