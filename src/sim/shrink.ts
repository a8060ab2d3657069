/**
 * A failing scenario with less in it: storms, commands, fundings and bots are left out as long as the same
 * invariant still breaks. What is left is what a person has to understand.
 */
import type { Scenario } from './scenario.ts';
import { type Result, simulate } from './world.ts';

type List = 'storms' | 'commands' | 'fundings' | 'bots';

const LISTS: readonly List[] = ['bots', 'commands', 'storms', 'fundings'];

export interface Shrunk {
  scenario: Scenario;
  result: Result;
  runs: number;
}

/** At most so many runs more; `found` is the failing run of the whole scenario. */
export async function shrink(scenario: Scenario, found: Result, runsMax: number): Promise<Shrunk> {
  let best: Shrunk = { scenario, result: found, runs: 0 };
  for (const list of LISTS) {
    for (
      let size = Math.ceil(best.scenario[list].length / 2);
      size >= 1;
      size = size === 1 ? 0 : Math.ceil(size / 2)
    )
      best = await leaveOut(best, { list, size, runsMax });
  }
  return best;
}

/** Leaves out `size` neighbours at a time, wherever that still fails. */
async function leaveOut(
  before: Shrunk,
  { list, size, runsMax }: { list: List; size: number; runsMax: number },
): Promise<Shrunk> {
  let best = before;
  for (let from = 0; from < best.scenario[list].length; ) {
    if (best.runs >= runsMax) return best;
    const kept = without(best.scenario[list], { from, size });
    const scenario: Scenario = { ...best.scenario, [list]: kept };
    const result = kept.length === 0 && list === 'bots' ? null : await simulate(scenario);
    const same = result !== null && result.violation?.invariant === best.result.violation?.invariant;
    best = same ? { scenario, result, runs: best.runs + 1 } : { ...best, runs: best.runs + 1 };
    if (!same) from += size;
  }
  return best;
}

function without(values: readonly unknown[], { from, size }: { from: number; size: number }): unknown[] {
  return values.toSpliced(from, size);
}
