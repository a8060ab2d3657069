/** One account, two wires: what is done on one is seen on the other. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  ccxtClient,
  control,
  type Keys,
  newKeys,
  type Running,
  startTestPaper,
  stopTestPaper,
} from '../../testing.ts';
import { type BingxClient, bingxClient } from '../../testing/bingx-client.ts';

const SYMBOL = 'FIL/USDT:USDT';
let paper: Running;
let keys: Keys;
let bybit: Awaited<ReturnType<typeof ccxtClient>>;
let bingx: BingxClient;

beforeAll(async () => {
  paper = await startTestPaper({ PAPER_PARTIAL_FILLS: 'off' });
  await control(paper, 'feed', { body: { action: 'pause' } });
  keys = await newKeys(paper.url);
  bybit = await ccxtClient(paper.url, keys);
  bingx = await bingxClient(paper.url, keys);
});
afterAll(async () => {
  await bybit.close();
  await bingx.close();
  await stopTestPaper(paper);
});

test('the position mode is the account’s', async () => {
  await bingx.setPositionMode(true);
  await expect(bybit.setPositionMode(true, SYMBOL)).rejects.toThrow('110025');
});

test('an order placed on one wire is read and cancelled on the other', async () => {
  const last = (await bingx.fetchTicker(SYMBOL)).last ?? 0;
  const price = Number((last * 0.9).toFixed(3));
  await bybit.createOrder(SYMBOL, 'limit', 'buy', 10, price, { positionIdx: 1, orderLinkId: 'shared' });
  const [seen] = await bingx.fetchOpenOrders(SYMBOL);
  expect(seen).toMatchObject({ clientOrderId: 'shared', price, amount: 10, info: { positionSide: 'LONG' } });
  await bingx.cancelOrder(String(seen?.id), SYMBOL);
  expect(await bybit.fetchOpenOrders(SYMBOL)).toEqual([]);
});

test('both tell the same balance and the same position', async () => {
  await bingx.createOrder(SYMBOL, 'market', 'buy', 30, undefined, { positionSide: 'LONG' });
  const [here] = await bingx.fetchPositions([SYMBOL]);
  const [there] = (await bybit.fetchPositions([SYMBOL])).filter((each) => each.side === 'long');
  expect(here?.contracts).toBe(30);
  expect(there).toMatchObject({ contracts: 30, entryPrice: here?.entryPrice });
  expect(here?.liquidationPrice).toBe(there?.liquidationPrice);
  const { data } = (await bingx.fetchBalance()).info;
  const { list } = (await bybit.fetchBalance()).info.result;
  expect(data[0].balance).toBe(list[0].totalWalletBalance);
});
