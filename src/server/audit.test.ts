import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as start from '../app/api/bot/start/route.ts';
import type { AuditEntry } from '../store/audit-log.ts';
import { createFakeRuntime, type FakeRuntime, PASSWORD } from '../testing/fake-runtime.ts';
import { serveTrpc, type TrpcServer } from '../testing/trpc-server.ts';
import { record } from './audit.ts';
import { SOCKET_HEADER } from './client-address.ts';
import { finishSignIn } from './sign-in.ts';

let fake: FakeRuntime;
let server: TrpcServer;
let adminId: number;
let admin: Record<string, string>;
let user: number;
let email: string;
let own: Record<string, string>;

beforeAll(async () => {
  fake = await createFakeRuntime();
  server = await serveTrpc();
  adminId = await fake.addUser('admin@admin.com', 'admin');
  admin = { cookie: await fake.cookieOf(adminId), [SOCKET_HEADER]: '198.51.100.1' };
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
  own = { cookie: await fake.cookieOf(user), [SOCKET_HEADER]: '203.0.113.9' };
});

async function audit(): Promise<AuditEntry[]> {
  const { data } = await server.query<{ items: AuditEntry[] }>(
    'admin.audit.list',
    { userId: user, limit: 50 },
    admin,
  );
  return data.items;
}

const LADDER = {
  symbol: 'BTCUSDT',
  side: 'long',
  leverage: 10,
  legs: [{ amount: 20 }, { amount: 30, gap: 1.5 }],
  takeProfit: '5%',
};

