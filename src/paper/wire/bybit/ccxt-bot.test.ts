/** What a ladder bot does on Bybit through ccxt, in hedge mode, from setting up to settling. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  ccxtClient,
  control,
  type Keys,
  newKeys,
  type Running,
  startTestPaper,
  stopTestPaper,
} from '../../testing.ts';

const SYMBOL = 'FIL/USDT:USDT';
let paper: Running;
let keys: Keys;
let client: Awaited<ReturnType<typeof ccxtClient>>;
let last: number;

beforeEach(async () => {
  paper = await startTestPaper({ PAPER_PARTIAL_FILLS: 'off' });
  await control(paper, 'feed', { body: { action: 'pause' } });
  keys = await newKeys(paper.url);
  client = await ccxtClient(paper.url, keys);
  last = (await client.fetchTicker(SYMBOL)).last ?? 0;
  await client.setPositionMode(true, SYMBOL);
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
const long = { positionIdx: 1 };
const closing = { positionIdx: 1, reduceOnly: true };

test('setting what already is, is told by code', async () => {
  await expect(client.setPositionMode(true, SYMBOL)).rejects.toThrow('110025');
  await expect(client.setLeverage(10, SYMBOL)).rejects.toThrow('110043');
  await client.setLeverage(25, SYMBOL);
  expect((await client.fetchLeverage(SYMBOL)).longLeverage).toBe(25);
});

test('entry, leg, take-profit that follows, close: the ledger adds up to the wallet', async () => {
  await client.createOrder(SYMBOL, 'market', 'buy', 40, undefined, { ...long, orderLinkId: 'entry' });
  await client.createOrder(SYMBOL, 'limit', 'buy', 40, at(0.99), { ...long, orderLinkId: 'leg' });
  const tp = await client.createOrder(SYMBOL, 'limit', 'sell', 40, at(1.01), {
    ...closing,
    orderLinkId: 'tp',
  });
  move(at(0.985));
  await client.editOrder(String(tp.id), SYMBOL, 'limit', 'sell', 80, at(1.005), { orderLinkId: 'tp' });
  expect(await client.fetchOpenOrders(SYMBOL)).toMatchObject([
    { clientOrderId: 'tp', amount: 80, price: at(1.005), reduceOnly: true },
  ]);
  const [position] = (await client.fetchPositions([SYMBOL])).filter((each) => each.side === 'long');
  expect(position).toMatchObject({ contracts: 80, hedged: true });
  expect(position?.entryPrice).toBeCloseTo((last + at(0.99)) / 2, 6);
  move(at(1.02));
  const trades = await client.fetchMyTrades(SYMBOL);
  expect(trades.map((each) => each.takerOrMaker)).toEqual(['taker', 'maker', 'maker']);
  const ledger = await client.fetchLedger('USDT');
  const total = (await client.fetchBalance()).USDT?.total ?? 0;
  expect(ledger.reduce((sum, row) => sum + Number(row.info.change), 0)).toBeCloseTo(Number(total), 8);
  const [history] = await client.fetchPositionsHistory([SYMBOL]);
  expect(Number(history?.realizedPnl)).toBeCloseTo(Number(total) - 10_000, 6);
});

test('a stop-loss on the mark price closes the slot', async () => {
  await client.createOrder(SYMBOL, 'market', 'buy', 40, undefined, long);
  const params = {
    ...closing,
    triggerPrice: at(0.98),
    triggerDirection: 'descending',
    triggerBy: 'MarkPrice',
    closeOnTrigger: true,
    orderLinkId: 'sl',
  };
  await client.createOrder(SYMBOL, 'market', 'sell', 40, undefined, params);
  const open = await client.fetchOpenOrders(SYMBOL, undefined, undefined, { orderLinkId: 'sl' });
  expect(open).toMatchObject([
    { status: 'open', triggerPrice: at(0.98), info: { triggerBy: 'MarkPrice', orderStatus: 'Untriggered' } },
  ]);
  await client.editOrder(String(open[0]?.id), SYMBOL, 'market', 'sell', 40, undefined, {
    triggerPrice: at(0.97),
    triggerBy: 'MarkPrice',
  });
  move(at(0.975));
  expect((await client.fetchOpenOrders(SYMBOL))[0]?.status).toBe('open');
  move(at(0.96));
  expect(await client.fetchOpenOrders(SYMBOL)).toEqual([]);
  const [done] = await client.fetchCanceledAndClosedOrders(SYMBOL, undefined, undefined, {
    orderLinkId: 'sl',
  });
  expect(done).toMatchObject({ status: 'closed', filled: 40 });
});

test('everything is closed with quantity 0, and everything is cancelled at once', async () => {
  await client.createOrder(SYMBOL, 'market', 'buy', 40.3, undefined, long);
  await client.createOrders([
    {
      symbol: SYMBOL,
      type: 'limit',
      side: 'buy',
      amount: 10,
      price: at(0.9),
      params: { ...long, orderLinkId: 'a' },
    },
    {
      symbol: SYMBOL,
      type: 'limit',
      side: 'buy',
      amount: 10,
      price: at(0.8),
      params: { ...long, orderLinkId: 'b' },
    },
  ]);
  await client.cancelAllOrders(SYMBOL);
  expect(await client.fetchOpenOrders(SYMBOL)).toEqual([]);
  await client.createOrder(SYMBOL, 'market', 'sell', 0, undefined, {
    ...closing,
    qty: '0',
    closeOnTrigger: true,
  });
  expect((await client.fetchPositions([SYMBOL])).every((each) => each.contracts === 0)).toBe(true);
});

test('funding is told as an execution and in the ledger', async () => {
  await client.createOrder(SYMBOL, 'market', 'buy', 40, undefined, long);
  paper.exchange.stepTo(paper.exchange.market.time + 8 * 3_600_000, []);
  const [funding] = await client.fetchFundingHistory(SYMBOL);
  expect(funding?.amount).toBeCloseTo(40 * last * 0.0001, 8);
  const [row] = (await client.fetchLedger('USDT')).filter((each) => each.info.type === 'SETTLEMENT');
  expect(Number(row?.info.change)).toBe(-Number(funding?.amount));
});

test('watchPositions and watchBalance hear of a fill', async () => {
  await client.watchPositions([SYMBOL]);
  const acknowledged = new Promise<void>((resolve) => {
    let count = 0;
    client.handleSubscriptionStatus = (_socket, message) => {
      count += 1;
      if (count === 2) resolve();
      return message;
    };
  });
  const position = client.watchPositions([SYMBOL]);
  const balance = client.watchBalance({ type: 'swap' });
  await acknowledged;
  await client.createOrder(SYMBOL, 'market', 'buy', 40, undefined, long);
  expect(await position).toMatchObject([{ side: 'long', contracts: 40 }]);
  expect((await balance).USDT?.total).toBeLessThan(10_000);
});
