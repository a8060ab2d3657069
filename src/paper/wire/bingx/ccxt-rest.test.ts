import { afterEach, beforeEach, expect, test } from 'vitest';
import { control, type Keys, newKeys, type Running, startTestPaper, stopTestPaper } from '../../testing.ts';
import { type BingxClient, bingxClient } from '../../testing/bingx-client.ts';

const SYMBOL = 'FIL/USDT:USDT';
let paper: Running;
let keys: Keys;
let client: BingxClient;
let last: number;

beforeEach(async () => {
  paper = await startTestPaper({ PAPER_PARTIAL_FILLS: 'off' });
  await control(paper, 'feed', { body: { action: 'pause' } });
  keys = await newKeys(paper.url);
  client = await bingxClient(paper.url, keys);
  last = (await client.fetchTicker(SYMBOL)).last ?? 0;
});
afterEach(async () => {
  await client.close();
  await stopTestPaper(paper);
});

const at = (ratio: number) => Number((last * ratio).toFixed(3));
/** Moves the market by hand, as the feed would. */
function move(price: number): void {
  const step = { symbol: 'FILUSDT', ticks: Math.round(price * 1_000), liquidity: null };
  paper.exchange.stepTo(paper.exchange.market.time + 1, [step]);
}
const byText = (a: string, b: string) => a.localeCompare(b);
const long = { positionSide: 'LONG' };

test('ccxt loads markets, the time, prices and candles', async () => {
  expect(client.market(SYMBOL)).toMatchObject({
    id: 'FIL-USDT',
    swap: true,
    linear: true,
    active: true,
    precision: { price: 0.001, amount: 0.1 },
    limits: { amount: { min: 0.1 }, cost: { min: 5 } },
  });
  expect(Math.abs(((await client.fetchTime()) ?? 0) - Date.now())).toBeLessThan(1_000);
  expect(await client.fetchTicker(SYMBOL)).toMatchObject({ last, bid: Number((last - 0.001).toFixed(3)) });
  expect(await client.fetchMarkPrice(SYMBOL)).toMatchObject({ markPrice: last });
  const candles = await client.fetchOHLCV(SYMBOL, '1m', undefined, 5);
  expect(candles).toHaveLength(5);
  expect(candles.at(-1)?.[4]).toBe(last);
});

test('a key is told whose it is and what it may do', async () => {
  const { data } = (await client.accountV1PrivateGetUid()) as { data: { uid: number } };
  expect(data.uid).toBe(keys.uid);
  const allowed = await client.accountV1PrivateGetAccountApiPermissions();
  expect(allowed).toMatchObject({ data: { apiKey: keys.apiKey, permissions: [2, 3] } });
});

test('ccxt sets and reads modes and leverage, and what already is, is fine', async () => {
  expect(await client.fetchPositionMode()).toMatchObject({ hedged: false });
  await client.setPositionMode(true);
  await client.setPositionMode(true);
  expect(await client.fetchPositionMode()).toMatchObject({ hedged: true });
  await client.setLeverage(25, SYMBOL, { side: 'LONG' });
  await client.setLeverage(25, SYMBOL, { side: 'LONG' });
  expect(await client.fetchLeverage(SYMBOL)).toMatchObject({ longLeverage: 25, shortLeverage: 25 });
  await client.setMarginMode('cross', SYMBOL);
  expect(await client.fetchMarginMode(SYMBOL)).toMatchObject({ marginMode: 'cross' });
  const tiers = await client.fetchMarketLeverageTiers(SYMBOL);
  expect(tiers[0]).toMatchObject({ tier: 1, minNotional: 0, maxNotional: 200_000 });
  const second = paper.exchange.market.listed.get('FILUSDT')?.instrument.marginTiers[1];
  expect(tiers[1]).toMatchObject({
    minNotional: 200_000,
    maintenanceMarginRate: Number(second?.maintenanceRatio),
  });
  expect(await client.fetchTradingFee(SYMBOL)).toMatchObject({ maker: 0.0002, taker: 0.00055 });
});

