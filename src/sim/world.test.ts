/** The simulation itself: it holds, and it repeats to the last line. */
import { expect, test } from 'vitest';
import { runSeed, type SeedReport } from './run-seed.ts';
import { scenarioOf } from './scenario.ts';
import { STORIES } from './stories.ts';
import { simulate } from './world.ts';

test('the same seed runs the same way, to the last line', async () => {
  for (const seed of [3, 11, 27]) {
    const [once, again] = [await simulate(scenarioOf(seed)), await simulate(scenarioOf(seed))];
    expect(again.trace.newest(Infinity)).toEqual(once.trace.newest(Infinity));
    expect(again.trace.hash).toBe(once.trace.hash);
  }
  const hashes = await Promise.all(
    [3, 11].map(async (seed) => (await simulate(scenarioOf(seed))).trace.hash),
  );
  expect(new Set(hashes).size).toBe(2);
});

test('seeds trade, crash and settle: what holds in them holds for something', async () => {
  const reports: SeedReport[] = [];
  for (let seed = 1; seed <= 12; seed += 1) reports.push(await runSeed(seed));
  const sum = (of: (report: SeedReport) => number) => reports.reduce((all, each) => all + of(each), 0);
  expect(reports.filter(({ failure }) => failure !== null)).toEqual([]);
  expect(sum(({ settledCycles }) => settledCycles)).toBeGreaterThan(30);
  expect(sum(({ crashes }) => crashes)).toBeGreaterThan(5);
});

test.each(STORIES)('seed $seed: $story', async ({ seed }) => {
  const { violation } = await simulate(scenarioOf(seed));
  expect(violation).toBeNull();
});
