/**
 * Invariant 2's clock: how long the position of a bot was not exactly covered, and how long nobody could say.
 * Pure and durable: what is stored is enough to go on counting after a restart.
 *
 * - `uncovered`: what rests on the venue is known, and is not exactly the protection that the position needs.
 * - `unknown`: a position is open and nobody can say: the server was down, the venue cannot be read, or the user
 *   left the position alone. Counted apart, and never as a gap.
 *
 * Entry points: `advanceClock` after each decision, `restoredClock` at a start, `clockAt` for whoever looks.
 */

export type ProtectionPhase = 'none' | 'covered' | 'uncovered' | 'unknown';

/** Milliseconds. */
export interface ProtectionTimes {
  uncoveredMs: number;
  unknownMs: number;
  /** The longest stretch without proven protection, without what of it was unknown. */
  longestGapMs: number;
}

export interface ProtectionClock {
  /** The cycle that `cycle` is about. */
  cycleKey: number;
  phase: ProtectionPhase;
  /** Our clock: when the phase began. */
  since: number;
  /** Until when it has been counted. */
  seenAt: number;
  cause: string | null;
  /** Since when protection is not proven, as far as this server could have seen it; null while it is. */
  gapSince: number | null;
  /** Of the stretch that goes on: how much was uncovered. */
  gapMs: number;
  cycle: ProtectionTimes;
  /** Of all cycles of the bot, this one included. */
  total: ProtectionTimes;
}

export interface SeenProtection {
  phase: ProtectionPhase;
  cause: string | null;
}

const NO_TIMES: ProtectionTimes = { uncoveredMs: 0, unknownMs: 0, longestGapMs: 0 };

/** Longer than anything that mends itself in an ordinary hour, shorter than a market needs to run away. */
export const PROTECTION_ALERT_MS = 30_000;

export const SERVER_WAS_DOWN = 'the server was not running, or has not read the exchange yet';

export function newClock(now: number): ProtectionClock {
  return {
    cycleKey: 0,
    phase: 'none',
    since: now,
    seenAt: now,
    cause: null,
    gapSince: null,
    gapMs: 0,
    cycle: NO_TIMES,
    total: NO_TIMES,
  };
}

/** A new cycle counts from zero; what the bot had before stays in its total. */
export function clockOfCycle(clock: ProtectionClock, cycleKey: number, now: number): ProtectionClock {
  return { ...newClock(now), cycleKey, total: clock.total };
}

function isProven(phase: ProtectionPhase): boolean {
  return phase === 'none' || phase === 'covered';
}

function plus(times: ProtectionTimes, { uncoveredMs, unknownMs, longestGapMs }: ProtectionTimes) {
  return {
    uncoveredMs: times.uncoveredMs + uncoveredMs,
    unknownMs: times.unknownMs + unknownMs,
    longestGapMs: Math.max(times.longestGapMs, longestGapMs),
  };
}

/** The clock as it stands now, while the phase goes on. */
export function clockAt(clock: ProtectionClock, now: number): ProtectionClock {
  const { phase, seenAt } = clock;
  if (isProven(phase) || now <= seenAt) return now <= seenAt ? clock : { ...clock, seenAt: now };
  const passedMs = now - seenAt;
  const isGap = phase === 'uncovered';
  const gapMs = clock.gapMs + (isGap ? passedMs : 0);
  const more = {
    uncoveredMs: isGap ? passedMs : 0,
    unknownMs: isGap ? 0 : passedMs,
    longestGapMs: gapMs,
  };
  return { ...clock, seenAt: now, gapMs, cycle: plus(clock.cycle, more), total: plus(clock.total, more) };
}

/** Counts up to now in the phase that was, and goes on in the one that is seen now. */
export function advanceClock(
  clock: ProtectionClock,
  { phase, cause }: SeenProtection,
  now: number,
): ProtectionClock {
  const counted = clockAt(clock, now);
  if (phase === clock.phase) return cause === clock.cause ? counted : { ...counted, cause };
  const proven = isProven(phase);
  return {
    ...counted,
    phase,
    cause,
    since: now,
    gapSince: proven ? null : (clock.gapSince ?? now),
    gapMs: proven ? 0 : counted.gapMs,
  };
}

/**
 * What a start makes of the stored clock: since it was last written nobody watched. The stretch that is alerted
 * counts from `now`, since this server could not have acted before.
 */
export function restoredClock(stored: ProtectionClock, now: number): ProtectionClock {
  if (stored.phase === 'none') return stored;
  const since = stored.phase === 'unknown' ? stored.since : stored.seenAt;
  const cause = stored.phase === 'unknown' ? stored.cause : SERVER_WAS_DOWN;
  return { ...stored, phase: 'unknown', since, cause, gapSince: now, gapMs: 0 };
}

/** When the alert is due; null while protection is proven. */
export function alertDueAt({ gapSince }: ProtectionClock, alertAfterMs: number): number | null {
  return gapSince === null ? null : gapSince + alertAfterMs;
}

/** Whether what is stored no longer tells the same story; the passing of time alone is no news. */
export function isClockNews(stored: ProtectionClock | null, clock: ProtectionClock): boolean {
  return stored === null
    ? clock.phase !== 'none'
    : stored.phase !== clock.phase || stored.cycleKey !== clock.cycleKey || stored.cause !== clock.cause;
}
