import { afterEach, beforeEach, expect, test } from 'vitest';
import { control, type Keys, newKeys, type Running, startTestPaper, stopTestPaper } from '../../testing.ts';
import { type BingxClient, bingxClient } from '../../testing/bingx-client.ts';

const SYMBOL = 'ETH/USDT:USDT';
const ORDER = '/openApi/swap/v2/trade/order';
let paper: Running;
let keys: Keys;
let client: BingxClient;

beforeEach(async () => {
  paper = await startTestPaper({ PAPER_PARTIAL_FILLS: 'off' });
  await control(paper, 'feed', { body: { action: 'pause' } });
  keys = await newKeys(paper.url);
  client = await bingxClient(paper.url, keys);
});
afterEach(async () => {
  await client.close();
  await stopTestPaper(paper);
});

const fault = (body: object) => control(paper, 'faults', { body: { path: ORDER, channel: 'rest', ...body } });
const buy = (clientOrderId: string) =>
  client.createOrder(SYMBOL, 'market', 'buy', 0.1, undefined, { clientOrderId });
const find = (clientOrderID: string) =>
  client.fetchOrder(undefined as unknown as string, SYMBOL, { clientOrderID });

test.each([
  ['drop-after', 'the connection dies, the order stands', true],
  ['drop-before', 'the connection dies, no order was made', false],
  ['http-503', 'the gateway answers for the venue', false],
  ['maintenance', 'the venue says that it is busy', false],
])('%s: %s', async (effect, _what, isPlaced) => {
  await fault({ method: 'POST', effect });
  await expect(buy('lost')).rejects.toThrow(effect === 'maintenance' ? '100500' : /./);
  if (isPlaced) expect(await find('lost')).toMatchObject({ status: 'closed' });
  else await expect(find('lost')).rejects.toThrow('109421');
});

test.each(['empty', 'garbage'])('%s: the order stands, and its answer carries no id', async (effect) => {
  await fault({ method: 'POST', effect });
  const answer = await buy('mute').catch(() => null);
  expect(answer?.id).toBeUndefined();
  expect(await find('mute')).toMatchObject({ status: 'closed' });
});

test('duplicate: a request that arrives twice is refused the second time', async () => {
  await fault({ method: 'POST', effect: 'duplicate' });
  await expect(buy('twice')).rejects.toThrow('109201');
  expect(await find('twice')).toMatchObject({ status: 'closed', filled: 0.1 });
  expect(await client.fetchPositions([SYMBOL])).toMatchObject([{ contracts: 0.1 }]);
});

test('a frame of the private stream can be lost, and the next one comes', async () => {
  await control(paper, 'faults', {
    body: {
      path: '/swap-market',
      channel: 'ws',
      method: 'ORDER_TRADE_UPDATE',
      effect: 'drop-before',
      count: 1,
    },
  });
  const orders = client.watchOrders(SYMBOL);
  await expect.poll(() => Object.values(client.clients).some((each) => each.isConnected === true)).toBe(true);
  await buy('heard');
  expect(await orders).toMatchObject([{ clientOrderId: 'heard', status: 'closed' }]);
});
