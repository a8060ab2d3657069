/** A world of one cycle that has come to rest: how to get there, and how a bot at rest must look. */
import { expect } from 'vitest';
import { coverageOf } from '../domain/coverage.ts';
import { type Cycle, filledOfLeg, intentsOf, minimumLots, plannedLegs } from '../domain/cycle.ts';
import { isLive } from '../domain/intent.ts';
import { coverOf } from '../domain/reconcile-input.ts';
import type { CycleWorld } from './cycle-world.ts';
import { type Step, take } from './cycle-world-steps.ts';

/** The world after these steps, with every answer given. */
export function settled(world: CycleWorld, steps: readonly Step[]): CycleWorld {
  for (const step of steps) take(world, step);
  world.fates = [];
  world.settleDown();
  return world;
}

/** Fills the take-profit until nothing is left. */
export function finish(world: CycleWorld): void {
  for (let round = 0; round < 10 && world.cycle !== null; round += 1) {
    const profit = world.venue.live().find((order) => order.intent.kind === 'tp');
    if (profit !== undefined) world.happen((venue) => venue.fill(profit, profit.quantity));
    world.settleDown();
  }
}

/** Exactly covered, one live order of each tag. */
export function expectCovered(world: CycleWorld, cycle: Cycle): void {
  const tags = world.venue.live().map((order) => order.intent.tag);
  expect(new Set(tags).size, `a tag has one live order: ${tags.join(' ')}`).toBe(tags.length);
  const { observed, targets } = world;
  if (coverOf({ cycle, observed }) < minimumLots(cycle)) return;
  expect(coverageOf({ cycle, observed, targets })).toEqual({ covered: true });
}

/** Covered, and every leg resting, filled or too small to rest; none where the bot may not add. */
export function expectConverged(world: CycleWorld, cycle: Cycle): void {
  expectCovered(world, cycle);
  for (const leg of plannedLegs(cycle)) {
    const resting = intentsOf(cycle, 'leg', leg.index).some(isLive);
    const missing = leg.quantity - filledOfLeg(cycle, leg.index);
    const mayRest = world.mode === 'run' && cycle.state === 'open' && missing > 0;
    const mustRest = missing >= minimumLots(cycle);
    expect({ leg: leg.index, resting }).toEqual({
      leg: leg.index,
      resting: mayRest && (resting || mustRest),
    });
  }
}
