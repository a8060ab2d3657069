/** `npm run sim`: bots on virtual time against the simulated exchange, every invariant judged at every step. */
import { type Answer, exitCodes, refusal, runCommand, say } from './command.ts';
import { INVARIANTS } from '../sim/invariants.ts';
import { describe, type SeedReport } from '../sim/run-seed.ts';
import { runSeeds, type Totals } from '../sim/run-seeds.ts';
import { scenarioOf } from '../sim/scenario.ts';
import { simulate } from '../sim/world.ts';

const help = `Simulates bots, their venue and everything that goes wrong between them, on virtual time.

  npm run sim                              1000 seeds, beginning with 1
  npm run sim -- --seeds 20000 --seed 5000 other ones
  npm run sim -- --seed 42 --trace         one seed, with all that happened in it

  --seeds N    how many (1 with --trace, else 1000)
  --seed S     the first one (1)
  --trace      print what happened; the same seed always prints the same
  --json       one JSON object on stdout
  --help

Each seed is some minutes of trading by one to three bots, with storms on the network, crashes at any effect, lost
journal tails, restored backups, a second server on the same account, people who trade by hand, and buttons pressed. A
seed that fails is named with the invariant that it broke, what of its scenario that takes, and the end of the trace.

Exit codes: 0 every invariant held, 1 one was broken, 2 wrong usage.
`;

const PROGRESS_EVERY = 250;
const SEEDS = 1000;

await runCommand({
  help,
  flags: { seeds: { type: 'string' }, seed: { type: 'string' }, trace: { type: 'boolean' } },
  async run({ values, positionals }): Promise<Answer> {
    const seed = whole(values.seed ?? '1');
    const seeds = whole(values.seeds ?? (values.trace === true ? '1' : String(SEEDS)));
    if (positionals.length > 0) return wrong(`"${positionals[0]}" is not known here`);
    if (seed === null) return wrong(`--seed must be a whole number from 1; it is "${values.seed}"`);
    if (seeds === null) return wrong(`--seeds must be a whole number from 1; it is "${values.seeds}"`);
    if (values.trace === true && seeds > 1) return wrong('--trace is for one seed');
    if (values.trace === true) return await traceOf(seed);
    const totals = await runSeeds({ first: seed, count: seeds, onReport });
    const ok = totals.failed.length === 0;
    return {
      exitCode: ok ? exitCodes.done : exitCodes.fellShort,
      text: textOf(totals),
      data: { ok, ...totals },
    };
  },
});

function whole(text: string): number | null {
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : null;
}

function wrong(message: string): Answer {
  return refusal({ code: 'wrong_usage', message: `${message}. See --help.` });
}

function onReport(report: SeedReport, done: number): void {
  if (report.failure !== null) say(failureText(report));
  if (done % PROGRESS_EVERY === 0) say(`  ${done} seeds`);
}

function failureText({ seed, failure }: SeedReport): string {
  if (failure === null) return '';
  const { violation, ingredients, trace } = failure;
  return [
    `✗ seed ${seed} broke invariant ${violation.invariant} (${INVARIANTS[violation.invariant]}), account ${violation.uid}:`,
    `  ${violation.message}`,
    '  with',
    ...ingredients.map((line) => `    ${line}`),
    '  and at last',
    ...trace.map((line) => `    ${line.slice(0, 220)}`),
    `  again: npm run sim -- --seed ${seed} --trace`,
  ].join('\n');
}

async function traceOf(seed: number): Promise<Answer> {
  const scenario = scenarioOf(seed);
  const { trace, violation } = await simulate(scenario);
  const lines = [...describe(scenario), ...trace.newest(Infinity), `trace ${trace.hash}`];
  return {
    exitCode: violation === null ? exitCodes.done : exitCodes.fellShort,
    text: lines.join('\n'),
    data: { ok: violation === null, seed, violation, hash: trace.hash, lines },
  };
}

function textOf(totals: Totals): string {
  const { seeds, failed, virtualHours, settledCycles, crashes, lostBooks, worstUncoveredMs } = totals;
  const verdict =
    failed.length === 0
      ? `✓ ${seeds} seeds, every invariant held`
      : `✗ ${failed.length} of ${seeds} seeds failed: ${failed.map(({ seed }) => seed).join(', ')}`;
  return `${verdict}
  ${virtualHours} hours of trading, ${settledCycles} settled cycles, ${crashes} restarts, ${lostBooks} lost books
  longest without exact cover, storms and downtime apart: ${(worstUncoveredMs / 1000).toFixed(1)} s
  ${totals.seedsPerMinute} seeds a minute`;
}