describe('the audit', () => {
  it('says who did what, from where and how', async () => {
    await server.mutate('bot.start', {}, own);
    await server.mutate('admin.users.stop', { userId: user, mode: 'close' }, admin);
    const { data } = await server.mutate<{ id: number; token: string }>(
      'tokens.create',
      { name: 'script', scopes: ['control'] },
      own,
    );
    const headers = { authorization: `Bearer ${data.token}`, [SOCKET_HEADER]: '192.0.2.5' };
    await start.POST(new Request('http://127.0.0.1:8000/api/bot/start', { method: 'POST', headers }));
    const entries = await audit();
    const me = { subjectId: user, subjectEmail: email };
    expect(entries).toMatchObject([
      {
        ...me,
        action: 'bot.start',
        actorId: user,
        via: 'token',
        address: '192.0.2.5',
        detail: { byToken: data.id },
      },
      {
        ...me,
        action: 'token.create',
        via: 'session',
        detail: { tokenId: data.id, name: 'script', scopes: ['read', 'control'], expires: null },
      },
      {
        ...me,
        action: 'bot.stop',
        actorId: adminId,
        actorEmail: 'admin@admin.com',
        address: '198.51.100.1',
        detail: { mode: 'close', status: 'stopped' },
      },
      {
        ...me,
        action: 'bot.start',
        actorId: user,
        actorEmail: email,
        via: 'session',
        address: '203.0.113.9',
      },
    ]);
    expect(JSON.stringify(entries)).not.toContain(data.token);
  });

  it('says what changed in settings, and nothing of what did not', async () => {
    await server.mutate('settings.save', LADDER, own);
    await server.mutate('settings.save', { ...LADDER, takeProfit: '7.5%', leverage: 5 }, own);
    const [changed, first] = await audit();
    expect(changed?.detail).toEqual({ leverage: [10, 5], takeProfit: ['5', '7.5'] });
    expect(first?.detail).toMatchObject({ symbol: [null, 'BTC/USDT'] });
  });

  it('has sign-ins and failed ones, and never what was typed in place of an address', async () => {
    const attempt = { email, address: '203.0.113.7', knownEmail: null };
    await finishSignIn(attempt, 'a wrong password');
    await finishSignIn({ ...attempt, email: 'my secret password' }, 'x');
    await finishSignIn(attempt, PASSWORD);
    fake.runtime.userStates.disable(user, 'protect', Date.now());
    await finishSignIn(attempt, PASSWORD);
    const entries = await audit();
    expect(entries).toMatchObject([
      { action: 'session.sign_in_failed', subjectId: user, detail: { email, reason: 'disabled' } },
      { action: 'session.sign_in', actorId: user, address: '203.0.113.7' },
      { action: 'session.sign_in_failed', actorId: null, subjectId: user, detail: { email } },
    ]);
    const all = await server.query('admin.audit.list', { action: 'session.', limit: 100 }, admin);
    expect(JSON.stringify(all.data)).not.toMatch(/my secret|wrong password/);
  });

  it('has keys, passwords, links and users, without their secrets', async () => {
    const account = { accountUid: `uid-${user}`, canTrade: true, canWithdraw: false };
    fake.accounts.set('demo-key-5678', {
      ok: true,
      value: { ...account, walletBalance: '1', availableBalance: '1' },
    });
    const key = { venue: 'bybit', environment: 'demo', apiKey: 'demo-key-5678', apiSecret: 'demo-secret' };
    await server.mutate('credentials.save', key, own);
    await server.mutate('credentials.remove', {}, own);
    await server.mutate('admin.users.resetPassword', { userId: user }, admin);
    const change = { currentPassword: PASSWORD, newPassword: 'another good password' };
    await server.mutate('account.changePassword', change, own);
    await server.mutate('admin.users.disable', { userId: user, mode: 'leave' }, admin);
    await server.mutate('admin.users.enable', { userId: user }, admin);
    const entries = await audit();
    expect(entries.map(({ action }) => action).reverse()).toEqual([
      'credential.save',
      'credential.remove',
      'password.reset_link',
      'password.change',
      'user.disable',
      'user.enable',
    ]);
    expect(entries.at(-1)?.detail).toMatchObject({ environment: 'demo', keyHint: '5678' });
    expect(JSON.stringify(entries)).not.toMatch(/demo-secret|demo-key|good password|invite\//);
  });

  it('has nothing of what was refused', async () => {
    await server.mutate('bot.stop', {}, own);
    await server.mutate('settings.save', { ...LADDER, leverage: 0 }, own);
    await server.mutate('admin.users.disable', { userId: adminId }, own);
    expect(await audit()).toEqual([]);
  });

  it('that cannot be written stops nothing', async () => {
    const { write } = fake.runtime.auditLog;
    fake.runtime.auditLog.write = () => {
      throw new Error('disk full');
    };
    expect((await server.mutate('bot.start', {}, own)).status).toBe(200);
    fake.runtime.auditLog.write = write;
  });

  it('is for admins, and takes an action or the beginning of some', async () => {
    expect((await server.query('admin.audit.list', {}, own)).status).toBe(403);
    for (const action of ['bot', "'; DROP TABLE", 'Bot.start']) {
      expect((await server.query('admin.audit.list', { action }, admin)).status).toBe(400);
    }
  });

  it('names the server where nobody asked', async () => {
    await record('bot.stop', { subjectId: user });
    expect(await audit()).toMatchObject([
      { via: 'system', actorId: null, address: null, subjectEmail: email },
    ]);
  });
});

describe("a user's own activity", () => {
  it('has what concerns them, without where the admin was', async () => {
    await server.mutate('bot.start', {}, own);
    await server.mutate('admin.users.stop', { userId: user }, admin);
    await finishSignIn({ email, address: '203.0.113.66', knownEmail: null }, 'a guess');
    const { data } = await server.query<{ items: object[] }>('account.activity', { limit: 10 }, own);
    expect(data.items).toMatchObject([
      { action: 'session.sign_in_failed', by: 'somebody', address: '203.0.113.66' },
      { action: 'bot.stop', by: 'admin', address: null },
      { action: 'bot.start', by: 'you', address: '203.0.113.9' },
    ]);
    expect(JSON.stringify(data)).not.toMatch(/admin@admin|198\.51/);
  });
});
