/** The rules of the loop when answers are lost, the venue breaks a promise, or somebody else acts; see `CycleWorld`. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CycleWorld } from '../testing/cycle-world.ts';
import { expectConverged, expectCovered, finish, settled } from '../testing/cycle-world-rest.ts';
import {
  breachStep,
  calmSteps,
  honestFates,
  losingStep,
  modeStep,
  outsideStep,
  plans,
  stepsOf,
  take,
  targets,
} from '../testing/cycle-world-steps.ts';
import { coverOf } from './reconcile-input.ts';

const RUNS = { numRuns: 150 };
const calm = stepsOf(...calmSteps);
const losing = stepsOf(...calmSteps, losingStep, losingStep, modeStep);

describe('when answers are lost', () => {
  test('nothing is doubled, nothing exceeds its plan, and the protection comes back', () => {
    fc.assert(
      fc.property(plans, targets, honestFates, losing, (plan, wanted, fate, steps) => {
        const world = settled(new CycleWorld(plan, wanted, fate), steps);
        if (world.cycle !== null) expectConverged(world, world.cycle);
        expect(world.cycle?.own.quantity ?? 0).toBe(world.venue.position);
      }),
      RUNS,
    );
  });

  test('the cycle still ends once, and flat', () => {
    fc.assert(
      fc.property(plans, targets, honestFates, losing, (plan, wanted, fate, steps) => {
        const world = settled(new CycleWorld(plan, wanted, fate), steps);
        finish(world);
        expect(world.ended).toHaveLength(1);
        expect(world.venue.position).toBe(0);
        expect(world.venue.live()).toEqual([]);
      }),
      RUNS,
    );
  });

  test('an order that arrives after its absence was proven leaves one live order of its tag', () => {
    fc.assert(
      fc.property(plans, targets, stepsOf(...calmSteps, breachStep), (plan, wanted, steps) => {
        const world = settled(new CycleWorld(plan, wanted), [...steps, { do: 'wait', ms: 40_000 }]);
        fc.pre(world.cycle !== null);
        if (world.cycle === null) return;
        expect(world.cycle.own.quantity).toBe(world.venue.position);
        expectCovered(world, world.cycle);
      }),
      RUNS,
    );
  });
});

describe('when somebody closes the position by hand', () => {
  test('the bot cleans up, and whatever of ours still fills is covered', () => {
    fc.assert(
      fc.property(plans, targets, stepsOf(...calmSteps, outsideStep), (plan, wanted, steps) => {
        const world = settled(new CycleWorld(plan, wanted), steps);
        world.hint();
        world.settleDown();
        const { cycle, observed } = world;
        expect(cycle === null ? 0 : coverOf({ cycle, observed })).toBe(world.venue.position);
        if (cycle !== null) expectConverged(world, cycle);
      }),
      RUNS,
    );
  });

  test('a cycle at rest halts and is settled as partial, with nothing left', () => {
    fc.assert(
      fc.property(plans, targets, calm, (plan, wanted, steps) => {
        const world = settled(new CycleWorld(plan, wanted), steps);
        fc.pre(world.cycle !== null);
        take(world, { do: 'outside' });
        world.settleDown();
        expect(world.halts).toEqual(['closed_outside']);
        expect(world.ended.map(({ how, cycle }) => [how, cycle.partial])).toEqual([['settle', true]]);
        expect(world.venue.live()).toEqual([]);
      }),
      RUNS,
    );
  });
});
