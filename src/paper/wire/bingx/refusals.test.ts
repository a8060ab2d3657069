import { afterAll, beforeAll, expect, test } from 'vitest';
import { control, type Keys, newKeys, type Running, startTestPaper, stopTestPaper } from '../../testing.ts';
import { type BingxRequest, bingxSigned } from '../../testing/bingx-client.ts';

let paper: Running;
let keys: Keys;
/** One-way; the other account is in hedge mode with 1 ETH long. */
let hedger: Keys;
let price: number;

beforeAll(async () => {
  paper = await startTestPaper({ PAPER_PARTIAL_FILLS: 'off' });
  await control(paper, 'feed', { body: { action: 'pause' } });
  [keys, hedger] = [await newKeys(paper.url), await newKeys(paper.url)];
  price = Number(paper.exchange.market.listed.get('ETHUSDT')?.last.toString());
  await bingxSigned(paper.url, hedger, {
    path: '/swap/v1/positionSide/dual',
    data: { dualSidePosition: 'true' },
  });
  const entry = { ...order, positionSide: 'LONG', quantity: '1' };
  await bingxSigned(paper.url, hedger, { path, data: entry });
});
afterAll(() => stopTestPaper(paper));

type Data = NonNullable<BingxRequest['data']>;
const path = '/swap/v2/trade/order';
const order = { symbol: 'ETH-USDT', side: 'BUY', type: 'MARKET', quantity: '0.1' };
const ask = (request: BingxRequest, who = keys) => bingxSigned(paper.url, who, request);
const below = () => (price * 0.9).toFixed(2);
const above = () => (price * 1.1).toFixed(2);

test('a request must be signed with a known key, in time', async () => {
  const request = { path, data: order };
  expect(await ask(request, { ...keys, apiKey: 'unknown' })).toMatchObject({ code: 100413 });
  expect(await ask(request, { ...keys, apiSecret: 'wrong' })).toMatchObject({ code: 100001 });
  expect(await ask({ ...request, timestamp: Date.now() - 6_000 })).toMatchObject({ code: 100421 });
  expect(await ask({ ...request, timestamp: Date.now() + 2_000 })).toMatchObject({ code: 100421 });
  const short = { ...order, recvWindow: 2_000 };
  expect(await ask({ path, data: short, timestamp: Date.now() - 3_000 })).toMatchObject({ code: 100421 });
  expect(await ask({ ...request, timestamp: Date.now() - 3_000 })).toMatchObject({ code: 0 });
  const unsigned = `${paper.url}/openApi${path}?symbol=ETH-USDT&timestamp=${Date.now()}`;
  const headers = { 'X-BX-APIKEY': keys.apiKey };
  const bare = await fetch(unsigned, { method: 'POST', headers });
  expect(await bare.json()).toMatchObject({ code: 100412 });
});

test('a read-only key may look but not trade', async () => {
  const looker = { apiKey: 'looker', apiSecret: 'secret', uid: 0 };
  const { apiKey, apiSecret } = looker;
  await control(paper, 'accounts', { body: { apiKey, apiSecret, balance: '100', readOnly: true } });
  expect(await ask({ path, data: order }, looker)).toMatchObject({ code: 100004 });
  expect(await ask({ method: 'GET', path: '/swap/v3/user/balance' }, looker)).toMatchObject({ code: 0 });
});

