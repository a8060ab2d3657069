/**
 * Somebody acts on the exchange beside the bot: closes, adds, reduces, places, cancels, changes what the account is
 * set to. Nothing of theirs is touched, what is the bot's stays protected, and the page says what happened.
 */
import { describe, expect, test } from 'vitest';
import { FULL_LADDER, idOf, liveTags } from '../../testing/bot-world.ts';
import { heldPosition, profitOf, type RaceWorld, raceWorld } from '../../testing/race-world.ts';
import type { PositionMode } from '../../domain/words.ts';
import type { Venue } from '../../venue/venue.ts';

const GUARDS = ['halt', 'warn'] as const;

/** Bought, or with a negative quantity sold, by hand: the venue pushes the position that this leaves. */
async function byHand({ venue, clock }: RaceWorld, quantity: string): Promise<void> {
  venue.handOver(quantity);
  const read = await venue.snapshot('BTC/USDT', 0);
  for (const position of read.ok ? read.value.positions : []) venue.push({ type: 'position', position });
  await clock.advance(10_000);
}

const said = ({ bot }: RaceWorld) => [bot.view().message, ...bot.view().warnings.map((it) => it.message)];

async function cancelByHand({ venue, clock }: RaceWorld, role: string): Promise<void> {
  const clientOrderId = idOf(venue, role);
  await venue.cancel({ symbol: 'BTC/USDT', clientOrderId, exchangeOrderId: null, type: 'limit' });
  await clock.advance(10_000);
}

describe.each(GUARDS)('by hand, with the guard on %s', (guard) => {
  test('the position is closed: the rest is cleared away, and the cycle is booked as partial', async () => {
    const world = await heldPosition({ guard, repeat: true, cooldown: 600 });
    await byHand(world, '-0.01');
    expect(world.venue.live()).toEqual([]);
    expect(world.cycleRow()).toMatchObject({
      state: 'settled',
      partial: 1,
      reason: 'the position was closed outside of the bot',
    });
    const { status, message, running } = world.bot.view();
    if (guard === 'halt') {
      expect({ status, running }).toEqual({ status: 'halted', running: false });
      expect(message).toBe(
        'Halted: The position of 0.01 BTC was closed outside of the bot. What it had left on the exchange is cancelled.',
      );
    } else {
      expect({ status, running }).toEqual({ status: 'running', running: true });
      expect(message).toBe('Waiting for the cooldown before the next cycle.');
    }
  });

  test('something is added to the position: only the bot’s own part is covered', async () => {
    const world = await heldPosition({ guard });
    await byHand(world, '0.005');
    expect(profitOf(world.venue)).toEqual({ quantity: '0.01', price: '20200' });
    expect(liveTags(world.venue)).toEqual(guard === 'halt' ? ['sm_tp'] : FULL_LADDER);
    expect(world.bot.view()).toMatchObject({
      status: guard === 'halt' ? 'halted' : 'running',
      protection: { covered: true },
    });
    expect(said(world).join()).toContain(
      'The exchange holds 0.015 BTC, the bot bought 0.01: somebody added to the position. The bot covers only its own part.',
    );
  });

  test('a part of the position is sold: what is left is covered, never more', async () => {
    const world = await heldPosition({ guard });
    await byHand(world, '-0.004');
    expect(profitOf(world.venue)).toEqual({ quantity: '0.006', price: '20200' });
    expect(world.bot.view().status).toBe(guard === 'halt' ? 'halted' : 'running');
    expect(said(world).join()).toContain(
      'The exchange holds 0.006 BTC, the bot bought 0.01: somebody reduced the position. The bot covers what is left.',
    );
  });

  test('an order is placed beside the bot’s: it is left alone', async () => {
    const world = await heldPosition({ guard });
    world.venue.addStranger();
    await world.clock.advance(61_000);
    const rest = guard === 'halt' ? ['sm_tp', 'stranger'] : [...FULL_LADDER, 'stranger'];
    expect(liveTags(world.venue)).toEqual(rest);
    expect(world.bot.view().status).toBe(guard === 'halt' ? 'halted' : 'running');
    expect(said(world).join()).toContain(
      'Somebody placed an order for 1 BTC on BTC/USDT beside the bot. The bot leaves it alone.',
    );
  });
});

