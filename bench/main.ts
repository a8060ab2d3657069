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
import { measureReaction } from './reaction.ts';
import { crowdFacts, crowdLimit, limitsOf, limitTable, reactionTable } from './reaction-report.ts';
import { measureSimultaneous } from './simultaneous.ts';
import { table } from './table.ts';

const HELP = `Measures reactions, memory and start-up of the built server (npm run build).

  npm run bench -- [flags]

  --bots N      bots in the reaction benchmark (20)
  --seconds N   how long reactions are recorded (60)
  --rounds N    rounds of the floor (600)
  --counts L    bots in the memory and start-up benchmark (0,20,100)
  --only PART   reaction | simultaneous | footprint
  --enforce     exit code 1 if a limit is missed (machines are noisy)
  --json        one JSON object on stdout, progress on stderr
  --help`;

const PARTS: readonly string[] = ['reaction', 'simultaneous', 'footprint'];

interface Options {
  bots: number;
  seconds: number;
  rounds: number;
  counts: number[];
  only: string | undefined;
  enforce: boolean;
  json: boolean;
}

function refuse(message: string): never {
  process.stderr.write(`bench: ${message}\n`);
  process.exit(2);
}

function readOptions(): Options {
  const text = { type: 'string' } as const;
  const flags = { bots: text, seconds: text, rounds: text, counts: text, only: text } as const;
  const switches = {
    json: { type: 'boolean' },
    enforce: { type: 'boolean' },
    help: { type: 'boolean' },
  } as const;
  try {
    const { values } = parseArgs({ options: { ...flags, ...switches } });
    if (values.help === true) {
      process.stdout.write(`${HELP}\n`);
      process.exit(0);
    }
    if (values.only !== undefined && !PARTS.includes(values.only)) {
      refuse(`--only is one of ${PARTS.join(', ')}, not "${values.only}"`);
    }
    return {
      bots: numberOf('bots', values.bots ?? '20', 1),
      seconds: numberOf('seconds', values.seconds ?? '60', 1),
      rounds: numberOf('rounds', values.rounds ?? '600', 10),
      counts: (values.counts ?? '0,20,100').split(',').map((count) => numberOf('counts', count, 0)),
      only: values.only,
      enforce: values.enforce === true,
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
  const { bots, seconds, rounds, counts, only, enforce, json } = options;
  const wanted = (part: string) => only === undefined || only === part;
  const reaction = wanted('reaction')
    ? await measureReaction({ bots, seconds, floorRounds: rounds, say })
    : null;
  const crowds = wanted('simultaneous')
    ? [
        await measureSimultaneous({ bots, channel: 'websocket', say }),
        await measureSimultaneous({ bots, channel: 'rest', say }),
      ]
    : [];
  const footprint = wanted('footprint')
    ? await measureFootprint(
        counts.toSorted((a, b) => a - b),
        say,
      )
    : null;
  const limits = [...(reaction === null ? [] : limitsOf(reaction)), ...crowds.map(crowdLimit)];
  if (json) process.stdout.write(`${JSON.stringify({ reaction, crowds, limits, footprint })}\n`);
  else {
    const parts = [
      reaction && reactionTable(reaction),
      limits.length > 0 && limitTable(limits),
      crowds.map(crowdFacts).join('\n'),
      footprint && footprintTable(footprint),
    ];
    process.stdout.write(`\n${parts.filter(Boolean).join('\n\n')}\n`);
  }
  const channels = reaction === null ? [] : [reaction.websocket, reaction.rest];
  const failed = channels.some(({ uncommitted, free }) => uncommitted > 0 || free === null);
  const missed = limits.some(({ held }) => !held);
  process.exitCode = failed || (enforce && missed) ? 1 : 0;
}

await main();
