import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as debugDb from '../app/%5F_debug/db/route.ts';
import * as adminStatus from '../app/admin/simple/status/route.ts';
import * as recover from '../app/api/bot/recover/route.ts';
import * as start from '../app/api/bot/start/route.ts';
import * as status from '../app/api/bot/status/route.ts';
import * as stop from '../app/api/bot/stop/route.ts';
import * as clearForceRefresh from '../app/clear_force_refresh/route.ts';
import * as exitAndStop from '../app/exit_and_stop/route.ts';
import * as forceRefresh from '../app/force_refresh/route.ts';
import * as healthz from '../app/healthz/route.ts';
import * as readyz from '../app/readyz/route.ts';
import * as singleRefresh from '../app/single_refresh/route.ts';
import { createFakeRuntime, type FakeRuntime } from '../testing/fake-runtime.ts';
import { FORWARDED_HEADER, SOCKET_HEADER } from './client-address.ts';
import type { Method, RouteHandler } from './rest-door.ts';

type Route = Record<Method, RouteHandler>;

let fake: FakeRuntime;
let user: number;
let cookie: string;
let adminCookie: string;

beforeAll(async () => {
  fake = await createFakeRuntime();
  adminCookie = await fake.cookieOf(await fake.addUser('admin@admin.com', 'admin'));
});

afterAll(() => fake.close());

let count = 0;
beforeEach(async () => {
  count += 1;
  user = await fake.addUser(`user-${count}@example.com`);
  cookie = await fake.cookieOf(user);
  fake.bots.calls.length = 0;
});

interface Ask {
  path?: string;
  body?: string;
  headers?: Record<string, string>;
  signedOut?: boolean;
}

async function ask(route: Route, method: Method, { path = '/x', body, headers = {}, signedOut }: Ask = {}) {
  const request = new Request(`http://127.0.0.1:8000${path}`, {
    method,
    headers: { ...(signedOut ? {} : { cookie }), ...headers },
    ...(body === undefined ? {} : { body }),
  });
  const response = await route[method](request);
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text) };
}

describe('POST /api/bot/start', () => {
  it('starts, and refuses to start twice', async () => {
    const first = await ask(start, 'POST');
    expect(first.status).toBe(200);
    expect(first.body).toEqual({ success: true, message: 'The bot was started.', status: 'started' });
    const second = await ask(start, 'POST', { body: '{}' });
    expect(second.status).toBe(409);
    expect(second.body).toEqual({
      success: false,
      message: 'The bot is already running.',
      status: 'already_running',
      error: 'already_running',
    });
  });

  it('asks for consent to a position that was there before', async () => {
    fake.bots.existingPosition = true;
    const refused = await ask(start, 'POST');
    expect([refused.status, refused.body.error]).toEqual([409, 'existing_position']);
    const agreed = await ask(start, 'POST', { body: '{"adoptPosition": true}' });
    expect(agreed.status).toBe(200);
    fake.bots.existingPosition = false;
  });

  it.each(['{', '"start"', '[]', 'null', 'adoptPosition=true'])('refuses the body %s', async (body) => {
    const { status: code, body: answer } = await ask(start, 'POST', { body });
    expect([code, answer.error]).toEqual([400, 'invalid_json']);
    expect(fake.bots.calls).toEqual([]);
  });

  it('refuses a body that is too large', async () => {
    const { status: code, body } = await ask(start, 'POST', { body: `{"x": "${'y'.repeat(70_000)}"}` });
    expect([code, body.error]).toEqual([413, 'body_too_large']);
  });
});

describe('POST /api/bot/stop', () => {
  it.each([
    [undefined, 'protect'],
    ['{}', 'protect'],
    ['{"mode": "protect"}', 'protect'],
    ['{"mode": "leave"}', 'leave'],
    ['{"mode": "close"}', 'close'],
  ])('with the body %s stops in mode %s', async (body, mode) => {
    await ask(start, 'POST');
    const answer = await ask(stop, 'POST', body === undefined ? {} : { body });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ success: true, status: 'stopped' });
    expect(fake.bots.calls.at(-1)).toBe(`stop ${user} ${mode}`);
  });

  it('says so when the position is still protected', async () => {
    await ask(start, 'POST');
    const position = { symbol: 'BTC/USDT', side: 'long' as const, quantity: '0.1', averageEntryPrice: '1' };
    fake.bots.show(user, {
      position: { ...position, markPrice: null, liquidationPrice: null, unrealizedPnl: null },
    });
    expect((await ask(stop, 'POST')).body.status).toBe('protecting');
  });

  it('refuses when nothing runs', async () => {
    const { status: code, body } = await ask(stop, 'POST');
    expect([code, body.error, body.success]).toEqual([400, 'not_running', false]);
  });

  it.each(['"now"', 'null', '1', '["close"]', '"Close"'])('refuses the mode %s', async (mode) => {
    const { status: code, body } = await ask(stop, 'POST', { body: `{"mode": ${mode}}` });
    expect([code, body.error]).toEqual([400, 'invalid_mode']);
    expect(body.message).toContain('protect, leave, close');
    expect(fake.bots.calls).toEqual([]);
  });
});

