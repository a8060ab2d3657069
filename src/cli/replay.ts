/** `npm run replay`: a cycle once more, decision by decision, from what its bot saw; also while the server runs. */
import { replayEvents } from '../bot/replay.ts';
import { type TimelineEntry, timelineOf } from '../bot/replay-words.ts';
import { eventsOfCycle, findCycle, type KeptCycle } from '../store/events.ts';
import { peek } from '../store/peek.ts';
import { type Answer, exitCodes, refusal, runCommand } from './command.ts';

const help = `Shows what the bot of a user saw in a cycle and what it decided, takes each decision again from the same
inputs, and says whether it comes out the same. Changes nothing; works while the server runs.

  npm run replay -- --user 2 --cycle 7

  --user U     the user's number
  --cycle N    the cycle's number, as the pages show it
  --json       one JSON object on stdout
  --help

What was kept of long ago is gone: the newest rows of each bot are kept, for three months at most. Settings come from
the environment and .env, as the server's: BLITZ_DB_PATH.

Exit codes: 0 every decision is the same, 1 one differs, or nothing of it is kept, 2 wrong usage.
`;

await runCommand({
  help,
  flags: { user: { type: 'string' }, cycle: { type: 'string' } },
  async run({ values, positionals }, { databasePath }): Promise<Answer> {
    const [userId, number] = [wholeNumber(values.user), wholeNumber(values.cycle)];
    if (userId === null || number === null || positionals.length > 0)
      return wrong('give --user and --cycle, each a whole number from 1');
    const kept = read(databasePath, userId, number);
    if (kept === 'no_database')
      return wrong(`there is no database at ${databasePath}. Set BLITZ_DB_PATH to that of the server`);
    if (kept === null) return wrong(`user ${userId} has no cycle ${number}`);
    const { cycle, rows } = kept;
    const timeline = timelineOf(replayEvents(rows));
    const count = (verdict: TimelineEntry['verdict']) =>
      timeline.filter((entry) => entry.verdict === verdict).length;
    const found = { same: count('same'), differs: count('differs'), unknown: count('unknown') };
    const bytes = rows.reduce((sum, { type, data }) => sum + type.length + Buffer.byteLength(data), 0);
    const ok = found.differs === 0 && found.same > 0;
    const size = { rows: rows.length, bytes };
    return {
      exitCode: ok ? exitCodes.done : exitCodes.fellShort,
      text: [...timeline.flatMap(show), '', conclude(cycle, found, size)].join('\n'),
      isFinding: true,
      data: { ok, userId, cycle, ...found, ...size, timeline },
    };
  },
});

function read(file: string, userId: number, number: number) {
  try {
    return peek(file, (sql) => {
      const cycle = findCycle(sql, userId, number);
      return cycle === null ? null : { cycle, rows: eventsOfCycle(sql, userId, cycle.cycleKey) };
    });
  } catch (error) {
    if (error instanceof Error && /unable to open|does not exist/i.test(error.message)) return 'no_database';
    throw error;
  }
}

function show({ at, saw, decided, verdict, today }: TimelineEntry): string[] {
  const mark = { same: '=', differs: '≠', unknown: '?', note: ' ' }[verdict];
  const lines = [`${at} ${mark} ${saw}`, ...decided.map((line) => `${' '.repeat(27)}→ ${line}`)];
  if (today === undefined) return lines;
  const otherwise = today.length === 0 ? ['nothing'] : today;
  return [...lines, ...otherwise.map((line) => `${' '.repeat(27)}≠ today: ${line}`)];
}

function conclude(
  { number, symbol, side, state }: KeptCycle,
  { same, differs, unknown }: { same: number; differs: number; unknown: number },
  { rows, bytes }: { rows: number; bytes: number },
): string {
  const name = `cycle ${number} (${symbol} ${side}, ${state}): ${rows} rows, ${bytes} bytes`;
  if (same + differs === 0) return `✗ ${name}; nothing of it can be repeated`;
  const lost = unknown === 0 ? '' : `; ${unknown} before anything to begin from`;
  return differs === 0
    ? `✓ ${name}; each of ${same} decisions is the same today${lost}`
    : `✗ ${name}; ${differs} of ${same + differs} decisions differ today${lost}`;
}

function wholeNumber(text: string | undefined): number | null {
  const number = text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : 0;
  return number >= 1 ? number : null;
}

function wrong(message: string): Answer {
  return refusal({ code: 'wrong_usage', message: `${message}. See --help.` });
}
