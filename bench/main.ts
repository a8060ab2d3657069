/**
 * `npm run bench`: what we claim about speed, measured on this machine beside a floor of the same run.
 *
 * Exit codes: 0 held, 1 a limit was missed (not with --no-enforce), or a take-profit left without its committed
 * intent, or an order was lost, cancelled or doubled by a restart, or nothing could be measured; 2 wrong usage or
 * nothing built.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { footprintLimits, footprintTable, measureFootprint } from './footprint.ts';
import { journalLimits, journalTable, measureJournal } from './journal.ts';
import { limitTable } from './limits.ts';
import { measureReaction } from './reaction.ts';
import { crowdFacts, crowdLimit, reactionLimits, reactionTable } from './reaction-report.ts';
import { isHarmed, measureRestart, restartLimits, restartTable } from './restart.ts';
import { measureSimultaneous } from './simultaneous.ts';
import { measureWebLoad, webLoadLimits, webLoadTable } from './web-load.ts';

const HELP = `Measures the built server (npm run build) on the paper exchange, in parts:

  reaction      fill → take-profit request on the wire, over both order channels, beside a floor of the same run
  simultaneous  every bot filled at the same instant: until the last take-profit
  web-load      reactions while 100 pages and states are asked for every second
  journal       what the journal adds to a reaction, and how many bytes a cycle takes in the database
  footprint     memory of the server process, and of its heap, with ever more bots
  restart       until all bots are reconciled again, and what became of every resting order

  npm run bench -- [flags]

  --only PART   one of them
  --bots N      bots of reaction and web-load (20)
  --seconds N   how long reactions are recorded (60)
  --rounds N    rounds of the floor (600)
  --counts L    bots of footprint (0,20,100); the last is also the number of restart
  --restarts N  restarts (4), in turn after SIGTERM and after SIGKILL
  --no-enforce  a missed limit of time or size is shown, but does not end with exit code 1: for machines on which
                others work too, since that is measured with it
  --json        one JSON object on stdout, progress on stderr
  --help

Exit codes: 0 held, 1 a limit was missed, 2 wrong usage or nothing built.`;

const PARTS: readonly string[] = ['reaction', 'simultaneous', 'web-load', 'journal', 'footprint', 'restart'];

interface Options {
  bots: number;
  seconds: number;
  rounds: number;
  counts: number[];
  restarts: number;
  only: string | undefined;
  enforce: boolean;
  json: boolean;
}

const say = (text: string) => process.stderr.write(`bench: ${text}\n`);

function refuse(error: string, message: string, exitCode: 1 | 2 = 2): never {
  if (process.argv.includes('--json'))
    process.stdout.write(`${JSON.stringify({ ok: false, error, message })}\n`);
  else say(message);
  process.exit(exitCode);
}

function readOptions(): Options {
  const text = { type: 'string' } as const;
  const flags = {
    bots: text,
    seconds: text,
    rounds: text,
    counts: text,
    restarts: text,
    only: text,
  } as const;
  const flag = { type: 'boolean' } as const;
  const switches = { json: flag, 'no-enforce': flag, help: flag } as const;
  try {
    const { values } = parseArgs({ options: { ...flags, ...switches } });
    if (values.help === true) {
      process.stdout.write(`${HELP}\n`);
      process.exit(0);
    }
    if (values.only !== undefined && !PARTS.includes(values.only)) {
      refuse('wrong_usage', `--only is one of ${PARTS.join(', ')}, not "${values.only}"`);
    }
    return {
      bots: numberOf('bots', values.bots ?? '20', 1),
      seconds: numberOf('seconds', values.seconds ?? '60', 1),
      rounds: numberOf('rounds', values.rounds ?? '600', 10),
      counts: (values.counts ?? '0,20,100').split(',').map((count) => numberOf('counts', count, 0)),
      restarts: numberOf('restarts', values.restarts ?? '4', 1),
      only: values.only,
      enforce: values['no-enforce'] !== true,
      json: values.json === true,
    };
  } catch (error) {
    refuse('wrong_usage', `${error instanceof Error ? error.message : String(error)}. See --help.`);
  }
}

function numberOf(flag: string, value: string, least: number): number {
  const number = Number(value);
  if (Number.isInteger(number) && number >= least) return number;
  refuse('wrong_usage', `--${flag} takes whole numbers from ${least}, not "${value}"`);
}

async function main(): Promise<void> {
  const options = readOptions();
  const built = ['dist/server.js', 'dist/paper.js'].every((file) =>
    existsSync(join(import.meta.dirname, '..', file)),
  );
  // The journal is measured in this process, from the sources.
  if (!built && options.only !== 'journal') refuse('not_built', 'nothing is built: npm run build');
  const { bots, seconds, rounds, restarts, only, enforce, json } = options;
  const counts = options.counts.toSorted((a, b) => a - b);
  const many = Math.max(1, counts.at(-1) ?? 1);
  const run = async <T>(part: string, measure: () => Promise<T>): Promise<T | null> =>
    only === undefined || only === part ? measure() : null;
  const reaction = await run('reaction', () => measureReaction({ bots, seconds, floorRounds: rounds, say }));
  const crowds = await run('simultaneous', async () => [
    await measureSimultaneous({ bots, channel: 'websocket', say }),
    await measureSimultaneous({ bots, channel: 'rest', say }),
  ]);
  const webLoad = await run('web-load', () => measureWebLoad({ bots, seconds, say }));
  const journal = await run('journal', () => measureJournal(say));
  const footprint = await run('footprint', () => measureFootprint(counts, say));
  const restart = await run('restart', () => measureRestart({ bots: many, rounds: restarts, say }));
  const limits = [
    ...(reaction === null ? [] : reactionLimits(reaction)),
    ...(crowds ?? []).map(crowdLimit),
    ...(webLoad === null ? [] : webLoadLimits(webLoad)),
    ...(journal === null ? [] : journalLimits(journal)),
    ...(footprint === null ? [] : footprintLimits(footprint)),
    ...(restart === null ? [] : restartLimits(restart, many)),
  ];
  const channels = reaction === null ? [] : [reaction.websocket, reaction.rest];
  const unmeasured = channels.some(({ free }) => free === null) || webLoad?.loaded === null;
  const uncommitted = channels.some((channel) => channel.uncommitted > 0) || (webLoad?.uncommitted ?? 0) > 0;
  const harmed = restart?.some(({ books }) => isHarmed(books)) === true;
  const missed = enforce && limits.some(({ held }) => !held);
  const ok = !unmeasured && !uncommitted && !harmed && !missed;
  if (json) {
    const found = { ok, reaction, crowds, webLoad, journal, footprint, restart, limits };
    process.stdout.write(`${JSON.stringify(found)}\n`);
  } else {
    const parts = [
      reaction && reactionTable(reaction),
      crowds?.map(crowdFacts).join('\n'),
      webLoad && webLoadTable(webLoad),
      journal && journalTable(journal),
      footprint && footprintTable(footprint),
      restart && restartTable(restart),
      limits.length > 0 && limitTable(limits),
    ];
    process.stdout.write(`\n${parts.filter(Boolean).join('\n\n')}\n`);
  }
  process.exitCode = ok ? 0 : 1;
}

await main().catch((error: unknown) =>
  refuse('failed', error instanceof Error ? (error.stack ?? error.message) : String(error), 1),
);
