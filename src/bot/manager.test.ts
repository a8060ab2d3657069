import { describe, expect, it, vi } from 'vitest';
import { createStateChanges } from '../store/state-changes.ts';
import { FULL_LADDER, liveTags, SETTINGS } from '../testing/bot-world.ts';
import { keyOf, managerWorld, type ManagerWorld } from '../testing/manager-world.ts';
import type { ScriptedVenue } from '../testing/scripted-venue.ts';

/** The venue's account is not read until the returned function is called. */
function holdReads(venue: ScriptedVenue): () => void {
  const original = venue.snapshot.bind(venue);
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  venue.snapshot = async (symbol, since) => {
    await held;
    return original(symbol, since);
  };
  return release;
}

async function trading() {
  const world = await managerWorld();
  const bots = world.boot();
  expect(await bots.start(1)).toMatchObject({ ok: true });
  await vi.waitFor(() => expect(liveTags(world.venue())).toEqual(FULL_LADDER));
  return { world, bots, venue: world.venue() };
}

describe('starting', () => {
  it('happens once of two starts at the same time', async () => {
    const world = await managerWorld();
    const bots = world.boot();
    const both = await Promise.all([bots.start(1), bots.start(1)]);
    expect(both.map((result) => (result.ok ? 'started' : result.error))).toEqual([
      'started',
      'already_running',
    ]);
    await vi.waitFor(() => expect(liveTags(world.venue())).toEqual(FULL_LADDER));
    expect(world.open).toBe(1);
  });

  it.each([
    ['without a key', { key: null }, 'missing_credentials'],
    ['with an account of another user', { accountUid: null, taken: true }, 'account_taken'],
    [
      'with settings that the exchange does not take',
      { settings: { ...SETTINGS, leverage: 101 } },
      'invalid_settings',
    ],
  ])('is refused %s, and leaves nothing open', async (_case, change, error) => {
    const world = await managerWorld();
    Object.assign(world.user(), change);
    const bots = world.boot();
    expect(await bots.start(1)).toMatchObject({ ok: false, error });
    await vi.waitFor(() => expect(world.open).toBe(0));
    expect(await bots.status(1)).toMatchObject({ running: false, status: 'not_running' });
  });

  it('never gives the id of one account to the key of another', async () => {
    const world = await managerWorld();
    world.user().accountUid = null;
    const account = world.venue().account;
    world.venue().account = () => {
      world.user().key = keyOf(1, 2);
      return account();
    };
    expect(await world.boot().start(1)).toMatchObject({ ok: false, error: 'missing_credentials' });
    expect(world.user().accountUid).toBeNull();
  });

  it('comes to nothing when the server stops meanwhile', async () => {
    const world = await managerWorld();
    const bots = world.boot();
    const release = holdReads(world.venue());
    const starting = bots.start(1);
    await vi.waitFor(() => expect(world.open).toBe(1));
    await bots.shutdown();
    release();
    expect(await starting).toMatchObject({ ok: false, error: 'stopping' });
    expect(world.venue().calls).toEqual([]);
  });

  it('uses settings that were saved while the bot was being made', async () => {
    const world = await managerWorld();
    const bots = world.boot();
    const starting = bots.start(1);
    const before = world.user().settings;
    world.user().settings = { ...before, takeProfit: '20' };
    const applied = bots.settingsChanged(1, before);
    await starting;
    expect(await applied).toEqual({ now: ['takeProfit'], nextCycle: [] });
    // 20000 · (1 + 20 % / 10) = 20400
    await vi.waitFor(async () => expect((await bots.status(1)).cycle?.takeProfitPrice).toBe('20400'));
  });
});

