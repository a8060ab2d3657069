/**
 * The whole memory of a bot as one text, and back: where a replay begins. What waits for a commit is left out,
 * since it follows from what came before.
 */
import { gridOf } from '../domain/units.ts';
import type { Cycle } from '../domain/cycle.ts';
import { NOTHING_OBSERVED } from '../domain/observed.ts';
import { type BotState, nothingUnsaved } from './bot-state.ts';

/** A replay of another form is refused: it could only differ. */
export const DUMP_FORM = 1;

/** JSON has neither of these. */
function pack(_: string, value: unknown): unknown {
  if (typeof value === 'bigint') return { $big: String(value) };
  return value instanceof Set ? { $set: [...value] } : value;
}

function unpack(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if ('$big' in value) return BigInt(String(value.$big));
  return '$set' in value && Array.isArray(value.$set) ? new Set(value.$set) : value;
}

export function dumpState(state: BotState): string {
  const { unsaved: _, saved: __, cycle, lastSettled, ...rest } = state;
  // The grid follows from the plan; of the cycle before only that there was one matters.
  const open = cycle === null ? null : { ...cycle, grid: null };
  const settled = lastSettled === null ? null : { ...lastSettled, plan: '' };
  return JSON.stringify({ ...rest, cycle: open, lastSettled: settled }, pack);
}

type Dumped = Omit<BotState, 'unsaved' | 'saved' | 'cycle'> & { cycle: Omit<Cycle, 'grid'> | null };

export function loadState(text: string): BotState {
  const dumped = JSON.parse(text, unpack) as Dumped;
  const { cycle } = dumped;
  return {
    ...dumped,
    observed: { ...NOTHING_OBSERVED, ...dumped.observed },
    // Not in what was written before there was one.
    lookBack: dumped.lookBack ?? null,
    cycle: cycle === null ? null : { ...cycle, grid: gridOf(cycle.plan.instrument) },
    unsaved: nothingUnsaved(),
    saved: { record: null, cycleSummary: '', legsFilled: 0, protection: null, intents: new Map() },
  };
}
