import { expect, test, vi } from 'vitest';
import { attachedBot, botWorld, idOf } from '../testing/bot-world.ts';
import type { ScriptedVenue } from '../testing/scripted-venue.ts';

const NEITHER = { amends: false, namesStops: false };

async function started() {
  const all = await botWorld({ stopLoss: '50', guard: 'halt' });
  all.venue.traits = NEITHER;
  return all;
}

function liveStops(venue: ScriptedVenue) {
  return venue.orders.filter((order) => order.type === 'stop' && order.status === 'open');
}

function placed(venue: ScriptedVenue, role: string): string[] {
  return venue.calls.filter((call) => call.startsWith(`place sm_${role}_`));
}

test('where orders cannot be amended, TP and SL follow a fill as the next replacement of their tag', async () => {
  const { venue, bot } = await started();
  await bot.start({ adoptPosition: false });
  await vi.waitFor(() => expect(venue.live()).toHaveLength(4));
  const [tp, leg] = [idOf(venue, 'tp'), idOf(venue, 'leg_1')];
  venue.fill(leg, '0.01');
  await vi.waitFor(() =>
    expect(venue.order(`${tp}_1`)).toMatchObject({ status: 'open', quantity: '0.02', price: '20099' }),
  );
  await vi.waitFor(() => expect(liveStops(venue)).toMatchObject([{ quantity: '0.02' }]));
  expect(venue.order(tp)?.status).toBe('cancelled');
  expect(venue.calls.some((call) => call.startsWith('amend'))).toBe(false);
  await vi.waitFor(() => expect(bot.view().protection.covered).toBe(true));
});

test('a stop-loss whose answer was lost is found by its looks after a restart, and never doubled', async () => {
  const { venue, bot, database } = await started();
  venue.onCall = () => {
    if (placed(venue, 'tp').length === 1 && placed(venue, 'sl').length === 0) venue.loseNext = 'after';
  };
  await bot.start({ adoptPosition: false });
  await vi.waitFor(() => expect(liveStops(venue)).toHaveLength(1));
  bot.detach();
  venue.onCall = () => undefined;
  venue.forgetStops();
  const again = attachedBot(venue, database, { stopLoss: '50' });
  await vi.waitFor(() => expect(again.view().protection.covered).toBe(true), { timeout: 10_000 });
  expect(liveStops(venue)).toHaveLength(1);
  expect(placed(venue, 'sl')).toHaveLength(1);
  expect(again.view().status).not.toBe('halted');
});

test('a stop-loss that the journal lost is taken back after a restart, and never doubled', async () => {
  const { venue, bot, database } = await started();
  await bot.start({ adoptPosition: false });
  await vi.waitFor(() => expect(venue.live()).toHaveLength(4));
  bot.detach();
  database.sql.prepare("DELETE FROM OrderIntent WHERE kind = 'sl'").run();
  venue.forgetStops();
  const again = attachedBot(venue, database, { stopLoss: '50' });
  await vi.waitFor(() => expect(again.view().protection.covered).toBe(true), { timeout: 10_000 });
  expect(liveStops(venue)).toHaveLength(1);
  expect(placed(venue, 'sl')).toHaveLength(1);
});