describe('users', () => {
  it('do not wait for each other', async () => {
    const world = await managerWorld(2);
    const bots = world.boot();
    const release = holdReads(world.venue(1));
    const slow = bots.start(1);
    expect(await bots.start(2)).toMatchObject({ ok: true });
    release();
    expect(await slow).toMatchObject({ ok: true });
  });

  it('get what they ask for one after the other', async () => {
    const world = await managerWorld();
    const bots = world.boot();
    const release = holdReads(world.venue());
    const started = bots.start(1);
    const stopped = bots.stop(1, 'close');
    release();
    expect(await started).toMatchObject({ ok: true });
    expect(await stopped).toMatchObject({ ok: true });
    await vi.waitFor(async () => expect((await bots.status(1)).status).toBe('stopped'));
    expect(world.venue().held.n).toBe(0n);
    await vi.waitFor(() => expect(world.open).toBe(0));
  });
});

describe('a restart of the server', () => {
  it('goes on with an open cycle and is ready once it has been read', async () => {
    const { world, bots, venue } = await trading();
    await bots.shutdown();
    const calls = venue.calls.length;
    const release = holdReads(venue);
    const again = world.boot();
    const resumed = again.resume();
    expect(again.ready()).toBe(false);
    release();
    await resumed;
    expect(again.ready()).toBe(true);
    expect(await again.status(1)).toMatchObject({ running: true, cycle: { number: 1 } });
    expect(venue.calls.length).toBe(calls);
    expect(await again.start(1)).toMatchObject({ ok: false, error: 'already_running' });
  });

  it('goes on protecting what was being protected', async () => {
    const { world, bots, venue } = await trading();
    await bots.stop(1, 'protect');
    await vi.waitFor(() => expect(liveTags(venue)).toEqual(['sm_tp']));
    await bots.shutdown();
    const again = world.boot();
    await again.resume();
    expect(await again.status(1)).toMatchObject({ running: false, status: 'protecting' });
    venue.fill(venue.live()[0] ?? '', '0.01');
    await vi.waitFor(async () => expect((await again.status(1)).status).toBe('stopped'));
  });

  it('leaves alone what was left, until it is started again', async () => {
    const { world, bots, venue } = await trading();
    await bots.stop(1, 'leave');
    await bots.shutdown();
    const calls = venue.calls.length;
    const again = world.boot();
    await again.resume();
    await vi.waitFor(() => expect(world.open).toBe(0));
    expect(again.ready()).toBe(true);
    expect(await again.status(1)).toMatchObject({ running: false, status: 'stopped', cycle: { number: 1 } });
    expect(await again.start(1)).toMatchObject({ ok: true });
    await vi.waitFor(async () => expect((await again.status(1)).status).toBe('running'));
    expect(venue.calls.length).toBe(calls);
  });

  it('waits for a key that cannot be opened, says so, and goes on with it', async () => {
    const { world, bots } = await trading();
    await bots.shutdown();
    world.user().key = null;
    const again = world.boot();
    await again.resume();
    expect(again.ready()).toBe(false);
    expect(await again.status(1)).toMatchObject({ running: false, status: 'needs_attention' });
    expect((await again.status(1)).message).toMatch(/Save the key/);
    world.user().key = keyOf(1);
    await vi.waitFor(() => expect(again.ready()).toBe(true));
    expect(await again.status(1)).toMatchObject({ running: true, status: 'running' });
  });

  it('can be stopped while it waits for its key, and does not run when the key is back', async () => {
    const { world, bots } = await trading();
    await bots.shutdown();
    world.user().key = null;
    const again = world.boot();
    await again.resume();
    expect(await again.stop(1, 'protect')).toEqual({ ok: true, value: { status: 'protecting' } });
    world.user().key = keyOf(1);
    await vi.waitFor(() => expect(again.ready()).toBe(true));
    expect(await again.status(1)).toMatchObject({ running: false, status: 'protecting' });
  });

  it('never goes on with the key of another account', async () => {
    const { world, bots, venue } = await trading();
    await bots.shutdown();
    world.user().accountUid = '99';
    const calls = venue.calls.length;
    const again = world.boot();
    await again.resume();
    expect(await again.status(1)).toMatchObject({ status: 'needs_attention' });
    expect(await again.start(1)).toMatchObject({ ok: false, error: 'other_account' });
    expect(venue.calls.length).toBe(calls);
  });

  it('keeps the cooldown', async () => {
    const { world, bots, venue } = await trading();
    const settings = { ...SETTINGS, repeat: true, cooldown: 3_600 };
    world.user().settings = settings;
    await bots.settingsChanged(1, SETTINGS);
    venue.fill(venue.live()[0] ?? '', '0.01');
    await vi.waitFor(async () => expect((await bots.status(1)).cooldownUntil).not.toBeNull());
    const { cooldownUntil } = await bots.status(1);
    await bots.shutdown();
    const again = world.boot();
    await again.resume();
    expect(await again.status(1)).toMatchObject({ running: true, cooldownUntil, cycle: null });
    expect(venue.live()).toEqual([]);
  });

  it('leaves no venue open for a memory that cannot be read', async () => {
    const { world, bots } = await trading();
    await bots.shutdown();
    world.database.sql.exec(`UPDATE Cycle SET plan = '{'`);
    const again = world.boot();
    await again.resume();
    expect(world.open).toBe(0);
    expect(again.ready()).toBe(false);
  });
});

