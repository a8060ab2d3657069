/** Databases that know less than the exchange: lost under a cycle, or one cycle behind. */
import { expect, vi } from 'vitest';
import { attachedBot, FULL_LADDER, idOf, liveTags, SETTINGS } from './bot-world.ts';
import type { Database } from '../store/database.ts';
import { keyOf, ManagerWorld, managerWorld } from './manager-world.ts';
import { addUsers, scratchDatabase } from './scratch-database.ts';
import { ScriptedVenue } from './scripted-venue.ts';

/** A user in the middle of a cycle, whose database is then lost: another one, empty but for the user made again. */
export async function lostUnderACycle(settings: Partial<typeof SETTINGS> = {}) {
  const world = await managerWorld();
  world.user().settings = { ...SETTINGS, ...settings };
  const bots = world.boot();
  await bots.start(1);
  const venue = world.venue();
  await vi.waitFor(() => expect(liveTags(venue).filter((tag) => tag !== 'sm_sl')).toEqual(FULL_LADDER));
  await bots.shutdown();
  return { venue, world, again: () => emptied(world) };
}

async function emptied(world: ManagerWorld) {
  const database = await scratchDatabase();
  await addUsers(database, 1);
  const empty = new ManagerWorld(database, 1);
  empty.venues.set(1, world.venue());
  empty.users.set(1, { ...world.user(), key: keyOf(1, 2) });
  return { database, world: empty, bots: empty.boot() };
}

/** A journal in which the first cycle is open, while the second one rests. */
export async function oneCycleBehind() {
  const database = await scratchDatabase();
  await addUsers(database, 1);
  const venue = new ScriptedVenue();
  let dead = false;
  const bot = attachedBot(venue, database, { repeat: true }, undefined, { dies: () => dead });
  await bot.start({ adoptPosition: false });
  await vi.waitFor(() => expect(liveTags(venue)).toEqual(FULL_LADDER));
  // From here on nothing is written any more: the end of this cycle and the next one are lost.
  dead = true;
  const first = idOf(venue, 'tp');
  venue.fill(first, '0.01');
  await vi.waitFor(() => expect(liveTags(venue)).toEqual(FULL_LADDER));
  bot.detach();
  return { venue, database, first };
}

export function cyclesOf({ sql }: Database): string[] {
  return sql.prepare("SELECT number || ' ' || state FROM Cycle ORDER BY number").pluck().all() as string[];
}

export function cancelByHand(venue: ScriptedVenue, id: string): void {
  const order = venue.order(id);
  if (order !== undefined)
    venue.orders[venue.orders.indexOf(order)] = { ...order, status: 'cancelled', reason: 'CancelByUser' };
}

/** The exchange has never heard of it: its call was lost with the database. */
export function forget(venue: ScriptedVenue, id: string): void {
  venue.orders.splice(
    venue.orders.findIndex(({ clientOrderId }) => clientOrderId === id),
    1,
  );
}
