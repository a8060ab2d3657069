/** What a lost answer costs: at most the wait until an absence proves something, and never an order. */
import { describe, expect, test } from 'vitest';
import { FULL_LADDER, idOf, liveTags } from '../../testing/bot-world.ts';
import { heldPosition, profitOf, raceWorld } from '../../testing/race-world.ts';
import type { Outcome } from '../../venue/venue.ts';

const WAIT_MS = 4_000;
/** What a cycle needs between two steps of its own. */
const STEP_MS = 100;
const LOST: Outcome<never> = {
  kind: 'ambiguous',
  cause: 'timeout',
  message: 'no answer within 5000 ms',
  provableAfterMs: WAIT_MS,
};

/** The first order of this role never arrives; tells when each was sent, and under which id. */
async function losingFirst(role: string) {
  const world = await raceWorld({ stopLoss: '50' });
  const { venue, clock, bot } = world;
  const sent: { id: string; at: number }[] = [];
  const place = venue.place.bind(venue);
  venue.place = async (order) => {
    if (!order.orderLinkId.startsWith(`sm_${role}_`)) return place(order);
    sent.push({ id: order.orderLinkId, at: clock.now() });
    return sent.length === 1 ? LOST : place(order);
  };
  await bot.start({ adoptPosition: false });
  await clock.advance(10_000);
  return { ...world, sent };
}

describe('an order that never arrived', () => {
  test.each(['leg_0', 'leg_1'])('is replaced as soon as that is proven, and not before: %s', async (role) => {
    const { venue, sent } = await losingFirst(role);
    const [first, second, ...more] = sent;
    expect(more).toEqual([]);
    const tookMs = (second?.at ?? 0) - (first?.at ?? 0);
    expect(tookMs).toBeGreaterThanOrEqual(WAIT_MS);
    expect(tookMs).toBeLessThanOrEqual(WAIT_MS + STEP_MS);
    expect(second?.id).not.toBe(first?.id);
    expect(liveTags(venue).toSorted()).toEqual([...FULL_LADDER, 'sm_sl'].toSorted());
  });

  test.each(['tp', 'sl'])('that protects is sent again at once under the same id: %s', async (role) => {
    const { venue, sent } = await losingFirst(role);
    const [first, second, ...more] = sent;
    expect(more).toEqual([]);
    expect(second?.id).toBe(first?.id);
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeLessThanOrEqual(STEP_MS);
    expect(liveTags(venue).toSorted()).toEqual([...FULL_LADDER, 'sm_sl'].toSorted());
  });

  test('does not hold up the others, nor the protection of what is proven', async () => {
    const { venue, clock, bot } = await raceWorld();
    venue.onPlace('leg_1', async () => LOST);
    await bot.start({ adoptPosition: false });
    await clock.advance(50);
    expect(liveTags(venue)).toEqual(['sm_tp', 'sm_leg_2']);
    expect(bot.view().protection.covered).toBe(true);
  });
});

