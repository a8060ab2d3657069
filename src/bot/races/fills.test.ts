/** Fills that meet an order in a bad moment: the position ends covered, and nothing is doubled. */
import { describe, expect, test } from 'vitest';
import { FULL_LADDER, idOf, liveTags } from '../../testing/bot-world.ts';
import { heldPosition, profitOf, raceWorld, type RaceWorld } from '../../testing/race-world.ts';
import type { Outcome } from '../../venue/venue.ts';

const GONE = { kind: 'rejected', code: 'order_not_found', message: 'too late', venueCode: '110001' } as const;
const LOST = { kind: 'ambiguous', cause: 'timeout', message: 'lost', provableAfterMs: 4_000 } as const;

/** The take-profit takes the rest, and the books are closed. */
async function endsFlat({ venue, bot, clock, cycleRow }: RaceWorld): Promise<void> {
  const quantity = profitOf(venue)?.quantity ?? '0';
  expect(bot.view().position?.quantity).toBe(quantity);
  venue.fill(idOf(venue, 'tp'), quantity);
  await clock.advance(5_000);
  expect(venue.held.n).toBe(0n);
  expect(venue.live()).toEqual([]);
  expect(cycleRow()).toMatchObject({ state: 'settled', partial: 0 });
}

describe('the take-profit fills', () => {
  test.each(['as it came', 'newest first'] as const)('while a leg fills (news arrive %s)', async (order) => {
    const world = await heldPosition();
    const { venue, clock, bot } = world;
    venue.hold();
    venue.fill(idOf(venue, 'leg_1'), '0.01');
    venue.fill(idOf(venue, 'tp'), '0.01');
    venue.release(order);
    await clock.advance(5_000);
    // 0.02 at (20000 + 19800) / 2 = 19900, of which 0.01 is sold; 19900 · 1.01 = 20099
    expect(bot.view().position).toMatchObject({ quantity: '0.01', averageEntryPrice: '19900' });
    expect(profitOf(venue)).toEqual({ quantity: '0.01', price: '20099' });
    await endsFlat(world);
  });

  test.each(['before', 'after'] as const)('while it is being amended, %s the amend arrives', async (when) => {
    const world = await heldPosition();
    const { venue, clock } = world;
    const amend = venue.amend;
    venue.amend = async (request) => {
      venue.amend = amend;
      if (when === 'after') {
        const outcome = await amend(request);
        venue.fill(request.clientOrderId, '0.02');
        return outcome;
      }
      venue.fill(request.clientOrderId, '0.01');
      return amend(request);
    };
    venue.fill(idOf(venue, 'leg_1'), '0.01');
    await clock.advance(5_000);
    if (when === 'before') {
      expect(profitOf(venue)).toEqual({ quantity: '0.01', price: '20099' });
      await endsFlat(world);
    } else {
      expect(venue.held.n).toBe(0n);
      expect(venue.live()).toEqual([]);
    }
  });

  test('while it is being cancelled to be placed anew (BingX)', async () => {
    const world = await raceWorld();
    const { venue, clock, bot } = world;
    venue.traits = { amends: false, namesStops: false };
    await bot.start({ adoptPosition: false });
    await clock.advance(50);
    const { cancel } = venue;
    venue.cancel = async (request) => {
      if (!request.clientOrderId.startsWith('sm_tp_')) return cancel(request);
      venue.cancel = cancel;
      venue.fill(request.clientOrderId, '0.01');
      return GONE;
    };
    venue.fill(idOf(venue, 'leg_1'), '0.01');
    await clock.advance(5_000);
    expect(profitOf(venue)).toEqual({ quantity: '0.01', price: '20099' });
    await endsFlat(world);
  });

  test('while the position is being closed at market', async () => {
    const { venue, clock, bot, cycleRow } = await heldPosition();
    venue.onPlace('sl', async () => {
      venue.fill(idOf(venue, 'tp'), '0.01');
      return { kind: 'rejected', code: 'reduce_only_refused', message: 'no position', venueCode: '110017' };
    });
    bot.stop('close');
    await clock.advance(5_000);
    expect(venue.held.n).toBe(0n);
    expect(venue.live()).toEqual([]);
    expect(cycleRow()).toMatchObject({ state: 'settled', reason: 'take-profit' });
    expect(bot.view().status).toBe('stopped');
  });
});

