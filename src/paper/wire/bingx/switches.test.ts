/** What every wire may suffer: requests that are counted, answers before decisions, reads that lag, force. */
import { afterEach, expect, test } from 'vitest';
import { control, type Keys, newKeys, type Running, startTestPaper, stopTestPaper } from '../../testing.ts';
import { type BingxRequest, bingxSigned } from '../../testing/bingx-client.ts';
import { RawSocket } from '../../testing/bingx-socket.ts';

let paper: Running;
let keys: Keys;
let price: number;
afterEach(() => stopTestPaper(paper));

async function begin(environment: Record<string, string>): Promise<void> {
  paper = await startTestPaper({ PAPER_PARTIAL_FILLS: 'off', ...environment });
  await control(paper, 'feed', { body: { action: 'pause' } });
  keys = await newKeys(paper.url);
  price = Number(paper.exchange.market.listed.get('ETHUSDT')?.last.toString());
}

type Row = Record<string, string>;
const ORDER = '/swap/v2/trade/order';
const ask = (request: BingxRequest) => bingxSigned(paper.url, keys, request);
const bid = (change: Row = {}): Row => ({
  symbol: 'ETH-USDT',
  side: 'BUY',
  type: 'LIMIT',
  price: (price * 0.97).toFixed(2),
  quantity: '0.1',
  ...change,
});
const place = (change: Row = {}) => ask({ path: ORDER, data: bid(change) });
const read = (clientOrderID: string) =>
  ask({ method: 'GET', path: ORDER, data: { symbol: 'ETH-USDT', clientOrderID } });
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test('orders beyond the limit of a second are refused and not placed', async () => {
  await begin({ PAPER_RATE_LIMITS: 'on', PAPER_BINGX_ORDERS_PER_SECOND: '3' });
  const codes = await Promise.all(
    [1, 2, 3, 4].map(async (n) => (await place({ clientOrderID: `n${n}` })).code),
  );
  expect(codes.toSorted((a, b) => a - b)).toEqual([0, 0, 0, 100410]);
  expect(paper.exchange.accounts.get(keys.uid)?.orders.size).toBe(3);
  await wait(1_050);
  expect(await place()).toMatchObject({ code: 0 });
});

test('an order may be acknowledged before it is decided', async () => {
  await begin({ PAPER_ASYNC_ACK: '300' });
  const { data } = await place({ clientOrderID: 'later' });
  const { orderId } = data.order as Row;
  expect(await read('later')).toMatchObject({ code: 109421 });
  expect(await place({ clientOrderID: 'later' })).toMatchObject({ code: 109201 });
  await expect.poll(async () => (await read('later')).code).toBe(0);
  expect((await read('later')).data.order).toMatchObject({ orderId, status: 'PENDING' });
});

test('what was acknowledged and cannot be taken ends as failed', async () => {
  await begin({ PAPER_ASYNC_ACK: '50' });
  expect(await place({ clientOrderID: 'toolarge', quantity: '100' })).toMatchObject({ code: 0 });
  await expect.poll(async () => (await read('toolarge')).data.order).toMatchObject({ status: 'FAILED' });
});

test('reads may lag behind what has happened', async () => {
  await begin({ PAPER_READ_LAG_MS: '400' });
  await place({ type: 'MARKET', clientOrderID: 'entry' });
  const positions = async () => (await ask({ method: 'GET', path: '/swap/v2/user/positions' })).data;
  expect(await positions()).toEqual([]);
  expect(await read('entry')).toMatchObject({ code: 109421 });
  await expect.poll(positions).toMatchObject([{ positionAmt: '0.1' }]);
  expect((await read('entry')).data.order).toMatchObject({ status: 'FILLED' });
});

test('a liquidation is told, listed and booked', async () => {
  await begin({});
  const rich = { apiKey: 'thin', apiSecret: 'secret', balance: '100' };
  keys = { ...rich, ...((await control(paper, 'accounts', { body: rich })) as Keys) };
  await ask({
    path: '/swap/v2/trade/leverage',
    data: { symbol: 'ETH-USDT', side: 'BOTH', leverage: 50 },
  });
  const quantity = (Math.floor((4_000 / price) * 100) / 100).toFixed(2);
  expect(await place({ type: 'MARKET', quantity })).toMatchObject({ code: 0 });
  const key = await fetch(`${paper.url}/openApi/user/auth/userDataStream`, {
    method: 'POST',
    headers: { 'X-BX-APIKEY': keys.apiKey },
  });
  const { listenKey } = (await key.json()) as { listenKey: string };
  const socket = await RawSocket.open(
    `${paper.url.replace('http', 'ws')}/swap-market?listenKey=${listenKey}`,
  );
  const ticks = Math.round(price * 0.95 * 100);
  paper.exchange.stepTo(paper.exchange.market.time + 1, [{ symbol: 'ETHUSDT', ticks, liquidity: null }]);
  await expect.poll(() => socket.events('ORDER_TRADE_UPDATE').at(-1)?.o.o).toBe('LIQUIDATION');
  socket.close();
  const forced = await ask({ method: 'GET', path: '/swap/v2/trade/forceOrders' });
  const [order] = forced.data.orders as Row[];
  expect(order).toMatchObject({ side: 'SELL', origQty: String(Number(quantity)), status: 'FILLED' });
  const times = { startTs: Date.now() - 60_000, endTs: Date.now() + 60_000 };
  const fills = await ask({
    method: 'GET',
    path: '/swap/v2/trade/fillHistory',
    data: { symbol: 'ETH-USDT', ...times },
  });
  expect((fills.data.fill_history_orders as Row[])[0]).toMatchObject({
    orderId: order?.orderId,
    side: 'SELL',
  });
  const { data } = await ask({ method: 'GET', path: '/swap/v2/user/income', data: { limit: 1_000 } });
  const rows = data as unknown as Row[];
  const { data: balances } = await ask({ method: 'GET', path: '/swap/v3/user/balance' });
  const [{ balance } = {}] = balances as unknown as Row[];
  expect(rows.reduce((sum, row) => sum + Number(row.income), 0)).toBeCloseTo(Number(balance), 8);
  expect(rows.find((row) => row.info === 'Liquidation to Close')?.incomeType).toBe('REALIZED_PNL');
  const adl = { autoCloseType: 'ADL' };
  const none = await ask({ method: 'GET', path: '/swap/v2/trade/forceOrders', data: adl });
  expect(none.data.orders).toEqual([]);
});
