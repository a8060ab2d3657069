/** What we promise, and whether this run kept it. */
import { table } from './table.ts';

export interface Limit {
  name: string;
  limit: string;
  measured: string;
  held: boolean;
}

export function limitTable(limits: readonly Limit[]): string {
  const rows = limits.map(({ name, limit, measured, held }) => [
    name,
    limit,
    measured,
    held ? 'held' : 'missed',
  ]);
  return table(['limit', 'at most', 'measured', ''], rows);
}
