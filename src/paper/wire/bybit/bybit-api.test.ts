import { RestClientV5, WebsocketAPIClient, WebsocketClient } from 'bybit-api';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { control, type Keys, newKeys, type Running, startTestPaper, stopTestPaper } from '../../testing.ts';

let paper: Running;
let keys: Keys;
let rest: RestClientV5;

beforeEach(async () => {
  paper = await startTestPaper();
  keys = await newKeys(paper.url);
  rest = new RestClientV5({
    key: keys.apiKey,
    secret: keys.apiSecret,
    baseUrl: paper.url,
    syncTimeBeforePrivateRequests: false,
  });
  await control(paper, 'feed', { body: { action: 'pause' } });
});
afterEach(async () => {
  await stopTestPaper(paper);
});

const order = { category: 'linear', symbol: 'ETHUSDT' } as const;

test('another vendor’s client trades a whole cycle in hedge mode by REST', async () => {
  expect((await rest.switchPositionMode({ category: 'linear', symbol: 'ETHUSDT', mode: 3 })).retCode).toBe(0);
  const entry = await rest.submitOrder({
    ...order,
    side: 'Buy',
    orderType: 'Market',
    qty: '0.5',
    positionIdx: 1,
    orderLinkId: 'in',
  });
  expect(entry).toMatchObject({ retCode: 0, result: { orderLinkId: 'in' } });
  const held = (await rest.getPositionInfo({ ...order })).result.list;
  expect(held).toMatchObject([
    { positionIdx: 1, side: 'Buy', size: '0.5', leverage: '10' },
    { positionIdx: 2, side: '', size: '0' },
  ]);
  const out = await rest.submitOrder({
    ...order,
    side: 'Sell',
    orderType: 'Market',
    qty: '0',
    positionIdx: 1,
    reduceOnly: true,
    closeOnTrigger: true,
    orderLinkId: 'out',
  });
  expect(out.retCode).toBe(0);
  const trades = (await rest.getExecutionList({ ...order, orderLinkId: 'out' })).result.list;
  expect(trades.reduce((sum, trade) => sum + Number(trade.execQty), 0)).toBe(0.5);
  const closed = (await rest.getClosedPnL({ category: 'linear' })).result.list;
  expect(closed).toMatchObject([{ symbol: 'ETHUSDT', side: 'Sell', closedSize: '0.5', leverage: '10' }]);
  const log = (await rest.getTransactionLog({ accountType: 'UNIFIED' })).result.list;
  expect(log.at(-1)).toMatchObject({ type: 'TRANSFER_IN', change: '10000' });
  expect(log[0]).toMatchObject({ type: 'TRADE', currency: 'USDT' });
});

test('it reads who it is, what it has and what it pays', async () => {
  expect((await rest.getQueryApiKey()).result).toMatchObject({ readOnly: 0, userID: keys.uid, uta: 1 });
  expect((await rest.getAccountInfo()).result).toMatchObject({
    marginMode: 'REGULAR_MARGIN',
    unifiedMarginStatus: 6,
  });
  const wallet = (await rest.getWalletBalance({ accountType: 'UNIFIED' })).result.list[0];
  expect(wallet).toMatchObject({ totalEquity: '10000', coin: [{ coin: 'USDT', walletBalance: '10000' }] });
  expect((await rest.setMarginMode('REGULAR_MARGIN')).retCode).toBe(0);
  expect((await rest.getInstrumentsInfo({ category: 'linear', status: 'PreLaunch' })).result.list).toEqual(
    [],
  );
});

test('it sends batches, and each item succeeds or fails by itself', async () => {
  const price = Number((await rest.getTickers(order)).result.list[0]?.lastPrice) * 0.9;
  const limit = { symbol: 'ETHUSDT', side: 'Buy', orderType: 'Limit', price: price.toFixed(2) } as const;
  const sent = await rest.batchSubmitOrders('linear', [
    { ...limit, qty: '0.1', orderLinkId: 'b1' },
    { ...limit, qty: '0.0001', orderLinkId: 'b2' },
  ]);
  expect(sent.retExtInfo).toMatchObject({ list: [{ code: 0 }, { code: 10001 }] });
  const cancelled = await rest.batchCancelOrders('linear', [{ symbol: 'ETHUSDT', orderLinkId: 'b1' }]);
  expect(cancelled.retExtInfo).toMatchObject({ list: [{ code: 0 }] });
});

test('it hears execution, order, position and wallet in Bybit’s order', async () => {
  const socket = new WebsocketClient(
    {
      key: keys.apiKey,
      secret: keys.apiSecret,
      market: 'v5',
      wsUrl: `${paper.url.replace('http', 'ws')}/v5/private`,
    },
    silent,
  );
  const topics: string[] = [];
  const all = new Promise<void>((resolve) => {
    socket.on('update', (event: { topic: string }) => {
      topics.push(event.topic);
      if (topics.length === 4) resolve();
    });
  });
  const subscribed = new Promise<void>((resolve) => {
    socket.on('response', (event: { op?: string }) => {
      if (event.op === 'subscribe') resolve();
    });
  });
  void socket.subscribeV5(['order', 'execution', 'position', 'wallet'], 'linear', true);
  await subscribed;
  await rest.submitOrder({ ...order, side: 'Buy', orderType: 'Market', qty: '0.5' });
  await all;
  expect(topics).toEqual(['execution', 'order', 'position', 'wallet']);
  socket.closeAll(true);
});

test('it trades over the websocket', async () => {
  const trade = new WebsocketAPIClient(
    {
      key: keys.apiKey,
      secret: keys.apiSecret,
      wsUrl: `${paper.url.replace('http', 'ws')}/v5/trade`,
      attachEventListeners: false,
    },
    silent,
  );
  const placed = await trade.submitNewOrder({
    ...order,
    side: 'Buy',
    orderType: 'Limit',
    qty: '0.5',
    price: '1000',
    orderLinkId: 'ws-1',
  });
  expect(placed).toMatchObject({ retCode: 0, op: 'order.create', data: { orderLinkId: 'ws-1' } });
  const amended = await trade.amendOrder({ ...order, orderLinkId: 'ws-1', price: '1001' });
  expect(amended.data.orderId).toBe(placed.data.orderId);
  expect((await trade.cancelOrder({ ...order, orderLinkId: 'ws-1' })).retCode).toBe(0);
  trade.getWSClient().closeAll(true);
});

const quiet = () => undefined;
const silent = { trace: quiet, info: quiet, error: quiet };
