import { describe, expect, it, vi } from 'vitest';
import { attachedBot, botWorld, FULL_LADDER, idOf, inPosition, liveTags } from '../testing/bot-world.ts';

describe('a cycle', () => {
  it('goes from entry over ladder and take-profit to a settled ledger', async () => {
    const { venue, bot, database } = await inPosition();
    // 20 USDT · 10 / 20000 = 0.01; take-profit 20000 · (1 + 10 % / 10) = 20200
    expect(venue.order(idOf(venue, 'tp'))).toMatchObject({ price: '20200', quantity: '0.01' });
    // leg 1 at 20000 · 0.99 = 19800, 20 · 10 / 19800 = 0.0101… → 0.01
    venue.fill(idOf(venue, 'leg_1'), '0.01');
    // average (20000 + 19800) / 2 = 19900, take-profit 19900 · 1.01 = 20099
    await vi.waitFor(() =>
      expect(venue.order(idOf(venue, 'tp'))).toMatchObject({ price: '20099', quantity: '0.02' }),
    );
    venue.fill(idOf(venue, 'tp'), '0.02');
    await vi.waitFor(() => expect(bot.hasCycle).toBe(false));
    expect(venue.live()).toEqual([]);
    expect(bot.view()).toMatchObject({ running: false, status: 'stopped' });
    const cycle = database.sql.prepare('SELECT * FROM Cycle').get();
    // gross 0.02 · (20099 − 19900) = 3.98, fees 3 · 0.01, net 3.95
    expect(cycle).toMatchObject({
      state: 'settled',
      number: 1,
      gross: '3.98',
      fees: '0.03',
      net: '3.95',
      legsFilled: 2,
    });
  });

  it('repeats after the cooldown under a new key and number', async () => {
    const { venue, bot } = await inPosition({ repeat: true });
    const first = idOf(venue, 'tp');
    venue.fill(first, '0.01');
    await vi.waitFor(() => expect(liveTags(venue)).toEqual(FULL_LADDER));
    expect(idOf(venue, 'tp')).not.toBe(first);
    expect(bot.view().cycle?.number).toBe(2);
  });

  it('commits each intent before its order leaves', async () => {
    const { venue, bot, database } = await botWorld();
    const known = database.sql.prepare('SELECT clientOrderId FROM OrderIntent').pluck();
    const missing: string[] = [];
    const place = venue.place.bind(venue);
    venue.place = (order) => {
      if (!known.all().includes(order.orderLinkId)) missing.push(order.orderLinkId);
      return place(order);
    };
    await bot.start({ adoptPosition: false });
    await vi.waitFor(() => expect(liveTags(venue)).toEqual(FULL_LADDER));
    expect(missing).toEqual([]);
  });

  it('follows partial fills of the take-profit without touching it', async () => {
    const { venue, bot } = await inPosition();
    const amendsBefore = venue.calls.filter((call) => call.startsWith('amend')).length;
    venue.fill(idOf(venue, 'tp'), '0.004');
    await vi.waitFor(() => expect(bot.view().position?.quantity).toBe('0.006'));
    expect(bot.view().protection.covered).toBe(true);
    expect(venue.calls.filter((call) => call.startsWith('amend')).length).toBe(amendsBefore);
  });
});

describe('a lost answer', () => {
  it.each(['before', 'after'] as const)('%s acceptance of an entry never doubles it', async (fate) => {
    const { venue, bot } = await botWorld();
    venue.loseNext = fate;
    await bot.start({ adoptPosition: false });
    await vi.waitFor(() => expect(liveTags(venue)).toEqual(FULL_LADDER), { timeout: 5_000 });
    expect(venue.calls.filter((call) => call.startsWith('place sm_leg_0'))).toHaveLength(1);
  });

  it.each(['before', 'after'] as const)(
    '%s acceptance of an amend ends in the right take-profit',
    async (fate) => {
      const { venue } = await inPosition();
      venue.loseNext = fate;
      venue.fill(idOf(venue, 'leg_1'), '0.01');
      await vi.waitFor(
        () =>
          expect(venue.order(idOf(venue, 'tp'))).toMatchObject({
            price: '20099',
            quantity: '0.02',
          }),
        { timeout: 5_000 },
      );
      expect(liveTags(venue).filter((tag) => tag === 'sm_tp')).toHaveLength(1);
    },
  );
});

