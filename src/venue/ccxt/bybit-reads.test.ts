import { describe, expect, test } from 'vitest';
import { readExecutions, readPages, spans } from './bybit-reads.ts';
import type { Ask } from './bybit-calls.ts';
import type { BybitExchange } from './bybit-exchange.ts';

const DAY = 86_400_000;

describe('the time asked for', () => {
  test('is cut into pieces of seven days without a gap, the last one ending after now', () => {
    const now = 1_700_000_000_000;
    const pieces = spans({ sinceMs: now - 15 * DAY, nowMs: now });
    expect(pieces).toHaveLength(3);
    expect(pieces[0]?.[0]).toBe(now - 15 * DAY);
    expect(pieces.map(([start, end]) => end - start)).toEqual([7 * DAY, 7 * DAY, 7 * DAY]);
    const gaps = pieces.slice(1).map(([start], index) => start - (pieces[index]?.[1] ?? 0));
    expect(gaps).toEqual([1, 1]);
    expect(pieces.at(-1)?.[1]).toBeGreaterThan(now);
  });

  test('never reaches back beyond what Bybit keeps, and asks at least once', () => {
    const now = 1_700_000_000_000;
    expect(spans({ sinceMs: 0, nowMs: now })[0]?.[0]).toBe(now - 730 * DAY);
    expect(spans({ sinceMs: now + 5000, nowMs: now })).toHaveLength(1);
  });
});

/** An exchange that answers from prepared pages and remembers what it was asked. */
function scripted(pages: Record<string, { list: object[]; nextPageCursor: string }>) {
  const asked: object[] = [];
  const answer = async (params?: Record<string, unknown>) => {
    asked.push(params ?? {});
    return { result: pages[String(params?.['cursor'] ?? 'first')] };
  };
  const exchange = { privateGetV5ExecutionList: answer } as Partial<BybitExchange> as BybitExchange;
  const ask: Ask = async (send) => ((await send(exchange)) as { result: Record<string, unknown> }).result;
  return { ask, asked, page: (_: BybitExchange, params: object) => answer({ ...params }) };
}

describe('pages', () => {
  test('are followed to the end of the cursor', async () => {
    const { ask, page } = scripted({
      first: { list: [{ n: 1 }], nextPageCursor: 'a' },
      a: { list: [{ n: 2 }], nextPageCursor: 'b' },
      b: { list: [], nextPageCursor: 'c' },
    });
    expect(await readPages(ask, page, { params: {} })).toEqual([{ n: 1 }, { n: 2 }]);
  });

  test('that never end are an error, not an endless loop', async () => {
    let n = 0;
    const ask: Ask = async () => ({ list: [{}], nextPageCursor: `cursor ${n++}` });
    await expect(readPages(ask, async () => ({}), { params: {}, pagesMax: 3 })).rejects.toThrow('3 pages');
  });
});

test('executions come oldest first, each once, without funding rows', async () => {
  const row = (execId: string, execTime: number, execType = 'Trade') => ({
    ...{ execId, execType, execTime: String(execTime), symbol: 'BTCUSDT', side: 'Buy' },
    ...{ execPrice: '1', execQty: '1', execFee: '0', orderId: 'o', orderLinkId: '' },
  });
  const { ask, asked } = scripted({
    first: { list: [row('c', 30), row('f', 25, 'Funding'), row('b', 20)], nextPageCursor: 'next' },
    next: { list: [row('b', 20), row('a', 10)], nextPageCursor: '' },
  });
  const executions = await readExecutions(ask, 'BTC/USDT', { sinceMs: 0, nowMs: 1000 });
  expect(executions.map(({ executionId }) => executionId)).toEqual(['a', 'b', 'c']);
  expect(asked[0]).toMatchObject({ category: 'linear', symbol: 'BTCUSDT', startTime: 0, endTime: 7 * DAY });
});
