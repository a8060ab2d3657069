import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  ccxtClient,
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

beforeAll(async () => {
  paper = await startTestPaper();
  keys = await newKeys(paper.url);
  await control(paper, 'feed', { body: { action: 'pause' } });
});
afterAll(() => stopTestPaper(paper));

const order = { symbol: 'ETHUSDT', side: 'Buy', orderType: 'Limit', qty: '0.1', price: '1000' };
const batch = (what: string, request: object[]) =>
  signed(paper.url, keys, { path: `/v5/order/${what}-batch`, data: { category: 'linear', request } });
interface Batched {
  retCode: number;
  result: { list: Record<string, string>[] };
  retExtInfo: { list: { code: number; msg: string }[] };
}
const codes = (answer: unknown) => (answer as Batched).retExtInfo.list.map((each) => each.code);
const rows = (answer: unknown) => (answer as Batched).result.list;

test('each item of a batch succeeds or fails by itself', async () => {
  const created = await batch('create', [
    { ...order, orderLinkId: 'one' },
    { ...order, orderLinkId: 'two', qty: '0.001' },
    { ...order, orderLinkId: 'one' },
    { ...order, orderLinkId: 'four', symbol: 'NOPEUSDT' },
    { ...order, orderLinkId: 'five' },
  ]);
  expect(created.retCode).toBe(0);
  expect(codes(created)).toEqual([0, 10001, 110072, 10001, 0]);
  expect(rows(created).map((each) => [each.orderLinkId, each.orderId !== '', each.createAt !== ''])).toEqual([
    ['one', true, true],
    ['two', false, false],
    ['one', false, false],
    ['four', false, false],
    ['five', true, true],
  ]);

  const amended = await batch('amend', [
    { symbol: 'ETHUSDT', orderLinkId: 'one', price: '1001' },
    { symbol: 'ETHUSDT', orderLinkId: 'nobody', price: '1001' },
    { symbol: 'ETHUSDT', orderLinkId: 'five', price: '0.001' },
  ]);
  expect(codes(amended)).toEqual([0, 110001, 10001]);

  const cancelled = await batch('cancel', [
    { symbol: 'ETHUSDT', orderLinkId: 'one' },
    { symbol: 'ETHUSDT', orderLinkId: 'one' },
  ]);
  expect(codes(cancelled)).toEqual([0, 110001]);
});

test('twenty go in one batch, twenty-one do not, and cancel-all ends them', async () => {
  const many = (count: number) => Array.from({ length: count }, () => order);
  expect(await batch('create', many(21))).toMatchObject({ retCode: 10001 });
  expect(codes(await batch('create', many(20)))).toEqual(Array.from({ length: 20 }, () => 0));
  const all = { category: 'linear', symbol: 'ETHUSDT' };
  const ended = await signed(paper.url, keys, { path: '/v5/order/cancel-all', data: all });
  expect((ended.result.list as object[]).length).toBeGreaterThanOrEqual(20);
});

test('ccxt’s batches work, a failed item among them', async () => {
  const client = await ccxtClient(paper.url, keys);
  const symbol = 'ETH/USDT:USDT';
  const placed = await client.createOrders([
    { symbol, type: 'limit', side: 'buy', amount: 0.1, price: 1000 },
    { symbol, type: 'limit', side: 'buy', amount: 500, price: 1000 },
  ]);
  expect(placed.map((each) => each.status)).toEqual([undefined, 'rejected']);
  const id = String(placed[0]?.id);
  const change = { id, symbol, type: 'limit', side: 'buy', amount: 0.1, price: 900 } as const;
  const amended = await client.editOrders([change]);
  expect(amended[0]?.id).toBe(placed[0]?.id);
  expect((await client.fetchOpenOrder(String(placed[0]?.id), symbol)).price).toBe(900);
  await client.cancelOrders([String(placed[0]?.id)], symbol);
  expect(await client.fetchOpenOrders(symbol)).toEqual([]);
});
