/** A chaos run for people: what was done, how long anything was wrong, and what broke. */
import { existsSync, readFileSync } from 'node:fs';
import { table } from '../../bench/table.ts';
import type { Longest, Rule } from './audit-looks.ts';
import type { ChaosResult, KillReport } from './run.ts';

const LOG_LINES = 40;
const LOOKS_SHOWN = 8;

export function chaosReport(result: ChaosResult): string {
  const parts = [killTable(result.kills), longestTable(result), facts(result)];
  const broken = [...result.sightings, ...result.findings];
  if (broken.length === 0) return [...parts, 'every rule held'].join('\n\n');
  const words = result.sightings.map(({ rule, userId, what, atMs }) => {
    return `✗ ${rule}, user ${userId}: ${what}\n  ${when(result, atMs)}`;
  });
  const further = result.findings.map(({ what, atMs }) => `✗ ${what}\n  ${when(result, atMs)}`);
  const looks = result.sightings.flatMap(({ before }) =>
    before.slice(-LOOKS_SHOWN).map(({ atMs, account }) => `  ${clock(atMs)} ${JSON.stringify(account)}`),
  );
  const log = ['the last lines of the server:', ...logTail(result.serverLog)];
  const again = `again with: npm run chaos -- --seed ${result.seed} (books and logs are kept in ${result.folder})`;
  return [...parts, ...words, ...further, looks.join('\n'), log.join('\n'), again]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** Which kill it came after, and how long. */
function when({ kills, startedAtMs }: ChaosResult, atMs: number): string {
  const index = kills.findLastIndex((kill) => kill.atMs <= atMs);
  const kill = kills[index];
  const since =
    kill === undefined
      ? `${atMs - startedAtMs} ms after the beginning`
      : `${atMs - kill.atMs} ms after kill ${index + 1} (${kill.kind})`;
  return `at ${clock(atMs)}, ${since}`;
}

function clock(atMs: number): string {
  return new Date(atMs).toISOString();
}

export function logTail(file: string): string[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-LOG_LINES);
}

function killTable(kills: readonly KillReport[]): string {
  const rows = [...Map.groupBy(kills, ({ kind }) => kind)].map(([kind, group]) => {
    const ready = group.map(({ readyMs }) => readyMs).filter((ms) => ms !== null);
    const faults = group.filter((kill) => kill.faults).length;
    return [kind, group.length, faults, ready.length === 0 ? '–' : Math.max(...ready)];
  });
  return table(['killed', 'times', 'under faults', 'slowest ready, ms'], rows);
}

const WORDS: Partial<Record<Rule, string>> = {
  unprotected: 'a position not exactly covered',
  'left-resting': 'orders resting while flat',
  orphan: 'an order unknown to the server',
};

function longestTable({ longest, bounds }: ChaosResult): string {
  const row = (name: string, { calm, faulty, downtime }: Longest) => [name, calm, faulty, downtime];
  const rows = Object.entries(longest).map(([rule, found]) => row(WORDS[rule as Rule] ?? rule, found));
  const most = ['at most', bounds.calmMsMax, bounds.faultyMsMax, '–'];
  return table(['longest, ms', 'sound wire', 'under faults', 'downtime'], [...rows, most]);
}

function facts({ seed, looks, traded }: ChaosResult): string {
  const done =
    traded === null
      ? 'the ledger was not audited'
      : `${traded.settledCycles} cycles settled, ${traded.fills} executions and ${traded.orders} orders audited`;
  return `seed ${seed}: ${looks} looks at the books, ${done}`;
}
