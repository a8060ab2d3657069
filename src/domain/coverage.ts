/** Whether a position has exactly the protection that it should have, and if not, why in words. */
import { type Cycle, intentsOf } from './cycle.ts';
import { isLive } from './intent.ts';
import { plainRefusal } from './plain-refusal.ts';
import { coverOf, type ReconcileInput } from './reconcile-input.ts';
import { isAsWanted, type Wanted, wantedStopLoss, wantedTakeProfit } from './reconcile-protection.ts';

export type Coverage = { covered: true } | { covered: false; cause: string };

const COVERED: Coverage = { covered: true };

function coverageBy(cycle: Cycle, wanted: Wanted | null): Coverage {
  if (wanted === null) return COVERED;
  const name = wanted.kind === 'tp' ? 'take-profit' : 'stop-loss';
  const live = intentsOf(cycle, wanted.kind).find(isLive);
  const last = intentsOf(cycle, wanted.kind).at(-1);
  if (live === undefined) {
    const why = last?.endedBy === 'refused' ? `was refused: ${plainRefusal(last.detail)}` : 'is missing';
    return { covered: false, cause: `the ${name} ${why}` };
  }
  if (live.type === 'market') return { covered: false, cause: 'the position is being closed at market' };
  if (live.state === 'in-flight') return { covered: false, cause: `the ${name} is on its way` };
  if (live.state === 'ambiguous') return { covered: false, cause: `the answer about the ${name} was lost` };
  if (isAsWanted(cycle, live, wanted)) return COVERED;
  const cause = live.pending === null ? `the ${name} must follow` : `the ${name} is being changed`;
  return { covered: false, cause };
}

/** Invariant 2 for one bot at one moment. */
export function coverageOf(input: Pick<ReconcileInput, 'cycle' | 'observed' | 'targets'>): Coverage {
  const cover = coverOf(input);
  const profit = coverageBy(input.cycle, wantedTakeProfit(input.cycle, input.targets, cover));
  return profit.covered ? coverageBy(input.cycle, wantedStopLoss(input.cycle, input.targets, cover)) : profit;
}
