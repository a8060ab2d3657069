import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as exportRoute from '../app/api/account/export/route.ts';
import type { CycleView } from '../bot/bot-view.ts';
import { createFakeRuntime, type FakeRuntime, PASSWORD } from '../testing/fake-runtime.ts';
import { serveTrpc, type TrpcServer } from '../testing/trpc-server.ts';
import { startBot } from './bot-doors.ts';
import { stopBotsOfDisabledUsers } from './disabled-bots.ts';
import { finishSignIn } from './sign-in.ts';

let fake: FakeRuntime;
let server: TrpcServer;
let adminId: number;
let admin: { cookie: string };
let user: number;
let email: string;
let cookie: string;

beforeAll(async () => {
  fake = await createFakeRuntime();
  server = await serveTrpc();
  adminId = await fake.addUser('admin@admin.com', 'admin');
  admin = { cookie: await fake.cookieOf(adminId) };
});

afterAll(async () => {
  server.close();
  await fake.close();
});

let count = 0;
beforeEach(async () => {
  count += 1;
  email = `user-${count}@example.com`;
  user = await fake.addUser(email);
  cookie = await fake.cookieOf(user);
  fake.bots.calls.length = 0;
});

const OPEN: CycleView = {
  number: 3,
  cycleKey: '1',
  symbol: 'BTC/USDT',
  side: 'long',
  state: 'open',
  leverage: 10,
  openedAt: '2026-01-01T00:00:00.000Z',
  legsFilled: 1,
  legsTotal: 2,
  takeProfitPrice: null,
  stopLossPrice: null,
};

const disable = (userId: number, mode?: string) =>
  server.mutate<{ bot: string }>('admin.users.disable', { userId, ...(mode ? { mode } : {}) }, admin);
const remove = (userId: number, confirmEmail: string) =>
  server.mutate('admin.users.remove', { userId, confirmEmail }, admin);

async function canSignIn(): Promise<boolean> {
  return (await finishSignIn({ email, address: '203.0.113.250', knownEmail: null }, PASSWORD)).ok;
}

describe('disabling a user', () => {
  it.each(['protect', 'leave', 'close'] as const)(
    'stops the bot with %s and ends all access',
    async (mode) => {
      await startBot(user, { adoptPosition: false });
      expect((await disable(user, mode)).data).toEqual({ disabled: true, bot: 'stopped' });
      expect(fake.bots.calls.at(-1)).toBe(`stop ${user} ${mode}`);
      expect((await server.query('account.me', undefined, { cookie })).status).toBe(401);
      expect(await canSignIn()).toBe(false);
      const listed = await server.query<{ id: number }[]>('admin.users.list', undefined, admin);
      expect(listed.data.find(({ id }) => id === user)).toMatchObject({ disabled: true, disabledMode: mode });
    },
  );

  it('without a mode protects, and a bot that does not run is no obstacle', async () => {
    expect((await disable(user)).data).toEqual({ disabled: true, bot: 'not_running' });
    expect(fake.bots.calls).toEqual([`stop ${user} protect`]);
  });

  it('keeps the bot from starting, whoever asks, until the user is enabled', async () => {
    await disable(user);
    expect(await server.mutate('admin.users.start', { userId: user }, admin)).toMatchObject({
      status: 409,
      code: 'user_disabled',
    });
    expect((await server.mutate('admin.users.enable', { userId: user }, admin)).data).toEqual({
      enabled: true,
    });
    expect(await canSignIn()).toBe(true);
    // The old session does not come back to life.
    expect((await server.query('account.me', undefined, { cookie })).status).toBe(401);
    expect((await server.mutate('admin.users.start', { userId: user }, admin)).status).toBe(200);
  });

  it('is made good where the bot runs all the same, after a crash in between for example', async () => {
    await startBot(user, { adoptPosition: false });
    fake.runtime.userStates.disable(user, 'close', Date.now());
    fake.bots.calls.length = 0;
    expect(await stopBotsOfDisabledUsers()).toBe(1);
    expect(fake.bots.calls).toEqual([`stop ${user} close`]);
    expect(await stopBotsOfDisabledUsers()).toBe(0);
  });

  it('is refused for the last admin who can sign in, and for nobody at all', async () => {
    expect(await disable(adminId)).toMatchObject({ status: 409, code: 'last_admin' });
    expect((await server.query('account.me', undefined, admin)).status).toBe(200);
    const second = await fake.addUser(`second-${email}`, 'admin');
    expect((await disable(second)).status).toBe(200);
    expect(await disable(adminId)).toMatchObject({ status: 409, code: 'last_admin' });
    expect(await disable(999_999)).toMatchObject({ status: 404, code: 'not_found' });
  });

  it('is for admins only', async () => {
    for (const call of ['disable', 'enable', 'remove', 'resetPassword']) {
      const input = { userId: adminId, confirmEmail: 'admin@admin.com' };
      expect((await server.mutate(`admin.users.${call}`, input, { cookie })).status).toBe(403);
    }
  });
});