describe('a replaced key of the same account', () => {
  it('goes on with the open cycle', async () => {
    const { world, bots, venue } = await trading();
    world.user().key = keyOf(1, 2);
    await bots.credentialChanged(1);
    venue.fill(venue.live().find((id) => id.startsWith('sm_leg_1')) ?? '', '0.01');
    await vi.waitFor(async () =>
      expect(await bots.status(1)).toMatchObject({
        running: true,
        cycle: { number: 1 },
        position: { quantity: '0.02' },
        protection: { covered: true },
      }),
    );
    expect(world.open).toBe(1);
  });

  it('is waited for when it cannot be opened at once', async () => {
    const { world, bots } = await trading();
    world.user().key = null;
    await bots.credentialChanged(1);
    world.user().key = keyOf(1, 2);
    await vi.waitFor(async () => expect(await bots.status(1)).toMatchObject({ status: 'running' }));
  });
});

describe('a bot that broke', () => {
  it('is made anew from the journal by Start, and goes on with its cycle', async () => {
    const { world, bots, venue } = await trading();
    const { sql } = world.database;
    sql.exec('ALTER TABLE Fill RENAME TO Away');
    venue.fill(venue.live().find((id) => id.startsWith('sm_leg_1')) ?? '', '0.01');
    await vi.waitFor(async () =>
      expect(await bots.status(1)).toMatchObject({ running: false, status: 'needs_attention' }),
    );
    sql.exec('ALTER TABLE Away RENAME TO Fill');
    expect(await bots.start(1)).toMatchObject({ ok: true });
    await vi.waitFor(async () =>
      expect(await bots.status(1)).toMatchObject({
        running: true,
        position: { quantity: '0.02' },
        protection: { covered: true },
      }),
    );
  });
});

describe('what listeners hear', () => {
  it('is the newest view in the end', async () => {
    const world = await managerWorld();
    const bots = world.boot();
    const heard: string[] = [];
    bots.onChange((view) => heard.push(view.status));
    await bots.start(1);
    await vi.waitFor(() => expect(heard.at(-1)).toBe('running'));
    await bots.stop(1, 'close');
    await vi.waitFor(() => expect(heard.at(-1)).toBe('stopped'));
  });

  it('covers in an overview whoever has a bot, running or not', async () => {
    const world = await managerWorld(2);
    const bots = world.boot();
    await bots.start(2);
    expect(bots.overview().map(({ userId, running }) => ({ userId, running }))).toEqual([
      { userId: 2, running: true },
    ]);
  });
});

describe('recover', () => {
  it('shows in a dry run what it then does, and nothing afterwards', async () => {
    const { bots, venue } = await trading();
    const tp = venue.order(venue.live().find((id) => id.startsWith('sm_tp')) ?? '');
    if (tp !== undefined)
      venue.orders[venue.orders.indexOf(tp)] = { ...tp, status: 'cancelled', reason: 'CancelByUser' };
    const plan = await bots.recover(1, { dryRun: true });
    expect(plan).toMatchObject({
      ok: true,
      value: { actions: [{ type: 'place', tag: 'sm_tp_1_BTCUSDT', price: '20200', quantity: '0.01' }] },
    });
    expect(liveTags(venue)).toEqual(['sm_leg_1', 'sm_leg_2']);
    expect(await bots.recover(1, { dryRun: false })).toMatchObject({
      ok: true,
      value: { actions: [{ type: 'place', tag: 'sm_tp_1_BTCUSDT' }] },
    });
    await vi.waitFor(() => expect(liveTags(venue)).toEqual(['sm_leg_1', 'sm_leg_2', 'sm_tp']));
    await vi.waitFor(async () =>
      expect(await bots.recover(1, { dryRun: true })).toMatchObject({ ok: true, value: { actions: [] } }),
    );
  });
});

