import { afterAll, beforeAll, expect, test } from 'vitest';
import { control, type Keys, newKeys, type Running, startTestPaper, stopTestPaper } from '../../testing.ts';
import { type BingxRequest, bingxSigned } from '../../testing/bingx-client.ts';

let paper: Running;
let keys: Keys;
let price: number;

beforeAll(async () => {
  paper = await startTestPaper({ PAPER_PARTIAL_FILLS: 'off' });
  await control(paper, 'feed', { body: { action: 'pause' } });
  keys = await newKeys(paper.url);
  price = Number(paper.exchange.market.listed.get('ETHUSDT')?.last.toString());
});
afterAll(() => stopTestPaper(paper));

type Row = Record<string, string>;
const ask = (request: BingxRequest) => bingxSigned(paper.url, keys, request);
const at = (ratio: number) => (price * ratio).toFixed(2);
const bid = (change: Row = {}): Row => ({
  symbol: 'ETH-USDT',
  side: 'BUY',
  type: 'LIMIT',
  price: at(0.9),
  quantity: '0.1',
  ...change,
});
async function place(change: Row = {}): Promise<string> {
  const { data } = await ask({ path: '/swap/v2/trade/order', data: bid(change) });
  return String((data.order as Row).orderId);
}
async function open(): Promise<Row[]> {
  const { data } = await ask({ method: 'GET', path: '/swap/v2/trade/openOrders' });
  return data.orders as Row[];
}
const replace = (change: Row) =>
  ask({
    path: '/swap/v1/trade/cancelReplace',
    data: bid({ cancelReplaceMode: 'STOP_ON_FAILURE', ...change }),
  });

test('cancelReplace cancels one order and places a new one', async () => {
  const old = await place({ clientOrderID: 'old' });
  const { code, data } = await replace({ cancelOrderId: old, price: at(0.8), clientOrderID: 'New' });
  expect(code).toBe(0);
  expect(data).toMatchObject({
    cancelResult: 'true',
    replaceResult: 'true',
    cancelResponse: { orderId: old, cancelOrderId: old, status: 'CANCELLED', clientOrderId: 'old' },
    newOrderResponse: { clientOrderID: 'new', price: Number(at(0.8)) },
  });
  expect(await open()).toMatchObject([{ clientOrderId: 'new', price: String(Number(at(0.8))) }]);
});

test('cancelReplace finds its order by client id too', async () => {
  const { data } = await replace({ cancelClientOrderID: 'NEW', price: at(0.7), clientOrderID: 'newer' });
  expect(data).toMatchObject({ cancelResult: 'true', replaceResult: 'true' });
  expect(await open()).toMatchObject([{ clientOrderId: 'newer' }]);
});

test('STOP_ON_FAILURE: when the cancel failed, nothing is placed', async () => {
  const before = await open();
  const { code, data } = await replace({ cancelOrderId: '1234567890123456789' });
  expect(code).toBe(0);
  expect(data).toMatchObject({ cancelResult: 'false', replaceResult: 'false', newOrderResponse: {} });
  expect(await open()).toEqual(before);
});

test('ALLOW_FAILURE: the new order is placed all the same', async () => {
  const [{ clientOrderId } = {}] = await open();
  const { data } = await replace({
    cancelReplaceMode: 'ALLOW_FAILURE',
    cancelOrderId: '1234567890123456789',
    clientOrderID: 'second',
  });
  expect(data).toMatchObject({ cancelResult: 'false', replaceResult: 'true' });
  expect((await open()).map((order) => order.clientOrderId)).toEqual(['second', clientOrderId]);
});

test('when the new order is refused, the old one is gone all the same', async () => {
  const { code, data } = await replace({ cancelClientOrderID: 'second', price: at(0.9), quantity: '0.001' });
  expect(code).toBe(0);
  expect(data).toMatchObject({ cancelResult: 'true', replaceResult: 'false', newOrderResponse: {} });
  expect(data.replaceMsg).toContain('80014');
  expect((await open()).map((order) => order.clientOrderId)).toEqual(['newer']);
});

