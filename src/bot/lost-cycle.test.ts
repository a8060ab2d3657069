import { describe, expect, it, vi } from 'vitest';
import { FULL_LADDER, idOf, liveTags, SETTINGS } from '../testing/bot-world.ts';
import { cancelByHand, forget, lostUnderACycle } from '../testing/lost-world.ts';
import { managerWorld } from '../testing/manager-world.ts';
import type { RecoverPlan } from './bot-view.ts';

function planOf(result: { ok: true; value: RecoverPlan } | { ok: false; message: string }): RecoverPlan {
  if (!result.ok) throw new Error(result.message);
  return result.value;
}

const SETTLED = 'SELECT state, number, gross, fees, net, legsFilled, partial FROM Cycle';

describe('a database that was lost under a cycle', () => {
  it('is rebuilt by Recover: shown first, then adopted as it rests, settled to the last digit', async () => {
    const { venue, again } = await lostUnderACycle();
    venue.fillUnseen(idOf(venue, 'leg_1'), '0.01');
    const { bots, database } = await again();
    const calls = [...venue.calls];
    const plan = planOf(await bots.recover(1, { dryRun: true }));
    expect(plan.message).toContain('it holds 0.02 BTC long at 19900');
    expect(plan.actions.map(({ type, tag }) => `${type} ${tag}`)).toEqual([
      'adopt sm_tp_1_BTCUSDT',
      'adopt sm_leg_2_1_BTCUSDT',
      'amend sm_tp_1_BTCUSDT',
    ]);
    // The take-profit was made for 0.01 at 20000; it has to follow to 19900 · 1.01.
    expect(plan.actions[2]).toMatchObject({
      onVenue: { price: '20200', quantity: '0.01', state: 'open' },
      wanted: { price: '20099', quantity: '0.02' },
    });
    expect(venue.calls).toEqual(calls);
    expect(database.sql.prepare('SELECT count(*) FROM Cycle').pluck().get()).toBe(0);

    await bots.recover(1, { dryRun: false });
    await vi.waitFor(() =>
      expect(venue.order(idOf(venue, 'tp'))).toMatchObject({ price: '20099', quantity: '0.02' }),
    );
    expect(venue.calls.slice(calls.length)).toEqual([`amend ${idOf(venue, 'tp')}`]);
    await vi.waitFor(async () =>
      expect(planOf(await bots.recover(1, { dryRun: false }))).toMatchObject({
        actions: [],
        message: 'Nothing to do: everything is in place. 2 orders were checked.',
      }),
    );
    expect(await bots.status(1)).toMatchObject({ running: false, status: 'halted', cycle: { number: 1 } });

    venue.fill(idOf(venue, 'tp'), '0.02');
    await vi.waitFor(async () => expect((await bots.status(1)).cycle).toBeNull());
    expect(venue.live()).toEqual([]);
    // gross 0.02 · (20099 − 19900) = 3.98, three executions of 0.01 fee
    const expected = { state: 'settled', number: 1, gross: '3.98', fees: '0.03', net: '3.95', legsFilled: 2 };
    expect(database.sql.prepare(SETTLED).get()).toEqual({ ...expected, partial: 0 });
  });

  it('whose take-profit is gone has it placed at once; missing legs only follow the Start', async () => {
    const { venue, again } = await lostUnderACycle();
    for (const role of ['tp', 'leg_1']) cancelByHand(venue, idOf(venue, role));
    const { bots } = await again();
    await bots.recover(1, { dryRun: false });
    await vi.waitFor(() => expect(liveTags(venue)).toEqual(['sm_leg_2', 'sm_tp']));
    expect(venue.order(idOf(venue, 'tp'))).toMatchObject({ price: '20200', quantity: '0.01' });
    expect((await bots.status(1)).protection.covered).toBe(true);
    await bots.start(1);
    await vi.waitFor(async () => expect((await bots.status(1)).status).toBe('running'));
    // The leg was cancelled by hand, so it stays away; what rests is still the same order.
    expect(liveTags(venue)).toEqual(['sm_leg_2', 'sm_tp']);
  });

  it('is started only with consent: without it the position is protected, and no leg is placed', async () => {
    const { venue, again } = await lostUnderACycle();
    for (const role of ['tp', 'leg_1']) forget(venue, idOf(venue, role));
    const { bots } = await again();
    const refused = await bots.start(1);
    expect(refused).toMatchObject({ ok: false, error: 'orders_from_before' });
    await vi.waitFor(() => expect(liveTags(venue)).toEqual(['sm_leg_2', 'sm_tp']));
    expect(await bots.status(1)).toMatchObject({ running: false, status: 'halted' });
    expect(await bots.start(1)).toMatchObject({ ok: true });
    await vi.waitFor(() => expect(liveTags(venue)).toEqual(['sm_leg_2', 'sm_tp', 'sm_leg_1']));
    expect(new Set(venue.live()).size).toBe(3);
  });

  it('goes on at once where the user agrees with the Start', async () => {
    const { venue, again } = await lostUnderACycle();
    forget(venue, idOf(venue, 'leg_1'));
    const { bots } = await again();
    expect(await bots.start(1, { adoptPosition: true })).toMatchObject({ ok: true });
    await vi.waitFor(() => expect(liveTags(venue)).toEqual(['sm_tp', 'sm_leg_2', 'sm_leg_1']));
    expect(await bots.status(1)).toMatchObject({ running: true, cycle: { number: 1, legsFilled: 1 } });
  });

  it('keeps the exits where they rest while the saved settings are others, and says so', async () => {
    const { venue, again } = await lostUnderACycle({ takeProfit: '12', stopLoss: '30' });
    const { bots, world } = await again();
    world.user().settings = { ...SETTINGS, takeProfit: '5', legs: [{ amount: '50', gap: '0' }], rounds: 1 };
    const calls = venue.calls.length;
    const plan = planOf(await bots.recover(1, { dryRun: false }));
    expect(plan.notes.join(' ')).toMatch(/take-profit rests at 12 %, the saved settings say 5 %/);
    expect(plan.notes.join(' ')).toMatch(/stop-loss rests at 30 %, the saved settings say 0 %/);
    expect(plan.notes.join(' ')).toMatch(/ladder is taken from its orders/);
    await vi.waitFor(async () => expect((await bots.status(1)).protection.covered).toBe(true));
    expect(venue.calls.length).toBe(calls);
    // The ladder goes on as it was: leg 1 fills, and both exits follow by their own percentages.
    venue.fill(idOf(venue, 'leg_1'), '0.01');
    // 19900 · (1 + 12 % / 10) = 20138.8; 19900 · (1 − 30 % / 10) = 19303
    await vi.waitFor(() => expect(venue.order(idOf(venue, 'tp'))).toMatchObject({ price: '20138.8' }));
    await vi.waitFor(() => expect(venue.order(idOf(venue, 'sl'))).toMatchObject({ triggerPrice: '19303' }));
    // With the Start they follow the settings: 19900 · (1 + 5 % / 10) = 19999.5, and no stop-loss.
    await bots.start(1);
    await vi.waitFor(() => expect(venue.order(idOf(venue, 'tp'))).toMatchObject({ price: '19999.5' }));
    await vi.waitFor(() => expect(idOf(venue, 'sl')).toBe(''));
    expect(liveTags(venue).filter((tag) => tag.startsWith('sm_leg'))).toEqual(['sm_leg_2']);
  });

  it('survives a restart as it was adopted', async () => {
    const { venue, again } = await lostUnderACycle();
    const { bots, world } = await again();
    await bots.recover(1, { dryRun: false });
    await bots.shutdown();
    const calls = venue.calls.length;
    const next = world.boot();
    await next.resume();
    expect(planOf(await next.recover(1, { dryRun: true })).actions).toEqual([]);
    expect(venue.calls.length).toBe(calls);
    expect(liveTags(venue)).toEqual(FULL_LADDER);
  });

  it('covers no more than the exchange holds, and leaves what others added', async () => {
    const { venue, again } = await lostUnderACycle();
    venue.handOver('5');
    venue.addStranger();
    const { bots } = await again();
    await bots.recover(1, { dryRun: false });
    await vi.waitFor(async () => expect((await bots.status(1)).position?.quantity).toBe('0.01'));
    expect(liveTags(venue)).toEqual([...FULL_LADDER, 'stranger']);
    expect(venue.order(idOf(venue, 'tp'))?.quantity).toBe('0.01');
  });

  it('where the position was closed meanwhile cleans up what is left, and books what it saw', {
    timeout: 20_000,
  }, async () => {
    const { venue, again } = await lostUnderACycle();
    venue.fillUnseen(idOf(venue, 'tp'), '0.01');
    const { bots, database } = await again();
    const plan = planOf(await bots.recover(1, { dryRun: true }));
    expect(
      plan.actions.filter(({ type }) => type === 'cancel').map(({ tag, wanted }) => [tag, wanted]),
    ).toEqual([
      ['sm_leg_1_1_BTCUSDT', null],
      ['sm_leg_2_1_BTCUSDT', null],
    ]);
    await bots.recover(1, { dryRun: false });
    await vi.waitFor(async () => expect((await bots.status(1)).cycle).toBeNull(), { timeout: 10_000 });
    expect(venue.live()).toEqual([]);
    expect(database.sql.prepare(SETTLED).get()).toMatchObject({ state: 'settled', gross: '2', partial: 0 });
  });

  it('whose position was closed under no name of ours, and of which nothing rests, is over', async () => {
    const { venue, again } = await lostUnderACycle();
    // A stop-loss that carries no id has fired, or a person has closed: no execution of ours tells of it.
    venue.handOver('-0.01');
    for (const role of ['tp', 'leg_1', 'leg_2']) cancelByHand(venue, idOf(venue, role));
    venue.passTime(60_000);
    const { bots, database } = await again();
    for (const dryRun of [true, false])
      expect(planOf(await bots.recover(1, { dryRun }))).toMatchObject({ actions: [], checked: [] });
    expect(database.sql.prepare('SELECT count(*) FROM Cycle').pluck().get()).toBe(0);
  });

  it('that was closed under no name of ours leaves alone what somebody has bought since', async () => {
    const { venue, again } = await lostUnderACycle();
    venue.settleAt('0.01', '19900', 'trade');
    venue.handOver('0.03');
    for (const role of ['tp', 'leg_1', 'leg_2']) cancelByHand(venue, idOf(venue, role));
    const { bots } = await again();
    const calls = venue.calls.length;
    expect(planOf(await bots.recover(1, { dryRun: false }))).toMatchObject({ actions: [], checked: [] });
    expect(await bots.start(1)).toMatchObject({ ok: false, error: 'existing_position' });
    expect(venue.calls.length).toBe(calls);
  });

  it('whose beginning cannot be read any more covers what its take-profit covers, and is partial', async () => {
    const { venue, again } = await lostUnderACycle();
    venue.executionsSeen.length = 0;
    const entry = venue.orders.findIndex(
      ({ clientOrderId }) => clientOrderId?.startsWith('sm_leg_0') === true,
    );
    venue.orders.splice(entry, 1);
    venue.handOver('3');
    const { bots, database } = await again();
    const plan = planOf(await bots.recover(1, { dryRun: false }));
    expect(plan.notes.join(' ')).toContain('beginning cannot be read any more');
    expect((await bots.status(1)).position?.quantity).toBe('0.01');
    expect(liveTags(venue)).toEqual(FULL_LADDER);
    expect(database.sql.prepare('SELECT partial FROM Cycle').pluck().get()).toBe(1);
  });

  it('that proves nothing of a position is not adopted', async () => {
    const { venue, again } = await lostUnderACycle();
    venue.executionsSeen.length = 0;
    venue.orders.splice(
      0,
      venue.orders.length,
      ...venue.orders.filter(({ clientOrderId }) => clientOrderId?.startsWith('sm_leg_2') === true),
    );
    const { bots } = await again();
    const calls = venue.calls.length;
    expect(await bots.recover(1, { dryRun: false })).toMatchObject({
      ok: false,
      error: 'orders_from_before',
    });
    expect(venue.calls.length).toBe(calls);
  });

  it('without anything of ours on the exchange has nothing to do, and says what was checked', async () => {
    const world = await managerWorld();
    world.venue().handOver('1');
    world.venue().addStranger();
    const plan = planOf(await world.boot().recover(1, { dryRun: false }));
    expect(plan).toMatchObject({ actions: [], checked: [] });
    expect(plan.message).toMatch(/^Nothing to do/);
    expect(plan.notes[0]).toContain('BTC/USDT');
    expect(world.venue().calls).toEqual([]);
  });
});