test('entry, leg, take-profit that follows, stop-loss, flat: in hedge mode', async () => {
  await client.setPositionMode(true);
  const entry = await client.createOrder(SYMBOL, 'market', 'buy', 40, undefined, {
    ...long,
    clientOrderId: 'Entry1',
  });
  expect(entry.id).toMatch(/^\d{19}$/);
  expect(await client.fetchOrder(String(entry.id), SYMBOL)).toMatchObject({
    id: entry.id,
    clientOrderId: 'entry1',
    status: 'closed',
    filled: 40,
    average: last,
  });
  await client.createOrder(SYMBOL, 'limit', 'buy', 40, at(0.99), { ...long, clientOrderId: 'leg1' });
  const tp = await client.createOrder(SYMBOL, 'limit', 'sell', 40, at(1.01), {
    ...long,
    clientOrderId: 'tp1',
  });
  const sl = await client.createOrder(SYMBOL, 'market', 'sell', 40, undefined, {
    ...long,
    stopLossPrice: at(0.9),
  });
  const open = await client.fetchOpenOrders(SYMBOL);
  const byId = (id: string | undefined) => open.find((order) => order.id === id);
  expect(open).toHaveLength(3);
  expect(byId(tp.id)).toMatchObject({ clientOrderId: 'tp1', price: at(1.01), amount: 40, status: 'open' });
  expect(byId(sl.id)).toMatchObject({
    clientOrderId: undefined,
    stopLossPrice: at(0.9),
    status: 'open',
    info: { type: 'STOP_MARKET', workingType: 'MARK_PRICE' },
  });
  move(at(0.985));
  const moved = await client.editOrder(String(tp.id), SYMBOL, 'limit', 'sell', 80, at(1.005), {
    ...long,
    clientOrderId: 'tp2',
  });
  expect(moved.id).not.toBe(tp.id);
  expect(moved).toMatchObject({ clientOrderId: 'tp2', amount: 80 });
  expect(await client.fetchOrder(String(tp.id), SYMBOL)).toMatchObject({ status: 'canceled', filled: 0 });
  expect(await client.fetchPositions([SYMBOL])).toMatchObject([
    { side: 'long', contracts: 80, leverage: 10, marginMode: 'cross' },
  ]);
  move(at(1.02));
  expect(await client.fetchPositions([SYMBOL])).toEqual([]);
  await client.cancelOrder(String(sl.id), SYMBOL);
  expect(await client.fetchOpenOrders(SYMBOL)).toEqual([]);
  // allFillOrders has neither ids nor times finer than a second; fillHistory has ids.
  const trades = await client.fetchMyTrades(SYMBOL);
  expect(trades.map(({ id, side, amount }) => `${id} ${side} ${amount}`).toSorted(byText)).toEqual([
    'undefined buy 40',
    'undefined buy 40',
    'undefined sell 80',
  ]);
  const { data } = (await client.swapV2PrivateGetTradeFillHistory({
    symbol: 'FIL-USDT',
    startTs: Date.now() - 60_000,
    endTs: Date.now() + 60_000,
  })) as { data: { fill_history_orders: Record<string, string>[] } };
  const roles = data.fill_history_orders.map(({ role, qty, positionSide }) => [role, qty, positionSide]);
  expect(roles).toEqual([
    ['maker', '80', 'LONG'],
    ['maker', '40', 'LONG'],
    ['taker', '40', 'LONG'],
  ]);
  expect(data.fill_history_orders.every((row) => /^\d{19}$/.test(row.tradeId ?? ''))).toBe(true);
});