describe('stopping', () => {
  it('protects: legs go, the take-profit stays and ends the cycle', async () => {
    const { venue, bot } = await inPosition({ repeat: true });
    expect(bot.stop('protect')).toEqual({ ok: true, value: { status: 'protecting' } });
    await vi.waitFor(() => expect(liveTags(venue)).toEqual(['sm_tp']));
    expect(bot.view()).toMatchObject({ running: false, status: 'protecting' });
    venue.fill(idOf(venue, 'tp'), '0.01');
    await vi.waitFor(() => expect(bot.view().status).toBe('stopped'));
    expect(bot.stop('protect')).toMatchObject({ ok: false, error: 'not_running' });
  });

  it('closes at market and cleans up', async () => {
    const { venue, bot } = await inPosition();
    bot.stop('close');
    await vi.waitFor(() => expect(bot.view().status).toBe('stopped'));
    expect(venue.live()).toEqual([]);
    expect(venue.held.n).toBe(0n);
  });

  it('leaves everything when asked, and a later start goes on with the same cycle', async () => {
    const { venue, bot } = await inPosition();
    bot.stop('leave');
    expect(liveTags(venue)).toEqual(FULL_LADDER);
    const calls = venue.calls.length;
    await bot.start({ adoptPosition: false });
    await vi.waitFor(() => expect(bot.view()).toMatchObject({ status: 'running' }));
    expect(venue.calls.length).toBe(calls);
    expect(bot.view().cycle?.number).toBe(1);
  });
});

describe('a restart', () => {
  it('goes on with the same cycle and sends nothing when nothing changed', async () => {
    const { venue, bot, database } = await inPosition();
    bot.detach();
    const calls = venue.calls.length;
    const again = attachedBot(venue, database);
    await again.reconciled();
    expect(again.view()).toMatchObject({
      running: true,
      cycle: { number: 1 },
      position: { quantity: '0.01' },
    });
    expect(await again.recover({ dryRun: true })).toMatchObject({ ok: true, value: { actions: [] } });
    expect(venue.calls.length).toBe(calls);
  });

  it('reads once, when its stream stands, and leaves the wallet for later', async () => {
    const { venue, bot, database } = await inPosition();
    bot.detach();
    venue.readings.length = 0;
    const again = attachedBot(venue, database);
    await again.reconciled();
    expect(venue.readings).toEqual([{ wallet: false }]);
    expect(again.view().walletBalance).toBeNull();
  });

  it('does not wait for a stream that cannot be opened', async () => {
    const { venue, bot, database } = await inPosition();
    bot.detach();
    venue.stream = 'fails';
    const before = performance.now();
    await attachedBot(venue, database).reconciled();
    expect(performance.now() - before).toBeLessThan(2_500);
  });

  it('reads after three seconds where the stream says nothing at all', async () => {
    const { venue, bot, database } = await inPosition();
    bot.detach();
    venue.stream = 'silent';
    venue.readings.length = 0;
    const again = attachedBot(venue, database);
    expect(venue.readings).toEqual([]);
    await again.reconciled();
    expect(venue.readings).toEqual([{ wallet: false }]);
  });

  it('learns of fills that happened meanwhile and moves the take-profit', async () => {
    const { venue, bot, database } = await inPosition();
    bot.detach();
    venue.fill(idOf(venue, 'leg_1'), '0.01');
    const again = attachedBot(venue, database);
    await vi.waitFor(() =>
      expect(venue.order(idOf(venue, 'tp'))).toMatchObject({ price: '20099', quantity: '0.02' }),
    );
    expect(again.view().position?.averageEntryPrice).toBe('19900');
  });

  it('settles a cycle that was closed meanwhile', async () => {
    const { venue, bot, database } = await inPosition();
    bot.detach();
    venue.fill(idOf(venue, 'tp'), '0.01');
    attachedBot(venue, database);
    await vi.waitFor(() =>
      expect(database.sql.prepare('SELECT state FROM Cycle').pluck().get()).toBe('settled'),
    );
    expect(venue.live()).toEqual([]);
  });
});

describe('recover', () => {
  it('shows what is missing, does it, and then has nothing to do', async () => {
    const { venue, bot } = await inPosition({ guard: 'warn' });
    const tp = idOf(venue, 'tp');
    const order = venue.order(tp);
    if (order !== undefined)
      venue.orders[venue.orders.indexOf(order)] = { ...order, status: 'cancelled', reason: 'CancelByUser' };
    await bot.recover({ dryRun: false });
    await vi.waitFor(() => expect(idOf(venue, 'tp')).toBe(`${tp}_1`));
    expect(await bot.recover({ dryRun: false })).toMatchObject({ ok: true, value: { actions: [] } });
  });
});

describe('the guard', () => {
  it('halts on an order of somebody else and keeps the protection', async () => {
    const { venue, bot } = await inPosition();
    venue.addStranger();
    venue.push({ type: 'connected' });
    await vi.waitFor(() => expect(bot.view().status).toBe('halted'));
    await vi.waitFor(() => expect(liveTags(venue)).toEqual(['sm_tp', 'stranger']));
    expect(bot.view().lastError?.code).toBe('foreign_order');
  });
});

describe('a bot that fails', () => {
  it('stops acting when the journal breaks, and sends nothing', async () => {
    const { venue, bot, database } = await inPosition();
    database.sql.exec('DROP TABLE OrderIntent');
    const calls = venue.calls.length;
    venue.fill(idOf(venue, 'leg_1'), '0.01');
    await vi.waitFor(() => expect(bot.view().status).toBe('needs_attention'));
    expect(bot.view().lastError?.code).toBe('internal_error');
    expect(venue.calls.length).toBe(calls);
  });
});