const limit = (change: Data = {}): Data => ({ ...order, type: 'LIMIT', price: below(), ...change });
test.each<[string, () => Data, number, string]>([
  ['a symbol without a hyphen', () => ({ symbol: 'ETHUSDT' }), 109425, 'ETHUSDT is not exist'],
  ['an unknown symbol', () => ({ symbol: 'NOPE-USDT' }), 109425, 'NOPE-USDT is not exist'],
  ['a type that there is not', () => ({ type: 'TRAILING_STOP_MARKET' }), 80014, 'type'],
  ['no quantity', () => ({ quantity: '' }), 80014, 'quantity is needed'],
  ['a word for a quantity', () => ({ quantity: 'much' }), 80014, 'quantity must be a decimal'],
  ['an exponent', () => ({ quantity: '1e-7' }), 80014, 'quantity must be a decimal'],
  ['a quantity off the grid', () => ({ quantity: '0.105' }), 80014, 'qtyStep'],
  ['a huge quantity', () => ({ quantity: '99999999999999999999' }), 80014, 'maximum limit'],
  ['a limit order without a price', () => ({ type: 'LIMIT' }), 80014, 'price is needed'],
  ['a price off the grid', () => limit({ price: '100.005' }), 80014, 'tickSize'],
  ['a client id of 41 letters', () => ({ clientOrderID: 'a'.repeat(41) }), 80014, '1 to 40'],
  ['a client id with a foreign letter', () => ({ clientOrderID: 'a.b' }), 80014, 'clientOrderID'],
  ['a hedge side in one-way mode', () => ({ positionSide: 'LONG' }), 109400, 'One-way mode'],
  ['less than 5 USDT', () => limit({ quantity: '0.01', price: '100' }), 110425, '5USDT'],
  ['more than the wallet carries', () => ({ quantity: '100' }), 101204, 'not enough'],
  [
    'reduce-only without a position',
    () => ({ symbol: 'SOL-USDT', side: 'SELL', quantity: '1', reduceOnly: 'true' }),
    101205,
    'position is zero',
  ],
  [
    'a stop-loss without a position',
    () => ({ symbol: 'SOL-USDT', side: 'SELL', quantity: '1', type: 'STOP_MARKET', stopPrice: '1' }),
    101205,
    'position is zero',
  ],
  ['a stop without its price', () => ({ type: 'TRIGGER_MARKET' }), 80014, 'stopPrice is needed'],
  ['an attached take-profit', () => ({ takeProfit: '{"stopPrice":1}' }), 80014, 'order of its own'],
  ['closePosition with a limit order', () => limit({ closePosition: 'true' }), 80014, 'closePosition'],
])('%s is refused with BingX’s code', async (_name, change, code, message) => {
  const reply = await ask({ path, data: { ...order, ...change() } });
  expect(reply.code).toBe(code);
  expect(reply.msg).toContain(message);
});

test.each<[string, () => Data, number, string]>([
  ['BOTH', () => ({ positionSide: 'BOTH' }), 109400, 'Hedge mode'],
  ['reduceOnly', () => ({ positionSide: 'LONG', side: 'SELL', reduceOnly: 'true' }), 109400, 'ReduceOnly'],
  ['closing nothing', () => ({ positionSide: 'SHORT' }), 101205, 'No position to close'],
  [
    'closing more than is held',
    () => ({ positionSide: 'LONG', side: 'SELL', quantity: '1.1' }),
    110424,
    'available amount of 1',
  ],
  [
    'a stop-loss for more than is held',
    () => ({ positionSide: 'LONG', side: 'SELL', type: 'STOP_MARKET', stopPrice: below(), quantity: '2' }),
    110424,
    'available amount of 1',
  ],
  [
    'a stop-loss that the price has passed',
    () => ({ positionSide: 'LONG', side: 'SELL', type: 'STOP_MARKET', stopPrice: above(), quantity: '1' }),
    110412,
    'expect Falling',
  ],
  [
    'a take-profit that the price has passed',
    () => ({
      positionSide: 'LONG',
      side: 'SELL',
      type: 'TAKE_PROFIT_MARKET',
      stopPrice: below(),
      quantity: '1',
    }),
    110412,
    'expect Rising',
  ],
])('in hedge mode %s is refused', async (_name, change, code, message) => {
  const reply = await ask({ path, data: { ...order, ...change() } }, hedger);
  expect(reply.code).toBe(code);
  expect(reply.msg).toContain(message);
});

test('in hedge mode an order of no side is long, and reduceOnly false is let through', async () => {
  const data = limit({ side: 'SELL', price: above(), quantity: '1', reduceOnly: 'false' });
  const { data: placed } = await ask({ path, data }, hedger);
  expect(placed.order).toMatchObject({ positionSide: 'LONG', reduceOnly: false });
});

test('a client order id is used once: at once, while the order lives, and afterwards', async () => {
  const data = limit({ clientOrderID: 'Twice' });
  const [first, second] = [await ask({ path, data }), await ask({ path, data })];
  expect(first.data.order).toMatchObject({ clientOrderID: 'twice' });
  expect(second).toMatchObject({ code: 109201 });
  await new Promise((resolve) => setTimeout(resolve, 1_050));
  expect(await ask({ path, data: { ...data, clientOrderID: 'TWICE' } })).toMatchObject({ code: 101400 });
  const ref = { symbol: 'ETH-USDT', clientOrderID: 'twice' };
  expect(await ask({ method: 'DELETE', path, data: ref })).toMatchObject({ code: 0 });
  expect(await ask({ path, data })).toMatchObject({ code: 101481 });
});

