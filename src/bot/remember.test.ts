import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assert } from '../domain/assert.ts';
import { isEnded } from '../domain/intent.ts';
import type { JournalBatch } from '../domain/records.ts';
import { cycleRecord } from '../domain/settlement.ts';
import { SqliteJournal } from '../store/journal.ts';
import { addUsers, scratchDatabase } from '../testing/scratch-database.ts';
import { type Fate, StateWorld, USER } from '../testing/state-world.ts';
import type { BotState } from './bot-state.ts';
import { restoreCycle, toIntentRecord } from './codec.ts';
import { unsavedBatch } from './remember.ts';

const pick = fc.nat(1_000);
type Step =
  | { do: 'deliver' | 'fill' | 'end'; pick: number }
  | { do: 'wait'; ms: number }
  | { do: 'lose'; fates: Fate[] }
  | { do: 'stop'; mode: 'protect' | 'close' }
  | { do: 'start' };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.record({ do: fc.constant('deliver' as const), pick }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('fill' as const), pick }) },
    fc.record({ do: fc.constant('end' as const), pick }),
    fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(1, 1_000, 4_000, 40_000) }),
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
    fc.constant({ do: 'start' as const }),
  ),
  { maxLength: 60, size: 'max' },
);

function take(world: StateWorld, step: Step): void {
  const live = world.venue.live();
  switch (step.do) {
    case 'deliver':
      return world.deliver(step.pick);
    case 'fill': {
      const order = live[step.pick % Math.max(1, live.length)];
      return order === undefined ? undefined : world.venue.fill(order, 1 + (step.pick % order.quantity));
    }
    case 'end': {
      const order = live[step.pick % Math.max(1, live.length)];
      return order === undefined ? undefined : world.venue.end(order, 'cancelled', 'EC_NoReason');
    }
    case 'wait':
      return world.advance(step.ms);
    case 'lose':
      world.fates = [...step.fates];
      return;
    case 'stop':
      return world.stop(step.mode);
    case 'start':
      return world.state.record.desired === 'running' ? undefined : world.start();
  }
}

/** All of a cycle that its decisions depend on, but for what a restart has to ask anew. */
function essence(cycle: BotState['cycle']) {
  if (cycle === null) return null;
  const { userId, key, number, plan, state, reason, partial, openedAt, own, fundings, fills } = cycle;
  const intents = cycle.intents.map((intent) => {
    // A cancel that was on its way is sent again.
    const isCancelled = !isEnded(intent) && intent.pending?.op === 'cancel';
    const asleep = isCancelled ? { ...intent, pending: null, endedBy: 'us' as const } : intent;
    const { updatedAt, ...record } = toIntentRecord(cycle, asleep);
    // What was on its way when the process died comes back as a doubt.
    return { ...record, state: record.state === 'in-flight' ? 'ambiguous' : record.state };
  });
  return { userId, key, number, plan, state, reason, partial, openedAt, own, fundings, fills, intents };
}

async function journalOfOneUser() {
  const database = await scratchDatabase();
  await addUsers(database, 1);
  const forget = () => {
    for (const table of ['Bot', 'Cycle', 'OrderIntent', 'Fill', 'FundingEntry', 'Event'])
      database.sql.exec(`DELETE FROM "${table}"`);
  };
  return { journal: new SqliteJournal(database.sql), database, forget };
}

describe('the journal', () => {
  it('has, after each step of any story, all that a restart needs', async () => {
    const { journal, forget } = await journalOfOneUser();
    fc.assert(
      fc.property(steps, fc.constantFrom('0', '30'), (story, stopLoss) => {
        forget();
        const world = new StateWorld(journal, { stopLoss, cooldown: 2 });
        world.start();
        for (const step of story) {
          take(world, step);
          const memory = journal.load(USER);
          expect(memory.bot).toEqual(world.state.record);
          expect(essence(restoreCycle(memory, world.now))).toEqual(essence(world.state.cycle));
        }
      }),
      { numRuns: 40 },
    );
  }, 60_000);

  it('gets each change once: what stays the same is not written again', async () => {
    const { journal } = await journalOfOneUser();
    const batches: JournalBatch[] = [];
    const watched = {
      load: journal.load.bind(journal),
      hasCycle: () => false,
      unfinished: () => [],
      commit: (batch: JournalBatch) => {
        batches.push(batch);
        journal.commit(batch);
      },
    };
    const world = new StateWorld(watched);
    world.start();
    world.settle();
    expect(world.state.cycle?.state).toBe('open');
    const leg = world.venue.live().find((order) => order.intent.tag.startsWith('sm_leg_1'));
    assert(leg !== undefined, 'the ladder rests');
    world.venue.fill(leg, leg.quantity);
    batches.length = 0;
    world.deliver();
    const columns = batches.map((batch) => Object.keys(batch).toSorted());
    const tags = batches.map(({ intents = [] }) => intents.map(({ tag, state }) => `${tag} ${state}`));
    // Before the take-profit's change leaves: it alone. Then what only tells; no other order, no bot.
    expect(columns).toEqual([['intents'], ['cycle', 'events', 'fills', 'intents', 'protection']]);
    expect(tags).toEqual([['sm_tp_1_BTCUSDT open'], ['sm_leg_1_1_BTCUSDT filled']]);
    expect(batches[1]?.fills).toHaveLength(1);
    expect(batches[1]?.cycle?.legsFilled).toBe(2);
  });

  it('keeps all of a cycle that ends, in whatever hurry', async () => {
    const { journal } = await journalOfOneUser();
    const world = new StateWorld(journal);
    world.start();
    world.settle();
    const { state } = world;
    assert(state.cycle !== null, 'a cycle is open');
    const intents = state.cycle.intents.map((intent) =>
      intent.kind === 'leg' && intent.leg === 1 ? { ...intent, state: 'filled' as const } : intent,
    );
    const cycle = { ...state.cycle, intents };
    const tags = () =>
      unsavedBatch(state, { hurry: true })?.batch.intents?.map((intent) => `${intent.tag} ${intent.state}`);
    state.cycle = cycle;
    expect(tags()).toBeUndefined();
    const record = cycleRecord(cycle, state.account, { state: 'settled', settledAt: world.now });
    state.unsaved = { ...state.unsaved, ended: { cycle, record } };
    expect(tags()).toEqual(['sm_leg_1_1_BTCUSDT filled']);
  });

  it('is left in peace while nothing happens', async () => {
    const { journal } = await journalOfOneUser();
    const world = new StateWorld(journal);
    world.start();
    world.settle();
    const { commits } = world;
    for (let second = 0; second < 20; second += 1) world.advance(1_000);
    expect(world.commits).toBe(commits);
  });

  it('keeps how the orders of a cycle ended that ends in the same moment', async () => {
    const { journal, database } = await journalOfOneUser();
    const world = new StateWorld(journal);
    world.fates = ['refused'];
    world.start();
    world.deliver();
    world.deliver();
    expect(world.state.cycle).toBeNull();
    expect(database.sql.prepare('SELECT state FROM OrderIntent').pluck().all()).toEqual(['rejected']);
    expect(database.sql.prepare('SELECT state FROM Cycle').pluck().all()).toEqual(['abandoned']);
  });
});
