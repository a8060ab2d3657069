/** `npm run chaos`: the built server, killed at random moments while it trades, judged by the exchange's own books. */
import { chaosReport } from './chaos/report.ts';
import { runChaos } from './chaos/run.ts';
import type { VenueWish } from './chaos/world.ts';
import { Terminal } from './command.ts';

const HELP = `Kills the built server (npm run build) again and again while its bots trade on the paper exchange, with
answers lost on the wire, and holds the exchange's own books against it: no order twice, none left behind, no
position without its take-profit, and a ledger that agrees with the wallet to the last digit.

  npm run chaos -- [flags]

  --kills N      how often something is killed (20): the server in full swing or while it starts, the exchange,
                 both; now and then the server is stopped in order
  --seed S       of what is killed when, and of what gets lost (drawn, and said, unless given)
  --bots B       users with running bots (6)
  --venue V      bybit, bingx or both (both)
  --json         one JSON object on stdout, progress on stderr
  --help

Exit codes: 0 everything held, 1 something did not, 2 wrong usage or nothing built.`;

const VENUES: readonly string[] = ['bybit', 'bingx', 'both'] satisfies VenueWish[];
const SEED_MAX = 2 ** 31 - 1;

const terminal = new Terminal('chaos');
const text = { type: 'string' } as const;
const given = terminal.flags(HELP, { kills: text, seed: text, bots: text, venue: text });
const kills = terminal.wholeNumber('kills', given.kills ?? '20', { least: 1, most: 10_000 });
const bots = terminal.wholeNumber('bots', given.bots ?? '6', { least: 1, most: 50 });
const drawn = String(1 + Math.floor(Math.random() * SEED_MAX));
const seed = terminal.wholeNumber('seed', given.seed ?? drawn, { least: 0, most: SEED_MAX });
const venue = given.venue ?? 'both';
if (!VENUES.includes(venue))
  terminal.refuse('wrong_usage', `--venue is one of ${VENUES.join(', ')}, not "${venue}"`);
terminal.needsBuild();

try {
  const result = await runChaos({ kills, seed, bots, venue: venue as VenueWish, say: terminal.say });
  await terminal.end(result.ok, { text: chaosReport(result), data: result });
} catch (error) {
  terminal.refuse('failed', error instanceof Error ? (error.stack ?? error.message) : String(error), 1);
}
