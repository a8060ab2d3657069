/**
 * `npm run bench`: what we claim about speed, measured on this machine beside a floor of the same run.
 *
 * Exit codes: 0 measured, 1 a take-profit left without its committed intent or nothing could be measured,
 * 2 wrong usage or nothing built.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Footprint, measureFootprint } from './footprint.ts';
import type { Quantiles } from './quantiles.ts';
import { measureReaction, type ReactionResult } from './reaction.ts';
import { table } from './table.ts';

const HELP = `Measures reactions, memory and start-up of the built server (npm run build).

  npm run bench -- [flags]

  --bots N      bots in the reaction benchmark (20)
  --seconds N   how long reactions are recorded (60)
  --rounds N    rounds of the floor (600)
  --counts L    bots in the memory and start-up benchmark (0,20,100)
  --only PART   reaction | footprint
  --json        one JSON object on stdout, progress on stderr
  --help`;

interface Options {
  bots: number;
  seconds: number;
  rounds: number;
  counts: number[];
  only: string | undefined;
  json: boolean;
}

function refuse(message: string): never {
  process.stderr.write(`bench: ${message}\n`);
  process.exit(2);
}

function readOptions(): Options {
  const text = { type: 'string' } as const;
  const flags = { bots: text, seconds: text, rounds: text, counts: text, only: text } as const;
  const switches = { json: { type: 'boolean' }, help: { type: 'boolean' } } as const;
  try {
    const { values } = parseArgs({ options: { ...flags, ...switches } });
    if (values.help === true) {
      process.stdout.write(`${HELP}\n`);
      process.exit(0);
    }
    if (values.only !== undefined && !['reaction', 'footprint'].includes(values.only)) {
      refuse(`--only is "reaction" or "footprint", not "${values.only}"`);
    }
    return {
      bots: numberOf('bots', values.bots ?? '20', 1),
      seconds: numberOf('seconds', values.seconds ?? '60', 1),
      rounds: numberOf('rounds', values.rounds ?? '600', 10),
      counts: (values.counts ?? '0,20,100').split(',').map((count) => numberOf('counts', count, 0)),
      only: values.only,
      json: values.json === true,
    };
  } catch (error) {
    refuse(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
  }
}

function numberOf(flag: string, value: string, least: number): number {
  const number = Number(value);
  if (Number.isInteger(number) && number >= least) return number;
  refuse(`--${flag} takes whole numbers from ${least}, not "${value}"`);
}

function reactionTable(result: ReactionResult): string {
  const row = (name: string, quantiles: Quantiles | null) =>
    quantiles === null
      ? [name, 0, '–', '–', '–', '–']
      : [name, quantiles.count, quantiles.p50, quantiles.p90, quantiles.p99, quantiles.max];
  const rows = [
    row('floor: undici pool', result.floorPool),
    row('floor: global fetch', result.floorFetch),
    row('our adapter over ccxt, no bot', result.adapter),
    row(`${result.bots} bots: fill → take-profit`, result.free),
    row(`${result.bots} bots: … no other bot busy`, result.alone),
    row(`${result.bots} bots: … after a request under way`, result.queued),
  ];
  const facts = [
    `median over floor (pool): ${result.ratio ?? '–'}×`,
    `take-profit requests: ${result.requests}, without a committed intent: ${result.uncommitted}`,
  ];
  return [table(['reaction, ms', 'n', 'p50', 'p90', 'p99', 'max'], rows), ...facts].join('\n');
}

function footprintTable(footprints: readonly Footprint[]): string {
  const rows = footprints.map(({ bots, residentMb, listeningMs, readyMs }) => [
    bots,
    residentMb,
    listeningMs,
    readyMs,
  ]);
  return table(['bots', 'resident MB', 'listening ms', 'ready ms'], rows);
}

async function main(): Promise<void> {
  const options = readOptions();
  const built = ['dist/server.js', 'dist/paper.js'].every((file) =>
    existsSync(join(import.meta.dirname, '..', file)),
  );
  if (!built) refuse('nothing is built: npm run build');
  const say = (text: string) => process.stderr.write(`bench: ${text}\n`);
  const { bots, seconds, rounds, counts, only, json } = options;
  const reaction =
    only === 'footprint' ? null : await measureReaction({ bots, seconds, floorRounds: rounds, say });
  const footprint =
    only === 'reaction'
      ? null
      : await measureFootprint(
          counts.toSorted((a, b) => a - b),
          say,
        );
  if (json) process.stdout.write(`${JSON.stringify({ reaction, footprint })}\n`);
  else {
    const parts = [reaction && reactionTable(reaction), footprint && footprintTable(footprint)];
    process.stdout.write(`\n${parts.filter(Boolean).join('\n\n')}\n`);
  }
  const failed = reaction !== null && (reaction.uncommitted > 0 || reaction.free === null);
  process.exitCode = failed ? 1 : 0;
}

await main();
