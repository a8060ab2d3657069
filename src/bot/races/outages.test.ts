/**
 * The exchange shuts its door: maintenance, a network that is down, a key that is gone. The bot asks in bounded
 * steps, forgets nothing, says what happened, and goes on by itself once the door is open.
 */
import { describe, expect, test, vi } from 'vitest';
import { FULL_LADDER, idOf, liveTags } from '../../testing/bot-world.ts';
import { keyOf, managerWorld } from '../../testing/manager-world.ts';
import { heldPosition, profitOf, type RaceWorld, raceWorld } from '../../testing/race-world.ts';
import type { ScriptedVenue } from '../../testing/scripted-venue.ts';
import type { Outcome, ReadFailure, Venue } from '../../venue/venue.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

interface Door {
  order: Outcome<never>;
  read: ReadFailure;
}

const refused = (
  code: 'maintenance' | 'credentials' | 'permission' | 'rate_limited',
  message: string,
): Door => ({
  order: { kind: 'rejected', code, message, venueCode: '1' },
  read: { ok: false, code, message },
});
const lost = (cause: 'server_error' | 'network' | 'timeout', message: string): Door => ({
  order: { kind: 'ambiguous', cause, message, provableAfterMs: 4_000 },
  read: { ok: false, code: cause, message },
});

const PLACES = ['place', 'amend', 'cancel'] as const;
const READS = ['snapshot', 'findOrder', 'setup', 'account', 'recentOrders', 'funding', 'executions'] as const;

/** Everything ends like this, at once, until `open` is called. Tells when it was asked. */
function shut(venue: ScriptedVenue, door: Door, now: () => number) {
  const asked: number[] = [];
  const before = Object.fromEntries([...PLACES, ...READS].map((name) => [name, venue[name]]));
  const fail = (answer: unknown) => async () => {
    asked.push(now());
    return answer;
  };
  for (const name of PLACES) Object.assign(venue, { [name]: fail(door.order) });
  for (const name of READS) Object.assign(venue, { [name]: fail(door.read) });
  return { asked, open: () => Object.assign(venue, before) };
}

function mostInAMinute(asked: readonly number[]): number {
  return Math.max(...asked.map((at) => asked.filter((it) => it >= at && it < at + MINUTE_MS).length));
}

const OUTAGES: [string, Door][] = [
  ['maintenance, in the venue’s words', refused('maintenance', 'Settlement in progress')],
  ['a gateway’s 503', lost('server_error', 'HTTP 503')],
  ['a refused connection', lost('network', 'ECONNREFUSED')],
  ['silence', lost('timeout', 'no answer within 5000 ms')],
];

