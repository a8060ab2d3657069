/** What a bot does after a start whose journal knows less than the exchange. */
import { describe, expect, it, vi } from 'vitest';
import { attachedBot, FULL_LADDER, idOf, liveTags } from '../testing/bot-world.ts';
import { cancelByHand, cyclesOf, forget, lostUnderACycle, oneCycleBehind } from '../testing/lost-world.ts';
import { keyOf, managerWorld } from '../testing/manager-world.ts';

describe('a journal that still has the cycle before open', () => {
  it('books that one, and then protects the newer by itself', { timeout: 30_000 }, async () => {
    const { venue, database, first } = await oneCycleBehind();
    // While nobody looked a leg has filled, and the take-profit is gone.
    venue.fillUnseen(idOf(venue, 'leg_1'), '0.01');
    forget(venue, idOf(venue, 'tp'));
    expect(venue.live()).not.toContain(first);

    const again = attachedBot(venue, database, { repeat: true }, undefined, { lookBack: true });
    await vi.waitFor(() => expect(liveTags(venue)).toEqual(['sm_leg_2', 'sm_tp']), { timeout: 15_000 });
    // 19900 · 1.01
    expect(venue.order(idOf(venue, 'tp'))).toMatchObject({ price: '20099', quantity: '0.02' });
    expect(again.view()).toMatchObject({
      status: 'halted',
      lastError: { code: 'orders_from_before' },
      position: { quantity: '0.02' },
      protection: { covered: true },
    });
    expect(cyclesOf(database)).toEqual(['1 settled', '2 open']);
  });

  it('touches nothing where the newer is whole, and goes on with it at the Start', {
    timeout: 30_000,
  }, async () => {
    const { venue, database } = await oneCycleBehind();
    const rests = venue.live();
    const calls = venue.calls.length;
    const again = attachedBot(venue, database, { repeat: true }, undefined, { lookBack: true });
    await vi.waitFor(() => expect(cyclesOf(database)).toEqual(['1 settled', '2 open']), { timeout: 15_000 });
    expect(await again.start({ adoptPosition: false })).toMatchObject({ ok: true });
    await vi.waitFor(() => expect(again.view().status).toBe('running'));
    expect(venue.live()).toEqual(rests);
    expect(venue.calls.length).toBe(calls);
  });

  it('does so too where its bot was stopped at the time of the copy', {
    timeout: 30_000,
  }, async () => {
    const { venue, database } = await oneCycleBehind();
    database.sql.exec("UPDATE Bot SET desired = 'stopped', mode = 'protect', status = 'protecting'");
    forget(venue, idOf(venue, 'tp'));
    attachedBot(venue, database, {}, undefined, { lookBack: true });
    await vi.waitFor(() => expect(liveTags(venue)).toEqual(['sm_leg_1', 'sm_leg_2', 'sm_tp']), {
      timeout: 15_000,
    });
    expect(cyclesOf(database)).toEqual(['1 settled', '2 open']);
  });
});

