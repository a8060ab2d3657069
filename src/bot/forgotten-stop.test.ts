/** A stop-loss that carries no id, and of whose cycle a restored copy of the database knows nothing. */
import { expect, test, vi } from 'vitest';
import { attachedBot, botWorld, idOf } from '../testing/bot-world.ts';
import type { ScriptedVenue } from '../testing/scripted-venue.ts';

const SETTINGS = { stopLoss: '50', repeat: true };

function liveStops(venue: ScriptedVenue) {
  return venue.orders.filter((order) => order.type === 'stop' && order.status === 'open');
}

function entries(venue: ScriptedVenue): number {
  return venue.calls.filter((call) => call.startsWith('place sm_leg_0_')).length;
}

/** The take-profit filled while the server was down, and its database is put back to before the cycle. */
async function restored() {
  const { venue, bot, database } = await botWorld(SETTINGS);
  venue.traits = { amends: false, namesStops: false };
  await bot.start({ adoptPosition: false });
  await vi.waitFor(() => expect(venue.live()).toHaveLength(4));
  bot.detach();
  venue.fillUnseen(idOf(venue, 'tp'), '0.01');
  venue.orders.forEach((order, index) => {
    if (order.clientOrderId?.startsWith('sm_leg_') && order.status === 'open')
      venue.orders[index] = { ...order, status: 'cancelled' };
  });
  venue.forgetStops();
  venue.passTime(60_000);
  for (const table of ['Fill', 'OrderIntent', 'Cycle']) database.sql.exec(`DELETE FROM "${table}"`);
  return { venue, database };
}

test('is found by its looks before the next entry, and ends with the books of its cycle', {
  timeout: 20_000,
}, async () => {
  const { venue, database } = await restored();
  expect(liveStops(venue)).toHaveLength(1);
  const again = attachedBot(venue, database, SETTINGS);
  await vi.waitFor(() => expect(liveStops(venue)).toEqual([]), { timeout: 10_000 });
  await vi.waitFor(() => expect(again.hasCycle).toBe(false), { timeout: 10_000 });
  expect(again.view().status).toBe('halted');
  expect(entries(venue)).toBe(1);
  const [cycle] = database.sql.prepare('SELECT state, partial, gross FROM Cycle').all();
  expect(cycle).toEqual({ state: 'settled', partial: 0, gross: '2' });
});

test('is shown and ended by Recover', { timeout: 20_000 }, async () => {
  const { venue, database } = await restored();
  database.sql.exec("UPDATE Bot SET desired = 'stopped'");
  const again = attachedBot(venue, database, SETTINGS);
  const plan = await again.recover({ dryRun: true });
  expect(plan.ok && plan.value.actions.map(({ type }) => type)).toContain('cancel');
  expect(liveStops(venue)).toHaveLength(1);
  await again.recover({ dryRun: false });
  await vi.waitFor(() => expect(liveStops(venue)).toEqual([]), { timeout: 10_000 });
});

test('of a person is left alone, and the next cycle begins', { timeout: 20_000 }, async () => {
  const { venue, database } = await restored();
  venue.orders.forEach((order, index) => {
    if (order.type === 'stop') venue.orders[index] = { ...order, triggerPrice: '18000' };
  });
  attachedBot(venue, database, SETTINGS);
  await vi.waitFor(() => expect(entries(venue)).toBe(2), { timeout: 10_000 });
  expect(liveStops(venue)).toMatchObject([{ triggerPrice: '18000' }, {}]);
});
