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

let paper: Running;
let keys: Keys;
let price: number;

beforeAll(async () => {
  paper = await startTestPaper();
  keys = await newKeys(paper.url);
  await control(paper, 'feed', { body: { action: 'pause' } });
  price = Number(paper.exchange.market.listed.get('ETHUSDT')?.last.toString());
});
afterAll(() => stopTestPaper(paper));

const path = '/v5/order/create';
const order = { category: 'linear', symbol: 'ETHUSDT', side: 'Buy', orderType: 'Market', qty: '0.1' };
const create = (change: Record<string, unknown> = {}) =>
  signed(paper.url, keys, { path, data: { ...order, ...change } });

test('a request must be signed with a known key, in time', async () => {
  const ask = (change: object) => signed(paper.url, keys, { path, data: order, ...change });
  expect(await signed(paper.url, { ...keys, apiKey: 'unknown' }, { path, data: order })).toMatchObject({
    retCode: 10003,
  });
  expect(await signed(paper.url, { ...keys, apiSecret: 'wrong' }, { path, data: order })).toMatchObject({
    retCode: 10004,
  });
  expect(await ask({ timestamp: Date.now() - 6_000 })).toMatchObject({ retCode: 10002 });
  expect(await ask({ timestamp: Date.now() - 3_000, recvWindow: 2_000 })).toMatchObject({ retCode: 10002 });
  expect(await ask({ timestamp: Date.now() + 2_000 })).toMatchObject({ retCode: 10002 });
  expect(await ask({ timestamp: Date.now() - 3_000 })).toMatchObject({ retCode: 0 });
});

test('a read-only key may look but not trade', async () => {
  const own = { apiKey: 'looker', apiSecret: 'secret' };
  await control(paper, 'accounts', { body: { ...own, balance: '100', readOnly: true } });
  expect(await signed(paper.url, own, { path, data: order })).toMatchObject({ retCode: 10005 });
  const wallet = {
    method: 'GET',
    path: '/v5/account/wallet-balance',
    data: { accountType: 'UNIFIED' },
  } as const;
  expect(await signed(paper.url, own, wallet)).toMatchObject({ retCode: 0 });
});

const below = () => (price * 0.9).toFixed(2);
const above = () => (price * 1.1).toFixed(2);
test.each<[string, () => Record<string, unknown>, number, string]>([
  ['an unknown symbol', () => ({ symbol: 'NOPEUSDT' }), 10001, 'symbol invalid'],
  ['another category', () => ({ category: 'spot' }), 10001, 'category'],
  ['no quantity', () => ({ qty: '' }), 10001, 'qty'],
  ['a word for a quantity', () => ({ qty: 'much' }), 10001, 'qty'],
  ['an exponent', () => ({ qty: '1e1' }), 10001, 'qty'],
  ['a huge quantity', () => ({ qty: '99999999999999999999' }), 10001, 'maximum limit'],
  ['a limit order without a price', () => ({ orderType: 'Limit' }), 10001, 'price'],
  ['an id of 37 letters', () => ({ orderLinkId: 'a'.repeat(37) }), 10001, 'orderLinkId'],
  ['an id with a foreign letter', () => ({ orderLinkId: 'a.b' }), 10001, 'orderLinkId'],
  ['a hedge slot in one-way mode', () => ({ positionIdx: 1 }), 10001, 'position idx not match position mode'],
  ['less than 5 USDT', () => ({ qty: '0.01', orderType: 'Limit', price: '100' }), 110094, '5USDT'],
  ['more than the wallet carries', () => ({ qty: '100' }), 110007, 'ab not enough for new order'],
  [
    'reduce-only without a position',
    () => ({ reduceOnly: true, side: 'Sell', symbol: 'SOLUSDT', qty: '1' }),
    110017,
    'current position is zero',
  ],
  ['a rising trigger below', () => ({ triggerPrice: below(), triggerDirection: 1 }), 110092, 'expect Rising'],
  [
    'a falling trigger above',
    () => ({ triggerPrice: above(), triggerDirection: 2 }),
    110093,
    'expect Falling',
  ],
  ['a trigger without a direction', () => ({ triggerPrice: above() }), 10001, 'triggerDirection'],
  ['an attached take-profit', () => ({ takeProfit: '5000' }), 10001, 'trading-stop'],
])('%s is refused with Bybit’s code', async (_name, change, code, message) => {
  const reply = await create(change());
  expect(reply.retCode).toBe(code);
  expect(reply.retMsg).toContain(message);
});