test('cancelRestrictions protect an order in another state', async () => {
  const ref = { cancelClientOrderID: 'newer' };
  const refused = await replace({ ...ref, cancelRestrictions: 'ONLY_PARTIALLY_FILLED' });
  expect(refused.data).toMatchObject({ cancelResult: 'false', replaceResult: 'false' });
  const done = await replace({ ...ref, cancelRestrictions: 'ONLY_PENDING', clientOrderID: 'last' });
  expect(done.data).toMatchObject({ cancelResult: 'true', replaceResult: 'true' });
});

test('a batch is at most five, and an item that fails fails alone', async () => {
  await ask({ method: 'DELETE', path: '/swap/v2/trade/allOpenOrders', data: { symbol: 'ETH-USDT' } });
  const batch = (orders: object[]) =>
    ask({ path: '/swap/v2/trade/batchOrders', data: { batchOrders: JSON.stringify(orders) } });
  expect(await batch(Array.from({ length: 6 }, () => bid()))).toMatchObject({ code: 80014 });
  expect(await open()).toEqual([]);
  const three = [bid({ clientOrderID: 'b1' }), bid({ price: '1e-7' }), bid({ clientOrderID: 'b3' })];
  const { code, data } = await batch(three);
  expect(code).toBe(0);
  expect(data.orders).toMatchObject([{ clientOrderID: 'b1' }, { code: 80014 }, { clientOrderID: 'b3' }]);
  expect((data.orders as Row[])[1]?.orderId).toBeUndefined();
  expect((await open()).map((order) => order.clientOrderId)).toEqual(['b3', 'b1']);
});

test('a batch of cancels tells which could not be cancelled', async () => {
  const [b3, b1] = await open();
  const cancel = (data: Row) =>
    ask({ method: 'DELETE', path: '/swap/v2/trade/batchOrders', data: { symbol: 'ETH-USDT', ...data } });
  const first = await cancel({ orderIdList: `[${b3?.orderId},1234567890123456789]` });
  expect(first.data).toMatchObject({
    success: [{ orderId: b3?.orderId, status: 'CANCELLED' }],
    failed: [{ orderId: '1234567890123456789', errorCode: 109414 }],
  });
  const second = await cancel({ clientOrderIDList: '["B1"]' });
  expect(second.data).toMatchObject({ success: [{ orderId: b1?.orderId }], failed: null });
  expect(await open()).toEqual([]);
});

test('one position is closed by its number', async () => {
  await ask({ path: '/swap/v2/trade/order', data: { ...bid(), type: 'MARKET' } });
  const { data } = await ask({ method: 'GET', path: '/swap/v2/user/positions' });
  const [position] = data as unknown as Row[];
  const close = (positionId: string) => ask({ path: '/swap/v1/trade/closePosition', data: { positionId } });
  expect(await close('1234567890123456789')).toMatchObject({ code: 101205 });
  const closed = await close(String(position?.positionId));
  expect(closed.data).toMatchObject({ side: 'SELL', type: 'MARKET', origQty: '0.1' });
  expect((await ask({ method: 'GET', path: '/swap/v2/user/positions' })).data).toEqual([]);
});

test('closePosition takes all of a position when its stop triggers, whatever its size is then', async () => {
  await ask({ path: '/swap/v2/trade/order', data: { ...bid(), type: 'MARKET' } });
  const { symbol } = bid();
  const stop = {
    symbol: String(symbol),
    side: 'SELL',
    type: 'STOP_MARKET',
    stopPrice: at(0.95),
    closePosition: 'true',
  };
  const { data } = await ask({ path: '/swap/v2/trade/order', data: stop });
  expect(data.order).toMatchObject({ type: 'STOP_MARKET', closePosition: 'true' });
  await ask({ path: '/swap/v2/trade/order', data: { ...bid(), type: 'MARKET', quantity: '0.2' } });
  const ticks = Math.round(Number(at(0.94)) * 100);
  paper.exchange.stepTo(paper.exchange.market.time + 1, [{ symbol: 'ETHUSDT', ticks, liquidity: null }]);
  expect((await ask({ method: 'GET', path: '/swap/v2/user/positions' })).data).toEqual([]);
});