test('the ledger and the position history add up to the wallet', async () => {
  await client.setPositionMode(true);
  await client.createOrder(SYMBOL, 'market', 'buy', 40, undefined, long);
  paper.exchange.stepTo(Math.ceil(paper.exchange.market.time / 28_800_000) * 28_800_000, []);
  move(at(1.03));
  await client.createOrder(SYMBOL, 'market', 'sell', 40, undefined, long);
  const { data } = (await client.swapV2PrivateGetUserIncome({ limit: 1000 })) as {
    data: { income: string; incomeType: string }[];
  };
  expect(data.map((row) => row.incomeType)).toEqual([
    'REALIZED_PNL',
    'TRADING_FEE',
    'FUNDING_FEE',
    'TRADING_FEE',
    'TRANSFER',
  ]);
  const total = Number((await client.fetchBalance()).USDT?.total);
  expect(data.reduce((sum, row) => sum + Number(row.income), 0)).toBeCloseTo(total, 8);
  const [closed] = await client.fetchPositionHistory(SYMBOL);
  expect(closed).toMatchObject({ side: 'long', contracts: 40, entryPrice: last });
  expect(Number(closed?.info.netProfit)).toBeCloseTo(total - 10_000, 8);
  const [funding] = await client.fetchFundingHistory(SYMBOL);
  expect(funding?.amount).toBeCloseTo(-40 * last * 0.0001, 8);
});

test('one-way mode: a reduce-only order is trimmed to the position and never opens', async () => {
  const one = { positionSide: 'BOTH' };
  await client.createOrder(SYMBOL, 'market', 'sell', 30, undefined, one);
  const tp = await client.createOrder(SYMBOL, 'limit', 'buy', 50, at(0.98), { ...one, reduceOnly: true });
  expect(await client.fetchOrder(String(tp.id), SYMBOL)).toMatchObject({ amount: 30, reduceOnly: true });
  expect(await client.fetchPositions([SYMBOL])).toMatchObject([{ side: 'short', contracts: 30 }]);
  move(at(0.97));
  expect(await client.fetchPositions([SYMBOL])).toEqual([]);
});

test('an order is found by its client id after a lost answer, whatever its case', async () => {
  await client.createOrder(SYMBOL, 'limit', 'buy', 10, at(0.9), { clientOrderId: 'FindMe' });
  const params = { clientOrderID: 'FINDME' };
  expect(await client.fetchOrder(undefined as unknown as string, SYMBOL, params)).toMatchObject({
    clientOrderId: 'findme',
    status: 'open',
  });
  await client.cancelOrder('', SYMBOL, { clientOrderId: 'findme' });
  expect(await client.fetchOrder(undefined as unknown as string, SYMBOL, params)).toMatchObject({
    status: 'canceled',
  });
  await expect(
    client.fetchOrder(undefined as unknown as string, SYMBOL, { clientOrderID: 'nobody' }),
  ).rejects.toThrow('109421');
});

test('everything is cancelled and closed at once', async () => {
  await client.setPositionMode(true);
  await client.createOrder(SYMBOL, 'market', 'buy', 40.3, undefined, long);
  const placed = await client.createOrders([
    { symbol: SYMBOL, type: 'limit', side: 'buy', amount: 10, price: at(0.9), params: long },
    { symbol: SYMBOL, type: 'limit', side: 'buy', amount: 0.1, price: at(0.9), params: long },
    { symbol: SYMBOL, type: 'limit', side: 'buy', amount: 10, price: at(0.8), params: long },
  ]);
  expect(placed.map((order) => order.id === undefined)).toEqual([false, true, false]);
  expect(placed[1]?.info).toMatchObject({ code: '110425' });
  const [first] = placed;
  const gone = await client.cancelOrders([String(first?.id), '1999999999999999999'], SYMBOL);
  expect(gone.map((order) => order.id)).toEqual([first?.id]);
  await client.cancelAllOrders(SYMBOL);
  expect(await client.fetchOpenOrders(SYMBOL)).toEqual([]);
  await client.closeAllPositions();
  expect(await client.fetchPositions()).toEqual([]);
});
