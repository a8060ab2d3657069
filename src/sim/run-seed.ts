/** One seed from its scenario to a report in plain data. */
import type { Violation } from './invariants.ts';
import { type Scenario, scenarioOf } from './scenario.ts';
import { shrink } from './shrink.ts';
import { type Result, simulate } from './world.ts';

const SHRINKING_RUNS_MAX = 80;
const LINES_SHOWN = 40;

export interface Failure {
  violation: Violation;
  /** What is left of the scenario after shrinking, one thing a line. */
  ingredients: string[];
  /** The end of the shrunk run's trace. */
  trace: string[];
}

export interface SeedReport {
  seed: number;
  hash: string;
  steps: number;
  virtualMs: number;
  settledCycles: number;
  crashes: number;
  lostBooks: number;
  worstUncoveredMs: number;
  failure: Failure | null;
}

export async function runSeed(seed: number): Promise<SeedReport> {
  const scenario = scenarioOf(seed);
  const result = await simulate(scenario);
  const { steps, virtualMs, settledCycles, crashes, lostBooks, worstUncoveredMs } = result;
  const failure = result.violation === null ? null : await explain(scenario, result);
  return {
    ...{
      seed,
      hash: result.trace.hash,
      steps,
      virtualMs,
      settledCycles,
      crashes,
      lostBooks,
      worstUncoveredMs,
    },
    failure,
  };
}

async function explain(scenario: Scenario, found: Result): Promise<Failure | null> {
  const shrunk = await shrink(scenario, found, { runsMax: SHRINKING_RUNS_MAX });
  const { violation, trace } = shrunk.result;
  if (violation === null) return null;
  return { violation, ingredients: describe(shrunk.scenario), trace: trace.newest(LINES_SHOWN) };
}

export function describe({ profile, hedged, bots, storms, commands, fundings }: Scenario): string[] {
  const at = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
  return [
    `a venue like ${profile}, ${hedged ? 'hedge' : 'one-way'} mode`,
    ...bots.map(({ userId, settings }) => {
      const { side, leverage, legs, takeProfit, stopLoss, guard } = settings;
      return `bot ${userId}: ${side} ${leverage}×, ${legs.length} legs, TP ${takeProfit} %, SL ${stopLoss} %, guard ${guard}`;
    }),
    ...storms.map(({ kind, uid, from, until, probability }) => {
      return `${kind} over account ${uid} from ${at(from)} to ${at(until)}, ${probability * 100} %`;
    }),
    ...commands.map(
      ({ at: when, uid, ...command }) => `account ${uid} at ${at(when)}: ${JSON.stringify(command)}`,
    ),
    ...fundings.map(({ at: when, rate }) => `funding of ${rate} at ${at(when)}`),
  ];
}
