import { describe, expect, it } from 'vitest';
import {
  advanceClock,
  alertDueAt,
  clockAt,
  clockOfCycle,
  isClockNews,
  newClock,
  type ProtectionClock,
  restoredClock,
} from './protection-clock.ts';

const covered = { phase: 'covered', cause: null } as const;
const uncovered = { phase: 'uncovered', cause: 'the take-profit is missing' } as const;
const unknown = { phase: 'unknown', cause: 'nobody looks' } as const;
const none = { phase: 'none', cause: null } as const;

/** What is seen at which second. */
function after(
  ...seen: [at: number, what: typeof covered | typeof uncovered | typeof unknown | typeof none][]
) {
  return seen.reduce((clock, [at, what]) => advanceClock(clock, what, at * 1000), newClock(0));
}

describe('the protection clock', () => {
  it.each<[string, ProtectionClock, [uncovered: number, unknown: number, longest: number]]>([
    ['stands without a position', after([9, none]), [0, 0, 0]],
    ['stands while covered', after([1, covered], [9, covered]), [0, 0, 0]],
    ['counts a gap', after([1, uncovered], [4, covered]), [3, 0, 3]],
    // gaps of 3 s and 2 s
    [
      'adds gaps up and keeps the longest',
      after([1, uncovered], [4, covered], [6, uncovered], [8, none]),
      [5, 0, 3],
    ],
    ['counts what nobody can say apart', after([1, unknown], [7, covered]), [0, 6, 0]],
    // 2 s before, 5 s unknown, 1 s after: one stretch of 3 s uncovered
    [
      'does not break a gap by not knowing',
      after([1, uncovered], [3, unknown], [8, uncovered], [9, covered]),
      [3, 5, 3],
    ],
    ['goes on within a phase', after([1, uncovered], [2, uncovered], [3, { ...uncovered }]), [2, 0, 2]],
  ])('%s', (_, clock, [gap, blind, longest]) => {
    const times = { uncoveredMs: gap * 1000, unknownMs: blind * 1000, longestGapMs: longest * 1000 };
    expect(clock.cycle).toEqual(times);
    expect(clock.total).toEqual(times);
  });

  it('is told of the running gap by whoever asks, without counting it twice', () => {
    const clock = after([1, uncovered]);
    expect(clockAt(clock, 4000).cycle.uncoveredMs).toBe(3000);
    expect(clockAt(clockAt(clock, 3000), 4000).cycle.uncoveredMs).toBe(3000);
  });

  it('never runs backwards with the clock of the machine', () => {
    const clock = after([5, uncovered]);
    expect(advanceClock(clock, covered, 1000).cycle.uncoveredMs).toBe(0);
  });

  it('begins anew with each cycle and keeps the total', () => {
    const clock = clockOfCycle(after([1, uncovered], [4, none]), 77, 9000);
    expect(clock).toMatchObject({ cycleKey: 77, cycle: { uncoveredMs: 0 }, total: { uncoveredMs: 3000 } });
  });

  it('counts the time between two servers as unknown, from the last moment that was written', () => {
    const stored = after([1, uncovered], [4, uncovered]);
    const again = advanceClock(restoredClock(stored, 60_000), covered, 61_000);
    expect(again.cycle).toEqual({ uncoveredMs: 3000, unknownMs: 57_000, longestGapMs: 3000 });
  });

  it('has nothing to count after a start without a position', () => {
    expect(restoredClock(after([4, none]), 60_000).phase).toBe('none');
  });

  it('alarms after its bound, and after a start not for what was before it', () => {
    expect(alertDueAt(after([2, covered]), 30_000)).toBeNull();
    expect(alertDueAt(after([2, uncovered], [9, unknown], [12, uncovered]), 30_000)).toBe(32_000);
    expect(alertDueAt(restoredClock(after([2, uncovered]), 500_000), 30_000)).toBe(530_000);
  });

  it('is news only when it tells another story', () => {
    const clock = after([1, uncovered]);
    expect(isClockNews(null, newClock(0))).toBe(false);
    expect(isClockNews(null, clock)).toBe(true);
    expect(isClockNews(clock, clockAt(clock, 9000))).toBe(false);
    expect(isClockNews(clock, advanceClock(clock, covered, 9000))).toBe(true);
  });
});