describe('GET /api/bot/status', () => {
  it("answers the original's fields and more", async () => {
    const { status: code, body } = await ask(status, 'GET');
    expect(code).toBe(200);
    expect(body).toMatchObject({
      running: false,
      status: 'not_running',
      uptime: 0,
      message: expect.any(String),
    });
    expect(body).toMatchObject({ cycle: null, position: null, orders: [], protection: {}, lastError: null });
  });
});

describe('POST /api/bot/recover', () => {
  it.each([
    ['/x', '', ''],
    ['/x?dryRun=1', '', ' dry'],
    ['/x?dryRun', '', ' dry'],
    ['/x?dryRun=true', '', ' dry'],
    ['/x?dryRun=0', '', ''],
    ['/x', '{"dryRun": true}', ' dry'],
    ['/x', '{"dryRun": "1"}', ' dry'],
    ['/x', '{"dryRun": "false"}', ''],
  ])('%s with the body %j', async (path, body, dry) => {
    const answer = await ask(recover, 'POST', { path, body });
    expect(answer.body).toEqual({
      success: true,
      message: 'Everything is in place.',
      actions: [],
      checked: [],
      notes: [],
    });
    expect(fake.bots.calls).toEqual([`recover ${user}${dry}`]);
  });

  it.each([
    ['/x?dryRun=yes', ''],
    ['/x?dryRun=__proto__', ''],
    ['/x?dryRun=toString', ''],
    ['/x', '{"dryRun": {"toString": 1}}'],
    ['/x', '{"dryRun": ["1"]}'],
    ['/x', '{"dryRun": null}'],
    ['/x', '{"dryRun": 2}'],
  ])('never acts on a dryRun that it does not understand: %s %s', async (path, sent) => {
    const { status: code, body } = await ask(recover, 'POST', { path, body: sent });
    expect([code, body.error]).toEqual([400, 'invalid_input']);
    expect(fake.bots.calls).toEqual([]);
  });
});

describe('GET /admin/simple/status', () => {
  it('lists users and totals for the admin', async () => {
    await ask(start, 'POST');
    const { status: code, body } = await ask(adminStatus, 'GET', { headers: { cookie: adminCookie } });
    expect(code).toBe(200);
    expect(body.users[user]).toEqual({ running: true, status: 'running', uptime: 0 });
    expect(body.totals.total_managed).toBe(Object.keys(body.users).length);
    expect(body.totals.total_running).toBeGreaterThan(0);
    expect(new Date(body.totals.timestamp).toISOString()).toBe(body.totals.timestamp);
  });

  it('is not for others', async () => {
    const { status: code, body } = await ask(adminStatus, 'GET');
    expect([code, body.error, body.success]).toEqual([403, 'forbidden', false]);
  });
});

describe('GET /__debug/db', () => {
  const pragmas = {
    journal_mode: 'wal',
    busy_timeout: 30000,
    synchronous: 1,
    temp_store: 2,
    cache_size: -20000,
    foreign_keys: 1,
  };

  it('answers somebody at this machine without a session', async () => {
    const headers = { [SOCKET_HEADER]: '127.0.0.1', [FORWARDED_HEADER]: 'no', host: '127.0.0.1:8000' };
    const { status: code, body } = await ask(debugDb, 'GET', { headers, signedOut: true });
    expect(code).toBe(200);
    expect(body).toEqual({ path: fake.runtime.database.path, exists: true, pragmas });
  });

  it('answers the admin from anywhere', async () => {
    const headers = { [SOCKET_HEADER]: '203.0.113.9', cookie: adminCookie };
    expect((await ask(debugDb, 'GET', { headers })).body.pragmas).toEqual(pragmas);
  });

  it.each([
    ['a user from elsewhere', { [SOCKET_HEADER]: '203.0.113.9' }, 403],
    [
      'a proxy on this machine',
      { [SOCKET_HEADER]: '127.0.0.1', [FORWARDED_HEADER]: 'yes', host: 'localhost' },
      403,
    ],
    ['a request whose socket is unknown', {}, 403],
  ])('refuses %s', async (_who, headers, code) => {
    expect((await ask(debugDb, 'GET', { headers })).status).toBe(code);
  });
});