test('a conditional order takes no client order id: the same one twice is two orders', async () => {
  const data = { ...order, type: 'TRIGGER_MARKET', stopPrice: below(), clientOrderID: 'ignored' };
  const [first, second] = [await ask({ path, data }), await ask({ path, data })];
  expect(first.data.order).toMatchObject({ clientOrderID: '', type: 'TRIGGER_MARKET' });
  expect(second.data.order).toMatchObject({ clientOrderID: '' });
  const ref = { symbol: 'ETH-USDT', clientOrderID: 'ignored' };
  expect(await ask({ method: 'GET', path, data: ref })).toMatchObject({ code: 109421 });
  await ask({ method: 'DELETE', path: '/swap/v2/trade/allOpenOrders' });
});

test('what is not there has a code of its own', async () => {
  const ref = { symbol: 'ETH-USDT', orderId: '1234567890123456789' };
  const on = (method: 'GET' | 'DELETE', route = path) => ask({ method, path: route, data: ref });
  expect(await on('GET')).toMatchObject({ code: 109421 });
  expect(await on('DELETE')).toMatchObject({ code: 109414 });
  expect(await on('GET', '/swap/v2/trade/openOrder')).toMatchObject({ code: 80016 });
  expect(await ask({ method: 'GET', path, data: { symbol: 'ETH-USDT' } })).toMatchObject({ code: 80014 });
  expect(await ask({ method: 'GET', path, data: { ...ref, orderId: 'x' } })).toMatchObject({ code: 80014 });
  expect(await ask({ method: 'GET', path: '/swap/v9/nothing' })).toMatchObject({ code: 100400 });
});

test('account settings: what already is succeeds, what cannot be is refused', async () => {
  const lever = (data: Data, who = keys) =>
    ask({ path: '/swap/v2/trade/leverage', data: { symbol: 'ADA-USDT', side: 'BOTH', ...data } }, who);
  expect(await lever({ leverage: 10 })).toMatchObject({ code: 0 });
  expect(await lever({ leverage: 500 })).toMatchObject({ code: 101414 });
  expect(await lever({ leverage: '2.5' })).toMatchObject({ code: 80014 });
  expect(await lever({ leverage: 0 })).toMatchObject({ code: 80014 });
  expect(await lever({ leverage: 5 }, hedger)).toMatchObject({ code: 109400 });
  expect(await lever({ leverage: 5, side: 'LONG' }, hedger)).toMatchObject({ code: 0 });
  const mode = (dualSidePosition: string) =>
    ask({ path: '/swap/v1/positionSide/dual', data: { dualSidePosition } }, hedger);
  expect(await mode('true')).toMatchObject({ code: 0 });
  expect(await mode('false')).toMatchObject({ code: 109400 });
  expect(await mode('maybe')).toMatchObject({ code: 80014 });
  const margin = (marginType: string) =>
    ask({ path: '/swap/v2/trade/marginType', data: { symbol: 'ADA-USDT', marginType } });
  expect(await margin('CROSSED')).toMatchObject({ code: 0 });
  expect(await margin('ISOLATED')).toMatchObject({ code: 109400 });
});

test('garbage is answered, and the exchange goes on', async () => {
  const url = `${paper.url}/openApi${path}`;
  const headers = { 'X-BX-APIKEY': keys.apiKey };
  const post = (query: string, body?: string) =>
    fetch(`${url}${query}`, { method: 'POST', headers, ...(body === undefined ? {} : { body }) });
  expect(await (await post('?a=%E0%A4%A')).json()).toMatchObject({ code: 80014 });
  expect(await (await post('', '{not json')).json()).toMatchObject({ code: 80014 });
  expect(await (await post('?signature=x')).json()).toMatchObject({ code: 100421 });
  expect(await ask({ path: '/swap/v2/trade/batchOrders', data: { batchOrders: '{' } })).toMatchObject({
    code: 80014,
  });
  expect(await ask({ path, data: order })).toMatchObject({ code: 0 });
});