test('what ended cannot be changed: 110001', async () => {
  const ref = { category: 'linear', symbol: 'ETHUSDT', orderLinkId: 'nobody' };
  expect(await signed(paper.url, keys, { path: '/v5/order/cancel', data: ref })).toMatchObject({
    retCode: 110001,
  });
  expect(
    await signed(paper.url, keys, { path: '/v5/order/amend', data: { ...ref, qty: '1' } }),
  ).toMatchObject({ retCode: 110001 });
});

test('account settings have codes of their own', async () => {
  const post = (route: string, data: Record<string, unknown>) =>
    signed(paper.url, keys, { path: `/v5/position/${route}`, data: { category: 'linear', ...data } });
  const lever = (value: string) => ({ symbol: 'ADAUSDT', buyLeverage: value, sellLeverage: value });
  expect(await post('set-leverage', lever('10'))).toMatchObject({ retCode: 110043 });
  expect(await post('set-leverage', lever('500'))).toMatchObject({ retCode: 110013 });
  expect(await post('set-leverage', lever('0'))).toMatchObject({ retCode: 10001 });
  expect(await post('switch-mode', { symbol: 'ADAUSDT', mode: 0 })).toMatchObject({ retCode: 110025 });
  expect(await post('switch-mode', { symbol: 'ADAUSDT', mode: 3 })).toMatchObject({ retCode: 0 });
  await create({ symbol: 'XRPUSDT', qty: '100' });
  expect(await post('switch-mode', { symbol: 'XRPUSDT', mode: 3 })).toMatchObject({ retCode: 110024 });
  expect(await post('switch-mode', { coin: 'USDT', mode: 3 })).toMatchObject({ retCode: 110024 });
});

test('a position’s own stops are set, kept, removed, and end with it', async () => {
  const mine = { category: 'linear', symbol: 'LINKUSDT' };
  const link = Number(paper.exchange.market.listed.get('LINKUSDT')?.last.toString());
  const stops = (data: Record<string, unknown>) =>
    signed(paper.url, keys, {
      path: '/v5/position/trading-stop',
      data: { ...mine, positionIdx: 0, ...data },
    });
  const open = async () =>
    (await signed(paper.url, keys, { method: 'GET', path: '/v5/order/realtime', data: mine })).result.list;
  expect(await stops({ stopLoss: '1' })).toMatchObject({ retCode: 10001 });
  await create({ ...mine, qty: '10' });
  const [low, high] = [(link * 0.9).toFixed(3), (link * 1.1).toFixed(3)];
  expect(await stops({ stopLoss: low, takeProfit: high })).toMatchObject({ retCode: 0 });
  expect(await stops({ stopLoss: low })).toMatchObject({ retCode: 34040 });
  expect(await stops({ stopLoss: high })).toMatchObject({ retCode: 10001 });
  expect(await open()).toMatchObject([
    { stopOrderType: 'StopLoss', reduceOnly: true },
    { stopOrderType: 'TakeProfit' },
  ]);
  expect(await stops({ takeProfit: '0' })).toMatchObject({ retCode: 0 });
  expect(await open()).toHaveLength(1);
  await create({ ...mine, side: 'Sell', qty: '10' });
  expect(await open()).toEqual([]);
});

test('garbage and unknown routes are answered, and the exchange goes on', async () => {
  const post = (body: string) => fetch(`${paper.url}${path}`, { method: 'POST', body });
  expect(await (await post('{not json')).json()).toMatchObject({ retCode: 10001 });
  expect(await (await fetch(`${paper.url}/v5/nothing`)).json()).toMatchObject({ retCode: 10017 });
  expect(await create({ symbol: { toString: 1 } })).toMatchObject({ retCode: 10001 });
  const cursor = {
    method: 'GET',
    path: '/v5/execution/list',
    data: { category: 'linear', cursor: '%E0%A4%A' },
  } as const;
  expect(await signed(paper.url, keys, cursor)).toMatchObject({ retCode: 10001 });
  expect(await create()).toMatchObject({ retCode: 0 });
});
