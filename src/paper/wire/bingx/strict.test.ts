/** The stricter readings of what nobody could ask the live venue. */
import { afterEach, expect, test } from 'vitest';
import { control, type Keys, newKeys, type Running, startTestPaper, stopTestPaper } from '../../testing.ts';
import { type BingxRequest, bingxSigned } from '../../testing/bingx-client.ts';

let paper: Running;
let keys: Keys;
let price: number;
afterEach(() => stopTestPaper(paper));

async function begin(environment: Record<string, string>): Promise<void> {
  paper = await startTestPaper({ PAPER_PARTIAL_FILLS: 'off', ...environment });
  await control(paper, 'feed', { body: { action: 'pause' } });
  keys = await newKeys(paper.url);
  price = Number(paper.exchange.market.listed.get('ETHUSDT')?.last.toString());
  await ask({ path: '/swap/v1/positionSide/dual', data: { dualSidePosition: 'true' } });
  await place({});
}

const ask = (request: BingxRequest) => bingxSigned(paper.url, keys, request);
const long = { symbol: 'ETH-USDT', side: 'BUY', positionSide: 'LONG', type: 'MARKET', quantity: '1' };
const place = (change: Record<string, string>) =>
  ask({ path: '/swap/v2/trade/order', data: { ...long, ...change } });
const tp = () => ({ side: 'SELL', type: 'LIMIT', price: (price * 1.1).toFixed(2) });
const sl = () => ({ side: 'SELL', type: 'STOP_MARKET', stopPrice: (price * 0.9).toFixed(2) });

test('strict: a client order id is letters and digits alone', async () => {
  await begin({ PAPER_BINGX_STRICT: 'on' });
  expect(await place({ clientOrderID: 'sm_tp_1' })).toMatchObject({ code: 80014 });
  expect(await place({ clientOrderID: 'sm-tp-1' })).toMatchObject({ code: 80014 });
  expect(await place({ clientOrderID: 'SMTP1' })).toMatchObject({ code: 0 });
});

test('strict: hedge mode takes no reduceOnly, not even false', async () => {
  await begin({ PAPER_BINGX_STRICT: 'on' });
  expect(await place({ reduceOnly: 'false' })).toMatchObject({ code: 109400 });
  expect(await place({})).toMatchObject({ code: 0 });
});

test('by default a resting take-profit leaves the stop-loss its quantity', async () => {
  await begin({});
  expect(await place(tp())).toMatchObject({ code: 0 });
  expect(await place(sl())).toMatchObject({ code: 0 });
  const { data } = await ask({ method: 'GET', path: '/swap/v2/user/positions' });
  expect(data).toMatchObject([{ positionAmt: '1', availableAmt: '1' }]);
});

test('freeze: a resting take-profit holds the quantity that a stop-loss needs', async () => {
  await begin({ PAPER_BINGX_FREEZE: 'on' });
  expect(await place({ ...tp(), quantity: '0.6' })).toMatchObject({ code: 0 });
  const { data } = await ask({ method: 'GET', path: '/swap/v2/user/positions' });
  expect(data).toMatchObject([{ positionAmt: '1', availableAmt: '0.4' }]);
  expect(await place(sl())).toMatchObject({ code: 101212 });
  expect(await place({ ...sl(), quantity: '', closePosition: 'true' })).toMatchObject({ code: 101212 });
  expect(await place({ ...sl(), quantity: '0.4' })).toMatchObject({ code: 0 });
  await ask({ method: 'DELETE', path: '/swap/v2/trade/allOpenOrders' });
  // A stop that waits holds nothing.
  expect(await place(sl())).toMatchObject({ code: 0 });
  expect(await place(tp())).toMatchObject({ code: 0 });
});
