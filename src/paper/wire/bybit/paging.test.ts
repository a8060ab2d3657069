import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  control,
  type Keys,
  newKeys,
  type Running,
  signed,
  startTestPaper,
  stopTestPaper,
} from '../../testing.ts';

const order = { category: 'linear', symbol: 'ETHUSDT', orderType: 'Market', qty: '0.1' };
const CYCLES = 30;
let paper: Running;
let keys: Keys;

beforeAll(async () => {
  paper = await startTestPaper({ PAPER_PARTIAL_FILLS: 'off' });
  keys = await newKeys(paper.url);
  await control(paper, 'feed', { body: { action: 'pause' } });
  for (let n = 0; n < CYCLES; n += 1) {
    for (const side of ['Buy', 'Sell']) {
      await signed(paper.url, keys, {
        path: '/v5/order/create',
        data: { ...order, side, orderLinkId: `${side}-${n}` },
      });
    }
  }
});
afterAll(() => stopTestPaper(paper));

type Row = Record<string, string>;
async function pages(path: string, data: Record<string, unknown>): Promise<Row[][]> {
  const all: Row[][] = [];
  for (let cursor = ''; ; ) {
    const { result } = await signed(paper.url, keys, {
      method: 'GET',
      path,
      data: { category: 'linear', ...data, cursor },
    });
    all.push(result.list as Row[]);
    cursor = String(result.nextPageCursor);
    if (cursor === '') return all;
  }
}

test.each([
  ['/v5/execution/list', { limit: 25 }, [25, 25, 10], 'execId'],
  ['/v5/order/history', { limit: 50 }, [50, 10], 'orderId'],
  ['/v5/position/closed-pnl', { limit: 20 }, [20, 10], 'orderId'],
  ['/v5/account/transaction-log', { limit: 50 }, [50, 11], 'id'],
] as const)('%s pages through everything once, newest first', async (path, data, sizes, id) => {
  const all = await pages(path, data);
  expect(all.map((page) => page.length)).toEqual(sizes);
  expect(new Set(all.flat().map((row) => row[id])).size).toBe(all.flat().length);
  const times = all.flat().map((row) => Number(row.execTime ?? row.createdTime ?? row.transactionTime));
  expect(times).toEqual([...times].sort((a, b) => b - a));
});

test('executions are found by order, client id and time', async () => {
  const list = async (data: Record<string, unknown>) => (await pages('/v5/execution/list', data)).flat();
  const [fill] = await list({ orderLinkId: 'Buy-7' });
  expect(fill).toMatchObject({ orderLinkId: 'Buy-7', side: 'Buy', execType: 'Trade', isMaker: false });
  expect(await list({ orderId: fill?.orderId })).toEqual([fill]);
  expect(await list({ startTime: Number(fill?.execTime), endTime: Number(fill?.execTime) })).toContainEqual(
    fill,
  );
  expect(await list({ startTime: Date.now() + 60_000 })).toEqual([]);
  expect(await list({ symbol: 'BTCUSDT' })).toEqual([]);
  expect(await list({ execType: 'Funding' })).toEqual([]);
});

test('a range of more than seven days is refused', async () => {
  const data = { category: 'linear', startTime: 0, endTime: 8 * 86_400_000 };
  expect(await signed(paper.url, keys, { method: 'GET', path: '/v5/execution/list', data })).toMatchObject({
    retCode: 10001,
  });
});

test('an ended order is still found by its client id among the live ones', async () => {
  const query = { category: 'linear', symbol: 'ETHUSDT', orderLinkId: 'Sell-3' };
  const { result } = await signed(paper.url, keys, {
    method: 'GET',
    path: '/v5/order/realtime',
    data: query,
  });
  expect(result.list).toMatchObject([{ orderLinkId: 'Sell-3', orderStatus: 'Filled', leavesQty: '0' }]);
});
