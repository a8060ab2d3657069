import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import {
  ccxtClient,
  control,
  newKeys,
  type Running,
  signed,
  startTestPaper,
  stopTestPaper,
  testFolder,
} from '../../testing.ts';
import { socketUrl } from './public-feed.ts';

const running: Running[] = [];
afterEach(async () => {
  for (const paper of running.splice(0).reverse()) await stopTestPaper(paper);
});

async function start(environment: Record<string, string> = {}, folder = testFolder()): Promise<Running> {
  const paper = await startTestPaper(environment, folder);
  running.push(paper);
  return paper;
}
const follow = (url: string, folder?: string) =>
  start({ PAPER_FEED: 'public', PAPER_PUBLIC_URL: url }, folder);
async function end(paper: Running): Promise<void> {
  running.splice(running.indexOf(paper), 1);
  await paper.close();
}

const priceOf = (paper: Running, symbol = 'BTCUSDT') =>
  paper.exchange.market.listed.get(symbol)?.last.toString();
const eventually = (check: () => void | Promise<void>) =>
  vi.waitFor(check, { timeout: 15_000, interval: 50 });
const source = async (paper: Running) =>
  ((await control(paper, 'feed')) as { source: { live: boolean; problem: string | null } }).source;

test('prices, instruments, tiers and candles are those of the venue', async () => {
  const venue = await start();
  const paper = await follow(venue.url);
  expect([...paper.exchange.market.listed.keys()].sort()).toEqual(
    [...venue.exchange.market.listed.keys()].sort(),
  );
  const [theirs, ours] = [venue, paper].map((each) => each.exchange.market.listed.get('FILUSDT')?.instrument);
  expect(ours?.marginTiers).toEqual(theirs?.marginTiers);
  expect({ ...ours, basePrice: '' }).toEqual({ ...theirs, basePrice: '' });
  await eventually(async () => expect(await source(paper)).toMatchObject({ live: true, problem: null }));
  const before = priceOf(paper);
  await eventually(() => expect(priceOf(paper)).not.toBe(before));
  await control(venue, 'feed', { body: { action: 'pause' } });
  await eventually(() => expect(priceOf(paper)).toBe(priceOf(venue)));
  const client = await ccxtClient(paper.url, await newKeys(paper.url));
  await eventually(async () =>
    expect((await client.fetchOHLCV('BTC/USDT:USDT', '1m', undefined, 50)).length).toBe(50),
  );
});

test('an order rests, and fills when the venue’s trades come to its price', async () => {
  const venue = await start();
  const paper = await follow(venue.url);
  const keys = await newKeys(paper.url);
  await eventually(async () => expect((await source(paper)).live).toBe(true));
  const client = await ccxtClient(paper.url, keys);
  const last = Number(priceOf(paper));
  const limits = [0.9999, 0.9998].map((ratio) => Math.round(last * ratio * 10) / 10);
  const above = [1.0001, 1.0002].map((ratio) => Math.round(last * ratio * 10) / 10);
  for (const price of limits) await client.createOrder('BTC/USDT:USDT', 'limit', 'buy', 0.01, price);
  for (const price of above) await client.createOrder('BTC/USDT:USDT', 'limit', 'sell', 0.01, price);
  await eventually(async () => {
    const fills = await client.fetchMyTrades('BTC/USDT:USDT');
    const rested = fills.filter((fill) => fill.takerOrMaker === 'maker');
    expect(rested.length).toBeGreaterThan(0);
    expect(rested.every((fill) => [...limits, ...above].includes(Number(fill.price)))).toBe(true);
  });
});

test('a venue that is not there keeps nobody from starting; it lists as soon as it is', async () => {
  const folder = testFolder();
  const first = await start({}, folder);
  const url = first.url;
  await end(first);
  const paper = await follow(url);
  const keys = await newKeys(paper.url);
  expect(await (await fetch(`${paper.url}/v5/market/time`)).json()).toMatchObject({ retCode: 0 });
  const order = { category: 'linear', symbol: 'BTCUSDT', side: 'Buy', orderType: 'Market', qty: '0.01' };
  const refused = await signed(paper.url, keys, { path: '/v5/order/create', data: order });
  expect(refused.retCode).toBe(10016);
  expect(refused.retMsg).toContain('ECONNREFUSED');
  expect((await source(paper)).live).toBe(false);

  await start({ PAPER_PORT: new URL(url).port }, folder);
  await eventually(() => expect(paper.exchange.market.listed.size).toBeGreaterThan(40));
  await eventually(async () => expect((await source(paper)).live).toBe(true));
  expect(await signed(paper.url, keys, { path: '/v5/order/create', data: order })).toMatchObject({
    retCode: 0,
  });
});

test('a venue that goes away leaves the market standing, and it goes on when the venue is back', async () => {
  const folder = testFolder();
  const venue = await start({}, folder);
  const paper = await follow(venue.url);
  await eventually(async () => expect((await source(paper)).live).toBe(true));
  await end(venue);
  await eventually(async () => expect(await source(paper)).toMatchObject({ live: false }));
  const stands = priceOf(paper);
  await new Promise((resolve) => setTimeout(resolve, 700));
  expect(priceOf(paper)).toBe(stands);
  const status = (await (await fetch(`${paper.url}/paper/status`)).json()) as { feed: object };
  expect(status.feed).toMatchObject({ source: { live: false, url: venue.url } });

  await start({ PAPER_PORT: String(venue.port), PAPER_SEED: '7' }, folder);
  await eventually(async () => expect((await source(paper)).live).toBe(true));
  await eventually(() => expect(priceOf(paper)).not.toBe(stands));
});

test('without the venue it begins again with what it knew', async () => {
  const venue = await start();
  const folder = testFolder();
  const paper = await follow(venue.url, folder);
  await eventually(async () => expect((await source(paper)).live).toBe(true));
  const known = paper.exchange.market.listed.size;
  await end(venue);
  await eventually(async () => expect((await source(paper)).live).toBe(false));
  const last = priceOf(paper);
  await end(paper);
  const again = await follow(venue.url, folder);
  expect([again.exchange.market.listed.size, priceOf(again)]).toEqual([known, last]);
});

test('a venue that talks nonsense is told so, and nothing breaks', async () => {
  const server = createServer((_request, response) => response.end('<html>hello</html>'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const paper = await follow(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  expect(await source(paper)).toMatchObject({ live: false, problem: expect.stringContaining('JSON') });
  expect((await fetch(`${paper.url}/v5/market/time`)).status).toBe(200);
  server.close();
});

test('Bybit streams from another host than it answers from', () => {
  expect(socketUrl('https://api.bybit.com')).toBe('wss://stream.bybit.com/v5/public/linear');
  expect(socketUrl('https://api-testnet.bybit.com')).toBe('wss://stream-testnet.bybit.com/v5/public/linear');
  expect(socketUrl('http://127.0.0.1:8001')).toBe('ws://127.0.0.1:8001/v5/public/linear');
});