describe.each(OUTAGES)('an hour of %s', (_, door) => {
  test('that meets a fill and a stop: few questions, then all is as it must be', async () => {
    const { venue, clock, bot } = await heldPosition();
    const { asked, open } = shut(venue, door, clock.now);
    venue.fill(idOf(venue, 'leg_1'), '0.01');
    bot.stop('protect');
    await clock.advance(HOUR_MS);
    expect(mostInAMinute(asked)).toBeLessThanOrEqual(60);
    // Reads that are lost go on every four seconds: a restart in an outage must not leave a position waiting.
    expect(asked.length).toBeLessThan(2_700);
    expect(bot.view().protection.covered).toBe(false);
    expect(bot.view().warnings.map(({ message }) => message)).toContain(
      'The exchange does not answer: it may be at its maintenance, or this machine’s network is down. What rests there keeps working; the bot asks again at least every half minute and goes on by itself.',
    );
    open();
    await clock.advance(MINUTE_MS);
    expect(profitOf(venue)).toEqual({ quantity: '0.02', price: '20099' });
    expect(liveTags(venue)).toEqual(['sm_tp']);
    expect(bot.view()).toMatchObject({ status: 'protecting', protection: { covered: true }, warnings: [] });
  });

  test('that begins when the ladder is being placed: it is there afterwards, each order once', async () => {
    const { venue, clock, bot } = await raceWorld();
    const entry = venue.place.bind(venue);
    let outage: ReturnType<typeof shut> | null = null;
    venue.onPlace('leg_0', (order) => {
      outage = shut(venue, door, clock.now);
      return entry(order);
    });
    await bot.start({ adoptPosition: false });
    await clock.advance(HOUR_MS);
    const { asked, open } = outage ?? shut(venue, door, clock.now);
    expect(mostInAMinute(asked)).toBeLessThanOrEqual(60);
    open();
    await clock.advance(MINUTE_MS);
    expect(profitOf(venue)).toEqual({ quantity: '0.01', price: '20200' });
    expect(liveTags(venue).toSorted()).toEqual(FULL_LADDER.toSorted());
    expect(bot.view()).toMatchObject({ status: 'running', protection: { covered: true } });
    // What Bybit takes: 36 characters.
    for (const id of venue.live()) expect(id.length).toBeLessThanOrEqual(36);
  });

  test('between two cycles: the next one begins by itself', async () => {
    const { venue, clock, bot } = await heldPosition({ repeat: true, cooldown: 5 });
    venue.fill(idOf(venue, 'tp'), '0.01');
    await clock.advance(1_000);
    expect(bot.hasCycle).toBe(false);
    const { asked, open } = shut(venue, door, clock.now);
    await clock.advance(HOUR_MS);
    expect(asked.length).toBeLessThan(1_500);
    expect(bot.view().status).toBe('running');
    expect(bot.view().warnings).toHaveLength(1);
    open();
    await clock.advance(MINUTE_MS);
    expect(bot.view()).toMatchObject({ status: 'running', cycle: { number: 2 }, warnings: [] });
    expect(liveTags(venue)).toEqual(FULL_LADDER);
  });
});

describe.each([
  ['is at its maintenance', refused('maintenance', 'Settlement in progress').order],
  ['has had too many of them', refused('rate_limited', 'Too many visits').order],
  ['loses each of them', lost('timeout', 'no answer').order],
])('a venue that can be read, but takes no orders for an hour because it %s', (_, answer) => {
  /** Orders alone fail, until `open` is called. */
  function shutOrders({ venue, clock }: RaceWorld) {
    const { amend, cancel } = venue;
    const place = venue.place.bind(venue);
    const asked: number[] = [];
    const fail = async () => {
      asked.push(clock.now());
      return answer;
    };
    Object.assign(venue, { place: fail, amend: fail, cancel: fail });
    return { asked, open: () => Object.assign(venue, { place, amend, cancel }) };
  }

  test('gets few, and all that it should have when it takes them again', async () => {
    const world = await raceWorld();
    const { venue, clock, bot } = world;
    const entry = venue.place.bind(venue);
    const outages: ReturnType<typeof shutOrders>[] = [];
    venue.onPlace('leg_0', (order) => {
      outages.push(shutOrders(world));
      return entry(order);
    });
    await bot.start({ adoptPosition: false });
    await clock.advance(HOUR_MS);
    const [outage] = outages;
    expect(mostInAMinute(outage?.asked ?? [])).toBeLessThanOrEqual(60);
    outage?.open();
    await clock.advance(MINUTE_MS);
    expect(profitOf(venue)).toEqual({ quantity: '0.01', price: '20200' });
    expect(liveTags(venue).toSorted()).toEqual(FULL_LADDER.toSorted());
    expect(bot.view()).toMatchObject({ status: 'running', protection: { covered: true } });
  });

  test('has the next cycle begin once it takes them again', async () => {
    const world = await heldPosition({ repeat: true, cooldown: 5 });
    const { venue, clock, bot } = world;
    venue.fill(idOf(venue, 'tp'), '0.01');
    await clock.advance(1_000);
    const { asked, open } = shutOrders(world);
    await clock.advance(HOUR_MS);
    expect(mostInAMinute(asked)).toBeLessThanOrEqual(60);
    expect(bot.view()).toMatchObject({ status: 'running', running: true });
    open();
    await clock.advance(MINUTE_MS);
    expect(bot.view()).toMatchObject({ status: 'running', cycle: { number: 2 } });
    expect(liveTags(venue)).toEqual(FULL_LADDER);
  });
});

