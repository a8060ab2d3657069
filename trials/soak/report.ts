/** A soak for people: every figure at its beginning and at its end, what it may be, and why. */
import { table } from '../../bench/table.ts';
import type { SoakResult } from './run.ts';
import type { Verdict } from './verdicts.ts';

export function soakReport(result: SoakResult): string {
  const { bots, minutes, marketHours, samples, visits } = result;
  const last = samples.at(-1);
  const head = `${bots} bots, ${minutes} minutes, ${marketHours} hours of the market: ${last?.settledCycles} cycles settled, ${last?.fills} fills, ${visits.answered} visits`;
  const rows = result.tables.slice(0, 6).map(({ table: name, rows: count }) => [name, count]);
  return [
    head,
    verdictTable(result.verdicts),
    table(['table', 'rows'], rows),
    ...result.problems.map((problem) => `✗ ${problem}`),
    result.ok ? 'nothing grew beyond its bound' : 'something grew beyond its bound, or went wrong',
  ].join('\n\n');
}

function verdictTable(verdicts: readonly Verdict[]): string {
  const rows = verdicts.map(({ name, unit, first, last, perHour, most, held }) => [
    unit === '' ? name : `${name}, ${unit}`,
    ...[first, last, perHour, most].map(rounded),
    held ? 'held' : 'missed',
  ]);
  const whys = verdicts.map(({ name, because }) => `  ${name}: ${because}`);
  const head = ['after the warm-up', 'beginning', 'end', 'an hour', 'at most', ''];
  return `${table(head, rows)}\n\nwhy anything may be more at the end:\n${whys.join('\n')}`;
}

function rounded(value: number): number {
  return Math.abs(value) >= 1000 ? Math.round(value) : Math.round(value * 10) / 10;
}