describe('a bot that nobody runs', () => {
  const left = async () => {
    const all = await trading();
    await all.bots.stop(1, 'leave');
    await vi.waitFor(() => expect(all.world.open).toBe(0));
    return all;
  };

  it('is shown as it was last known until somebody looks, and then as the exchange says', async () => {
    const { bots, venue, world } = await left();
    const before = await bots.status(1);
    expect(before).toMatchObject({ status: 'stopped', askedAt: null, position: { markPrice: null } });
    const known = before.position?.quantity;
    const leg = venue.live().find((id) => id.startsWith('sm_leg_1')) ?? '';
    venue.fill(leg, venue.order(leg)?.quantity ?? '');
    expect((await bots.status(1)).position?.quantity).toBe(known);

    const looked = await bots.look(1);
    expect(looked).toMatchObject({ ok: true, value: { view: { askedAt: expect.any(String) } } });
    const view = await bots.status(1);
    expect(view.position?.quantity).not.toBe(known);
    expect(view.orders.some(({ clientOrderId }) => clientOrderId === leg)).toBe(false);
    expect(view.protection).toMatchObject({ covered: false, cause: expect.stringContaining('last asked') });
    // A reading only: nothing was sent, stored or kept open.
    expect(world.open).toBe(0);
    const fills = world.database.sql.prepare('SELECT COUNT(*) FROM Fill').pluck().get();
    expect(fills).toBe(1);
  });

  it('is refused a look while its exchange cannot be read, and keeps what was known', async () => {
    const { bots, venue } = await left();
    venue.snapshot = async () => ({ ok: false, code: 'network', message: 'nobody answers' });
    expect(await bots.look(1)).toMatchObject({ ok: false, error: 'venue_unavailable' });
    expect((await bots.status(1)).askedAt).toBeNull();
  });

  it('is listed with others after one query, and hidden by no memory that cannot be read', async () => {
    const { bots, world } = await left();
    world.database.sql.prepare(`UPDATE Cycle SET plan = '{'`).run();
    const restarted = world.boot();
    expect(await restarted.summaries()).toMatchObject([{ userId: 1, status: 'stopped' }]);
    expect(restarted.overview()).toMatchObject([{ userId: 1, status: 'stopped' }]);
    await bots.shutdown();
  });
});

describe('the log of states', () => {
  const logged = (world: ManagerWorld) =>
    createStateChanges(world.database.sql)
      .list({ limit: 50 })
      .items.toReversed()
      .map(({ kind, from, to }) => `${kind}: ${from} → ${to}`);

  it('has every change of a bot and what a restart of the server did', async () => {
    const { bots, world } = await trading();
    expect(logged(world)).toEqual(['state: not_running → starting', 'state: starting → running']);
    await bots.shutdown();
    const restarted = world.boot();
    await restarted.resume();
    expect(logged(world).at(-1)).toBe('resumed: running → running');
    await restarted.stop(1, 'protect');
    expect(logged(world).at(-1)).toBe('state: running → protecting');
  });

  it('says why a bot waits, once', async () => {
    const { bots, world } = await trading();
    await bots.shutdown();
    world.user().key = null;
    await world.boot().resume();
    await new Promise((resolve) => setTimeout(resolve, 100));
    const waiting = createStateChanges(world.database.sql)
      .list({ limit: 50 })
      .items.filter(({ kind }) => kind === 'waiting');
    expect(waiting).toMatchObject([{ code: 'missing_credentials' }]);
  });
});
