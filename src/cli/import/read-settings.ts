/**
 * The ladder of one user of the original, read into ours. What the original never checked is checked here;
 * nothing is guessed: a field that cannot be read keeps the whole ladder from being taken, and is named.
 *
 * Field names in problems are ours (`legs.1.amount`), followed by the original's column.
 */
import type { LadderSettings } from '../../domain/settings.ts';
import { isTagText, longestTag, TAG_LENGTH_MAX } from '../../domain/tag.ts';
import { readSettings } from '../../server/settings-schema.ts';
import type { OriginalRow } from './original-file.ts';
import { type PickleDict, readPickle } from './pickle.ts';
import { settingDecimal } from './plain-decimal.ts';

export interface FieldProblem {
  /** Ours, for example "legs.1.amount"; "" for all of them. */
  path: string;
  message: string;
}

export type SettingsRead =
  | { kind: 'taken'; settings: LadderSettings; warnings: string[] }
  /** The user never made a ladder. */
  | { kind: 'none' }
  | { kind: 'refused'; problems: FieldProblem[]; warnings: string[] };

export function readOriginalSettings(userId: number, row: OriginalRow): SettingsRead {
  const warnings: string[] = [];
  const legs = readLegs(row['grids'], warnings);
  if (!legs.ok) return { kind: 'refused', problems: [legs.problem], warnings };
  if (legs.value.length === 0) return { kind: 'none' };
  const read = readSettings({
    symbol: row['symbol'] ?? undefined,
    side: typeof row['side'] === 'string' ? row['side'].trim().toLowerCase() : undefined,
    leverage: row['leverage'] ?? undefined,
    legs: legs.value,
    rounds: readRounds(row['rounds'], legs.value.length, warnings),
    takeProfit: numberOf(row['take_profit'], 'take_profit', warnings),
    stopLoss: numberOf(row['stop_loss'], 'stop_loss', warnings) ?? '0',
    repeat: readRepeat(row['repeat'], warnings),
  });
  if (!read.ok) return { kind: 'refused', problems: read.errors.map(withColumn), warnings };
  const problem = tagProblem(userId, read.value);
  return problem === null
    ? { kind: 'taken', settings: read.value, warnings }
    : { kind: 'refused', problems: [problem], warnings };
}

interface Leg {
  amount: unknown;
  gap: unknown;
}

type Legs = { ok: true; value: Leg[] } | { ok: false; problem: FieldProblem };

function readLegs(grids: unknown, warnings: string[]): Legs {
  if (grids === null || grids === undefined || grids === '') return { ok: true, value: [] };
  const bytes = typeof grids === 'string' ? Buffer.from(grids, 'latin1') : grids;
  if (!(bytes instanceof Uint8Array)) return noLegs('grids is not a pickle');
  const pickle = readPickle(bytes);
  if (!pickle.ok) return noLegs(`grids is a pickle that is not read: ${pickle.error.message}`);
  if (pickle.value === null) return { ok: true, value: [] };
  if (!Array.isArray(pickle.value)) return noLegs('grids is not a list');
  const legs: Leg[] = [];
  for (const [index, item] of pickle.value.entries()) {
    if (!(item instanceof Map)) return noLegs(`entry ${index} of grids is not a dict`);
    legs.push(readLeg(index, item, warnings));
  }
  return { ok: true, value: legs };
}

function readLeg(index: number, item: PickleDict, warnings: string[]): Leg {
  const others = [...item.keys()].filter((name) => name !== 'amount' && name !== 'gap');
  if (others.length > 0)
    warnings.push(
      `legs.${index}: ${others.map((name) => quote(name)).join(', ')} left out: only amount and gap count here`,
    );
  const gap = numberOf(item.get('gap'), `legs.${index}.gap`, warnings);
  return {
    amount: numberOf(item.get('amount'), `legs.${index}.amount`, warnings),
    // The first leg is the market entry, its gap is ignored.
    gap: index === 0 ? (gap ?? '0') : gap,
  };
}

/** Numbers become decimal text; empty ones are missing; anything else is left for the check to name. */
function numberOf(value: unknown, where: string, warnings: string[]): unknown {
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'string') return value.trim() === '' ? undefined : value;
  if (typeof value !== 'number') return typeof value;
  const decimal = settingDecimal(value);
  if (decimal === null) return String(value);
  if (decimal.rounded) warnings.push(`${where}: ${value} is taken as ${decimal.text}`);
  return decimal.text;
}

/** The original used as many legs as there were, however large `rounds` was. */
function readRounds(rounds: unknown, legs: number, warnings: string[]): unknown {
  if (rounds === null || rounds === undefined) return undefined;
  const count = Number(rounds);
  if (!Number.isInteger(count) || count <= legs) return rounds;
  warnings.push(`rounds: ${count} is taken as ${legs}: there are no more legs`);
  return legs;
}

function readRepeat(repeat: unknown, warnings: string[]): unknown {
  if (repeat === null || repeat === undefined) {
    warnings.push('repeat: nothing was set, taken as off');
    return false;
  }
  if (repeat === 0 || repeat === 1) return repeat === 1;
  return repeat;
}

const columns: Record<string, string> = {
  legs: 'grids',
  takeProfit: 'take_profit',
  stopLoss: 'stop_loss',
};

/** Says which column of the original it was, where that has another name. */
function withColumn({ path, message }: FieldProblem): FieldProblem {
  const column = columns[path.split('.')[0] ?? ''];
  return { path, message: column === undefined ? message : `${message} (column ${column})` };
}

function tagProblem(userId: number, { symbol, rounds }: LadderSettings): FieldProblem | null {
  const tag = longestTag(userId, symbol, rounds);
  if (tag.length <= TAG_LENGTH_MAX && isTagText(tag)) return null;
  const message = `symbol: the order tag "${tag}" would have ${tag.length} characters, at most ${TAG_LENGTH_MAX} are possible; choose a symbol with a shorter name`;
  return { path: 'symbol', message };
}

function noLegs(what: string): { ok: false; problem: FieldProblem } {
  return { ok: false, problem: { path: 'legs', message: `legs: ${what}` } };
}

function quote(text: string): string {
  return JSON.stringify(text.length > 20 ? `${text.slice(0, 19)}…` : text);
}
