import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { HEADER } from '../../feed/candle-file.ts';
import {
  ccxtClient,
  control,
  type Keys,
  type Running,
  signed,
  startTestPaper,
  stopTestPaper,
  testFolder,
} from '../../testing.ts';

const SYMBOL = 'FIL/USDT:USDT';
const keys: Keys = { uid: 0, apiKey: 'poor', apiSecret: 'poor-secret' };
let paper: Running;

/** A minute at 4.000, then one that falls to 3.500. */
beforeEach(async () => {
  const folder = testFolder();
  const file = join(folder, 'fil.csv');
  writeFileSync(file, `${HEADER}\n60000,4,4,4,4,1000000\n120000,3.9,3.9,3.5,3.5,1000000\n`);
  const replay = { PAPER_FEED: 'replay', PAPER_FILES: `FILUSDT=${file}`, PAPER_START: 'first-order' };
  paper = await startTestPaper(replay, folder);
  await control(paper, 'feed', { body: { action: 'pause' } });
  await control(paper, 'accounts', { body: { ...keys, uid: undefined, balance: '100' } });
});
afterEach(() => stopTestPaper(paper));

const read = async (path: string, data: Record<string, string> = {}) =>
  (
    await signed(paper.url, keys, {
      method: 'GET',
      path: `/v5/${path}`,
      data: { category: 'linear', symbol: 'FILUSDT', ...data },
    })
  ).result.list as Record<string, string>[];

test('a liquidation is heard and read as Bybit tells it', async () => {
  const client = await ccxtClient(paper.url, keys);
  await client.createOrder(SYMBOL, 'limit', 'buy', 2, 3);
  await client.createOrder(SYMBOL, 'market', 'buy', 200);
  expect(await read('position/list')).toMatchObject([{ size: '200', liqPrice: '3.538', riskId: 1 }]);
  const [held] = await client.fetchPositions([SYMBOL]);
  expect(held?.liquidationPrice).toBe(3.538);

  const heard = client.watchPositions([SYMBOL]);
  await heard.catch(() => undefined);
  const gone = client.watchPositions([SYMBOL]);
  await new Promise((resolve) => setTimeout(resolve, 300));
  await control(paper, 'feed', { body: { action: 'step', candles: 2 } });
  expect((await gone)[0]).toMatchObject({ symbol: SYMBOL, contracts: 0 });
  await client.close();

  expect(await read('execution/list', { execType: 'BustTrade' })).toMatchObject([
    { side: 'Sell', execQty: '200', execType: 'BustTrade', createType: 'CreateByTakeOver_PassThrough' },
  ]);
  expect(await read('order/history', { orderStatus: 'Cancelled' })).toMatchObject([
    { cancelType: 'CancelAllBeforeLiq', qty: '2' },
  ]);
  expect(await read('position/closed-pnl')).toMatchObject([{ execType: 'BustTrade', closedSize: '200' }]);
  expect(await read('account/transaction-log', { type: 'LIQUIDATION' })).toHaveLength(1);
  const wallet = await signed(paper.url, keys, {
    method: 'GET',
    path: '/v5/account/wallet-balance',
    data: { accountType: 'UNIFIED' },
  });
  const [{ totalWalletBalance }] = wallet.result.list as [{ totalWalletBalance: string }];
  expect(Number(totalWalletBalance)).toBeGreaterThanOrEqual(0);
  expect(Number(totalWalletBalance)).toBeLessThan(0.00001);
});

test('the risk limits that are told are those by which it judges', async () => {
  const [first, second] = await read('market/risk-limit');
  expect(first).toMatchObject({ id: 1, isLowestRisk: 1, mmDeduction: '' });
  const edge = Number(first?.riskLimitValue);
  const jump = Number(second?.maintenanceMargin) - Number(first?.maintenanceMargin);
  expect(Number(second?.mmDeduction)).toBeCloseTo(edge * jump, 8);
});
