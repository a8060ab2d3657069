import { afterEach, beforeEach, expect, test } from 'vitest';
import { control, type Keys, newKeys, type Running, startTestPaper, stopTestPaper } from '../../testing.ts';
import { type BingxClient, bingxClient, bingxSigned } from '../../testing/bingx-client.ts';
import { RawSocket } from '../../testing/bingx-socket.ts';

const SYMBOL = 'FIL/USDT:USDT';
let paper: Running;
let keys: Keys;
let client: BingxClient;
const sockets: RawSocket[] = [];

beforeEach(async () => {
  paper = await startTestPaper({ PAPER_BINGX_STREAM_SECONDS: '2' });
  keys = await newKeys(paper.url);
  client = await bingxClient(paper.url, keys);
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.close();
  await client.close();
  await stopTestPaper(paper);
});

async function openSocket(query = ''): Promise<RawSocket> {
  const socket = await RawSocket.open(`${paper.url.replace('http', 'ws')}/swap-market${query}`);
  sockets.push(socket);
  return socket;
}

async function newListenKey(): Promise<string> {
  const response = await fetch(`${paper.url}/openApi/user/auth/userDataStream`, {
    method: 'POST',
    headers: { 'X-BX-APIKEY': keys.apiKey },
  });
  return ((await response.json()) as { listenKey: string }).listenKey;
}

/** Moves the market by hand, as the feed would; `lots` trade at a touch. */
function touch(price: number, lots: number): void {
  const step = { symbol: 'FILUSDT', ticks: Math.round(price * 1_000), liquidity: { lots } };
  paper.exchange.stepTo(paper.exchange.market.time + 1, [step]);
}

test('ccxt.pro hears of its orders and complete fills, with all digits of their ids', async () => {
  await control(paper, 'feed', { body: { action: 'pause' } });
  const last = (await client.fetchTicker(SYMBOL)).last ?? 0;
  const order = client.watchOrders(SYMBOL);
  const trade = client.watchMyTrades(SYMBOL);
  await expect.poll(() => Object.values(client.clients).some((each) => each.isConnected === true)).toBe(true);
  const price = Number((last * 0.99).toFixed(3));
  const created = await client.createOrder(SYMBOL, 'limit', 'buy', 20, price, { clientOrderId: 'Hear' });
  expect((await order)[0]).toMatchObject({
    id: created.id,
    clientOrderId: 'hear',
    status: 'open',
    filled: 0,
  });
  touch(price, 50);
  expect((await client.watchOrders(SYMBOL)).at(-1)).toMatchObject({ id: created.id, filled: 5 });
  touch(price, 1_000);
  const [fill] = await trade;
  expect(fill).toMatchObject({ order: created.id, side: 'buy', amount: 15, price, takerOrMaker: 'maker' });
  expect(fill?.id).toBeUndefined();
});

test('every step of an order is an event, and the account follows', async () => {
  await control(paper, 'feed', { body: { action: 'pause' } });
  await client.setPositionMode(true);
  const last = (await client.fetchTicker(SYMBOL)).last ?? 0;
  const socket = await openSocket(`?listenKey=${await newListenKey()}`);
  const price = Number((last * 0.99).toFixed(3));
  await client.createOrder(SYMBOL, 'limit', 'buy', 20, price, { positionSide: 'LONG' });
  touch(price, 50);
  touch(price, 100);
  await client.cancelAllOrders(SYMBOL);
  await expect.poll(() => socket.events('ORDER_TRADE_UPDATE').length).toBe(4);
  const steps = socket.events('ORDER_TRADE_UPDATE').map(({ o }) => [o.x, o.X, o.l, o.z, o.ap, o.ps]);
  expect(steps).toEqual([
    ['NEW', 'NEW', undefined, '0', '0', 'LONG'],
    ['TRADE', 'PARTIALLY_FILLED', '5', '5', String(price), 'LONG'],
    ['TRADE', 'PARTIALLY_FILLED', '10', '15', String(price), 'LONG'],
    ['CANCELED', 'CANCELED', undefined, '15', String(price), 'LONG'],
  ]);
  const updates = socket.events('ACCOUNT_UPDATE').map(({ a }) => a);
  expect(updates.map(({ P }) => [P[0]?.ps, P[0]?.pa])).toEqual([
    ['LONG', '5'],
    ['LONG', '15'],
  ]);
  const { balance } = (await client.fetchBalance()).info.data[0];
  expect(updates.at(-1)?.B[0]).toMatchObject({ a: 'USDT', wb: balance });
});

test('every frame is gzipped, heartbeats too', async () => {
  const socket = await openSocket();
  await expect.poll(() => socket.texts, { timeout: 7_000 }).toContain('Ping');
  expect(socket.binaryOnly).toBe(true);
}, 10_000);

test('a listen key expires unless it is renewed, and then nothing private follows', async () => {
  const listenKey = await newListenKey();
  const socket = await openSocket(`?listenKey=${listenKey}`);
  const change = (method: 'PUT' | 'DELETE') =>
    bingxSigned(paper.url, keys, { method, path: '/user/auth/userDataStream', data: { listenKey } });
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  expect(await change('PUT')).toMatchObject({ code: 0 });
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  expect(socket.events('listenKeyExpired')).toEqual([]);
  await expect
    .poll(() => socket.events('listenKeyExpired'), { timeout: 3_000 })
    .toMatchObject([{ listenKey }]);
  await client.createOrder(SYMBOL, 'market', 'buy', 5, undefined);
  expect(await change('PUT')).toMatchObject({ code: 100400 });
  expect(socket.events('ORDER_TRADE_UPDATE')).toEqual([]);
  const late = await openSocket(`?listenKey=${listenKey}`);
  await expect.poll(() => late.events('listenKeyExpired')).toMatchObject([{ listenKey }]);
}, 10_000);

test('ccxt.pro hears tickers, candles, trades and a book', async () => {
  const ticker = await client.watchTicker(SYMBOL);
  expect(ticker.last).toBeGreaterThan(0);
  const candles = await client.watchOHLCV(SYMBOL, '1m');
  expect(candles[0]?.[4]).toBeGreaterThan(0);
  const trades = await client.watchTrades(SYMBOL);
  expect(trades[0]?.price).toBeGreaterThan(0);
  const book = await client.watchOrderBook(SYMBOL);
  expect(Number(book.asks[0]?.[0])).toBeGreaterThan(Number(book.bids[0]?.[0]));
});

test('prices are subscribed by data type, and what is not offered is refused', async () => {
  await control(paper, 'feed', { body: { action: 'pause' } });
  const socket = await openSocket();
  const sub = (id: string, dataType: string, reqType = 'sub') => socket.send({ id, reqType, dataType });
  sub('1', 'FIL-USDT@lastPrice');
  sub('2', 'FIL-USDT@markPrice');
  sub('3', 'FIL-USDT@moon');
  await expect.poll(() => socket.json('id').length).toBe(3);
  expect(socket.json('id')).toMatchObject([
    { id: '1', code: 0 },
    { id: '2', code: 0 },
    { id: '3', code: 80014 },
  ]);
  touch(4.2, 10);
  const told = () => socket.json('dataType').flatMap(({ data }) => (data?.p === '4.2' ? [data.e] : []));
  await expect.poll(() => new Set(told())).toEqual(new Set(['lastPriceUpdate', 'markPriceUpdate']));
});
