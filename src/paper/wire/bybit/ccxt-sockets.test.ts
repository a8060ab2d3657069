import { afterEach, beforeEach, expect, test } from 'vitest';
import { ccxtClient, control, newKeys, type Running, startTestPaper, stopTestPaper } from '../../testing.ts';

const SYMBOL = 'BTC/USDT:USDT';
let paper: Running;
let client: Awaited<ReturnType<typeof ccxtClient>>;

beforeEach(async () => {
  paper = await startTestPaper();
  client = await ccxtClient(paper.url, await newKeys(paper.url));
});
afterEach(async () => {
  await client.close();
  await stopTestPaper(paper);
});

test('ccxt.pro hears of its order, execution and position', async () => {
  const isSubscribed = acknowledgements(2);
  const order = client.watchOrders(SYMBOL);
  const trade = client.watchMyTrades(SYMBOL);
  await control(paper, 'feed', { body: { action: 'pause' } });
  await isSubscribed;
  const created = await client.createOrder(SYMBOL, 'market', 'buy', 0.01, undefined, {
    orderLinkId: 'hear-me',
  });
  expect((await order)[0]).toMatchObject({
    id: created.id,
    clientOrderId: 'hear-me',
    status: 'closed',
    filled: 0.01,
  });
  expect((await trade)[0]).toMatchObject({ order: created.id, side: 'buy', takerOrMaker: 'taker' });
});

test('ccxt.pro places, amends and cancels over the trade websocket', async () => {
  const last = (await client.fetchTicker(SYMBOL)).last ?? 0;
  const price = Math.floor(last * 0.9);
  const created = await client.createOrderWs(SYMBOL, 'limit', 'buy', 0.01, price, { orderLinkId: 'over-ws' });
  await client.editOrderWs(String(created.id), SYMBOL, 'limit', 'buy', 0.02, price - 10);
  expect(await client.fetchOpenOrders(SYMBOL)).toMatchObject([
    { id: created.id, amount: 0.02, price: price - 10 },
  ]);
  await client.cancelOrderWs(String(created.id), SYMBOL);
  expect(await client.fetchOpenOrders(SYMBOL)).toEqual([]);
});

test('a refusal over the trade websocket carries the venue’s code', async () => {
  await client.createOrderWs(SYMBOL, 'market', 'buy', 0.01, undefined, { orderLinkId: 'once' });
  await expect(
    client.createOrderWs(SYMBOL, 'market', 'buy', 0.01, undefined, { orderLinkId: 'once' }),
  ).rejects.toThrow('110072');
});

test('ccxt.pro hears tickers, candles, trades and a book', async () => {
  const ticker = await client.watchTicker(SYMBOL);
  expect(ticker.last).toBeGreaterThan(0);
  expect(ticker.info.markPrice).toBe(ticker.info.lastPrice);
  const candles = await client.watchOHLCV(SYMBOL, '1m');
  expect(candles[0]?.[4]).toBeGreaterThan(0);
  const trades = await client.watchTrades(SYMBOL);
  expect(trades[0]?.price).toBeGreaterThan(0);
  const book = await client.watchOrderBook(SYMBOL, 50);
  expect(Number(book.asks[0]?.[0])).toBeGreaterThan(Number(book.bids[0]?.[0]));
});

/** Resolves when so many subscriptions are acknowledged: what happens before is not heard. */
function acknowledgements(count: number): Promise<void> {
  return new Promise((resolve) => {
    let heard = 0;
    client.handleSubscriptionStatus = (_socket, message) => {
      heard += 1;
      if (heard === count) resolve();
      return message;
    };
  });
}
