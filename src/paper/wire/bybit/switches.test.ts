import { afterAll, beforeAll, expect, test, vi } from 'vitest';
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

const turn = (switches: object) => control(paper, 'settings', { body: switches });
const order = { category: 'linear', symbol: 'ETHUSDT', side: 'Buy', orderType: 'Limit', qty: '0.1' };
const create = (change: object) =>
  signed(paper.url, keys, { path: '/v5/order/create', data: { ...order, price: '1000', ...change } });
const find = async (list: 'realtime' | 'history', orderLinkId: string) => {
  const data = { category: 'linear', symbol: 'ETHUSDT', orderLinkId };
  const answer = await signed(paper.url, keys, { method: 'GET', path: `/v5/order/${list}`, data });
  return answer.result.list as Record<string, string>[];
};

test('a wrong switch is refused by name, and nothing changes', async () => {
  const before = await control(paper, 'settings');
  expect(await turn({ readLagMs: -1 })).toMatchObject({ error: 'bad_request' });
  expect(await turn({ nonsense: true })).toMatchObject({ error: 'bad_request' });
  expect(await control(paper, 'settings')).toEqual(before);
});

test('lagging reads: an acknowledged order is found only later', async () => {
  await turn({ readLagMs: 1_000 });
  expect((await create({ orderLinkId: 'lagging' })).retCode).toBe(0);
  expect(await find('realtime', 'lagging')).toEqual([]);
  await vi.waitFor(
    async () => expect(await find('realtime', 'lagging')).toMatchObject([{ orderStatus: 'New' }]),
    {
      timeout: 5_000,
      interval: 100,
    },
  );
  await turn({ readLagMs: 0 });
});

test('asynchronous acknowledgement: a refusal comes as a rejected order, on the stream and in the history', async () => {
  await turn({ asyncAckMs: 200 });
  const client = await ccxtClient(paper.url, keys);
  const heard = client.watchOrders('ETH/USDT:USDT');
  await vi.waitFor(() => expect(Object.keys(client.clients)).toHaveLength(1));
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(await create({ orderLinkId: 'poor', qty: '1000' })).toMatchObject({ retCode: 0 });
  expect(await find('realtime', 'poor')).toEqual([]);
  expect((await heard)[0]).toMatchObject({ clientOrderId: 'poor', status: 'rejected' });
  expect(await find('history', 'poor')).toMatchObject([
    { orderStatus: 'Rejected', rejectReason: 'EC_Others', cumExecQty: '0' },
  ]);
  await client.close();
  await turn({ asyncAckMs: 0 });
});

test('price bands: a far price is set to the edge, or refused where the account wants that', async () => {
  const market = await fetch(`${paper.url}/v5/market/price-limit?category=linear&symbol=ETHUSDT`);
  const { result } = (await market.json()) as { result: { buyLmt: string } };
  const far = String(Math.floor(Number(result.buyLmt) * 1.05));
  expect((await create({ orderLinkId: 'far', price: far })).retCode).toBe(0);
  expect(await find('history', 'far')).toMatchObject([{ price: result.buyLmt, orderStatus: 'Filled' }]);
  const ask = { category: 'linear', modifyEnable: false };
  await signed(paper.url, keys, { path: '/v5/account/set-limit-px-action', data: ask });
  expect(await create({ orderLinkId: 'refused', price: far })).toMatchObject({ retCode: 110003 });
  const config = { method: 'GET', path: '/v5/account/user-setting-config', data: {} } as const;
  expect((await signed(paper.url, keys, config)).result).toEqual({ lpaSpot: false, lpaPerp: true });
});
