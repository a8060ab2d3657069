/** The console's columns: what each is sorted by, and how wide it is. */
import {
  createColumnHelper,
  createSortedRowModel,
  rowSelectionFeature,
  rowSortingFeature,
  type SortFn,
  tableFeatures,
} from '@tanstack/react-table';
import { type ConsoleLine, needsAttention } from './console-lines.ts';

export const features = tableFeatures({
  rowSortingFeature,
  rowSelectionFeature,
  sortedRowModel: createSortedRowModel(),
});

const byValue: SortFn<typeof features, ConsoleLine> = (a, b, column) => {
  const [first, second] = [a.getValue<string | number>(column), b.getValue<string | number>(column)];
  return typeof first === 'number' && typeof second === 'number'
    ? first - second
    : String(first).localeCompare(String(second));
};

const column = createColumnHelper<typeof features, ConsoleLine>();

/** A time as a number to sort by; nothing sorts as the longest ago. */
const at = (iso: string | null) => (iso === null ? 0 : Date.parse(iso));
const amount = (value: string | null | undefined) => (value == null ? 0 : Number(value));

/** Trouble first, then what runs, then what rests. */
const ORDER = ['needs_attention', 'halted', 'protecting', 'starting', 'running', 'stopped', 'not_running'];
const stateRank = (line: ConsoleLine) => ORDER.indexOf(line.status) - (needsAttention(line) ? 10 : 0);

export interface ColumnLook {
  id: string;
  name: string;
  /** In rem; the error takes what is left. */
  width: number | null;
  number?: boolean;
}

export const LOOKS: ColumnLook[] = [
  { id: 'email', name: 'User', width: 12 },
  { id: 'state', name: 'State', width: 9.5 },
  { id: 'market', name: 'Symbol', width: 8 },
  { id: 'cycle', name: 'Cycle', width: 3.5, number: true },
  { id: 'position', name: 'Position', width: 5.5, number: true },
  { id: 'pnl', name: 'Unrealised', width: 6, number: true },
  { id: 'cover', name: 'Protection', width: 8.5 },
  { id: 'gaps', name: 'Uncovered', width: 6, number: true },
  { id: 'uptime', name: 'Up', width: 6, number: true },
  { id: 'heartbeat', name: 'Heartbeat', width: 7.5, number: true },
  { id: 'error', name: 'Last error', width: null },
];

const sorts: Record<string, (line: ConsoleLine) => string | number> = {
  email: ({ email }) => email,
  state: stateRank,
  market: ({ symbol, side }) => `${symbol ?? ''} ${side ?? ''}`,
  cycle: (line) => line.cycle ?? 0,
  position: (line) => amount(line.position?.quantity),
  pnl: (line) => amount(line.position?.unrealizedPnl),
  cover: (line) => (line.covered ? (line.position === null ? 2 : 1) : 0),
  gaps: ({ totalUncoveredMs }) => totalUncoveredMs,
  // The longest up began first.
  uptime: ({ startedAt }) => (startedAt === null ? 0 : -at(startedAt) + Number.MAX_SAFE_INTEGER / 2),
  heartbeat: ({ heartbeatAt }) => at(heartbeatAt),
  error: ({ lastError }) => at(lastError?.at ?? null),
};

const FIRST_UP = new Set(['email', 'state', 'market', 'cover']);

export const columns = column.columns(
  LOOKS.map(({ id }) =>
    column.accessor(sorts[id] ?? ((line) => line.id), {
      id,
      header: id,
      sortFn: byValue,
      // The first click shows what an operator looks for: names from A, trouble first, else the most first.
      sortDescFirst: !FIRST_UP.has(id),
    }),
  ),
);
