/** Many seeds, spread over the machine's cores. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { SeedReport } from './run-seed.ts';

export interface Totals {
  seeds: number;
  failed: SeedReport[];
  steps: number;
  virtualHours: number;
  settledCycles: number;
  crashes: number;
  /** Accounts whose journal lost the cycle on the venue; what the bots promise there is less. */
  lostBooks: number;
  /** Outside of storms and downtime, of all accounts. */
  worstUncoveredMs: number;
  seconds: number;
  seedsPerMinute: number;
}

export interface Wish {
  first: number;
  count: number;
  onReport: (report: SeedReport, done: number) => void;
}

export async function runSeeds({ first, count, onReport }: Wish): Promise<Totals> {
  const beganMs = performance.now();
  const reports: SeedReport[] = [];
  let next = first;
  const cores = Math.min(availableParallelism(), count);
  const take = () => (next < first + count ? next++ : null);
  const add = (report: SeedReport) => {
    reports.push(report);
    onReport(report, reports.length);
  };
  await Promise.all(Array.from({ length: cores }, () => work(take, add)));
  return sum(reports, (performance.now() - beganMs) / 1000);
}

/** One core's share: the next seed as soon as one is done. Rejects when the worker breaks. */
async function work(take: () => number | null, add: (report: SeedReport) => void): Promise<void> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url));
  try {
    await new Promise<void>((resolve, reject) => {
      const hand = () => {
        const seed = take();
        if (seed === null) resolve();
        else worker.postMessage(seed);
      };
      worker.on('error', reject);
      worker.on('message', (report: SeedReport) => {
        add(report);
        hand();
      });
      hand();
    });
  } finally {
    await worker.terminate();
  }
}

function sum(reports: readonly SeedReport[], seconds: number): Totals {
  const of = (part: (report: SeedReport) => number) =>
    reports.reduce((total, report) => total + part(report), 0);
  return {
    seeds: reports.length,
    failed: reports.filter(({ failure }) => failure !== null).toSorted((a, b) => a.seed - b.seed),
    steps: of(({ steps }) => steps),
    virtualHours: Math.round(of(({ virtualMs }) => virtualMs) / 36_000) / 100,
    settledCycles: of(({ settledCycles }) => settledCycles),
    crashes: of(({ crashes }) => crashes),
    lostBooks: of(({ lostBooks }) => lostBooks),
    worstUncoveredMs: Math.max(0, ...reports.map(({ worstUncoveredMs }) => worstUncoveredMs)),
    seconds: Math.round(seconds * 10) / 10,
    seedsPerMinute: Math.round((reports.length / seconds) * 60),
  };
}
