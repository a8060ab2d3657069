import { describe, expect, it } from 'vitest';
import type { Cycle } from '../domain/cycle.ts';
import { lots } from '../domain/units.ts';
import { emptyCycle, NOW, withOrder } from '../testing/cycle-world-cases.ts';
import { executionsSince, fundingSince } from './read-since.ts';

const CYCLE = emptyCycle();
/** Ten minutes into the cycle; the venue's clock is a second behind ours. */
const TIMES = {
  venue: { venueNow: () => NOW + 599_000 },
  clock: { now: () => NOW + 600_000, after: () => () => undefined },
};
const OPENED_AT_VENUE = NOW - 1_000;

describe('executions are read', () => {
  it('from the last reading on, a minute earlier', () => {
    expect(executionsSince({ cycle: CYCLE, executionsReadUntil: NOW + 300_000 }, TIMES)).toBe(NOW + 240_000);
  });

  it('from the opening on after a restart', () => {
    expect(executionsSince({ cycle: CYCLE, executionsReadUntil: null }, TIMES)).toBe(
      OPENED_AT_VENUE - 60_000,
    );
  });

  it('from the opening on while an order has filled more than is known', () => {
    const cycle = withOrder(CYCLE, { kind: 'leg', venueFilled: lots(1) });
    expect(executionsSince({ cycle, executionsReadUntil: NOW + 300_000 }, TIMES)).toBe(
      OPENED_AT_VENUE - 60_000,
    );
  });
});

describe('funding is read', () => {
  const fill = { at: NOW + 5 } as Cycle['fills'][number];

  it('from the first fill on', () => {
    expect(fundingSince({ ...CYCLE, fills: [fill] }, TIMES)).toBe(NOW + 5);
  });

  it('from the opening on where a position was handed over: its first fill may be its last', () => {
    const adopted = { quantity: '1', averageEntryPrice: '10000' };
    const cycle = { ...emptyCycle({ adopted }), fills: [fill] };
    expect(fundingSince(cycle, TIMES)).toBe(OPENED_AT_VENUE);
  });
});
