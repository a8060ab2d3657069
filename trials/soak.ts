/** `npm run soak`: a day of a hundred bots in minutes, and whether the server holds more at its end than it must. */
import { Terminal } from './command.ts';
import { soakReport } from './soak/report.ts';
import { runSoak } from './soak/run.ts';

const HELP = `Lets many bots of the built server (npm run build) trade in a fast market while people look at them, and
compares what the server holds at the beginning with what it holds at the end: memory after garbage collection, file
descriptors, sockets, timers, threads, and the size of its database and log. A quarter of the time is warm-up.

  npm run soak -- [flags]

  --minutes M    how long, from 1 (24: a day of the market at speed 60)
  --bots N       users with running bots (100)
  --speed S      market time by real time (60)
  --json         one JSON object on stdout, with every sample; progress on stderr
  --help

Exit codes: 0 nothing grew beyond its bound, 1 something did, 2 wrong usage or nothing built.`;

const terminal = new Terminal('soak');
const text = { type: 'string' } as const;
const given = terminal.flags(HELP, { minutes: text, bots: text, speed: text });
const minutes = terminal.wholeNumber('minutes', given.minutes ?? '24', { least: 1, most: 1_440 });
const bots = terminal.wholeNumber('bots', given.bots ?? '100', { least: 1, most: 500 });
const speed = terminal.wholeNumber('speed', given.speed ?? '60', { least: 1, most: 1_000 });
terminal.needsBuild();

try {
  const result = await runSoak({ minutes, bots, speed, say: terminal.say });
  await terminal.end(result.ok, { text: soakReport(result), data: result });
} catch (error) {
  terminal.refuse('failed', error instanceof Error ? (error.stack ?? error.message) : String(error), 1);
}
