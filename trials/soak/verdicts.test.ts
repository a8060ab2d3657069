import { describe, expect, it } from 'vitest';
import type { Sample } from './samples.ts';
import { soakVerdicts } from './verdicts.ts';

const MINUTE_MS = 60_000;

/** A day of the trial: a sample a minute, with some noise, and two cycles settled in each. */
function day(change: (minute: number) => Partial<Sample> = () => ({})): Sample[] {
  return Array.from({ length: 25 }, (_, minute) => ({
    atMs: minute * MINUTE_MS,
    heapMb: 80 + (minute % 3) * 0.5,
    residentMb: 250 + (minute % 4) * 2,
    descriptors: 240 + (minute % 5),
    sockets: 205 + (minute % 5),
    timers: 300 + (minute % 7) * 5,
    threads: 11,
    resources: 210 + (minute % 5),
    databaseBytes: 2_000_000 + minute * 2 * 20_000,
    walBytes: minute % 6 === 5 ? 16_500_000 : 4_000_000,
    logBytes: minute * 2 * 1_500,
    settledCycles: minute * 2,
    fills: minute * 8,
    paperHeapMb: 21 + (minute % 3) * 0.5,
    paperResidentMb: 120,
    paperDescriptors: 330,
    ...change(minute),
  }));
}

const broken = (samples: Sample[]) =>
  soakVerdicts(samples)
    .filter(({ held }) => !held)
    .map(({ name }) => name);

describe('a soak', () => {
  it('holds where nothing grows but what is traded', () => {
    expect(broken(day())).toEqual([]);
  });

  it('allows memory for page caches that fill with the database, and no more', () => {
    const grows = (perMinute: number) => (minute: number) => ({
      databaseBytes: 2_000_000 + minute * 400_000,
      settledCycles: minute * 20,
      residentMb: 250 + minute * perMinute,
    });
    expect(broken(day(grows(2)))).toEqual([]);
    expect(broken(day(grows(5)))).toEqual(['resident memory']);
  });

  it('does not take the connections of a burst for a leak', () => {
    const burst = (minute: number) => (minute % 3 === 0 ? 0 : minute * 6);
    expect(
      broken(day((minute) => ({ descriptors: 240 + burst(minute), sockets: 205 + burst(minute) }))),
    ).toEqual([]);
  });

  it('does not judge the warm-up', () => {
    expect(broken(day((minute) => (minute < 6 ? { heapMb: 40, residentMb: 150, timers: 10 } : {})))).toEqual(
      [],
    );
  });

  it('accepts a table that grows up to its cap', () => {
    const bytes = (minute: number) => 2_000_000 + Math.min(minute, 12) * 2 * 30_000;
    expect(broken(day((minute) => ({ databaseBytes: bytes(minute) })))).toEqual([]);
  });

  it.each<[string, (minute: number) => Partial<Sample>, string[]]>([
    ['heap', (minute) => ({ heapMb: 80 + minute * 0.6 }), ['heap after garbage collection']],
    ['resident memory', (minute) => ({ residentMb: 250 + minute * 3 }), ['resident memory']],
    [
      'sockets',
      (minute) => ({ descriptors: 240 + minute * 2, sockets: 205 + minute * 2 }),
      ['open file descriptors, fewest', 'sockets among them, fewest'],
    ],
    [
      'what the exchange holds',
      (minute) => ({ paperHeapMb: 21 + minute * 0.5, paperResidentMb: 120 + minute * 4 }),
      ['the exchange: heap after garbage collection', 'the exchange: resident memory'],
    ],
    ['timers', (minute) => ({ timers: 300 + minute * 6 }), ['timers']],
    ['resources', (minute) => ({ resources: 210 + minute * 3 }), ['other live resources']],
    ['threads', (minute) => ({ threads: 11 + Math.floor(minute / 5) }), ['threads']],
    [
      'the database without trading',
      (minute) => ({ databaseBytes: 2_000_000 + minute * 200_000 }),
      ['database, a settled cycle'],
    ],
    ['the log', (minute) => ({ logBytes: minute * 40_000 }), ['log, a settled cycle']],
    [
      'a log that is never checkpointed',
      (minute) => ({ walBytes: minute * 4_000_000 }),
      ['write-ahead log, largest'],
    ],
    [
      'a database while nothing is settled',
      (minute) => ({ settledCycles: 5, databaseBytes: 2_000_000 + minute * 20_000, logBytes: 0 }),
      ['database, a settled cycle'],
    ],
  ])('finds a growth of %s', (_what, change, names) => {
    expect(broken(day(change))).toEqual(names);
  });

  it('tells how fast something grows', () => {
    const [heap] = soakVerdicts(day((minute) => ({ heapMb: 80 + minute * 0.5 })));
    expect(heap?.perHour).toBeCloseTo(30, 6); // 0.5 a minute
  });
});
