/** Whatever the order in which a venue's pushes arrive, and however often, a bot ends up knowing the same. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shuffledWithRepeats } from '../testing/arbitraries.ts';
import { CycleWorld } from '../testing/cycle-world.ts';
import { NOW } from '../testing/cycle-world-cases.ts';
import { settled } from '../testing/cycle-world-rest.ts';
import { calmSteps, plans, stepsOf, targets } from '../testing/cycle-world-steps.ts';
import type { Push, VenueOrder } from '../testing/cycle-world-venue.ts';
import { applyExecution, applyOrder } from './apply.ts';
import { applySnapshot } from './apply-snapshot.ts';
import { createCycle, type Cycle, withProgress } from './cycle.ts';
import { type Intent, isLive } from './intent.ts';
import type { Snapshot } from './observation.ts';
import { NOTHING_OBSERVED } from './observed.ts';
import { reconcile } from './reconcile.ts';
import { lots } from './units.ts';

const END = NOW + 10_000_000;

/** The bot as it was when it had sent everything, amends included, and heard of nothing. */
function deaf(world: CycleWorld): Cycle {
  const { plan } = world;
  const cycle = createCycle({ userId: 42, key: 777, number: 1, plan, now: NOW });
  return { ...cycle, intents: world.venue.orders.map(asLastSent) };
}

function asLastSent({ intent, quantity }: VenueOrder): Intent {
  return { ...intent, quantity: lots(quantity) };
}

function hear(cycle: Cycle, pushes: readonly Push[]): Cycle {
  return pushes.reduce((current, push) => {
    if (push.type === 'order') return applyOrder(current, push.order, END);
    return applyExecution(current, push.execution, END).cycle;
  }, cycle);
}

/**
 * An order that filled and has ended counts no more, whoever ended it: a bot that never heard of its last amend takes
 * fills up to the quantity that it knows for the end of it.
 */
function endOf(intent: Intent) {
  const { clientOrderId, state, endedBy, venueFilled } = intent;
  const isOver = !isLive(intent) && venueFilled > 0;
  return isOver ? [clientOrderId, 'over', venueFilled] : [clientOrderId, state, endedBy, venueFilled];
}

/** What counts of the knowledge, and what is decided on it and a last reading. */
function outcome(cycle: Cycle, world: CycleWorld, snapshot: Snapshot) {
  const context = { ...cycle.plan, userId: 42, baseline: new Set<string>(), now: END + 20 };
  const effect = applySnapshot({ cycle, observed: NOTHING_OBSERVED }, snapshot, context);
  const known = withProgress(effect.cycle ?? cycle);
  const { targets: wanted } = world;
  const decided = reconcile({
    cycle: known,
    observed: effect.observed,
    mode: 'run',
    targets: wanted,
    now: END + 30,
  });
  return {
    own: known.own,
    fills: known.fills,
    orders: known.intents.map(endOf),
    live: known.intents
      .filter(isLive)
      .map(({ price, triggerPrice, quantity }) => [price, triggerPrice, quantity]),
    actions: decided.actions,
  };
}

const RUNS = { numRuns: 150 };
const calm = stepsOf(...calmSteps);
const ranks = fc.infiniteStream(fc.nat());

test('shuffled and repeated pushes lead to the same position, average, orders and decisions', () => {
  fc.assert(
    fc.property(plans, targets, calm, ranks, (plan, wanted, steps, order) => {
      const world = settled(new CycleWorld(plan, wanted), steps);
      const snapshot = { ...world.venue.snapshot(), askedAt: END + 10 };
      const inOrder = outcome(hear(deaf(world), world.pushes), world, snapshot);
      const shuffled = shuffledWithRepeats(world.pushes, order);
      expect(outcome(hear(deaf(world), shuffled), world, snapshot)).toEqual(inOrder);
    }),
    RUNS,
  );
});

test('a bot that heard of no push learns the same position from one reading', () => {
  fc.assert(
    fc.property(plans, targets, calm, (plan, wanted, steps) => {
      const world = settled(new CycleWorld(plan, wanted), steps);
      const snapshot = { ...world.venue.snapshot(), askedAt: END + 10 };
      const told = outcome(hear(deaf(world), world.pushes), world, snapshot);
      const read = outcome(deaf(world), world, snapshot);
      expect([read.own, read.fills]).toEqual([told.own, told.fills]);
    }),
    RUNS,
  );
});