describe('an order of the bot', () => {
  test('that is a leg and is cancelled by hand is not placed again', async () => {
    const world = await heldPosition();
    await cancelByHand(world, 'leg_1');
    expect(liveTags(world.venue)).toEqual(['sm_tp', 'sm_leg_2']);
    expect(world.bot.view().status).toBe('running');
  });

  test('that is the take-profit is placed once more; cancelled twice it halts the bot, which says what to do', async () => {
    const world = await heldPosition();
    await cancelByHand(world, 'tp');
    expect(profitOf(world.venue)).toEqual({ quantity: '0.01', price: '20200' });
    await cancelByHand(world, 'tp');
    expect(liveTags(world.venue)).toEqual([]);
    expect(world.bot.view()).toMatchObject({
      status: 'halted',
      protection: { covered: false, cause: 'the take-profit is missing' },
      message:
        'Halted: The take-profit was cancelled on the exchange twice; it is not placed again. Press Recover or close the position.',
    });
    const { bot, venue, clock } = world;
    expect(await bot.recover({ dryRun: true })).toMatchObject({
      value: { actions: [{ type: 'place', tag: expect.stringMatching(/^sm_tp_/) }] },
    });
    await bot.recover({ dryRun: false });
    await clock.advance(1_000);
    expect(profitOf(venue)).toEqual({ quantity: '0.01', price: '20200' });
    expect(await bot.recover({ dryRun: true })).toMatchObject({ ok: true, value: { actions: [] } });
  });

  test('that is the take-profit and is moved by hand goes back to where it belongs', async () => {
    const world = await heldPosition();
    const { venue, clock } = world;
    const change = { symbol: 'BTC/USDT', exchangeOrderId: null, type: 'limit', direction: 'sell' } as const;
    await venue.amend({ ...change, clientOrderId: idOf(venue, 'tp'), price: '30000', quantity: '0.003' });
    await clock.advance(10_000);
    expect(profitOf(venue)).toEqual({ quantity: '0.01', price: '20200' });
  });
});

/** What the account is set to, from now on. */
function setTo({ venue }: RaceWorld, change: { leverage?: string; positionMode?: PositionMode }): void {
  const { setup } = venue;
  const snapshot = venue.snapshot.bind(venue);
  const changed: Venue['setup'] = async (symbol) => {
    const read = await setup(symbol);
    return read.ok ? { ok: true, value: { ...read.value, ...change } } : read;
  };
  venue.setup = changed;
  venue.snapshot = async (...args) => {
    const read = await snapshot(...args);
    const leverage = change.leverage ?? '10';
    return read.ok
      ? {
          ok: true,
          value: {
            ...read.value,
            positions: read.value.positions.map((position) => ({ ...position, leverage })),
          },
        }
      : read;
  };
}

describe('behind the bot’s back', () => {
  test('the leverage is changed: nothing is sent, people are told, and the next cycle sets it back', async () => {
    const world = await heldPosition({ repeat: true });
    const { venue, clock, bot } = world;
    const set: string[] = [];
    venue.setLeverage = async (_symbol, leverage) => {
      set.push(leverage);
      return { kind: 'accepted', value: null };
    };
    setTo(world, { leverage: '25' });
    const calls = venue.calls.length;
    await clock.advance(61_000);
    expect(venue.calls).toHaveLength(calls);
    expect(bot.view()).toMatchObject({
      status: 'running',
      warnings: [
        {
          code: 'leverage_changed',
          message:
            'The leverage of BTC/USDT on the exchange is 25× now; this cycle was planned with 10×. Its orders and prices stay as planned, but its margin and its liquidation price have moved. Set it back on the exchange; otherwise the bot does before its next cycle.',
        },
      ],
    });
    venue.fill(idOf(venue, 'tp'), '0.01');
    await clock.advance(10_000);
    expect(bot.view().cycle?.number).toBe(2);
    expect(set).toEqual(['10']);
  });

  test('the position mode is changed before an entry: it is refused, and the next is made for the new mode', async () => {
    const world = await raceWorld();
    const { venue, clock, bot } = world;
    const asked: PositionMode[] = [];
    venue.onPlace('leg_0', async (order) => {
      asked.push(order.positionMode);
      setTo(world, { positionMode: 'one-way' });
      const message = 'position idx not match position mode';
      return { kind: 'rejected', code: 'invalid_order', message, venueCode: '10001' };
    });
    await bot.start({ adoptPosition: false });
    await clock.advance(50);
    expect(bot.view()).toMatchObject({
      status: 'running',
      warnings: [
        {
          message:
            'The entry bought nothing: the exchange takes no order like this one (“position idx not match position mode”). It is tried again by itself.',
        },
      ],
    });
    venue.onPlace('leg_0', (order) => {
      asked.push(order.positionMode);
      return venue.place(order);
    });
    await clock.advance(10_000);
    expect(asked).toEqual(['hedge', 'one-way']);
    expect(liveTags(venue)).toEqual(FULL_LADDER);
    expect(bot.view().warnings).toEqual([]);
  });
});
