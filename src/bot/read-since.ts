/**
 * From when on the venue is asked for what happened to a cycle. Never from the newest fill: a push can overtake
 * an older one that was lost. Only a reading proves that everything before it is known.
 */
import type { Cycle } from '../domain/cycle.ts';
import { hasMissingFills } from '../domain/reconcile-doubts.ts';
import type { Venue } from '../venue/venue.ts';
import type { BotState } from './bot-state.ts';
import type { Clock } from './clock.ts';

/** Reads lag behind executions by less than this. */
const OVERLAP_MS = 60_000;

interface Times {
  venue: Pick<Venue, 'venueNow'>;
  clock: Clock;
}

/** Venue time; all of the cycle where an order has filled more than we have executions for. */
export function executionsSince(
  { cycle, executionsReadUntil }: Pick<BotState, 'cycle' | 'executionsReadUntil'>,
  times: Times,
): number {
  if (cycle === null) return times.venue.venueNow();
  if (executionsReadUntil === null || hasMissingFills(cycle)) return openingOf(cycle, times) - OVERLAP_MS;
  return executionsReadUntil - OVERLAP_MS;
}

/** Venue time; funding before the first fill belongs to nobody, or to a position that was not ours yet. */
export function fundingSince(cycle: Cycle, times: Times): number {
  const first = cycle.fills[0];
  return cycle.plan.adopted !== null || first === undefined ? openingOf(cycle, times) : first.at;
}

function openingOf(cycle: Cycle, { venue, clock }: Times): number {
  return venue.venueNow() - (clock.now() - cycle.openedAt);
}
