import type { IncomingMessage } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFakeRuntime, type FakeRuntime } from '../testing/fake-runtime.ts';
import { probeAnswer } from './probes.ts';

let fake: FakeRuntime;

beforeAll(async () => {
  fake = await createFakeRuntime();
});
afterAll(() => fake.close());

function ask(url: string, { method = 'GET', headers = {} } = {}) {
  return probeAnswer({ method, url, headers } as IncomingMessage);
}

test('a process that answers is alive, whatever its bots do', () => {
  fake.bots.reconciled = false;
  expect(ask('/livez')).toMatchObject({ status: 200, body: { status: 'ok' } });
  expect(ask('/healthz', { method: 'HEAD' })).toMatchObject({ status: 200 });
});

test('it is ready once its bots are reconciled and its pages are open', () => {
  fake.bots.reconciled = false;
  expect(ask('/readyz')).toMatchObject({ status: 503, body: { success: false, error: 'starting' } });
  fake.bots.reconciled = true;
  fake.runtime.state = 'starting';
  expect(ask('/readyz')).toMatchObject({ status: 503 });
  fake.runtime.state = 'ready';
  expect(ask('/readyz')).toMatchObject({ status: 200, body: { status: 'ready' } });
});

test.each([
  ['another address', '/api/bot/status', {}],
  ['another method', '/livez', { method: 'POST' }],
  ['a cookie', '/livez', { headers: { cookie: 'a=b' } }],
  ['another site', '/livez', { headers: { origin: 'https://evil.example' } }],
  ['a browser', '/livez', { headers: { 'sec-fetch-site': 'cross-site' } }],
])('%s is left to the routes', (_name, url, request) => {
  expect(ask(url, request)).toBeNull();
});
