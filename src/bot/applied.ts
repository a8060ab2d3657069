/** Which saved settings count at once and which with the next cycle. */
import type { LadderSettings } from '../domain/settings.ts';

const NOW: ReadonlySet<string> = new Set([
  'takeProfit',
  'stopLoss',
  'repeat',
  'guard',
] satisfies (keyof LadderSettings)[]);

export function appliedFields(
  before: LadderSettings | null,
  after: LadderSettings,
): { now: string[]; nextCycle: string[] } {
  const fields = Object.keys(after) as (keyof LadderSettings)[];
  const changed = fields.filter((field) => JSON.stringify(before?.[field]) !== JSON.stringify(after[field]));
  return {
    now: changed.filter((field) => NOW.has(field)),
    nextCycle: changed.filter((field) => !NOW.has(field)),
  };
}
