import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { EventRecord } from '../domain/records.ts';
import { lots, quantityText } from '../domain/units.ts';
import { SqliteJournal } from '../store/journal.ts';
import type { Database } from '../store/database.ts';
import { attachedBot, FULL_LADDER, idOf, inPosition, liveTags } from '../testing/bot-world.ts';
import { addUsers, scratchDatabase } from '../testing/scratch-database.ts';
import { type Fate, StateWorld } from '../testing/state-world.ts';
import { receive } from './receive.ts';
import { type ReplayStep, replayEvents } from './replay.ts';
import { process } from './take-mail.ts';

function eventsOf({ sql }: Database): EventRecord[] {
  return sql.prepare('SELECT userId, cycleKey, type, data, at FROM Event ORDER BY id').all() as EventRecord[];
}

/** The replay of each cycle in turn. */
function replayAll(database: Database, rules = process): ReplayStep[] {
  const keys = new Map<number, EventRecord[]>();
  for (const event of eventsOf(database))
    keys.set(event.cycleKey, [...(keys.get(event.cycleKey) ?? []), event]);
  return [...keys.values()].flatMap((rows) => replayEvents(rows, rules));
}

const POSITION = {
  symbol: 'BTC/USDT',
  side: 'long',
  averageEntryPrice: null,
  liquidationPrice: null,
  unrealizedPnl: '0',
  leverage: null,
} as const;

const mails = (steps: ReplayStep[]) => steps.filter((step) => step.kind === 'mail');
const differing = (steps: ReplayStep[]) => mails(steps).filter(({ same }) => !same);

async function closed() {
  const all = await inPosition();
  const { venue, bot } = all;
  venue.fill(idOf(venue, 'leg_1'), '0.004');
  venue.fill(idOf(venue, 'leg_1'), '0.006');
  await vi.waitFor(() => expect(venue.order(idOf(venue, 'tp'))?.quantity).toBe('0.02'));
  venue.fill(idOf(venue, 'tp'), '0.02');
  await vi.waitFor(() => expect(bot.hasCycle).toBe(false));
  return all;
}

describe('a cycle that is replayed', () => {
  it('comes to the same decisions, each of them', async () => {
    const { database } = await closed();
    const steps = replayAll(database);
    expect(differing(steps)).toEqual([]);
    expect(steps.filter(({ kind }) => kind === 'unknown')).toEqual([]);
    const places = mails(steps).flatMap(({ today }) =>
      today.effects.filter((effect) => effect.startsWith('place')),
    );
    expect(places).toHaveLength(4);
    expect(
      mails(steps)
        .at(-1)
        ?.today.notes.map(({ type }) => type),
    ).toContain('cycle-settled');
  });

  it('goes on over a restart of the server', async () => {
    const { venue, bot, database } = await inPosition();
    bot.detach();
    venue.fill(idOf(venue, 'leg_1'), '0.01');
    const again = attachedBot(venue, database);
    await vi.waitFor(() => expect(venue.order(idOf(venue, 'tp'))?.quantity).toBe('0.02'));
    again.stop('close');
    await vi.waitFor(() => expect(again.hasCycle).toBe(false));
    const steps = replayAll(database);
    expect(steps.filter(({ kind }) => kind === 'checkpoint')).toHaveLength(2);
    expect(differing(steps)).toEqual([]);
  });

  it('shows where another rule would have decided otherwise', async () => {
    const { database } = await closed();
    const steps = replayAll(database, (state, mail, now) => {
      state.settings = { ...state.settings, takeProfit: '11' };
      return process(state, mail, now);
    });
    const [first] = differing(steps);
    // 20000 · (1 + 11 % / 10) = 20220 instead of 20200, in ticks of 0.1
    expect(JSON.stringify(first?.decided.notes)).toContain('202000');
    expect(JSON.stringify(first?.today.notes)).toContain('202200');
  });

  it('tells over what a bot stopped acting, and stops over it again', async () => {
    const { venue, bot, database } = await inPosition();
    const position = { ...POSITION, quantity: 'what nobody can read' };
    venue.push({ type: 'position', position });
    await vi.waitFor(() => expect(bot.isBroken).toBe(true));
    const last = mails(replayAll(database)).at(-1);
    expect(last?.today).toEqual(last?.decided);
    expect(last?.decided.broke).toBeTruthy();
  });

  it('begins at the first place to begin from that is kept', async () => {
    const { database } = await closed();
    const rows = eventsOf(database).filter(({ type }) => type !== 'checkpoint');
    const steps = replayEvents(rows);
    expect(steps.some(({ kind }) => kind === 'unknown')).toBe(true);
    expect(mails(steps)).toEqual([]);
  });
});

