import ccxt from 'ccxt';
import { afterEach, expect, test } from 'vitest';
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
afterEach(() => stopTestPaper(paper));

const order = { category: 'linear', symbol: 'ETHUSDT', side: 'Buy', orderType: 'Limit', qty: '0.1' };
const create = (n: number) => ({ ...order, price: '1000', orderLinkId: `n-${n}` });
const ON = { PAPER_RATE_LIMITS: 'on' };

/** Counted on a clock that stands still, so that a slow machine does not spread a second's requests over more. */
const clock = Date.now();
const start = (environment: Record<string, string> = {}) =>
  startTestPaper({ ...ON, ...environment }, undefined, { now: () => clock });
const send = (keys: Keys, path: string, data: Record<string, unknown>) =>
  signed(paper.url, keys, { path, data, timestamp: clock });

async function clientOf(keys: Keys) {
  const made = await ccxtClient(paper.url, keys);
  made.nonce = () => clock;
  made.milliseconds = () => clock;
  return made;
}

test('the eleventh order of a second is refused with 10006, of this account alone', async () => {
  paper = await start();
  const [keys, others] = [await newKeys(paper.url), await newKeys(paper.url)];
  const path = '/v5/order/create';
  const replies = await Promise.all(Array.from({ length: 14 }, (_, n) => send(keys, path, create(n))));
  expect(replies.filter((each) => each.retCode === 0)).toHaveLength(10);
  expect(replies.filter((each) => each.retCode === 10006)).toHaveLength(4);
  expect(await send(others, path, create(0))).toMatchObject({ retCode: 0 });
  const data = { category: 'linear', symbol: 'ETHUSDT' };
  const read = { method: 'GET', path: '/v5/order/realtime', data, timestamp: clock } as const;
  expect((await signed(paper.url, keys, read)).retCode).toBe(0);
});

test('ccxt calls it a rate limit, and answers tell what is left', async () => {
  paper = await start();
  const client = await clientOf(await newKeys(paper.url));
  await client.createOrder('ETH/USDT:USDT', 'limit', 'buy', 0.1, 1000);
  expect(client.last_response_headers).toMatchObject({ 'X-Bapi-Limit': '10', 'X-Bapi-Limit-Status': '9' });
  const flood = Array.from({ length: 12 }, () =>
    client.createOrder('ETH/USDT:USDT', 'limit', 'buy', 0.1, 1000),
  );
  const failed = (await Promise.allSettled(flood)).filter((each) => each.status === 'rejected');
  expect(failed).toHaveLength(3);
  expect(failed.every((each) => each.reason instanceof ccxt.RateLimitExceeded)).toBe(true);
});

test('the trade websocket counts with REST', async () => {
  paper = await start();
  const keys = await newKeys(paper.url);
  const client = await clientOf(keys);
  for (let n = 0; n < 6; n += 1) await send(keys, '/v5/order/create', create(n));
  const overSocket = Array.from({ length: 6 }, () =>
    client.createOrderWs('ETH/USDT:USDT', 'limit', 'buy', 0.1, 1000),
  );
  const settled = await Promise.allSettled(overSocket);
  expect(settled.filter((each) => each.status === 'rejected')).toHaveLength(2);
  await client.close();
});

test('a batch counts its orders', async () => {
  paper = await start();
  const keys = await newKeys(paper.url);
  const batch = (from: number, count: number) => ({
    category: 'linear',
    request: Array.from({ length: count }, (_, n) => create(from + n)),
  });
  const path = '/v5/order/create-batch';
  expect(await send(keys, path, batch(0, 6))).toMatchObject({ retCode: 0 });
  expect(await send(keys, path, batch(6, 6))).toMatchObject({ retCode: 10006 });
  expect(await send(keys, path, batch(6, 4))).toMatchObject({ retCode: 0 });
});

async function knock(times: number): Promise<number[]> {
  const statuses: number[] = [];
  for (let n = 0; n < times; n += 1) {
    const answer = await fetch(`${paper.url}/v5/market/time`);
    await answer.arrayBuffer();
    statuses.push(answer.status);
  }
  return statuses;
}

test('beyond 600 requests in 5 s an address is shut out with 403, until the switch is turned', async () => {
  paper = await start({ PAPER_IP_BAN_MS: '60000' });
  const statuses = await knock(601);
  expect(statuses.filter((status) => status === 200)).toHaveLength(600);
  expect(await (await fetch(`${paper.url}/v5/market/time`)).json()).toMatchObject({ retCode: 10018 });
  const settings = await control(paper, 'settings', { body: { rateLimits: false } });
  expect(settings).toMatchObject({ rateLimits: false, ipBanMs: 60_000 });
  expect(await knock(1)).toEqual([200]);
});
