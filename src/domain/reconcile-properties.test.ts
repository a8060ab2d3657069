/** Rules of the whole loop that hold for every ladder and every order of events; see `CycleWorld`. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CycleWorld } from '../testing/cycle-world.ts';
import { expectConverged, finish, settled } from '../testing/cycle-world-rest.ts';
import { calmSteps, modeStep, plans, stepsOf, take, targets } from '../testing/cycle-world-steps.ts';

const RUNS = { numRuns: 150 };
const calm = stepsOf(...calmSteps);

describe('a bot comes to rest', () => {
  test('with its position covered and its legs resting, whatever filled and in whatever order it heard of it', () => {
    fc.assert(
      fc.property(plans, targets, calm, (plan, wanted, steps) => {
        const world = settled(new CycleWorld(plan, wanted), steps);
        if (world.cycle !== null) expectConverged(world, world.cycle);
      }),
      RUNS,
    );
  });

  test('and knows exactly what the venue holds', () => {
    fc.assert(
      fc.property(plans, targets, calm, (plan, wanted, steps) => {
        const world = settled(new CycleWorld(plan, wanted), steps);
        expect(world.cycle?.own.quantity ?? 0).toBe(world.venue.position);
      }),
      RUNS,
    );
  });

  test('and then decides nothing more, however often it is asked', () => {
    fc.assert(
      fc.property(plans, targets, calm, (plan, wanted, steps) => {
        const world = settled(new CycleWorld(plan, wanted), steps);
        const decided = world.actions.length;
        world.think();
        world.advance(1_000);
        world.think();
        expect(world.actions.slice(decided)).toEqual([]);
      }),
      RUNS,
    );
  });
});

describe('a cycle ends once', () => {
  test('when the take-profit fills: everything is cancelled, then settled', () => {
    fc.assert(
      fc.property(plans, targets, calm, (plan, wanted, steps) => {
        const world = settled(new CycleWorld(plan, wanted), steps);
        finish(world);
        expect(world.ended).toHaveLength(1);
        expect(world.venue.live()).toEqual([]);
        expect(world.venue.position).toBe(0);
      }),
      RUNS,
    );
  });

  test('without a trade only when the entry filled nothing', () => {
    fc.assert(
      fc.property(plans, targets, calm, (plan, wanted, steps) => {
        const world = settled(new CycleWorld(plan, wanted), steps);
        finish(world);
        const how = world.venue.executions.length === 0 ? 'abandon' : 'settle';
        expect(world.ended.map((end) => end.how)).toEqual([how]);
        expect(world.ended[0]?.cycle.fills).toHaveLength(world.venue.executions.length);
      }),
      RUNS,
    );
  });
});

describe('stopping', () => {
  test('in any mode at any time places no leg, keeps what is open covered, and can be resumed', () => {
    fc.assert(
      fc.property(plans, targets, stepsOf(...calmSteps, modeStep), (plan, wanted, steps) => {
        const world = settled(new CycleWorld(plan, wanted), steps);
        if (world.cycle !== null) expectConverged(world, world.cycle);
      }),
      RUNS,
    );
  });

  test('with protect cancels every leg and keeps take-profit and stop-loss', () => {
    fc.assert(
      fc.property(plans, targets, calm, (plan, wanted, steps) => {
        const world = settled(new CycleWorld(plan, wanted), [...steps, { do: 'mode', mode: 'protect' }]);
        const kinds = world.venue.live().map((order) => order.intent.kind);
        expect(kinds).not.toContain('leg');
        if (world.cycle !== null) expectConverged(world, world.cycle);
      }),
      RUNS,
    );
  });

  test('with close always ends flat and settled', () => {
    fc.assert(
      fc.property(plans, targets, calm, (plan, wanted, steps) => {
        const world = settled(new CycleWorld(plan, wanted), [...steps, { do: 'mode', mode: 'close' }]);
        expect(world.ended).toHaveLength(1);
        expect(world.venue.position).toBe(0);
        expect(world.venue.live()).toEqual([]);
      }),
      RUNS,
    );
  });

  test('with leave does nothing at all', () => {
    fc.assert(
      fc.property(plans, targets, calm, (plan, wanted, steps) => {
        const world = new CycleWorld(plan, wanted);
        for (const step of steps.slice(0, 10)) take(world, step);
        world.mode = 'leave';
        const decided = world.actions.length;
        settled(world, steps.slice(10));
        expect(world.actions.slice(decided)).toEqual([]);
      }),
      RUNS,
    );
  });
});