describe('what is kept of a quiet position', () => {
  it('is what was pushed of its side, also where the other side was pushed after it', async () => {
    const database = await scratchDatabase();
    await addUsers(database, 1);
    const world = new StateWorld(new SqliteJournal(database.sql), { cooldown: 60 });
    world.start();
    world.settle();
    pushPosition(world, 'long');
    const leg = world.venue.live().find((order) => order.intent.tag.startsWith('sm_leg_1'));
    if (leg !== undefined) world.venue.fill(leg, leg.quantity);
    world.settle();
    pushPosition(world, 'long');
    pushPosition(world, 'short');
    // Longer than a pushed position may differ before the account is read.
    world.now += 4_000;
    world.stop('close');
    world.settle();
    expect(differing(replayAll(database))).toEqual([]);
  });

  it('is neither frames of prices nor readings that show nothing new', async () => {
    const database = await scratchDatabase();
    await addUsers(database, 1);
    const world = new StateWorld(new SqliteJournal(database.sql), { cooldown: 60 });
    world.start();
    world.settle();
    for (let minute = 0; minute < 10; minute += 1) {
      world.advance(61_000);
      world.settle();
    }
    const before = eventsOf(database).length;
    for (let minute = 0; minute < 200; minute += 1) {
      world.advance(61_000);
      world.settle();
    }
    expect(eventsOf(database).length).toBe(before);
    // What comes then is decided on what the last reading said.
    const leg = world.venue.live().find((order) => order.intent.tag.startsWith('sm_leg_1'));
    if (leg !== undefined) world.venue.fill(leg, leg.quantity);
    world.settle();
    const steps = replayAll(database);
    expect(differing(steps)).toEqual([]);
    expect(mails(steps).some(({ today }) => today.effects.some((effect) => effect.startsWith('amend')))).toBe(
      true,
    );
  });

  it('has places to begin from, however long the cycle is', async () => {
    const { venue, bot, database } = await inPosition();
    for (let turn = 0; turn < 150; turn += 1) {
      bot.stop('protect');
      await bot.start({ adoptPosition: false });
    }
    await vi.waitFor(() => expect(liveTags(venue).toSorted()).toEqual(FULL_LADDER.toSorted()));
    const rows = eventsOf(database);
    const middle = rows.findLastIndex(({ type }) => type === 'checkpoint');
    expect(middle).toBeGreaterThan(100);
    const steps = replayEvents(rows.slice(middle));
    expect(differing(steps)).toEqual([]);
    expect(mails(steps).length).toBeGreaterThan(10);
  });
});

const pick = fc.nat(1_000);
const story = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.record({ do: fc.constant('deliver' as const), pick }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('fill' as const), pick }) },
    fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(1, 1_000, 4_000, 61_000) }),
    fc.record({
      do: fc.constant('lose' as const),
      fates: fc.array(fc.constantFrom<Fate>('answered', 'refused', 'lost-done', 'lost-undone'), {
        maxLength: 4,
      }),
    }),
    fc.record({
      do: fc.constant('stop' as const),
      mode: fc.constantFrom('protect' as const, 'close' as const),
    }),
    fc.record({
      do: fc.constant('push' as const),
      side: fc.constantFrom('long' as const, 'short' as const),
      extra: fc.constantFrom(0, 0, 0, 5, -5),
    }),
    fc.record({ do: fc.constant('price' as const), mark: fc.constantFrom(10_200, 10_000, 9_900, 9_000) }),
    fc.constant({ do: 'start' as const }),
  ),
  { maxLength: 80, size: 'max' },
);

/** Of our side what its fills say; of the other side nothing. */
function pushPosition(world: StateWorld, side: 'long' | 'short', extra = 0): void {
  const { cycle, settings } = world.state;
  if (cycle === null) return;
  const own = Math.max(0, cycle.own.quantity + extra);
  const quantity = side === settings.side ? quantityText(cycle.grid, lots(own)) : '0';
  world.take({ type: 'venue', event: { type: 'position', position: { ...POSITION, side, quantity } } });
}

/** Prices are received and nothing more, as a bot does. */
function hearPrice(world: StateWorld, mark: number): void {
  const price = String(mark);
  const prices = { last: price, mark: price, at: world.now };
  receive(world.state, { type: 'venue', event: { type: 'prices', prices } }, world.now);
}

type Step = typeof story extends fc.Arbitrary<(infer S)[]> ? S : never;

function take(world: StateWorld, step: Step): void {
  const live = world.venue.live();
  switch (step.do) {
    case 'deliver':
      return world.deliver(step.pick);
    case 'fill': {
      const order = live[step.pick % Math.max(1, live.length)];
      if (order !== undefined) world.venue.fill(order, 1 + (step.pick % order.quantity));
      return;
    }
    case 'wait':
      return world.advance(step.ms);
    case 'lose':
      world.fates = step.fates;
      return;
    case 'stop':
      return world.stop(step.mode);
    case 'push':
      return pushPosition(world, step.side, step.extra);
    case 'price':
      return hearPrice(world, step.mark);
    case 'start':
      return world.start();
  }
}

it('every story, whatever is lost, refused or reordered in it, replays to the same decisions', async () => {
  const database = await scratchDatabase();
  await addUsers(database, 1);
  const journal = new SqliteJournal(database.sql);
  fc.assert(
    fc.property(story, (steps) => {
      for (const table of ['Event', 'Fill', 'OrderIntent', 'FundingEntry', 'Cycle', 'Bot', 'ProtectionClock'])
        database.sql.prepare(`DELETE FROM ${table}`).run();
      const world = new StateWorld(journal, { cooldown: 1, stopLoss: '50' });
      world.start();
      for (const step of steps) take(world, step);
      world.settle();
      expect(differing(replayAll(database))).toEqual([]);
    }),
    { numRuns: 60 },
  );
});