const REVOKED = refused('credentials', 'API key is invalid.');

async function cutOff({ venue, clock, bot }: RaceWorld, door: Door) {
  const cut = shut(venue, door, clock.now);
  venue.fill(idOf(venue, 'leg_1'), '0.01');
  await clock.advance(10 * MINUTE_MS);
  return { ...cut, view: bot.view() };
}

describe('a key', () => {
  test('that is revoked in the middle of a cycle is told in plain words, and nothing is forgotten', async () => {
    const world = await heldPosition();
    const { view, open, asked } = await cutOff(world, REVOKED);
    expect(view).toMatchObject({
      status: 'needs_attention',
      running: true,
      message:
        'The exchange refuses the key: it was deleted there, has expired, or is mistyped. What rests on the exchange keeps working, but the bot can change nothing. Save a valid key of the same account: the bot remembers its cycle and goes on with it. The exchange says: API key is invalid.',
      cycle: { number: 1 },
      position: { quantity: '0.02' },
      protection: { covered: false },
    });
    expect(mostInAMinute(asked)).toBeLessThanOrEqual(60);
    // The same key works again: as good as a new one.
    open();
    await world.clock.advance(MINUTE_MS);
    expect(world.bot.view()).toMatchObject({
      status: 'running',
      protection: { covered: true },
      warnings: [],
    });
    expect(profitOf(world.venue)).toEqual({ quantity: '0.02', price: '20099' });
  });

  test('that may only read any more is told in plain words', async () => {
    const world = await heldPosition();
    const { order } = refused('permission', 'Permission denied');
    const { amend } = world.venue;
    world.venue.amend = async () => order;
    world.venue.fill(idOf(world.venue, 'leg_1'), '0.01');
    await world.clock.advance(1_000);
    expect(world.bot.view()).toMatchObject({
      status: 'needs_attention',
      message: expect.stringMatching(/^The exchange does not let this key do what the bot needs: it may not/),
    });
    world.venue.amend = amend;
    await world.clock.advance(2 * MINUTE_MS);
    expect(world.bot.view()).toMatchObject({ status: 'running', protection: { covered: true } });
    // It followed by an amend: the order was never blamed for what the key could not do.
    expect(idOf(world.venue, 'tp')).toMatch(/_[a-z0-9]+$/);
    expect(world.venue.calls.filter((call) => call.startsWith('place sm_tp'))).toHaveLength(1);
  });

  test('that is revoked between two cycles is told as well', async () => {
    const world = await heldPosition({ repeat: true, cooldown: 5 });
    world.venue.fill(idOf(world.venue, 'tp'), '0.01');
    await world.clock.advance(1_000);
    const { open } = shut(world.venue, REVOKED, world.clock.now);
    await world.clock.advance(10 * MINUTE_MS);
    expect(world.bot.view()).toMatchObject({ status: 'needs_attention', running: true });
    expect(world.bot.view().message).toMatch(/^The exchange refuses the key/);
    open();
    await world.clock.advance(MINUTE_MS);
    expect(world.bot.view()).toMatchObject({ status: 'running', cycle: { number: 2 } });
  });

  test('of the same account, saved instead of a revoked one, goes on with the cycle', async () => {
    const world = await managerWorld();
    const bots = world.boot();
    expect(await bots.start(1)).toMatchObject({ ok: true });
    const venue = world.venue(1);
    await vi.waitFor(() => expect(liveTags(venue)).toEqual(FULL_LADDER));
    const { open } = shut(venue, REVOKED, Date.now);
    venue.fill(idOf(venue, 'leg_1'), '0.01');
    await vi.waitFor(async () => expect((await bots.status(1)).status).toBe('needs_attention'));
    world.user(1).key = keyOf(1, 2);
    open();
    await bots.credentialChanged(1);
    await vi.waitFor(() => expect(profitOf(venue)).toEqual({ quantity: '0.02', price: '20099' }));
    const view = await bots.status(1);
    expect(view).toMatchObject({ status: 'running', cycle: { number: 1 }, position: { quantity: '0.02' } });
  });
});

