/**
 * The simulation can fail: for every invariant a bug is planted between a bot and its world, and the invariant
 * that the judge then names is the one that the bug breaks.
 */
import { expect, test } from 'vitest';
import type { JournalBatch } from '../domain/records.ts';
import type { Accepted, Outcome, Venue, VenueEvent } from '../venue/venue.ts';
import type { InvariantNumber } from './invariants.ts';
import { type Ingredients, type Scenario, scenarioOf } from './scenario.ts';
import type { Sabotage } from './seat.ts';
import { shrink } from './shrink.ts';
import { simulate } from './world.ts';

const NOTHING_ELSE: Ingredients = { storms: false, hands: false, crashes: false, buttons: false };
const SEEDS_MAX = 30;
const RESTORED_UNDER_A_LATER_CYCLE = 1855;

interface Planted {
  bug: string;
  breaks: InvariantNumber;
  /** Made anew for each run: what it remembers belongs to one world. */
  sabotage: () => Sabotage;
  scenario?: (scenario: Scenario) => Scenario;
}

/** The venue with some of its calls replaced. */
function changed(venue: Venue, change: Partial<Venue>): Venue {
  return { ...venue, ...change };
}

function onCommit(change: (batch: JournalBatch) => JournalBatch): Sabotage {
  return {
    journal: (journal) => ({
      load: (userId) => journal.load(userId),
      hasCycle: (userId, cycleKey) => journal.hasCycle(userId, cycleKey),
      unfinished: () => journal.unfinished(),
      commit: (batch) => journal.commit(change(batch)),
    }),
  };
}

const refused: Outcome<Accepted> = {
  kind: 'rejected',
  code: 'invalid_order',
  message: 'no',
  venueCode: null,
};
const isTakeProfit = (id: string) => id.startsWith('sm_tp_');

/** Cancels are answered and never sent; whatever the bot reads or hears says that they were carried out. */
function lyingCancels(venue: Venue): Venue {
  const lied = new Set<string>();
  return changed(venue, {
    cancel: async (request) => {
      if (isTakeProfit(request.clientOrderId)) return venue.cancel(request);
      lied.add(request.clientOrderId);
      return { kind: 'accepted', value: { exchangeOrderId: request.exchangeOrderId ?? '' } };
    },
    findOrder: async (symbol, id, sent) => {
      const found = await venue.findOrder(symbol, id, sent);
      if (!found.ok || found.value === null || !lied.has(id)) return found;
      return { ok: true, value: { ...found.value, status: 'cancelled', reason: 'CancelByUser' } };
    },
    snapshot: async (symbol, since, wish) => {
      const read = await venue.snapshot(symbol, since, wish);
      if (!read.ok) return read;
      const orders = read.value.orders.filter(({ clientOrderId }) => !lied.has(clientOrderId ?? ''));
      return { ok: true, value: { ...read.value, orders } };
    },
  });
}

const withPersonsOrder = (scenario: Scenario): Scenario => ({
  ...scenario,
  commands: scenario.bots.map(({ uid }) => ({
    uid,
    at: 9_000,
    kind: 'hand' as const,
    act: 'order' as const,
  })),
});

/** A second account beside each first one. */
const withTwo = (scenario: Scenario): Scenario => {
  const [bot] = scenario.bots;
  if (bot === undefined) return scenario;
  return { ...scenario, bots: [bot, { ...bot, userId: 2, uid: bot.uid + 1 }] };
};

const PLANTED: Planted[] = [
  {
    bug: 'the journal fails under a bot',
    breaks: 0,
    sabotage: () =>
      onCommit((batch) => {
        if (batch.fills !== undefined) throw new Error('the disk is gone');
        return batch;
      }),
  },
  {
    bug: 'a take-profit that was placed is taken for refused',
    breaks: 1,
    sabotage: () => ({
      venue: (venue) =>
        changed(venue, {
          watch: (symbol, listen) => venue.watch(symbol, (event) => void (isOrder(event) || listen(event))),
          place: async (order) => {
            const answer = await venue.place(order);
            return isTakeProfit(order.orderLinkId) ? refused : answer;
          },
        }),
    }),
  },
  {
    bug: 'a take-profit is acknowledged and never placed',
    breaks: 2,
    sabotage: () => ({
      venue: (venue) =>
        changed(venue, {
          place: async (order) =>
            isTakeProfit(order.orderLinkId)
              ? { kind: 'accepted', value: { exchangeOrderId: `x${order.orderLinkId}` } }
              : venue.place(order),
        }),
    }),
  },
  {
    bug: 'orders are sent and their intents not written down',
    breaks: 3,
    sabotage: () => onCommit(({ intents: _, ...batch }) => batch),
  },
  {
    bug: 'legs are sent with twice their quantity',
    breaks: 4,
    sabotage: () => ({
      venue: (venue) =>
        changed(venue, {
          place: (order) =>
            venue.place(
              order.reduceOnly ? order : { ...order, quantity: String(Number(order.quantity) * 2) },
            ),
        }),
    }),
  },
  {
    bug: 'cancels are believed that were never sent',
    breaks: 5,
    sabotage: () => ({ venue: (venue) => lyingCancels(venue) }),
  },
  {
    bug: 'recover plans what is already there',
    breaks: 6,
    sabotage: () => ({
      bot: (bot) => {
        const action = {
          type: 'place',
          tag: 'sm_tp_1',
          clientOrderId: '',
          price: '1',
          quantity: '1',
          reason: '',
          onVenue: null,
          wanted: { price: '1', quantity: '1' },
        } as const;
        const plan = { message: '', actions: [action], checked: [action], notes: [] };
        bot.recover = async () => ({ ok: true, value: plan });
      },
    }),
  },
  {
    bug: "a stranger's order is cleared away",
    breaks: 7,
    scenario: withPersonsOrder,
    sabotage: () => ({
      venue: (venue) =>
        changed(venue, {
          snapshot: async (symbol, since, wish) => {
            const read = await venue.snapshot(symbol, since, wish);
            const stranger = read.ok
              ? read.value.orders.find(({ clientOrderId }) => clientOrderId === null)
              : undefined;
            if (stranger !== undefined)
              await venue.cancel({
                symbol,
                clientOrderId: '',
                exchangeOrderId: stranger.exchangeOrderId,
                type: 'limit',
              });
            return read;
          },
        }),
    }),
  },
  {
    bug: "one user's orders go out with another's key",
    breaks: 8,
    scenario: withTwo,
    sabotage: () => {
      const sessions: Venue[] = [];
      return {
        venue: (venue) => {
          sessions.push(venue);
          const [first = venue] = sessions;
          return changed(venue, { place: (order) => first.place(order) });
        },
      };
    },
  },
  {
    bug: 'the net of a cycle is a hundred-millionth off',
    breaks: 9,
    sabotage: () =>
      onCommit((batch) => {
        const { cycle } = batch;
        if (cycle?.state !== 'settled' || cycle.net === null) return batch;
        return { ...batch, cycle: { ...cycle, net: (Number(cycle.net) + 0.00000001).toFixed(8) } };
      }),
  },
];