describe('removing a user', () => {
  it('wants the email typed, and says which', async () => {
    const refused = await remove(user, 'somebody@example.com');
    expect([refused.status, refused.code, refused.errors[0]?.path]).toEqual([
      400,
      'confirm_email',
      'confirmEmail',
    ]);
    expect(refused.message).toContain(email);
    expect(await canSignIn()).toBe(true);
  });

  it('is refused while a cycle is open or the bot runs, and then nothing has changed', async () => {
    fake.bots.show(user, { cycle: OPEN });
    const open = await remove(user, email);
    expect([open.status, open.code]).toEqual([409, 'open_cycle']);
    expect(open.message).toMatch(/Cycle 3 of .* is open\. Stop the bot with "close"/);
    fake.bots.show(user, { cycle: { ...OPEN, state: 'settled' }, running: true, status: 'running' });
    expect((await remove(user, email)).code).toBe('bot_running');
    fake.bots.show(user, { running: false, status: 'protecting' });
    expect((await remove(user, email)).code).toBe('bot_running');
    expect((await server.query('account.me', undefined, { cookie })).status).toBe(200);
  });

  it('is refused, and taken back, when the bot was started at the same moment', async () => {
    const { credentialChanged } = fake.bots;
    fake.bots.credentialChanged = async (userId) => {
      fake.bots.show(userId, { running: true, status: 'running' });
    };
    expect((await remove(user, email)).code).toBe('bot_running');
    fake.bots.credentialChanged = credentialChanged;
    expect(await fake.runtime.users.findById(user)).toMatchObject({ disabledAt: null });
  });

  it('cannot be crossed by enabling the user, or by another removal', async () => {
    const { credentialChanged } = fake.bots;
    const meanwhile: string[] = [];
    fake.bots.credentialChanged = async () => {
      meanwhile.push((await server.mutate('admin.users.enable', { userId: user }, admin)).code ?? '');
      meanwhile.push((await remove(user, email)).code ?? '');
    };
    expect((await remove(user, email)).data).toEqual({ removed: true });
    fake.bots.credentialChanged = credentialChanged;
    expect(meanwhile).toEqual(['being_removed', 'being_removed']);
    expect(await fake.runtime.users.findById(user)).toBeNull();
  });

  it('does not say that it removed a user who is still there', async () => {
    const { credentialChanged } = fake.bots;
    fake.bots.credentialChanged = async (userId) => fake.runtime.userStates.enable(userId);
    expect(await remove(user, email)).toMatchObject({ status: 409, code: 'being_removed' });
    fake.bots.credentialChanged = credentialChanged;
    expect(await fake.runtime.users.findById(user)).toMatchObject({ id: user });
  });

  it('when it fails, does not undo what another admin disabled meanwhile', async () => {
    const { credentialChanged } = fake.bots;
    fake.bots.credentialChanged = async (userId) => {
      await disable(userId, 'leave');
      fake.bots.show(userId, { running: true, status: 'running' });
    };
    expect((await remove(user, email)).code).toBe('bot_running');
    fake.bots.credentialChanged = credentialChanged;
    const left = await fake.runtime.users.findById(user);
    expect(left).toMatchObject({ disabledMode: 'leave', disabledAt: expect.any(Number) });
    expect((await server.mutate('admin.users.enable', { userId: user }, admin)).status).toBe(200);
  });

  it('leaves nothing of the user but the audit, and never gives the id again', async () => {
    const token = await server.mutate<{ token: string }>(
      'tokens.create',
      { name: 'x', scopes: ['read'] },
      { cookie },
    );
    expect((await remove(user, ` ${email.toUpperCase()} `)).data).toEqual({ removed: true });
    expect((await server.query('account.me', undefined, { cookie })).status).toBe(401);
    const headers = { authorization: `Bearer ${token.data.token}` };
    expect((await server.query('bot.status', undefined, headers)).status).toBe(401);
    expect(fake.runtime.userData.count(user)).toBe(0);
    const again = await server.mutate('admin.users.create', { id: user, email, password: PASSWORD }, admin);
    expect([again.status, again.code]).toEqual([409, 'id_taken']);
    const made = await server.mutate<{ id: number }>(
      'admin.users.create',
      { email, password: PASSWORD },
      admin,
    );
    expect(made.data.id).toBeGreaterThan(user);
    const audit = await server.query<{ items: { action: string; subjectEmail: string }[] }>(
      'admin.audit.list',
      { userId: user },
      admin,
    );
    expect(audit.data.items.map(({ action }) => action)).toEqual(['user.remove', 'token.create']);
    expect(audit.data.items[0]?.subjectEmail).toBe(email);
  });
});

