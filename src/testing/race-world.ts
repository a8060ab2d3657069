/**
 * One bot over a scripted venue whose news can be held back, on a clock of its own: the test decides what happens
 * in which order, and an hour passes at once.
 */
import { expect } from 'vitest';
import type { LadderSettings } from '../domain/settings.ts';
import type { OrderRequest, VenueEvent } from '../venue/venue.ts';
import { attachedBot, FULL_LADDER, idOf, liveTags } from './bot-world.ts';
import { addUsers, scratchDatabase } from './scratch-database.ts';
import { ScriptedVenue } from './scripted-venue.ts';
import { VirtualClock } from './virtual-clock.ts';

export class HeldVenue extends ScriptedVenue {
  #held: (() => void)[] | null = null;

  override watch(symbol: string, listener: (event: VenueEvent) => void): () => void {
    return super.watch(symbol, (event) => {
      if (this.#held === null) listener(event);
      else this.#held.push(() => listener(event));
    });
  }

  /** From now on nothing that is pushed arrives. */
  hold(): void {
    this.#held = [];
  }

  /** Everything that was held arrives, in this order. */
  release(order: 'as it came' | 'newest first' = 'as it came'): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const deliver of order === 'as it came' ? held : held.toReversed()) deliver();
  }

  /** Nothing of what was held ever arrives. */
  drop(): void {
    this.#held = null;
  }

  /** The next order of this role is handled by the test; what it does with it is up to it. */
  onPlace(role: string, handle: (order: OrderRequest) => ReturnType<ScriptedVenue['place']>): void {
    const place = this.place.bind(this);
    this.place = (order) => {
      if (!order.orderLinkId.startsWith(`sm_${role}_`)) return place(order);
      this.place = place;
      return handle(order);
    };
  }
}

export async function raceWorld(settings: Partial<LadderSettings> = {}) {
  const database = await scratchDatabase();
  await addUsers(database, 1);
  const venue = new HeldVenue();
  const clock = new VirtualClock();
  const bot = attachedBot(venue, database, settings, undefined, { clock });
  const cycleRow = () =>
    database.sql.prepare('SELECT * FROM Cycle ORDER BY cycleKey DESC').get() as Record<string, unknown>;
  return { database, venue, clock, bot, cycleRow };
}

export type RaceWorld = Awaited<ReturnType<typeof raceWorld>>;

/** Started, entered at 20000, with the take-profit at 20200 and legs at 19800 and 19602. */
export async function heldPosition(settings: Partial<LadderSettings> = {}): Promise<RaceWorld> {
  const world = await raceWorld(settings);
  expect(await world.bot.start({ adoptPosition: false })).toMatchObject({ ok: true });
  await world.clock.advance(50);
  expect(liveTags(world.venue)).toEqual(FULL_LADDER);
  return world;
}

/** What the live take-profit covers, and at what price. */
export function profitOf(venue: ScriptedVenue) {
  const order = venue.order(idOf(venue, 'tp'));
  return order === undefined ? null : { quantity: order.quantity, price: order.price };
}
