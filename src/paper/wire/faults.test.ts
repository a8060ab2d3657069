import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import {
  control,
  type Keys,
  newKeys,
  type Running,
  signed,
  startTestPaper,
  stopTestPaper,
} from '../testing.ts';
import { sign } from './bybit/auth.ts';

const CREATE = '/v5/order/create';
let paper: Running;
let keys: Keys;

beforeEach(async () => {
  paper = await startTestPaper({ PAPER_PARTIAL_FILLS: 'off' });
  keys = await newKeys(paper.url);
  await control(paper, 'feed', { body: { action: 'pause' } });
});
afterEach(() => stopTestPaper(paper));

const fault = (body: object) =>
  control(paper, 'faults', { body: { path: CREATE, channel: 'rest', count: 1, delayMs: 0, ...body } });
const place = (orderLinkId: string) =>
  signed(paper.url, keys, {
    path: CREATE,
    data: {
      category: 'linear',
      symbol: 'ETHUSDT',
      side: 'Buy',
      orderType: 'Market',
      qty: '0.1',
      orderLinkId,
    },
  });
const exists = (linkId: string) => paper.exchange.history.isUsed(keys.uid, linkId);

test.each([
  // effect, is the order accepted all the same?
  ['drop-before', false],
  ['drop-after', true],
  ['http-503', false],
  ['empty', true],
  ['garbage', true],
  ['disconnect', true],
] as const)('%s gives no usable answer; accepted: %s', async (effect, accepted) => {
  await fault({ effect });
  await expect(place('lost')).rejects.toThrow(Error);
  expect(exists('lost')).toBe(accepted);
  expect(await place('next')).toMatchObject({ retCode: 0 });
});

test('maintenance answers with the venue’s code and does nothing', async () => {
  await fault({ effect: 'maintenance', count: 2 });
  expect(await place('a')).toMatchObject({ retCode: 10016 });
  expect(await place('a')).toMatchObject({ retCode: 10016 });
  expect(await place('a')).toMatchObject({ retCode: 0 });
});

test('a duplicated request is refused the second time', async () => {
  await fault({ effect: 'duplicate' });
  expect(await place('twice')).toMatchObject({ retCode: 110072 });
  expect(exists('twice')).toBe(true);
});

test('a reordered request is overtaken by the next', async () => {
  await fault({ effect: 'reorder', delayMs: 5_000 });
  const done: string[] = [];
  const slow = place('slow').then(() => done.push('slow'));
  await place('fast').then(() => done.push('fast'));
  await slow;
  expect(done).toEqual(['fast', 'slow']);
});

test('a delayed request may be too late for its window', async () => {
  await fault({ effect: 'delay', delayMs: 120 });
  const late = {
    path: CREATE,
    recvWindow: 100,
    data: { category: 'linear', symbol: 'ETHUSDT', side: 'Buy', orderType: 'Market', qty: '0.1' },
  };
  expect(await signed(paper.url, keys, late)).toMatchObject({ retCode: 10002 });
});

test('faults strike only what they name, and DELETE clears them', async () => {
  await fault({ effect: 'maintenance', method: 'GET' });
  await fault({ effect: 'maintenance', path: '/v5/position/*' });
  expect(await place('other')).toMatchObject({ retCode: 0 });
  const list = {
    method: 'GET',
    path: '/v5/position/list',
    data: { category: 'linear', symbol: 'ETHUSDT' },
  } as const;
  expect(await signed(paper.url, keys, list)).toMatchObject({ retCode: 10016 });
  await fault({ effect: 'maintenance', path: '/v5/position/*' });
  expect(await control(paper, 'faults', { method: 'DELETE' })).toEqual({ faults: [] });
  expect(await signed(paper.url, keys, list)).toMatchObject({ retCode: 0 });
  expect(await fault({ effect: 'explode' })).toMatchObject({ error: 'bad_request' });
});

/** The topics that a private socket hears, as they come; garbage as "?". */
async function listen(): Promise<{
  heard: string[];
  socket: WebSocket;
  until(count: number): Promise<void>;
}> {
  const socket = new WebSocket(`${paper.url.replace('http', 'ws')}/v5/private`);
  const heard: string[] = [];
  await new Promise((resolve) => socket.once('open', resolve));
  const expires = String(Date.now() + 5_000);
  socket.send(
    JSON.stringify({
      op: 'auth',
      args: [keys.apiKey, expires, sign(keys.apiSecret, `GET/realtime${expires}`)],
    }),
  );
  socket.send(JSON.stringify({ op: 'subscribe', args: ['execution', 'order', 'position', 'wallet'] }));
  const subscribed = new Promise<void>((resolve) => {
    socket.on('message', (data) => {
      const text = String(data);
      const frame = text.startsWith('{')
        ? (JSON.parse(text) as { op?: string; topic?: string })
        : { topic: '?' };
      if (frame.topic !== undefined) heard.push(frame.topic);
      if (frame.op === 'subscribe') resolve();
    });
  });
  await subscribed;
  const until = async (count: number) => {
    while (heard.length < count) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  return { heard, socket, until };
}
const frameFault = (body: object) => fault({ channel: 'ws', path: '/v5/private', ...body });

test.each([
  ['nothing', {}, ['execution', 'order', 'position', 'wallet']],
  ['a lost frame', { effect: 'drop-after', method: 'order' }, ['execution', 'position', 'wallet']],
  [
    'a repeated frame',
    { effect: 'duplicate', method: 'order' },
    ['execution', 'order', 'order', 'position', 'wallet'],
  ],
  [
    'frames out of order',
    { effect: 'reorder', method: 'execution' },
    ['order', 'execution', 'position', 'wallet'],
  ],
  ['garbage', { effect: 'garbage', method: 'wallet' }, ['execution', 'order', 'position', '?']],
  ['an empty frame', { effect: 'empty', method: 'execution' }, ['?', 'order', 'position', 'wallet']],
  [
    'a delay, which keeps the order',
    { effect: 'delay', method: 'execution', delayMs: 50 },
    ['execution', 'order', 'position', 'wallet'],
  ],
])('the private socket suffers %s', async (_name, body, expected) => {
  const { heard, socket, until } = await listen();
  if ('effect' in body) await frameFault(body);
  await place('heard');
  await until(expected.length);
  expect(heard).toEqual(expected);
  socket.terminate();
});

test('a disconnected socket may come back, unless there is maintenance', async () => {
  const { socket } = await listen();
  await frameFault({ effect: 'disconnect' });
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await place('cut');
  await closed;
  await frameFault({ effect: 'http-503' });
  const refused = new WebSocket(`${paper.url.replace('http', 'ws')}/v5/private`);
  const status = await new Promise((resolve) =>
    refused.once('unexpected-response', (_request, response) => resolve(response.statusCode)),
  );
  expect(status).toBe(503);
  refused.on('error', () => undefined);
  refused.terminate();
  const { socket: again } = await listen();
  again.terminate();
});