describe('a journal whose newest rows a power failure took', () => {
  it('knows the cycle before: the newer one is protected at the next start, and waits for consent', async () => {
    const { venue, world } = await lostUnderACycle();
    const { sql } = world.database;
    // The first cycle was settled; the rows of the one that rests now are gone, and so is its entry in the bot's.
    for (const table of ['Fill', 'OrderIntent', 'Cycle']) sql.exec(`DELETE FROM "${table}"`);
    sql.exec("UPDATE Bot SET cycleKey = 1, cycleNumber = 7, desired = 'running', mode = 'run'");
    forget(venue, idOf(venue, 'tp'));
    const bots = world.boot();
    await bots.resume();
    await vi.waitFor(() => expect(liveTags(venue)).toEqual(['sm_leg_1', 'sm_leg_2', 'sm_tp']));
    expect(await bots.status(1)).toMatchObject({
      running: false,
      status: 'halted',
      lastError: { code: 'orders_from_before' },
      cycle: { number: 8 },
      protection: { covered: true },
    });
    await bots.start(1);
    await vi.waitFor(async () => expect((await bots.status(1)).status).toBe('running'));
    expect(new Set(venue.live()).size).toBe(3);
  });

  it('gives no key again that the exchange has seen', async () => {
    const { venue, world } = await lostUnderACycle();
    venue.fillUnseen(idOf(venue, 'tp'), '0.01');
    for (const role of ['leg_1', 'leg_2']) cancelByHand(venue, idOf(venue, role));
    const used = venue.orders.map(({ clientOrderId }) => clientOrderId);
    const { sql } = world.database;
    for (const table of ['Fill', 'OrderIntent', 'Cycle']) sql.exec(`DELETE FROM "${table}"`);
    // The next key by the calendar is the one that was used in the rows that are lost.
    sql.exec('UPDATE Bot SET cycleKey = cycleKey - 1');
    const bots = world.boot();
    await bots.start(1);
    await vi.waitFor(() => expect(liveTags(venue)).toEqual(FULL_LADDER));
    expect(venue.live().filter((id) => used.includes(id))).toEqual([]);
  });
});

it('a memory from before its position was closed under no name leaves alone what somebody has bought since', {
  timeout: 20_000,
}, async () => {
  const world = await managerWorld();
  const bots = world.boot();
  await bots.start(1);
  const venue = world.venue();
  await vi.waitFor(() => expect(liveTags(venue).filter((tag) => tag !== 'sm_sl')).toEqual(FULL_LADDER));
  await bots.shutdown();
  venue.settleAt('0.01', '19900', 'trade');
  venue.handOver('0.03');
  const calls = venue.calls.length;
  const next = world.boot();
  await next.resume();
  await vi.waitFor(async () => expect((await next.status(1)).cycle).toBeNull(), { timeout: 10_000 });
  expect(venue.calls.slice(calls).filter((call) => !call.startsWith('cancel'))).toEqual([]);
  expect(venue.live()).toEqual([]);
  expect(await next.status(1)).toMatchObject({ status: 'halted', lastError: { code: 'closed_outside' } });
});