describe('the legacy addresses', () => {
  it.each([
    ['/force_refresh', forceRefresh, '/api/bot/start'],
    ['/single_refresh', singleRefresh, '/api/bot/recover'],
    ['/clear_force_refresh', clearForceRefresh, '/api/bot/stop'],
    ['/exit_and_stop', exitAndStop, '/api/bot/stop'],
  ])('%s moved for every method', async (path, route, target) => {
    for (const method of ['GET', 'POST', 'PUT', 'DELETE'] as const) {
      const { status: code, headers } = await ask(route, method, { path: `${path}?dryRun=1` });
      expect(code).toBe(308);
      expect(headers.get('location')).toBe(`${target}?dryRun=1`);
      expect(headers.get('deprecation')).toMatch(/^@\d+$/);
      expect(headers.get('link')).toBe(`<${target}>; rel="successor-version"`);
    }
  });
});

describe('every door', () => {
  const doors: [string, Route, Method][] = [
    ['start', start, 'POST'],
    ['stop', stop, 'POST'],
    ['status', status, 'GET'],
    ['recover', recover, 'POST'],
    ['admin status', adminStatus, 'GET'],
    ['debug', debugDb, 'GET'],
  ];

  it.each(doors)('%s is 401 JSON without a session', async (_name, route, method) => {
    const answer = await ask(route, method, { signedOut: true });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('content-type')).toContain('application/json');
    expect(answer.body).toMatchObject({ success: false, error: 'unauthorized', message: expect.any(String) });
  });

  it.each([...doors, ['health', healthz, 'GET'], ['legacy', forceRefresh, 'POST']] as typeof doors)(
    '%s is 403 for another site',
    async (_name, route, method) => {
      const answer = await ask(route, method, { headers: { origin: 'https://evil.example' } });
      expect([answer.status, answer.body.error]).toEqual([403, 'cross_site']);
      expect(fake.bots.calls).toEqual([]);
    },
  );

  it.each(doors)('%s is 405 with Allow for other methods', async (_name, route, method) => {
    const answer = await ask(route, 'DELETE');
    expect([answer.status, answer.body.error]).toEqual([405, 'method_not_allowed']);
    expect(answer.headers.get('allow')?.split(', ')).toContain(method);
  });

  it('logs a bug and shows nothing of it', async () => {
    const { recover: real } = fake.bots;
    fake.bots.recover = () => Promise.reject(new Error('secret detail'));
    const { status: code, body } = await ask(recover, 'POST');
    fake.bots.recover = real;
    expect([code, body.error]).toEqual([500, 'internal']);
    expect(JSON.stringify(body)).not.toContain('secret detail');
  });
});

describe('health', () => {
  it('is not ready before the bots are reconciled', async () => {
    fake.bots.reconciled = false;
    expect((await ask(readyz, 'GET', { signedOut: true })).status).toBe(503);
    fake.bots.reconciled = true;
    expect((await ask(readyz, 'GET', { signedOut: true })).status).toBe(200);
    expect((await ask(healthz, 'GET', { signedOut: true })).status).toBe(200);
  });
});

it('a stop whose user is disabled while its body is kept back does nothing', async () => {
  const { promise: kept, resolve: send } = Promise.withResolvers<void>();
  let beginning = true;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (!beginning) await kept;
      controller.enqueue(Buffer.from(beginning ? '{"mode":' : '"leave"}'));
      if (!beginning) controller.close();
      beginning = false;
    },
  });
  const init = { method: 'POST', headers: { cookie }, body, duplex: 'half' };
  const answered = stop.POST(new Request('http://127.0.0.1:8000/api/bot/stop', init));
  await new Promise((resolve) => setTimeout(resolve, 50));
  fake.runtime.userStates.disable(user, 'protect', Date.now());
  send();
  expect((await answered).status).toBe(401);
  expect(fake.bots.calls).toEqual([]);
});

it('a stop that changes nothing is answered as before and leaves no entry in the audit', async () => {
  await ask(start, 'POST');
  const position = { symbol: 'BTC/USDT', side: 'long' as const, quantity: '0.1', averageEntryPrice: '1' };
  fake.bots.show(user, {
    running: false,
    status: 'protecting',
    position: { ...position, markPrice: null, liquidationPrice: null, unrealizedPnl: null },
  });
  const entries = () =>
    fake.runtime.auditLog.list({ limit: 100, userId: user, action: 'bot.stop' }).items.length;
  for (let round = 0; round < 5; round += 1) {
    expect((await ask(stop, 'POST')).body).toMatchObject({ success: true, status: 'protecting' });
  }
  expect(entries()).toBe(0);
});