describe('an export', () => {
  it('has everything of the user but secrets, for the admin', async () => {
    await server.mutate('credentials.save', { venue: 'bybit', environment: 'paper' }, { cookie });
    const exported = await server.query<Record<string, unknown>>(
      'admin.users.export',
      { userId: user },
      admin,
    );
    expect(exported.data).toMatchObject({
      user: { id: user, email, role: 'user', disabled: false },
      credential: [{ venue: 'bybit', environment: 'paper' }],
      settings: [],
      cycles: [],
      fills: [],
      fundings: [],
      orders: [],
      tokens: [],
    });
    expect(exported.data['events']).toBeUndefined();
    expect(JSON.stringify(exported.data)).not.toMatch(/sealed|argon2|paper-secret|Hash/);
    expect((await server.query('admin.users.export', { userId: adminId }, { cookie })).status).toBe(403);
  });

  it('is downloaded by the user, however long it is', async () => {
    const event = fake.database.sql.prepare(
      "INSERT INTO Event (userId, cycleKey, type, data, at) VALUES (?, 1, 'x', '{}', 0)",
    );
    for (let index = 0; index < 6_001; index += 1) event.run(user);
    const response = await download({ cookie });
    expect(response.headers.get('content-disposition')).toBe(
      `attachment; filename="blitz-user-${user}.json"`,
    );
    const text = await response.text();
    const { events, audit, user: who } = JSON.parse(text) as Record<string, unknown[] & { id: number }>;
    expect([who?.id, events?.length]).toEqual([user, 6_001]);
    expect(audit?.[0]).toMatchObject({ action: 'user.export', by: 'you' });
    const other = await download({ cookie }, `?userId=${adminId}`);
    expect([other.status, ((await other.json()) as { error: string }).error]).toEqual([403, 'forbidden']);
    expect((await download(admin, `?userId=${user}`)).status).toBe(200);
    expect((await download(admin, '?userId=999999')).status).toBe(404);
    for (const search of ['?userId=', '?userId=0', '?userId=me', '?userId=1.5', '?userId=-1']) {
      const wrong = await download(admin, search);
      expect([wrong.status, ((await wrong.json()) as { error: string }).error]).toEqual([
        400,
        'invalid_input',
      ]);
    }
    expect((await download({})).status).toBe(401);
  });

  it('that is too large for one answer names the download', async () => {
    const fill = fake.database.sql.prepare(
      `INSERT INTO FundingEntry (fundingId, userId, cycleKey, symbol, amount, at) VALUES (?, ?, 1, 'BTC/USDT', '0', 0)`,
    );
    for (let index = 0; index < 5_001; index += 1) fill.run(`f-${index}`, user);
    const refused = await server.query('admin.users.export', { userId: user }, admin);
    expect(refused.code).toBe('export_too_large');
    expect(refused.message).toContain(`http://127.0.0.1:8000/api/account/export?userId=${user}`);
  });
});

function download(headers: Record<string, string>, search = ''): Promise<Response> {
  return exportRoute.GET(new Request(`http://127.0.0.1:8000/api/account/export${search}`, { headers }));
}

describe('giving another role', () => {
  const setRole = (userId: number, role: string, as: { cookie: string } = admin) =>
    server.mutate<{ role: string }>('admin.users.setRole', { userId, role }, as);

  it('makes a second admin, who signs in again and can do what the first can', async () => {
    const input = { name: 'script', scopes: ['read', 'control'] };
    const { data } = await server.mutate<{ token: string }>('tokens.create', input, { cookie });
    const script = { authorization: `Bearer ${data.token}` };
    expect((await server.query('account.me', undefined, script)).status).toBe(200);
    expect((await setRole(user, 'admin')).data).toEqual({ role: 'admin' });
    expect((await server.query('account.me', undefined, { cookie })).status).toBe(401);
    expect((await server.query('admin.users.list', undefined, script)).status).toBe(401);
    const again = { cookie: await fake.cookieOf(user) };
    expect((await server.query('admin.users.list', undefined, again)).status).toBe(200);
    expect((await setRole(adminId, 'user', again)).data).toEqual({ role: 'user' });
    expect((await setRole(adminId, 'admin', again)).data).toEqual({ role: 'admin' });
    admin = { cookie: await fake.cookieOf(adminId) };
    expect((await setRole(user, 'user')).data).toEqual({ role: 'user' });
  });

  it('never leaves the server without an admin', async () => {
    expect(await setRole(adminId, 'user')).toMatchObject({ status: 409, code: 'last_admin' });
    const disabled = await fake.addUser('disabled-admin@example.com', 'admin');
    await disable(disabled);
    expect(await setRole(adminId, 'user')).toMatchObject({ status: 409, code: 'last_admin' });
  });

  it('is the admin’s alone, says what is wrong, and is written down', async () => {
    expect((await setRole(user, 'admin', { cookie })).status).toBe(403);
    expect((await setRole(user, 'owner')).status).toBe(400);
    expect(await setRole(user, 'user')).toMatchObject({ status: 409, code: 'role_unchanged' });
    expect((await setRole(999_999, 'admin')).status).toBe(404);
    await setRole(user, 'admin');
    await setRole(user, 'user');
    const { data } = await server.query<{ items: { detail: object }[] }>(
      'admin.audit.list',
      { userId: user, action: 'user.role' },
      admin,
    );
    expect(data.items.map(({ detail }) => detail)).toEqual([{ role: 'user' }, { role: 'admin' }]);
  });
});
