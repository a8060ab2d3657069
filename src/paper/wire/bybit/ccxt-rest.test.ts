import { afterAll, beforeAll, expect, test } from 'vitest';
import { ccxtClient, newKeys, type Running, startTestPaper, stopTestPaper } from '../../testing.ts';

const SYMBOL = 'BTC/USDT:USDT';
let paper: Running;
let client: Awaited<ReturnType<typeof ccxtClient>>;

beforeAll(async () => {
  paper = await startTestPaper();
  client = await ccxtClient(paper.url, await newKeys(paper.url));
});
afterAll(async () => {
  await client.close();
  await stopTestPaper(paper);
});

test('ccxt loads the instruments with their steps and limits', () => {
  const market = client.market(SYMBOL);
  expect(market.precision).toMatchObject({ price: 0.1, amount: 0.001 });
  expect(market.limits.cost?.min).toBe(5);
  expect(market.info.lotSizeFilter.maxMktOrderQty).toBe('119');
  expect(client.symbols).toContain('FIL/USDT:USDT');
});

test('ccxt creates, sees, amends and cancels a resting limit order', async () => {
  const ticker = await client.fetchTicker(SYMBOL);
  const price = Math.floor((ticker.last ?? 0) * 0.9);
  const created = await client.createOrder(SYMBOL, 'limit', 'buy', 0.01, price, {
    orderLinkId: 'sm_leg_1_1_BTCUSDT_abcd',
  });
  expect(created.id).toMatch(/^[0-9a-f-]{36}$/);
  const open = await client.fetchOpenOrders(SYMBOL, undefined, undefined, {
    orderLinkId: 'sm_leg_1_1_BTCUSDT_abcd',
  });
  expect(open).toMatchObject([
    { id: created.id, status: 'open', side: 'buy', price, amount: 0.01, filled: 0 },
  ]);
  await client.editOrder(String(created.id), SYMBOL, 'limit', 'buy', 0.02, price - 100);
  const amended = await client.fetchOpenOrders(SYMBOL);
  expect(amended).toMatchObject([
    { id: created.id, clientOrderId: 'sm_leg_1_1_BTCUSDT_abcd', price: price - 100, amount: 0.02 },
  ]);
  await client.cancelOrder(undefined as unknown as string, SYMBOL, {
    orderLinkId: 'sm_leg_1_1_BTCUSDT_abcd',
  });
  expect(await client.fetchOpenOrders(SYMBOL)).toEqual([]);
  const closed = await client.fetchCanceledAndClosedOrders(SYMBOL, undefined, undefined, {
    orderLinkId: 'sm_leg_1_1_BTCUSDT_abcd',
  });
  expect(closed).toMatchObject([{ id: created.id, status: 'canceled' }]);
});

test('a market order fills, opens a position and charges the taker fee', async () => {
  const before = await client.fetchBalance();
  await client.createOrder(SYMBOL, 'market', 'buy', 0.01, undefined, { orderLinkId: 'entry-1' });
  const trades = await client.fetchMyTrades(SYMBOL, undefined, undefined, { orderLinkId: 'entry-1' });
  const quantity = trades.reduce((sum, trade) => sum + (trade.amount ?? 0), 0);
  const fees = trades.reduce((sum, trade) => sum + (trade.fee?.cost ?? 0), 0);
  expect(quantity).toBeCloseTo(0.01, 9);
  const [position] = await client.fetchPositions([SYMBOL]);
  expect(position).toMatchObject({ side: 'long', contracts: 0.01, leverage: 10 });
  const after = await client.fetchBalance();
  expect(Number(after.USDT?.total)).toBeCloseTo(Number(before.USDT?.total) - fees, 8);
});

test('an unchanged leverage is refused with 110043, a used client id with 110072', async () => {
  await client.setLeverage(20, SYMBOL);
  await expect(client.setLeverage(20, SYMBOL)).rejects.toThrow('110043');
  await expect(
    client.createOrder(SYMBOL, 'market', 'buy', 0.01, undefined, { orderLinkId: 'entry-1' }),
  ).rejects.toThrow('110072');
});
