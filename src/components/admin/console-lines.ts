/** The console's lines in the browser: what changed is merged in, and what a filter leaves. Pure. */
import type { BotStatusName } from '../../bot/bot-view.ts';
import type { Outputs } from '../api.ts';
import type { Tone } from '../ui/tone.tsx';

export type Overview = Outputs['admin']['console'];
export type ConsoleLine = Overview['lines'][number];

/** What the page knows; `lines` is a new array only when something changed. */
export interface Board {
  since: { epoch: string; revision: number } | null;
  lines: ConsoleLine[];
  newestStateChange: number;
}

export const EMPTY_BOARD: Board = { since: null, lines: [], newestStateChange: 0 };

export function mergeOverview(board: Board, overview: Overview): Board {
  const { epoch, revision, newestStateChange } = overview;
  const since = { epoch, revision };
  if (overview.whole) return { since, lines: overview.lines, newestStateChange };
  if (overview.lines.length === 0 && overview.gone.length === 0)
    return { since, lines: board.lines, newestStateChange };
  const byId = new Map(board.lines.map((line) => [line.id, line]));
  for (const line of overview.lines) byId.set(line.id, line);
  for (const id of overview.gone) byId.delete(id);
  return { since, lines: [...byId.values()].sort((a, b) => a.id - b.id), newestStateChange };
}

export interface Filter {
  text: string;
  status: BotStatusName | 'any';
  side: 'long' | 'short' | 'any';
  symbol: string;
  environment: string;
  attention: boolean;
}

export const ANY = 'any';
export const NO_FILTER: Filter = {
  text: '',
  status: ANY,
  side: ANY,
  symbol: ANY,
  environment: ANY,
  attention: false,
};

export function isFiltered(filter: Filter): boolean {
  return Object.entries(NO_FILTER).some(([name, value]) => filter[name as keyof Filter] !== value);
}

/** Somebody should look: the bot says so, a position is not covered, or it runs and does not hear its exchange. */
export function needsAttention(line: ConsoleLine): boolean {
  return line.status === 'halted' || line.status === 'needs_attention' || line.alert || !line.covered;
}

export function isActive({ running, status }: Pick<ConsoleLine, 'running' | 'status'>): boolean {
  return running || status === 'protecting' || status === 'starting';
}

/** A bot that ends safely may go on instead. */
export function canStart({ running, disabled, environment }: ConsoleLine): boolean {
  return !running && !disabled && environment !== null;
}

export function filterLines(lines: ConsoleLine[], filter: Filter): ConsoleLine[] {
  const words = filter.text.toLowerCase().replaceAll('_', ' ').split(/\s+/).filter(Boolean);
  return lines.filter((line) => {
    if (filter.attention && !needsAttention(line)) return false;
    if (filter.status !== ANY && line.status !== filter.status) return false;
    if (filter.side !== ANY && line.side !== filter.side) return false;
    if (filter.symbol !== ANY && line.symbol !== filter.symbol) return false;
    if (filter.environment !== ANY && line.environment !== filter.environment) return false;
    if (words.length === 0) return true;
    const text = textOf(line);
    return words.every((word) => text.includes(word));
  });
}

function textOf(line: ConsoleLine): string {
  const { id, email, role, status, symbol, side, environment, disabled, lastError } = line;
  const parts = [id, email, role, STATES[status].word, symbol, side, environment, lastError?.message];
  return [...parts, disabled ? 'disabled' : ''].join(' ').replaceAll('_', ' ').toLowerCase();
}

/** The different values of a column, for its filter. */
export function valuesOf(lines: ConsoleLine[], column: 'symbol' | 'environment'): string[] {
  const values = new Set(lines.flatMap((line) => line[column] ?? []));
  return [...values].sort();
}

export const STATES: Record<BotStatusName, { tone: Tone; word: string }> = {
  not_running: { tone: 'quiet', word: 'not running' },
  starting: { tone: 'info', word: 'starting' },
  running: { tone: 'good', word: 'running' },
  protecting: { tone: 'warn', word: 'stopping safely' },
  stopped: { tone: 'quiet', word: 'stopped' },
  halted: { tone: 'bad', word: 'halted' },
  needs_attention: { tone: 'bad', word: 'needs attention' },
};