describe('a start of the server', () => {
  it('finds a cycle that is in no row, of a bot that nobody runs', async () => {
    const { venue, again } = await lostUnderACycle();
    forget(venue, idOf(venue, 'tp'));
    const { bots, database } = await again();
    await bots.resume();
    await vi.waitFor(() => expect(liveTags(venue)).toEqual(['sm_leg_1', 'sm_leg_2', 'sm_tp']));
    expect(await bots.status(1)).toMatchObject({
      running: false,
      status: 'halted',
      lastError: { code: 'orders_from_before' },
      protection: { covered: true },
    });
    expect(cyclesOf(database)).toEqual(['1 open']);
  });

  it('asks again where the exchange does not answer, and lets go of a bot that has nothing', async () => {
    const world = await managerWorld(2);
    let asked = 0;
    const venue = world.venue(2);
    const { recentOrders } = venue;
    venue.recentOrders = async () => {
      asked += 1;
      return asked === 1
        ? { ok: false, code: 'timeout', message: 'no answer' }
        : recentOrders.call(venue, 'BTC/USDT');
    };
    await world.boot().resume();
    await vi.waitFor(() => expect(asked).toBe(2), { timeout: 5_000 });
    await vi.waitFor(() => expect(world.open).toBe(0));
    expect([...world.venue(1).calls, ...venue.calls]).toEqual([]);
  });

  it('leaves no user out because of another', async () => {
    const world = await managerWorld(3);
    const asked: number[] = [];
    for (const userId of [1, 2, 3]) {
      const venue = world.venue(userId);
      const { recentOrders } = venue;
      venue.recentOrders = async (symbol) => {
        asked.push(userId);
        return recentOrders.call(venue, symbol);
      };
    }
    const broken = world.user(2);
    Object.defineProperty(broken, 'settings', {
      get: () => {
        throw new Error('a row that nobody can read');
      },
    });
    await world.boot().resume();
    await vi.waitFor(() => expect(asked).toEqual([1, 3]));
  });

  it('looks with the next key where the first one opened nothing', async () => {
    const { venue, again } = await lostUnderACycle();
    forget(venue, idOf(venue, 'tp'));
    const { bots, world } = await again();
    const { recentOrders } = venue;
    venue.recentOrders = async () => ({ ok: false, code: 'credentials', message: 'invalid key' });
    await bots.resume();
    await vi.waitFor(async () =>
      expect((await bots.status(1)).warnings).toMatchObject([{ code: 'credentials' }]),
    );
    venue.recentOrders = recentOrders;
    world.user().key = keyOf(1, 3);
    await bots.credentialChanged(1);
    await vi.waitFor(() => expect(liveTags(venue)).toEqual(['sm_leg_1', 'sm_leg_2', 'sm_tp']));
  });

  it('says that the exchange has not told yet, and goes on looking where the user stops the bot', async () => {
    const { venue, again } = await lostUnderACycle();
    forget(venue, idOf(venue, 'tp'));
    const { bots } = await again();
    const { recentOrders } = venue;
    venue.recentOrders = async () => ({ ok: false, code: 'timeout', message: 'no answer' });
    await bots.resume();
    await vi.waitFor(async () =>
      expect((await bots.status(1)).warnings).toMatchObject([{ code: 'venue_unavailable' }]),
    );
    expect(await bots.stop(1, 'protect')).toMatchObject({ ok: false, error: 'not_running' });
    venue.recentOrders = recentOrders;
    await vi.waitFor(() => expect(liveTags(venue)).toEqual(['sm_leg_1', 'sm_leg_2', 'sm_tp']), {
      timeout: 5_000,
    });
  });

  it('adopts once where a Start or a Recover reads at the same time', async () => {
    for (const press of ['start', 'recover'] as const) {
      const { venue, again } = await lostUnderACycle();
      forget(venue, idOf(venue, 'tp'));
      const { bots, database } = await again();
      await bots.resume();
      await vi.waitFor(async () => expect((await bots.status(1)).status).toBe('not_running'));
      const { snapshot } = venue;
      // The look asks first, and the readings of the button arrive when it has adopted.
      let asked = 0;
      venue.snapshot = async (...wish) => {
        asked += 1;
        const isLook = asked === 1;
        const read = await snapshot.call(venue, ...wish);
        if (!isLook) await vi.waitFor(() => expect(cyclesOf(database)).toEqual(['1 open']));
        return read;
      };
      const answer = press === 'start' ? await bots.start(1) : await bots.recover(1, { dryRun: false });
      if (press === 'start') expect(answer).toMatchObject({ ok: false, error: 'orders_from_before' });
      else expect(answer).toMatchObject({ ok: true });
      await vi.waitFor(() => expect(liveTags(venue)).toEqual(['sm_leg_1', 'sm_leg_2', 'sm_tp']));
      expect(venue.calls.filter((call) => call.startsWith('place sm_tp')).length).toBe(2);
      expect(cyclesOf(database)).toEqual(['1 open']);
    }
  });

  it('is no reason to look where the open cycle holds all that is held', { timeout: 20_000 }, async () => {
    const world = await managerWorld();
    const bots = world.boot();
    await bots.start(1);
    const venue = world.venue();
    await vi.waitFor(() => expect(liveTags(venue)).toEqual(FULL_LADDER));
    await bots.stop(1, 'protect');
    await bots.shutdown();
    let asked = 0;
    venue.recentOrders = async () => {
      asked += 1;
      return { ok: true, value: [] };
    };
    const next = world.boot();
    await next.resume();
    venue.fill(idOf(venue, 'tp'), '0.01');
    await vi.waitFor(async () => expect((await next.status(1)).cycle).toBeNull(), { timeout: 10_000 });
    expect(asked).toBe(0);
  });

  it('says of orders that prove nothing what they are', async () => {
    const { venue, again } = await lostUnderACycle();
    venue.executionsSeen.length = 0;
    for (const role of ['leg_0', 'tp', 'leg_1']) {
      const index = venue.orders.findIndex(({ clientOrderId }) => clientOrderId?.startsWith(`sm_${role}`));
      venue.orders.splice(index, 1);
    }
    const { bots } = await again();
    const calls = venue.calls.length;
    await bots.resume();
    await vi.waitFor(async () =>
      expect(await bots.status(1)).toMatchObject({
        status: 'halted',
        lastError: { code: 'orders_from_before' },
      }),
    );
    expect(venue.calls.length).toBe(calls);
  });
});

it('a journal that was put back by hand gives no key again, although it settles a cycle of its own first', {
  timeout: 30_000,
}, async () => {
  const { venue, database } = await oneCycleBehind();
  venue.fillUnseen(idOf(venue, 'tp'), '0.01');
  for (const role of ['leg_1', 'leg_2']) cancelByHand(venue, idOf(venue, role));
  const used = venue.orders.map(({ clientOrderId }) => clientOrderId);
  attachedBot(venue, database, { repeat: true }, undefined, { lookBack: true });
  await vi.waitFor(() => expect(liveTags(venue)).toEqual(FULL_LADDER), { timeout: 15_000 });
  expect(venue.live().filter((id) => used.includes(id))).toEqual([]);
  const entries = venue.calls.filter((call) => call.startsWith('place sm_leg_0_'));
  expect(entries).toHaveLength(new Set(entries).size);
});
