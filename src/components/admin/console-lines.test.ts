import { describe, expect, it } from 'vitest';
import {
  type ConsoleLine,
  EMPTY_BOARD,
  filterLines,
  isFiltered,
  mergeOverview,
  needsAttention,
  NO_FILTER,
  type Overview,
  valuesOf,
} from './console-lines.ts';

const line = (id: number, change: Partial<ConsoleLine> = {}): ConsoleLine => ({
  id,
  email: `user${id}@example.com`,
  role: 'user',
  disabled: false,
  venue: 'bybit',
  environment: 'paper',
  symbol: 'BTC/USDT',
  side: 'long',
  differing: 0,
  status: 'running',
  running: true,
  connected: true,
  startedAt: null,
  cycle: null,
  position: null,
  covered: true,
  coverage: 'none',
  alert: false,
  uncoveredMs: 0,
  totalUncoveredMs: 0,
  longestGapMs: 0,
  uncoveredCause: null,
  uncoveredSince: null,
  lastError: null,
  heartbeatAt: null,
  ...change,
});

const overview = (change: Partial<Overview>): Overview => ({
  epoch: 'e',
  revision: 1,
  whole: false,
  lines: [],
  gone: [],
  total: 0,
  newestStateChange: 0,
  ...change,
});

const ids = (lines: ConsoleLine[]) => lines.map(({ id }) => id);

describe('the board', () => {
  const board = mergeOverview(EMPTY_BOARD, overview({ whole: true, lines: [line(1), line(2), line(4)] }));

  it('takes in what changed, what came and what went', () => {
    const changed = overview({ revision: 2, lines: [line(2, { status: 'halted' }), line(3)], gone: [4] });
    const next = mergeOverview(board, changed);
    expect(ids(next.lines)).toEqual([1, 2, 3]);
    expect(next.lines[1]?.status).toBe('halted');
    expect(next.since).toEqual({ epoch: 'e', revision: 2 });
    // What did not change is the very same line, so that its row is not drawn again.
    expect(next.lines[0]).toBe(board.lines[0]);
  });

  it('is the same list while nothing changed', () => {
    expect(mergeOverview(board, overview({ revision: 1 })).lines).toBe(board.lines);
  });

  it('begins anew with a whole list', () => {
    const anew = mergeOverview(board, overview({ epoch: 'f', whole: true, lines: [line(9)] }));
    expect(ids(anew.lines)).toEqual([9]);
  });
});

describe('the filter', () => {
  const lines = [
    line(1, { email: 'ann@example.com' }),
    line(2, { status: 'needs_attention', running: false }),
    line(3, { side: 'short', symbol: 'ETH/USDT', environment: 'demo' }),
    line(4, { covered: false, uncoveredCause: 'x' }),
    line(5, {
      status: 'halted',
      lastError: { code: 'other_instance', message: 'Another server trades here.', at: '' },
    }),
  ];

  it.each([
    ['nothing', {}, [1, 2, 3, 4, 5]],
    ['part of an email', { text: 'ANN@' }, [1]],
    ['the words of a state', { text: 'needs attention' }, [2]],
    ['the code of a state', { text: 'needs_attention' }, [2]],
    ['words of an error', { text: 'server trades' }, [5]],
    ['words that stand apart', { text: 'short eth' }, [3]],
    ['a state', { status: 'halted' }, [5]],
    ['a side', { side: 'short' }, [3]],
    ['a symbol', { symbol: 'ETH/USDT' }, [3]],
    ['an environment', { environment: 'demo' }, [3]],
    ['attention', { attention: true }, [2, 4, 5]],
    ['two of them', { attention: true, status: 'running' }, [4]],
  ] as const)('leaves by %s', (_name, change, expected) => {
    expect(ids(filterLines(lines, { ...NO_FILTER, ...change }))).toEqual(expected);
  });

  it('is told from none', () => {
    expect(isFiltered(NO_FILTER)).toBe(false);
    expect(isFiltered({ ...NO_FILTER, side: 'long' })).toBe(true);
  });

  it('offers what there is', () => {
    expect(valuesOf(lines, 'symbol')).toEqual(['BTC/USDT', 'ETH/USDT']);
    expect(valuesOf([line(1, { environment: null })], 'environment')).toEqual([]);
  });

  it('counts an uncovered position as trouble whatever the state', () => {
    expect(needsAttention(line(1, { covered: false }))).toBe(true);
    expect(needsAttention(line(1))).toBe(false);
  });
});