describe('a leg fills', () => {
  test('after the close was seen: covered from its own price, and no further leg', async () => {
    const world = await heldPosition();
    const { venue, clock, bot } = world;
    const { cancel } = venue;
    venue.cancel = async (request) => {
      if (!request.clientOrderId.startsWith('sm_leg_1_')) return cancel(request);
      venue.cancel = cancel;
      venue.fill(request.clientOrderId, '0.01');
      return GONE;
    };
    venue.fill(idOf(venue, 'tp'), '0.01');
    await clock.advance(1_000);
    // 19800 · 1.01 = 19998
    expect(profitOf(venue)).toEqual({ quantity: '0.01', price: '19998' });
    expect(liveTags(venue)).toEqual(['sm_tp']);
    expect(bot.view().protection.covered).toBe(true);
    await endsFlat(world);
  });

  test('before the answer to its own placing', async () => {
    const world = await raceWorld();
    const { venue, clock, bot } = world;
    const place = venue.place.bind(venue);
    venue.onPlace('leg_1', async (order) => {
      const answer = await place(order);
      venue.fill(order.orderLinkId, '0.01');
      return answer;
    });
    await bot.start({ adoptPosition: false });
    await clock.advance(5_000);
    expect(profitOf(venue)).toEqual({ quantity: '0.02', price: '20099' });
    expect(liveTags(venue)).toEqual(['sm_tp', 'sm_leg_2']);
    await endsFlat(world);
  });

  test('although the answer to its placing was lost', async () => {
    const world = await raceWorld();
    const { venue, clock, bot } = world;
    const place = venue.place.bind(venue);
    venue.onPlace('leg_1', async (order): Promise<Outcome<never>> => {
      await place(order);
      venue.fill(order.orderLinkId, '0.01');
      return LOST;
    });
    await bot.start({ adoptPosition: false });
    await clock.advance(10_000);
    expect(venue.calls.filter((call) => call.startsWith('place sm_leg_1'))).toHaveLength(1);
    expect(profitOf(venue)).toEqual({ quantity: '0.02', price: '20099' });
    await endsFlat(world);
  });
});

describe('fills of one order', () => {
  test('in two parts both count, and the take-profit follows each', async () => {
    const world = await heldPosition();
    const { venue, clock } = world;
    venue.fill(idOf(venue, 'leg_1'), '0.004');
    await clock.advance(50);
    expect(profitOf(venue)?.quantity).toBe('0.014');
    venue.fill(idOf(venue, 'leg_1'), '0.006');
    await clock.advance(50);
    expect(profitOf(venue)).toEqual({ quantity: '0.02', price: '20099' });
    await endsFlat(world);
  });

  test('that arrive twice, and once more with a reading, count once', async () => {
    const world = await heldPosition();
    const { venue, clock, bot } = world;
    const execution = venue.fill(idOf(venue, 'leg_1'), '0.01');
    venue.push({ type: 'execution', execution });
    venue.push({ type: 'connected' });
    await clock.advance(5_000);
    venue.push({ type: 'execution', execution });
    await clock.advance(5_000);
    expect(bot.view().position?.quantity).toBe('0.02');
    await endsFlat(world);
  });
});

describe('news', () => {
  test('that are older than the reading change nothing and send nothing', async () => {
    const world = await heldPosition();
    const { venue, clock, bot } = world;
    venue.hold();
    venue.fill(idOf(venue, 'leg_1'), '0.004');
    venue.fill(idOf(venue, 'leg_1'), '0.006');
    // The routine reading of every minute tells of both first.
    await clock.advance(61_000);
    expect(bot.view().position?.quantity).toBe('0.02');
    const calls = venue.calls.length;
    venue.release();
    await clock.advance(5_000);
    expect(venue.calls).toHaveLength(calls);
    expect(bot.view().position?.quantity).toBe('0.02');
    await endsFlat(world);
  });
});

describe('an entry', () => {
  test('that fills only partly is covered as it is, and the legs count from its average', async () => {
    const world = await raceWorld();
    const { venue, clock, bot } = world;
    const place = venue.place.bind(venue);
    venue.onPlace('leg_0', async (order) => {
      // IOC inside a price limit: 0.006 are to be had, the rest is cancelled.
      const answer = await place({ ...order, type: 'limit', price: '20000' });
      venue.fill(order.orderLinkId, '0.006', '20010');
      await venue.cancel({
        symbol: order.symbol,
        clientOrderId: order.orderLinkId,
        exchangeOrderId: null,
        type: 'market',
      });
      return answer;
    });
    await bot.start({ adoptPosition: false });
    await clock.advance(5_000);
    // 20010 · 1.01 = 20210.1; leg 1 at 20010 · 0.99 = 19809.9
    expect(profitOf(venue)).toEqual({ quantity: '0.006', price: '20210.1' });
    expect(venue.order(idOf(venue, 'leg_1'))?.price).toBe('19809.9');
    expect(liveTags(venue)).toEqual(FULL_LADDER);
    expect(venue.calls.filter((call) => call.startsWith('place sm_leg_0'))).toHaveLength(1);
    await endsFlat(world);
  });

  test('that is still filling has its take-profit from the first fill on, and its legs once it is over', async () => {
    const { venue, clock, bot } = await raceWorld();
    const place = venue.place.bind(venue);
    let id = '';
    venue.onPlace('leg_0', (order) => {
      id = order.orderLinkId;
      return place({ ...order, type: 'limit', price: '20000' });
    });
    await bot.start({ adoptPosition: false });
    await clock.advance(50);
    venue.fill(id, '0.004');
    await clock.advance(50);
    expect(profitOf(venue)?.quantity).toBe('0.004');
    expect(idOf(venue, 'leg_1')).toBe('');
    venue.fill(id, '0.006');
    await clock.advance(50);
    expect(profitOf(venue)?.quantity).toBe('0.01');
    expect(liveTags(venue)).toEqual(FULL_LADDER);
  });
});
