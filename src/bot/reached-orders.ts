/**
 * Orders that the market has reached and of which nothing is heard. A private stream can lose what it should have
 * told and look well: its pings are answered, and the routine reading is a minute away. The price stream is another
 * one, so a price at or beyond an order that we take for resting means that it may have filled. Where no news of it
 * come, the account is read.
 *
 * Entry point: `see`, with each price. It decides nothing: it posts `unheard`, which is written down like any mail.
 */
import type { Cycle } from '../domain/cycle.ts';
import type { Prices } from '../domain/observation.ts';
import { priceText } from '../domain/units.ts';
import type { BotState } from './bot-state.ts';
import type { Clock } from './clock.ts';
import type { Mail } from './mail.ts';

/** A fill and the price that made it arrive over two streams; news that are on their way come within this. */
const NEWS_MS_MAX = 1_500;
/** What the reading too showed as resting is asked for again only after this. */
const ASK_AGAIN_MS = 10_000;

interface Level {
  clientOrderId: string;
  /** Which price fills or triggers it. */
  by: 'last' | 'mark';
  /** A float will do: it only raises a question. */
  price: number;
  isBelow: boolean;
}

export class ReachedOrders {
  /** By client order id: when the market was first seen there (our clock). */
  readonly #reachedAt = new Map<string, number>();
  readonly #clock: Clock;
  readonly #post: (mail: Mail) => void;
  #levels: { cycle: Cycle; levels: readonly Level[] } | null = null;
  #isWaiting = false;

  constructor({ clock, post }: { clock: Clock; post: (mail: Mail) => void }) {
    this.#clock = clock;
    this.#post = post;
  }

  see(state: BotState, now: number): void {
    const { cycle, observed } = state;
    if (cycle === null || observed.prices === null) return this.#reachedAt.clear();
    for (const level of this.#levelsOf(cycle)) {
      const { clientOrderId } = level;
      if (isReached(level, observed.prices) && !this.#reachedAt.has(clientOrderId))
        this.#reachedAt.set(clientOrderId, now);
    }
    if (this.#reachedAt.size > 0) this.#askLater(state);
  }

  #levelsOf(cycle: Cycle): readonly Level[] {
    if (this.#levels?.cycle !== cycle) this.#levels = { cycle, levels: restingLevels(cycle) };
    return this.#levels.levels;
  }

  #askLater(state: BotState): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    this.#clock.after(NEWS_MS_MAX, () => {
      this.#isWaiting = false;
      this.#ask(state);
    });
  }

  #ask(state: BotState): void {
    const now = this.#clock.now();
    const unheard: { clientOrderId: string; since: number }[] = [];
    let isEarly = false;
    for (const [clientOrderId, since] of this.#reachedAt) {
      const age = now - since;
      if (age >= ASK_AGAIN_MS || !isTakenForResting(state, clientOrderId))
        this.#reachedAt.delete(clientOrderId);
      else if (age < NEWS_MS_MAX) isEarly = true;
      else if (isUnread(state, since)) unheard.push({ clientOrderId, since });
    }
    if (isEarly) this.#askLater(state);
    if (unheard.length === 0) return;
    const clientOrderIds = unheard.map(({ clientOrderId }) => clientOrderId);
    this.#post({ type: 'unheard', clientOrderIds, since: Math.max(...unheard.map(({ since }) => since)) });
  }
}

function restingLevels({ intents, grid }: Cycle): Level[] {
  return intents.flatMap(({ clientOrderId, state, type, price, triggerPrice, direction }): Level[] => {
    if (state !== 'open' || type === 'market') return [];
    const isStop = type === 'stop';
    const at = isStop ? triggerPrice : price;
    if (at === null) return [];
    const isBelow = isStop === (direction === 'sell');
    return [{ clientOrderId, by: isStop ? 'mark' : 'last', price: Number(priceText(grid, at)), isBelow }];
  });
}

function isReached({ by, price, isBelow }: Level, prices: Prices): boolean {
  const now = Number(prices[by]);
  return isBelow ? now <= price : now >= price;
}

function isTakenForResting({ cycle }: BotState, clientOrderId: string): boolean {
  return cycle?.intents.find((own) => own.clientOrderId === clientOrderId)?.state === 'open';
}

function isUnread({ observed }: BotState, since: number): boolean {
  return observed.snapshotAt === null || observed.snapshotAt <= since;
}