test('beside a second server a position without its take-profit is noticed', async () => {
  const [planted] = PLANTED.filter(({ breaks }) => breaks === 2);
  const second = { kind: 'second-server', memory: 'copy', lastsMs: 600_000, ends: 'in order' } as const;
  for (let seed = 1; seed <= SEEDS_MAX; seed += 1) {
    const scenario = scenarioOf(seed, NOTHING_ELSE);
    const commands = scenario.bots.map(({ uid }) => ({ uid, at: 1_000, ...second }));
    const { violation } = await simulate({ ...scenario, profile: 'bybit', commands }, planted?.sabotage());
    if (violation === null) continue;
    expect(violation).toMatchObject({ invariant: 2, message: expect.stringMatching(/^bare after/) });
    return;
  }
  expect.unreachable('no seed noticed the planted bug');
});

test('a position that a restored database does not know, and that nobody looks for, is noticed', async () => {
  const venue = (real: Venue) => changed(real, { recentOrders: async () => ({ ok: true, value: [] }) });
  // The older copy still has the cycle before open; legs fill after the restart.
  const scenario = scenarioOf(RESTORED_UNDER_A_LATER_CYCLE);
  expect((await simulate(scenario)).violation).toBeNull();
  expect((await simulate(scenario, { venue })).violation).toMatchObject({
    invariant: 2,
    message: expect.stringMatching(/^not covered/),
  });
});

test('a second server on a copy and one on an empty database act, and double nothing', async () => {
  for (const memory of ['copy', 'empty'] as const) {
    const scenario = scenarioOf(6, NOTHING_ELSE);
    const second = { kind: 'second-server', memory, lastsMs: 60_000, ends: 'killed' } as const;
    const commands = scenario.bots.map(({ uid }) => ({ uid, at: 20_000, ...second }));
    const { violation, trace } = await simulate({ ...scenario, commands });
    expect(violation).toBeNull();
    const lines = trace.newest(Infinity);
    expect(lines.some((line) => /second server starts/.test(line))).toBe(true);
    expect(lines.some((line) => /\b2nd \d+ +(amend|place) /.test(line))).toBe(true);
  }
});

function isOrder(event: VenueEvent): boolean {
  return event.type === 'order' && isTakeProfit(event.order.clientOrderId ?? '');
}

test.each(PLANTED)(
  '$bug: invariant $breaks is reported',
  async ({ breaks, sabotage, scenario = (same) => same }) => {
    for (let seed = 1; seed <= SEEDS_MAX; seed += 1) {
      const whole = { ...scenario(scenarioOf(seed, NOTHING_ELSE)), profile: 'bybit' as const };
      const found = await simulate(whole, sabotage());
      if (found.violation === null) continue;
      expect(found.violation).toMatchObject({ invariant: breaks });
      return;
    }
    expect.unreachable('no seed noticed the planted bug');
  },
);

test('a failing scenario is shrunk to what it takes', async () => {
  const [planted] = PLANTED.filter(({ breaks }) => breaks === 3);
  const sabotage = planted?.sabotage ?? (() => ({}));
  const seeds = Array.from({ length: 20 }, (_, index) => scenarioOf(index + 1));
  const whole = seeds.find(
    ({ storms, commands, bots }) => storms.length + commands.length > 8 && bots.length > 1,
  );
  expect(whole).toBeDefined();
  if (whole === undefined) return;
  const found = await simulate(whole, sabotage());
  const shrunk = await shrink(whole, found, { runsMax: 80, sabotage });
  expect(shrunk.result.violation?.invariant).toBe(3);
  expect(shrunk.scenario.bots).toHaveLength(1);
  expect([...shrunk.scenario.storms, ...shrunk.scenario.commands]).toEqual([]);
});
