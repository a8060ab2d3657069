/**
 * A failing scenario with less in it: storms, commands, fundings and bots are left out as long as the same
 * invariant still breaks. What is left is what a person has to understand.
 */
import type { Scenario } from './scenario.ts';
import type { Sabotage } from './seat.ts';
import { type Result, simulate } from './world.ts';

type List = 'storms' | 'commands' | 'fundings' | 'bots';

const LISTS: readonly List[] = ['bots', 'commands', 'storms', 'fundings'];

export interface Shrunk {
  scenario: Scenario;
  result: Result;
  runs: number;
}

export interface Limits {
  /** So many runs more. */
  runsMax: number;
  /** The bug that a test has planted, if one did. */
  sabotage?: () => Sabotage;
}

/** `found` is the failing run of the whole scenario. */
export async function shrink(scenario: Scenario, found: Result, limits: Limits): Promise<Shrunk> {
  let best: Shrunk = { scenario, result: found, runs: 0 };
  for (const list of LISTS) {
    for (
      let size = Math.ceil(best.scenario[list].length / 2);
      size >= 1;
      size = size === 1 ? 0 : Math.ceil(size / 2)
    )
      best = await leaveOut(best, { list, size, limits });
  }
  return best;
}

/** Leaves out `size` neighbours at a time, wherever that still fails. */
async function leaveOut(
  before: Shrunk,
  { list, size, limits }: { list: List; size: number; limits: Limits },
): Promise<Shrunk> {
  let best = before;
  for (let from = 0; from < best.scenario[list].length; ) {
    if (best.runs >= limits.runsMax) return best;
    const kept = without(best.scenario[list], { from, size });
    const scenario: Scenario = { ...best.scenario, [list]: kept };
    const result =
      kept.length === 0 && list === 'bots' ? null : await simulate(scenario, limits.sabotage?.());
    const same = result !== null && result.violation?.invariant === best.result.violation?.invariant;
    best = same ? { scenario, result, runs: best.runs + 1 } : { ...best, runs: best.runs + 1 };
    if (!same) from += size;
  }
  return best;
}

function without(values: readonly unknown[], { from, size }: { from: number; size: number }): unknown[] {
  return values.toSpliced(from, size);
}
