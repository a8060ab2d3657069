import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as exportRoute from '../app/api/account/export/route.ts';
import * as adminStatus from '../app/admin/simple/status/route.ts';
import * as start from '../app/api/bot/start/route.ts';
import * as status from '../app/api/bot/status/route.ts';
import * as stop from '../app/api/bot/stop/route.ts';
import { createFakeRuntime, type FakeRuntime, PASSWORD } from '../testing/fake-runtime.ts';
import { serveTrpc, type TrpcServer } from '../testing/trpc-server.ts';
import { botChanges } from './bot-changes.ts';
import { SOCKET_HEADER } from './client-address.ts';
import { appRouter } from './routers/app-router.ts';
import type { Method, RouteHandler } from './rest-door.ts';
import { authenticate } from './session.ts';

type Route = Record<Method, RouteHandler>;

let fake: FakeRuntime;
let server: TrpcServer;
let adminId: number;
let user: number;
let cookie: string;

beforeAll(async () => {
  fake = await createFakeRuntime();
  server = await serveTrpc();
  adminId = await fake.addUser('admin@admin.com', 'admin');
});

afterAll(async () => {
  server.close();
  await fake.close();
});

let count = 0;
beforeEach(async () => {
  count += 1;
  user = await fake.addUser(`user-${count}@example.com`);
  cookie = await fake.cookieOf(user);
});

async function makeToken(scopes: string[], owner = cookie, more: object = {}) {
  const input = { name: 'my script', scopes, ...more };
  const made = await server.mutate<{ id: number; token: string }>('tokens.create', input, { cookie: owner });
  expect(made.status).toBe(200);
  return { ...made.data, headers: { authorization: `Bearer ${made.data.token}` } };
}

async function rest(route: Route, method: Method, headers: Record<string, string>) {
  const response = await route[method](new Request('http://127.0.0.1:8000/x', { method, headers }));
  const body = (await response.json()) as { error?: string; message?: string };
  return { ...body, status: response.status };
}

