/** Answers that come late, in a bad moment or not at all: regressions are named after what broke. */
import { describe, expect, it, vi } from 'vitest';
import type { Outcome } from '../../venue/venue.ts';
import { botWorld, FULL_LADDER, idOf, inPosition, liveTags, SETTINGS } from '../../testing/bot-world.ts';
import type { ScriptedVenue } from '../../testing/scripted-venue.ts';

function refusal(code: 'insufficient_balance' | 'invalid_order'): Outcome<never> {
  return { kind: 'rejected', code, message: 'the venue says no', venueCode: '1' };
}

/** Holds back the answer to one snapshot (the first is number 1), as it was when it was asked. */
function holdSnapshot(venue: ScriptedVenue, number: number): { asked: Promise<void>; release: () => void } {
  const original = venue.snapshot.bind(venue);
  let tellAsked: () => void = () => undefined;
  let release: () => void = () => undefined;
  const asked = new Promise<void>((resolve) => (tellAsked = resolve));
  const held = new Promise<void>((resolve) => (release = resolve));
  let count = 0;
  venue.snapshot = async (symbol, since) => {
    count += 1;
    const isHeld = count === number;
    const answer = await original(symbol, since);
    if (!isHeld) return answer;
    tellAsked();
    await held;
    return answer;
  };
  return { asked, release };
}

async function startWithEntry(answer: (venue: ScriptedVenue) => Outcome<never>) {
  const world = await botWorld();
  const { venue, bot } = world;
  const place = venue.place.bind(venue);
  venue.place = async () => {
    venue.place = place;
    return answer(venue);
  };
  await bot.start({ adoptPosition: false });
  return world;
}

describe('a refused entry', () => {
  it('is tried again, also when a read is due in the same moment', async () => {
    const { venue, bot } = await startWithEntry((venue) => {
      venue.push({ type: 'connected' });
      return refusal('invalid_order');
    });
    await vi.waitFor(() => expect(liveTags(venue)).toEqual(FULL_LADDER), { timeout: 5_000 });
    expect(bot.isBroken).toBe(false);
  });

  it('is remembered as refused, not as still on its way', async () => {
    const { database } = await startWithEntry(() => refusal('insufficient_balance'));
    const states = database.sql.prepare('SELECT state FROM OrderIntent').pluck();
    await vi.waitFor(() => expect(states.all()).toEqual(['rejected']));
  });
});

describe('what an entry is prepared for', () => {
  it('is prepared again when the settings changed meanwhile', async () => {
    const { venue, bot } = await botWorld();
    const leverages: string[] = [];
    venue.setLeverage = async (_symbol, leverage) => {
      leverages.push(leverage);
      return { kind: 'accepted', value: null };
    };
    const started = bot.start({ adoptPosition: false });
    const account = await started;
    expect(account.ok).toBe(true);
    bot.settingsChanged({ ...SETTINGS, leverage: 20 });
    await vi.waitFor(() => expect(bot.view().cycle?.leverage).toBe(20));
    expect(leverages).toContain('20');
  });

  it('is not what was read before a stop', async () => {
    const { venue, bot } = await botWorld();
    const preparing = holdSnapshot(venue, 2);
    await bot.start({ adoptPosition: false });
    await preparing.asked;
    bot.stop('protect');
    const again = holdSnapshot(venue, 2);
    venue.last = '10000';
    expect((await bot.start({ adoptPosition: false })).ok).toBe(true);
    await again.asked;
    preparing.release();
    await new Promise((resolve) => setTimeout(resolve, 20));
    again.release();
    await vi.waitFor(() => expect(venue.orders.length).toBeGreaterThan(0));
    // 20 USDT · 10 / 10000 = 0.02, not the 0.01 of the price before
    expect(venue.orders[0]).toMatchObject({ type: 'market', quantity: '0.02' });
  });

  it('never changes the leverage when the start is refused', async () => {
    const { venue, bot } = await botWorld({ leverage: 101 });
    let asked = 0;
    venue.setLeverage = async () => {
      asked += 1;
      return refusal('invalid_order');
    };
    expect(await bot.start({ adoptPosition: false })).toMatchObject({ ok: false, error: 'invalid_settings' });
    expect(asked).toBe(0);
  });
});

describe('a fill that nobody heard of', () => {
  it('is found although a newer one was pushed', async () => {
    const { venue, bot } = await inPosition();
    venue.fillUnseen(idOf(venue, 'leg_1'), '0.01');
    venue.passTime(300_000);
    venue.fill(idOf(venue, 'leg_2'), '0.02');
    venue.push({ type: 'connected' });
    await vi.waitFor(() => expect(bot.view().position?.quantity).toBe('0.04'));
    await vi.waitFor(() => expect(venue.order(idOf(venue, 'tp'))?.quantity).toBe('0.04'));
  });
});

