/** Rules of the whole loop that hold for every ladder and every order of events; see `CycleWorld`. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CycleWorld } from '../testing/cycle-world.ts';
import {
  calmSteps,
  losingStep,
  modeStep,
  plans,
  type Step,
  stepsOf,
  take,
  targets,
} from '../testing/cycle-world-steps.ts';
import { coverageOf } from './coverage.ts';
import { type Cycle, filledOfLeg, intentsOf, minimumLots, plannedLegs } from './cycle.ts';
import { isLive } from './intent.ts';

const RUNS = { numRuns: 300 };
const calm = stepsOf(...calmSteps);

/** The world after these steps, come to rest with every answer given. */
function settled(world: CycleWorld, steps: readonly Step[]): CycleWorld {
  for (const step of steps) take(world, step);
  world.fates = [];
  world.settleDown();
  return world;
}

/** What a bot at rest must look like: covered, and every leg resting, filled or too small to rest. */
function expectConverged(world: CycleWorld, cycle: Cycle): void {
  const { observed } = world;
  if (cycle.own.quantity >= minimumLots(cycle)) {
    expect(coverageOf({ cycle, observed, targets: world.targets })).toEqual({ covered: true });
  }
  for (const leg of plannedLegs(cycle)) {
    const resting = intentsOf(cycle, 'leg', leg.index).some(isLive);
    const missing = leg.quantity - filledOfLeg(cycle, leg.index);
    const mayRest = world.mode === 'run' && cycle.state === 'open' && missing > 0;
    const mustRest = mayRest && missing >= minimumLots(cycle);
    expect({ leg: leg.index, resting }).toEqual({
      leg: leg.index,
      resting: mayRest && (resting || mustRest),
    });
  }
}

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
        if (world.cycle !== null) expect(world.cycle.own.quantity).toBe(world.venue.position);
        else expect(world.venue.position).toBe(0);
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
});

/** Fills the take-profit until nothing is left. */
function finish(world: CycleWorld): void {
  for (let round = 0; round < 10 && world.cycle !== null; round += 1) {
    const profit = world.venue.live().find((order) => order.intent.kind === 'tp');
    if (profit !== undefined) world.happen((venue) => venue.fill(profit, profit.quantity));
    world.settleDown();
  }
}

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
});

describe('when answers are lost', () => {
  test('nothing is doubled, nothing over its plan, and protection comes back', () => {
    fc.assert(
      fc.property(plans, targets, stepsOf(...calmSteps, losingStep, modeStep), (plan, wanted, steps) => {
        const world = settled(new CycleWorld(plan, wanted), steps);
        if (world.cycle !== null) expectConverged(world, world.cycle);
        expect(world.cycle?.own.quantity ?? 0).toBe(world.venue.position);
        finish(world);
        expect(world.ended.length).toBe(1);
      }),
      RUNS,
    );
  });
});