describe('a token', () => {
  it('with read looks, and changes nothing', async () => {
    const { headers } = await makeToken(['read']);
    expect((await rest(status, 'GET', headers)).status).toBe(200);
    expect((await server.query('bot.status', undefined, headers)).status).toBe(200);
    expect((await server.query('cycles.list', undefined, headers)).status).toBe(200);
    fake.bots.calls.length = 0;
    expect(await rest(start, 'POST', headers)).toMatchObject({ status: 403, error: 'forbidden' });
    expect(await rest(stop, 'POST', headers)).toMatchObject({ status: 403, error: 'forbidden' });
    for (const call of ['bot.start', 'bot.stop', 'bot.recover', 'settings.save']) {
      const refused = await server.mutate(call, {}, headers);
      expect([call, refused.status, refused.code]).toEqual([call, 403, 'forbidden']);
      expect(refused.message).toContain('scope "control"');
    }
    expect(fake.bots.calls).toEqual([]);
  });

  it('with control also starts, stops, recovers and saves settings', async () => {
    const { headers } = await makeToken(['control']);
    expect((await rest(status, 'GET', headers)).status).toBe(200);
    expect((await rest(start, 'POST', headers)).status).toBe(200);
    expect((await server.mutate('bot.stop', { mode: 'close' }, headers)).status).toBe(200);
    expect((await server.mutate('bot.recover', { dryRun: true }, headers)).status).toBe(200);
    const ladder = { symbol: 'BTCUSDT', side: 'long', leverage: 10, legs: [{ amount: 20 }], takeProfit: '5' };
    expect((await server.mutate('settings.save', ladder, headers)).status).toBe(200);
  });

  it('never looks after the account, keys, tokens or users, not even an admin', async () => {
    const owner = await fake.cookieOf(adminId);
    const { headers } = await makeToken(['read', 'control'], owner);
    const open = [
      ...['account.me', 'account.registration', 'account.register', 'invites.inspect', 'invites.accept'],
      ...['overview', 'console', 'health', 'stateChanges.list'].map((name) => `admin.${name}`),
      ...['users.list', 'users.start', 'users.stop', 'users.recover'].map((name) => `admin.${name}`),
    ];
    const procedures = appRouter._def.procedures as unknown as Record<string, { _def: { type: string } }>;
    const kept = Object.entries(procedures).filter(([name]) =>
      /^(account|credentials|tokens|invites|admin)\./.test(name),
    );
    const refused: string[] = [];
    for (const [
      name,
      {
        _def: { type },
      },
    ] of kept) {
      if (open.includes(name)) continue;
      const answer =
        type === 'query' ? await server.query(name, {}, headers) : await server.mutate(name, {}, headers);
      expect([name, answer.status, answer.code]).toEqual([name, 403, 'forbidden']);
      refused.push(name);
    }
    expect(refused).toEqual(
      expect.arrayContaining([
        'account.changePassword',
        'credentials.save',
        'credentials.get',
        'tokens.create',
        'tokens.list',
        'admin.users.create',
        'admin.users.remove',
        'admin.users.export',
        'admin.invites.create',
        'admin.audit.list',
      ]),
    );
    expect(await rest(exportRoute, 'GET', headers)).toMatchObject({ status: 403, error: 'forbidden' });
  });

  it('of an admin reads the status of all, and with control switches their bots', async () => {
    const owner = await fake.cookieOf(adminId);
    const read = await makeToken(['read'], owner);
    expect((await rest(adminStatus, 'GET', read.headers)).status).toBe(200);
    expect((await server.query('admin.users.list', undefined, read.headers)).status).toBe(200);
    expect((await server.mutate('admin.users.start', { userId: user }, read.headers)).status).toBe(403);
    const control = await makeToken(['control'], owner);
    expect((await server.mutate('admin.users.start', { userId: user }, control.headers)).status).toBe(200);
    expect((await server.mutate('admin.users.stop', { userId: user }, control.headers)).status).toBe(200);
    const ordinary = await makeToken(['read', 'control']);
    expect((await server.query('admin.users.list', undefined, ordinary.headers)).status).toBe(403);
  });

  it('that is wrong, revoked, expired or of a disabled user is 401 and says what to do', async () => {
    const revoked = await makeToken(['read']);
    expect((await server.mutate('tokens.revoke', { id: revoked.id }, { cookie })).status).toBe(200);
    const lifetime = { expiresAt: Date.now(), now: Date.now() };
    const past = fake.runtime.apiTokens.create({
      userId: user,
      name: 'x',
      scopes: ['read'],
      ...lifetime,
    });
    const expired = { headers: { authorization: `Bearer ${past.token}` } };
    const disabled = await makeToken(['read']);
    const admin = { cookie: await fake.cookieOf(adminId) };
    await server.mutate('admin.users.disable', { userId: user }, admin);
    const wrong = { headers: { authorization: 'Bearer blitz_nonsense' } };
    for (const { headers } of [revoked, expired, disabled, wrong]) {
      const answer = await rest(status, 'GET', headers);
      expect([answer.status, answer.error]).toEqual([401, 'unauthorized']);
      expect(answer.message).toBe(
        'The access token is unknown, expired or revoked. Make a new one on your page.',
      );
      expect((await server.query('bot.status', undefined, headers)).code).toBe('unauthorized');
    }
  });

  it('counts, not the cookie beside it, and other schemes are not ours', async () => {
    const both = { cookie, authorization: 'Bearer blitz_nonsense' };
    expect((await rest(status, 'GET', both)).status).toBe(401);
    expect((await rest(status, 'GET', { cookie, authorization: 'Basic eDp5' })).status).toBe(200);
    expect((await rest(status, 'GET', { cookie, authorization: 'Bearer' })).status).toBe(200);
  });

  it('may be guessed thirty times from one address; right ones are not kept out', async () => {
    const { headers } = await makeToken(['read']);
    const from = { [SOCKET_HEADER]: '198.51.100.7' };
    const codes: (string | undefined)[] = [];
    for (let index = 0; index < 31; index += 1) {
      codes.push((await rest(status, 'GET', { ...from, authorization: `Bearer blitz_${index}` })).error);
    }
    expect(codes).toEqual([...Array(30).fill('unauthorized'), 'rate_limited']);
    expect((await rest(status, 'GET', { ...from, ...headers })).status).toBe(200);
  });

  it('shares the limits of its user', async () => {
    const { headers } = await makeToken(['read']);
    for (let index = 0; index < 299; index += 1) await rest(status, 'GET', headers);
    // The token itself was made with one request.
    expect(await rest(status, 'GET', headers)).toMatchObject({ status: 429, error: 'rate_limited' });
    expect(await rest(status, 'GET', { cookie })).toMatchObject({ status: 429, error: 'rate_limited' });
  });
});