describe('a start after a halt', () => {
  it('accepts what was there before it', async () => {
    const { venue, bot } = await inPosition();
    venue.addStranger();
    venue.push({ type: 'connected' });
    await vi.waitFor(() => expect(liveTags(venue)).toEqual(['sm_tp', 'stranger']));
    expect(bot.view().status).toBe('halted');
    await bot.start({ adoptPosition: false });
    await vi.waitFor(() => expect(bot.view().status).toBe('running'));
    await vi.waitFor(() => expect(liveTags(venue)).toEqual(['sm_tp', 'stranger', 'sm_leg_1', 'sm_leg_2']));
    expect(bot.view().lastError).toBeNull();
  });
});

describe('a halted bot', () => {
  it('says why, whatever else goes wrong later', async () => {
    const { venue, bot } = await inPosition();
    venue.addStranger();
    venue.push({ type: 'connected' });
    await vi.waitFor(() => expect(bot.view().status).toBe('halted'));
    await vi.waitFor(() => expect(liveTags(venue)).toEqual(['sm_tp', 'stranger']));
    let failed = false;
    venue.snapshot = async () => {
      failed = true;
      return { ok: false, code: 'network', message: 'no route' };
    };
    venue.push({ type: 'connected' });
    await vi.waitFor(() => expect(failed).toBe(true));
    expect(bot.view().message).toMatch(/^Halted: Somebody placed an order/);
  });
});

describe('a broken promise of an adapter', () => {
  it('that throws at once counts as a lost answer', async () => {
    const { venue, bot } = await inPosition();
    const amend = venue.amend;
    venue.amend = () => {
      venue.amend = amend;
      throw new Error('a bug in an adapter');
    };
    venue.fill(idOf(venue, 'leg_1'), '0.01');
    await vi.waitFor(() => expect(bot.view().position?.quantity).toBe('0.02'));
    expect(bot.isBroken).toBe(false);
    expect(bot.view().protection.covered).toBe(false);
  });
});

describe('a start that does not come about', () => {
  it('is refused when the journal fails', async () => {
    const { bot, database } = await botWorld();
    database.sql.exec('DROP TABLE Event');
    expect(await bot.start({ adoptPosition: false })).toMatchObject({ ok: false, error: 'internal_error' });
  });

  it('is refused when the bot was detached while the venue was asked', async () => {
    const { bot } = await botWorld();
    const starting = bot.start({ adoptPosition: false });
    bot.detach();
    expect(await starting).toMatchObject({ ok: false, error: 'stopping' });
  });
});

describe('a position that was handed over', () => {
  it('counts as a cycle, also when it is closed by hand', async () => {
    const { venue, bot, database } = await botWorld({ guard: 'warn' });
    venue.handOver('0.01');
    expect(await bot.start({ adoptPosition: false })).toMatchObject({
      ok: false,
      error: 'existing_position',
    });
    expect(await bot.start({ adoptPosition: true })).toMatchObject({ ok: true });
    await vi.waitFor(() => expect(liveTags(venue)).toEqual(FULL_LADDER));
    expect(venue.calls.filter((call) => call.includes('leg_0'))).toEqual([]);
    expect(bot.view().position).toMatchObject({ quantity: '0.01', averageEntryPrice: '20000' });
    venue.handOver('-0.01');
    const hint = setInterval(() => venue.push({ type: 'connected' }), 300);
    await vi
      .waitFor(() => expect(bot.hasCycle).toBe(false), { timeout: 8_000 })
      .finally(() => clearInterval(hint));
    const numbers = database.sql.prepare('SELECT cycleNumber FROM Bot').pluck();
    expect(numbers.get()).toBe(1);
  }, 15_000);
});

describe('giving up the protection', () => {
  it('does not stop the bookkeeping of a cycle that is over', async () => {
    const { venue, bot, database } = await inPosition();
    let answer: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => {
      venue.funding = async () => {
        resolve();
        await new Promise<void>((answered) => (answer = answered));
        return { ok: true, value: [] };
      };
    });
    venue.fill(idOf(venue, 'tp'), '0.01');
    await asked;
    bot.stop('leave');
    expect(bot.isIdle).toBe(false);
    answer();
    const state = database.sql.prepare('SELECT state FROM Cycle').pluck();
    await vi.waitFor(() => expect(state.get()).toBe('settled'));
    expect(bot.view()).toMatchObject({ status: 'stopped', cycle: null });
  });
});
