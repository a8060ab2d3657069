/** What the bot's protection clock sees: is the position covered, is it not, or can nobody say? */
import { coverageOf } from '../domain/coverage.ts';
import {
  advanceClock,
  alertDueAt,
  SERVER_WAS_DOWN,
  type SeenProtection,
} from '../domain/protection-clock.ts';
import type { Problem } from '../domain/verdict.ts';
import type { BotState } from './bot-state.ts';
import { targetsOf } from './targets.ts';

/** The cause where nobody looks: what was last known must not pass for what is. */
export const LEFT_ALONE = 'nobody looks after it: what is shown here is what was last known';
const UNREADABLE = 'the exchange cannot be read just now: what rests there is what was last known';
export const UNPROTECTED = 'unprotected';

/** A position that the user left on the exchange: their decision, so its clock runs and alarms nobody. */
export function isLeft({ cycle, record }: Pick<BotState, 'cycle' | 'record'>): boolean {
  return cycle !== null && record.desired === 'stopped' && record.mode === 'leave';
}

export function seenProtection(state: BotState): SeenProtection {
  const { cycle, observed, reading } = state;
  if (cycle === null || cycle.own.quantity === 0) return { phase: 'none', cause: null };
  if (isLeft(state)) return { phase: 'unknown', cause: LEFT_ALONE };
  if (observed.snapshotAt === null) return { phase: 'unknown', cause: SERVER_WAS_DOWN };
  const coverage = coverageOf({ cycle, observed, targets: targetsOf(state) });
  if (!coverage.covered) return { phase: 'uncovered', cause: coverage.cause };
  const isBlind = !observed.connected || reading.failures > 0;
  return isBlind ? { phase: 'unknown', cause: UNREADABLE } : { phase: 'covered', cause: null };
}

/** Lets the clock go on; when the alert is due, null where none is. */
export function watchProtection(state: BotState, now: number): number | null {
  state.protection = advanceClock(state.protection, seenProtection(state), now);
  return isLeft(state) ? null : alertDueAt(state.protection, state.alertAfterMs);
}

/** The words do not count the seconds: who reads them sees the clock beside. */
export function protectionProblem({ protection, alertAfterMs }: BotState): Problem {
  const what =
    protection.phase === 'uncovered'
      ? 'The position is not exactly covered'
      : 'Nobody can say whether the position is covered';
  const since = `for more than ${Math.round(alertAfterMs / 1000)} seconds`;
  return {
    code: UNPROTECTED,
    message: `${what} ${since}: ${protection.cause ?? 'no cause is known'}. Look at your exchange; this goes away by itself once the take-profit is proven to rest there.`,
    attention: true,
  };
}
