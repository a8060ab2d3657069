import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { NextApiRequest, NextApiResponse } from 'next';
import { afterAll, beforeAll, expect, test } from 'vitest';
import handler, { config } from '../pages/api/trpc/[trpc].ts';
import { createFakeRuntime, type FakeRuntime } from '../testing/fake-runtime.ts';

let fake: FakeRuntime;
let server: http.Server;
let url: string;
let cookie: string;

beforeAll(async () => {
  fake = await createFakeRuntime();
  cookie = await fake.cookieOf(await fake.addUser('ann@example.com'));
  server = http.createServer((request, response) => {
    const [, trpc = ''] = /^\/([^?]*)/.exec(request.url ?? '') ?? [];
    const asked = Object.assign(request, { query: { trpc: decodeURIComponent(trpc) } });
    void handler(asked as unknown as NextApiRequest, response as unknown as NextApiResponse);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await fake.close();
});

async function ask(path: string, init: RequestInit = {}) {
  const headers = { cookie, 'content-type': 'application/json' };
  const response = await fetch(`${url}/${path}`, { headers, ...init });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

function batch(calls: number): string {
  return `${Array(calls).fill('bot.status').join(',')}?batch=1&input=%7B%7D`;
}

test('one request makes at most twenty calls', async () => {
  expect((await ask(batch(20))).status).toBe(200);
  expect((await ask(batch(21))).status).toBe(400);
  const streamed = await ask(batch(21), { headers: { cookie, 'trpc-accept': 'application/jsonl' } });
  expect(streamed.status).toBe(400);
});

test('input nested without end is wrong input, and nothing of the stack is shown', async () => {
  // Next would parse the body, and tRPC would write it out again by recursion.
  expect(config.api.bodyParser).toBe(false);
  const nested = '['.repeat(60_000) + ']'.repeat(60_000);
  for (const body of [nested, `{"0":${nested}}`, '['.repeat(120_000)]) {
    const { status, text } = await ask('bot.stop', { method: 'POST', body });
    expect(status).toBe(400);
    expect(text).not.toMatch(/stack|cause|RangeError|node_modules/);
  }
});

test('a body that is too large is refused', async () => {
  const body = JSON.stringify('x'.repeat(130 * 1024));
  expect((await ask('bot.stop', { method: 'POST', body })).status).toBe(413);
});

test('too many calls are 429 with the time to wait, except for stopping', async () => {
  cookie = await fake.cookieOf(await fake.addUser('ben@example.com'));
  for (let round = 0; round < 15; round += 1) await ask(batch(20));
  const refused = await ask('bot.status');
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(JSON.parse(refused.text).error.data).toMatchObject({ code: 'rate_limited' });
  const stopped = await ask('bot.stop', { method: 'POST', body: '{}' });
  expect(JSON.parse(stopped.text).error.data.code).toBe('not_running');
});

test('a call whose session ends while its body is kept back does nothing', async () => {
  const cat = await fake.addUser('cat@example.com');
  const thief = await fake.cookieOf(cat);
  const request = http.request(`${url}/tokens.create`, {
    method: 'POST',
    headers: { cookie: thief, 'content-type': 'application/json' },
  });
  const answered = new Promise<http.IncomingMessage>((resolve) => request.once('response', resolve));
  const body = JSON.stringify({ name: 'kept', scopes: ['control'] });
  const arrived = new Promise((resolve) => server.once('request', resolve));
  request.write(body.slice(0, 5));
  await arrived;
  await new Promise((resolve) => setTimeout(resolve, 50));
  await fake.runtime.users.setPassword(cat, 'another hash');
  request.end(body.slice(5));
  const response = await answered;
  response.resume();
  expect(response.statusCode).toBe(401);
  expect(await fake.runtime.apiTokens.list(cat)).toEqual([]);
});