describe('an order that did arrive', () => {
  test.each(['leg_0', 'leg_1', 'tp', 'sl'])('is found under its id and never doubled: %s', async (role) => {
    const { venue, clock, bot } = await raceWorld({ stopLoss: '50' });
    const place = venue.place.bind(venue);
    venue.onPlace(role, async (order): Promise<Outcome<never>> => {
      await place(order);
      return LOST;
    });
    await bot.start({ adoptPosition: false });
    await clock.advance(50);
    expect(liveTags(venue).toSorted()).toEqual([...FULL_LADDER, 'sm_sl'].toSorted());
    await clock.advance(10_000);
    expect(venue.calls.filter((call) => call.startsWith(`place sm_${role}_`))).toHaveLength(1);
  });

  test('and which the venue moved to a better price is ours, at that price', async () => {
    const { venue, clock, bot, database } = await raceWorld();
    const place = venue.place.bind(venue);
    venue.onPlace('leg_1', async (order): Promise<Outcome<never>> => {
      // 19800 lies too far above a market that has just fallen.
      await place({ ...order, price: '19600' });
      return LOST;
    });
    await bot.start({ adoptPosition: false });
    await clock.advance(10_000);
    expect(venue.calls.filter((call) => call.startsWith('place sm_leg_1'))).toHaveLength(1);
    expect(liveTags(venue)).toEqual(FULL_LADDER);
    const price = database.sql
      .prepare("SELECT price FROM OrderIntent WHERE kind = 'leg' AND leg = 1")
      .pluck();
    expect(price.all()).toEqual(['19600']);
    expect(bot.view().orders.find(({ leg }) => leg === 1)?.price).toBe('19600');
  });

  test.each([
    ['at a worse price', { price: '19900' }],
    ['of another quantity', { quantity: '0.007' }],
  ])('under our id, but somebody’s %s, is not ours: ours gets the next id', async (_, change) => {
    const { venue, clock, bot } = await raceWorld();
    const place = venue.place.bind(venue);
    venue.onPlace('leg_1', async (order): Promise<Outcome<never>> => {
      venue.hold();
      await place({ ...order, ...change });
      venue.drop();
      return { kind: 'ambiguous', cause: 'duplicate_id', message: 'duplicate', provableAfterMs: WAIT_MS };
    });
    await bot.start({ adoptPosition: false });
    await clock.advance(10_000);
    const ids = venue.live().filter((id) => id.startsWith('sm_leg_1_'));
    expect(ids).toHaveLength(2);
    expect(ids[1]).toBe(`${ids[0]}_1`);
    expect(venue.order(ids[1] ?? '')).toMatchObject({ price: '19800', quantity: '0.01' });
  });
});

describe('a change', () => {
  test.each(['before', 'after'] as const)(
    'that was lost %s it arrived costs the wait at most: amend',
    async (fate) => {
      const { venue, clock } = await heldPosition();
      const { amend } = venue;
      let tries = 0;
      venue.amend = async (request) => {
        tries += 1;
        if (tries > 1) return amend(request);
        if (fate === 'after') await amend(request);
        return LOST;
      };
      venue.fill(idOf(venue, 'leg_1'), '0.01');
      await clock.advance(WAIT_MS + STEP_MS);
      expect(profitOf(venue)).toEqual({ quantity: '0.02', price: '20099' });
      expect(tries).toBe(fate === 'before' ? 2 : 1);
    },
  );

  test.each(['before', 'after'] as const)(
    'that was lost %s it arrived is sent again at once: cancel',
    async (fate) => {
      const { venue, clock, bot } = await heldPosition();
      const { cancel } = venue;
      const lostOf = new Set<string>();
      venue.cancel = async (request) => {
        if (lostOf.has(request.clientOrderId)) return cancel(request);
        lostOf.add(request.clientOrderId);
        if (fate === 'after') await cancel(request);
        return LOST;
      };
      bot.stop('protect');
      await clock.advance(STEP_MS);
      expect(liveTags(venue)).toEqual(['sm_tp']);
      await clock.advance(10_000);
      expect(bot.view().orders.map(({ kind }) => kind)).toEqual(['tp']);
    },
  );

  test('whose answer is lost every time is repeated ever more slowly: cancel', async () => {
    const { venue, clock, bot } = await heldPosition();
    const at: number[] = [];
    venue.cancel = async ({ clientOrderId }) => {
      if (clientOrderId.includes('leg_1')) at.push(clock.now());
      return LOST;
    };
    bot.stop('protect');
    await clock.advance(30_000);
    const pauses = at.slice(1).map((it, index) => it - (at[index] ?? 0));
    // At once, then after 1, 2, 4, 8 s.
    expect(pauses.map((pause) => Math.round(pause / 1000))).toEqual([0, 1, 2, 4, 8]);
  });
});