describe('a symbol', () => {
  const GONE: Outcome<never> = {
    kind: 'rejected',
    code: 'unknown_symbol',
    message: 'This contract is not live',
    venueCode: '110074',
  };

  test('that is delisted in the middle of a cycle: what the venue closes is booked, and the bot says so', async () => {
    const { venue, clock, bot, cycleRow } = await heldPosition({ repeat: true });
    const place: Venue['place'] = async () => GONE;
    venue.place = place;
    for (const clientOrderId of venue.live())
      await venue.cancel({ symbol: 'BTC/USDT', clientOrderId, exchangeOrderId: null, type: 'limit' });
    await clock.advance(MINUTE_MS);
    expect(
      bot
        .view()
        .warnings.map(({ message }) => message)
        .join(),
    ).toContain('This contract is not live');
    venue.settleAt('0.01', '19000');
    await clock.advance(MINUTE_MS);
    // 0.01 · (19000 − 20000) = −10
    expect(cycleRow()).toMatchObject({ state: 'settled', reason: 'delisting', gross: '-10' });
    expect(bot.view()).toMatchObject({
      status: 'needs_attention',
      running: false,
      message:
        'The exchange closed the position because BTC/USDT is no longer traded there. The cycle is booked and the bot has stopped. Choose another symbol in the settings before you start it again.',
    });
  });

  test('that is delisted between two cycles: no further one begins, and the bot says why', async () => {
    const { venue, clock, bot } = await heldPosition({ repeat: true });
    const message = 'BTC/USDT is not traded';
    venue.market.instrument = async () => ({ ok: false, code: 'unknown_symbol', message });
    venue.fill(idOf(venue, 'tp'), '0.01');
    await clock.advance(10 * MINUTE_MS);
    expect(bot.hasCycle).toBe(false);
    expect(bot.view()).toMatchObject({
      status: 'needs_attention',
      running: false,
      message:
        'BTC/USDT is not traded on the exchange now: it may have been delisted. Choose another symbol in the settings.',
    });
  });
});

test('funding that falls due during a cycle is in its result', async () => {
  const { venue, clock, cycleRow } = await heldPosition();
  const row = { symbol: 'BTC/USDT', side: 'long', at: venue.venueNow() } as const;
  venue.fundings = [
    { ...row, fundingId: 'f1', amount: '-0.02' },
    { ...row, fundingId: 'f2', amount: '0.005' },
    // The other side of a hedged account is somebody else's.
    { ...row, fundingId: 'f3', side: 'short', amount: '7' },
  ];
  venue.fill(idOf(venue, 'tp'), '0.01');
  await clock.advance(5_000);
  // gross 0.01 · 200 = 2, fees 2 · 0.01, funding −0.02 + 0.005
  expect(cycleRow()).toMatchObject({ gross: '2', fees: '0.02', funding: '-0.015', net: '1.965' });
});

test.each([
  ['behind', -HOUR_MS],
  ['ahead of', HOUR_MS],
])('a venue whose clock is an hour %s ours is read and booked as usual', async (_, aheadMs) => {
  const world = await raceWorld();
  const { venue, clock, bot, cycleRow } = world;
  venue.passTime(clock.now() + aheadMs - venue.venueNow());
  await bot.start({ adoptPosition: false });
  await clock.advance(50);
  venue.passTime(50);
  venue.fillUnseen(idOf(venue, 'leg_1'), '0.01');
  // Only a reading tells of it, and only one that asks from the right moment on.
  await clock.advance(61_000);
  venue.passTime(61_000);
  expect(profitOf(venue)).toEqual({ quantity: '0.02', price: '20099' });
  venue.loseNext = 'after';
  venue.fill(idOf(venue, 'leg_2'), '0.02');
  await clock.advance(5_000);
  venue.fill(idOf(venue, 'tp'), '0.04');
  await clock.advance(5_000);
  expect(cycleRow()).toMatchObject({ state: 'settled', partial: 0, legsFilled: 3 });
});