describe('the list of tokens', () => {
  it('has names, scopes, times and hints, and never a token', async () => {
    const { id, token, headers } = await makeToken(['control'], cookie, { expiresAt: '2999-01-31' });
    await rest(status, 'GET', headers);
    const { data } = await server.query<object[]>('tokens.list', undefined, { cookie });
    expect(data).toEqual([
      {
        id,
        name: 'my script',
        scopes: ['read', 'control'],
        hint: token.slice(-4),
        createdAt: expect.any(String),
        expiresAt: '2999-01-31T00:00:00.000Z',
        expired: false,
        lastUsedAt: expect.any(String),
      },
    ]);
    expect(JSON.stringify(data)).not.toContain(token);
  });

  it.each([
    [{ name: ' ', scopes: ['read'] }, 'name'],
    [{ name: 'x'.repeat(61), scopes: ['read'] }, 'name'],
    [{ name: 'x', scopes: [] }, 'scopes'],
    [{ name: 'x', scopes: ['write'] }, 'scopes.0'],
    [{ name: 'x', scopes: ['read'], expiresAt: '2020-01-01' }, 'expiresAt'],
    [{ name: 'x', scopes: ['read'], expiresAt: 'soon' }, 'expiresAt'],
  ])('takes no %j', async (input, path) => {
    const refused = await server.mutate('tokens.create', input, { cookie });
    expect([refused.status, refused.errors[0]?.path]).toEqual([400, path]);
  });

  it('takes no endless list of scopes, and answers briefly', async () => {
    const input = { name: 'x', scopes: Array(20_000).fill('x') };
    const refused = await server.mutate('tokens.create', input, { cookie });
    expect(refused.status).toBe(400);
    expect(refused.errors).toHaveLength(1);
    expect(refused.errors[0]?.path).toBe('scopes');
  });

  it('is of bounded length also where many are made at the same moment', async () => {
    const input = { name: 'x', scopes: ['read'] };
    const made = await Promise.all(
      Array.from({ length: 30 }, () => server.mutate('tokens.create', input, { cookie })),
    );
    expect(made.filter(({ status }) => status === 200)).toHaveLength(20);
    const codes = made.filter(({ status }) => status !== 200).map(({ code }) => code);
    expect(new Set(codes)).toEqual(new Set(['too_many_tokens']));
  });

  it('is of bounded length, and revoking is for its owner', async () => {
    const made = await makeToken(['read']);
    for (let index = 1; index < 20; index += 1) await makeToken(['read']);
    expect((await server.mutate('tokens.create', { name: 'x', scopes: ['read'] }, { cookie })).code).toBe(
      'too_many_tokens',
    );
    const stranger = { cookie: await fake.cookieOf(adminId) };
    expect((await server.mutate('tokens.revoke', { id: made.id }, stranger)).code).toBe('not_found');
  });
});

describe('a changed password', () => {
  const change = { currentPassword: PASSWORD, newPassword: 'another good password' };

  it('ends sessions and leaves tokens', async () => {
    const { headers } = await makeToken(['read']);
    const changed = await server.mutate('account.changePassword', change, { cookie });
    expect(changed.data).toEqual({ changed: true, tokensRevoked: 0 });
    expect((await rest(status, 'GET', { cookie })).status).toBe(401);
    expect((await rest(status, 'GET', headers)).status).toBe(200);
  });

  it('ends tokens too where that is asked for', async () => {
    const { headers } = await makeToken(['read']);
    const changed = await server.mutate(
      'account.changePassword',
      { ...change, revokeTokens: true },
      { cookie },
    );
    expect(changed.data).toEqual({ changed: true, tokensRevoked: 1 });
    expect((await rest(status, 'GET', headers)).status).toBe(401);
  });
});

describe('a stream', () => {
  it('opened with a token ends as soon as the token is revoked', async () => {
    const { id, headers } = await makeToken(['read']);
    const principal = await authenticate(new Headers(headers));
    if (!principal.ok) throw new Error(principal.error.message);
    const stream = botChanges(user, principal.value, new AbortController().signal);
    expect((await stream.next()).done).toBe(false);
    const next = stream.next();
    await server.mutate('tokens.revoke', { id }, { cookie });
    expect(await next).toEqual({ done: true, value: undefined });
  });
});
