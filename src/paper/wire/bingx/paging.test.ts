import { afterAll, beforeAll, expect, test } from 'vitest';
import { control, type Keys, newKeys, type Running, startTestPaper, stopTestPaper } from '../../testing.ts';
import { type BingxRequest, bingxSigned } from '../../testing/bingx-client.ts';

const CYCLES = 30;
const DAY_MS = 86_400_000;
const order = { symbol: 'ETH-USDT', type: 'MARKET', quantity: '0.1' };
let paper: Running;
let keys: Keys;

beforeAll(async () => {
  paper = await startTestPaper({ PAPER_PARTIAL_FILLS: 'off' });
  keys = await newKeys(paper.url);
  await control(paper, 'feed', { body: { action: 'pause' } });
  for (let n = 0; n < CYCLES; n += 1) {
    for (const side of ['BUY', 'SELL']) {
      await ask({ path: '/swap/v2/trade/order', data: { ...order, side, clientOrderID: `${side}${n}` } });
    }
  }
});
afterAll(() => stopTestPaper(paper));

type Row = Record<string, string>;
const ask = (request: BingxRequest) => bingxSigned(paper.url, keys, request);
const get = (path: string, data: Record<string, string | number> = {}) => ask({ method: 'GET', path, data });
const lately = () => ({ startTs: Date.now() - DAY_MS, endTs: Date.now() + DAY_MS });
const ids = (rows: Row[], name: string) => new Set(rows.map((row) => row[name]));

test('fillHistory pages through every execution once, newest first, and counts them', async () => {
  const page = async (pageIndex: number) => {
    const query = { symbol: 'ETH-USDT', pageIndex, pageSize: 25, ...lately() };
    return (await get('/swap/v2/trade/fillHistory', query)).data as {
      fill_history_orders: Row[];
      total: number;
    };
  };
  const pages = [await page(1), await page(2), await page(3), await page(4)];
  expect(pages.map((each) => each.fill_history_orders.length)).toEqual([25, 25, 10, 0]);
  expect(pages.map((each) => each.total)).toEqual([60, 60, 60, 60]);
  const all = pages.flatMap((each) => each.fill_history_orders);
  expect(ids(all, 'tradeId').size).toBe(60);
  expect(all.map((row) => row.side).slice(0, 4)).toEqual(['SELL', 'BUY', 'SELL', 'BUY']);
});

test('the fills of one order are found by its number', async () => {
  const { data } = await get('/swap/v2/trade/order', { symbol: 'ETH-USDT', clientOrderID: 'buy7' });
  const { orderId } = data.order as Row;
  const query = { symbol: 'ETH-USDT', orderId: String(orderId), ...lately() };
  const fills = await get('/swap/v2/trade/allFillOrders', query);
  expect(fills.data.fill_orders).toMatchObject([{ orderId, clientOrderID: 'buy7', volume: '0.1' }]);
  const trades = await get('/swap/v2/trade/fillHistory', query);
  expect(trades.data.fill_history_orders).toMatchObject([{ orderId, role: 'taker' }]);
  const foreign = await get('/swap/v2/trade/allFillOrders', { ...query, orderId: '1234567890123456789' });
  expect(foreign.data.fill_orders).toEqual([]);
});

test('allOrders are the ended ones, newest first, from an order on', async () => {
  const all = (await get('/swap/v2/trade/allOrders', { limit: 1_000 })).data.orders as Row[];
  expect(all).toHaveLength(60);
  expect(all[0]).toMatchObject({ clientOrderId: 'sell29', status: 'FILLED', executedQty: '0.1' });
  const limited = (await get('/swap/v2/trade/allOrders', { limit: 5 })).data.orders as Row[];
  expect(limited).toEqual(all.slice(0, 5));
  const from = (await get('/swap/v2/trade/allOrders', { orderId: String(all[2]?.orderId) })).data.orders;
  expect(from).toEqual(all.slice(0, 3));
  const other = await get('/swap/v2/trade/allOrders', { symbol: 'BTC-USDT' });
  expect(other.data.orders).toEqual([]);
});

test('income is paged by time, and its kinds add up to the wallet', async () => {
  const rows = async (query: Record<string, string | number>) =>
    (await get('/swap/v2/user/income', query)).data as unknown as Row[];
  const fees = await rows({ incomeType: 'TRADING_FEE', limit: 1_000 });
  const profits = await rows({ incomeType: 'REALIZED_PNL', limit: 1_000 });
  expect([fees.length, profits.length]).toEqual([60, 0]); // bought and sold at the same price
  expect(await rows({ limit: 10 })).toHaveLength(10);
  const all = await rows({ limit: 1_000 });
  expect(all.at(-1)).toMatchObject({ incomeType: 'TRANSFER', income: '10000' });
  const { data } = await get('/swap/v3/user/balance');
  const [{ balance } = {}] = data as unknown as Row[];
  expect(all.reduce((sum, row) => sum + Number(row.income), 0)).toBeCloseTo(Number(balance), 8);
  expect(await rows({ endTime: Number(all.at(-1)?.time) - 1 })).toEqual([]);
  expect(await rows({ incomeType: 'INSURANCE_CLEAR' })).toEqual([]);
});

test('positionHistory has every life from opening to flat', async () => {
  const page = async (data: Record<string, string | number>) =>
    (await get('/swap/v1/trade/positionHistory', { symbol: 'ETH-USDT', ...data })).data
      .positionHistory as Row[];
  const all = await page({});
  expect(all).toHaveLength(CYCLES);
  expect(all[0]).toMatchObject({ positionAmt: '0.1', closePositionAmt: '0.1', positionSide: 'LONG' });
  expect([...(await page({ pageSize: 20 })), ...(await page({ pageSize: 20, pageIndex: 2 }))]).toEqual(all);
});

test('a range that is too long, or missing where it is needed, is refused', async () => {
  const long = { startTs: 0, endTs: 40 * DAY_MS };
  expect(await get('/swap/v2/trade/allFillOrders', long)).toMatchObject({ code: 80014 });
  expect(await get('/swap/v2/trade/allFillOrders')).toMatchObject({ code: 80014 });
  expect(await get('/swap/v2/user/income', { startTime: 0, endTime: 8 * DAY_MS })).toMatchObject({
    code: 80014,
  });
  const trades = { symbol: 'ETH-USDT', ...lately(), lastFillId: '1' };
  expect(await get('/swap/v2/trade/fillHistory', trades)).toMatchObject({ code: 80014 });
});

test('every order is found again after a restart, under the same number', async () => {
  const before = (await get('/swap/v2/trade/allOrders', { limit: 3 })).data.orders as Row[];
  const { folder } = paper;
  await paper.close();
  paper = await startTestPaper({ PAPER_PARTIAL_FILLS: 'off' }, folder);
  for (const row of before) {
    const query = { symbol: 'ETH-USDT', orderId: String(row.orderId) };
    expect((await get('/swap/v2/trade/order', query)).data.order).toEqual(row);
  }
});
