/** What is refused has the same code on both doors: REST's `error` is tRPC's `error.data.code`. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { NextApiRequest, NextApiResponse } from 'next';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import * as recover from '../app/api/bot/recover/route.ts';
import * as start from '../app/api/bot/start/route.ts';
import * as status from '../app/api/bot/status/route.ts';
import * as stop from '../app/api/bot/stop/route.ts';
import * as adminStatus from '../app/admin/simple/status/route.ts';
import missing from '../pages/api/[...missing].ts';
import trpc from '../pages/api/trpc/[trpc].ts';
import { createFakeRuntime, type FakeRuntime } from '../testing/fake-runtime.ts';
import { headersOf } from './node-door.ts';
import type { Method, RouteHandler } from './rest-door.ts';

const ROUTES: Record<string, Record<Method, RouteHandler>> = {
  '/api/bot/start': start,
  '/api/bot/stop': stop,
  '/api/bot/status': status,
  '/api/bot/recover': recover,
  '/admin/simple/status': adminStatus,
};

let fake: FakeRuntime;
let server: http.Server;
let cookie: string;

beforeAll(async () => {
  fake = await createFakeRuntime();
  server = http.createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await fake.close();
});

let count = 0;
beforeEach(async () => {
  count += 1;
  cookie = await fake.cookieOf(await fake.addUser(`user-${count}@example.com`));
  fake.bots.existingPosition = false;
});

async function serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1');
  const route = ROUTES[pathname];
  if (route === undefined) {
    const query = { trpc: decodeURIComponent(pathname.replace('/api/trpc/', '')) };
    const asked = Object.assign(request, { query }) as unknown as NextApiRequest;
    const handler = pathname.startsWith('/api/trpc/') ? trpc : missing;
    await handler(asked, response as unknown as NextApiResponse);
    return;
  }
  const method = request.method as Method;
  const body = method === 'GET' ? {} : { body: await new Response(request as never).text() };
  const asked = new Request(`http://127.0.0.1:8000${request.url}`, {
    method,
    headers: headersOf(request),
    ...body,
  });
  const answer = await route[method](asked);
  response.statusCode = answer.status;
  response.end(await answer.text());
}

interface Ask {
  path: string;
  method?: 'GET' | 'POST' | 'PUT';
  body?: string;
  headers?: Record<string, string>;
}

async function ask({ path, method = 'POST', body, headers = {} }: Ask) {
  const { port } = server.address() as AddressInfo;
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    headers: { cookie, 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body }),
  });
  const answer = (await response.json()) as { error: string | { message: string; data: { code: string } } };
  const code = typeof answer.error === 'string' ? answer.error : answer.error.data.code;
  return { status: response.status, code };
}

const large = `{"x": "${'y'.repeat(140_000)}"}`;
const stranger = { origin: 'https://evil.example' };

it.each<[code: string, status: number, rest: Ask, trpc: Ask]>([
  [
    'invalid_mode',
    400,
    { path: '/api/bot/stop', body: '{"mode": "now"}' },
    { path: 'bot.stop', body: '{"mode": "now"}' },
  ],
  [
    'invalid_mode',
    400,
    { path: '/api/bot/stop', body: '{"mode": null}' },
    { path: 'bot.stop', body: '{"mode": null}' },
  ],
  ['not_running', 400, { path: '/api/bot/stop' }, { path: 'bot.stop', body: '{}' }],
  ['existing_position', 409, { path: '/api/bot/start' }, { path: 'bot.start', body: '{}' }],
  [
    'invalid_input',
    400,
    { path: '/api/bot/start', body: '{"adoptPosition": 2}' },
    { path: 'bot.start', body: '{"adoptPosition": 2}' },
  ],
  [
    'invalid_input',
    400,
    { path: '/api/bot/recover', body: '{"dryRun": 2}' },
    { path: 'bot.recover', body: '{"dryRun": 2}' },
  ],
  ['invalid_json', 400, { path: '/api/bot/stop', body: '{' }, { path: 'bot.stop', body: '{' }],
  [
    'invalid_json',
    400,
    { path: '/api/bot/recover', body: 'x' },
    { path: 'bot.status?input=%7B', method: 'GET' },
  ],
  [
    'invalid_json',
    400,
    { path: '/api/bot/recover', body: 'x' },
    { path: 'bot.status?connectionParams=x', method: 'GET' },
  ],
  ['body_too_large', 413, { path: '/api/bot/start', body: large }, { path: 'bot.start', body: large }],
  ['method_not_allowed', 405, { path: '/api/bot/stop', method: 'GET' }, { path: 'bot.stop', method: 'GET' }],
  [
    'method_not_allowed',
    405,
    { path: '/api/bot/stop', method: 'PUT' },
    { path: 'bot.stop', method: 'PUT', body: '{}' },
  ],
  ['not_found', 404, { path: '/api/bot/nothing' }, { path: 'bot.nothing', method: 'GET' }],
  [
    'unauthorized',
    401,
    { path: '/api/bot/status', method: 'GET', headers: { cookie: '' } },
    { path: 'bot.status', method: 'GET', headers: { cookie: '' } },
  ],
  [
    'cross_site',
    403,
    { path: '/api/bot/stop', headers: stranger },
    { path: 'bot.stop', body: '{}', headers: stranger },
  ],
  [
    'forbidden',
    403,
    { path: '/admin/simple/status', method: 'GET' },
    { path: 'admin.overview', method: 'GET' },
  ],
])('%s is %i on REST and on tRPC (%o, %o)', async (code, expected, rest, procedure) => {
  fake.bots.existingPosition = code === 'existing_position';
  const answers = [await ask(rest), await ask({ ...procedure, path: `/api/trpc/${procedure.path}` })];
  expect(answers).toEqual([
    { status: expected, code },
    { status: expected, code },
  ]);
});

it('says what was wrong in words, not in the name of an error', async () => {
  const { port } = server.address() as AddressInfo;
  const headers = { cookie, 'content-type': 'application/json' };
  const post = (body: string) =>
    fetch(`http://127.0.0.1:${port}/api/trpc/bot.start`, { method: 'POST', headers, body });
  expect(await (await post(large)).json()).toMatchObject({
    error: { message: expect.stringContaining('too large') },
  });
  expect(await (await post('{')).json()).toMatchObject({
    error: { message: expect.stringMatching(/^The input is not JSON: /) },
  });
});
