import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createFakeRuntime, type FakeRuntime, PASSWORD } from '../testing/fake-runtime.ts';
import { serveTrpc, type TrpcServer } from '../testing/trpc-server.ts';
import { SOCKET_HEADER } from './client-address.ts';
import { finishSignIn } from './sign-in.ts';

const NEW_PASSWORD = 'another good password';
const LINK = /^http:\/\/127\.0\.0\.1:8000\/invite\/([\w-]{43})$/;

let fake: FakeRuntime;
let server: TrpcServer;
let admin: { cookie: string };
let from: Record<string, string>;

beforeAll(async () => {
  fake = await createFakeRuntime();
  server = await serveTrpc();
  admin = { cookie: await fake.cookieOf(await fake.addUser('admin@admin.com', 'admin')) };
});

afterAll(async () => {
  server.close();
  await fake.close();
});

let count = 0;
let email: string;
beforeEach(() => {
  count += 1;
  email = `person-${count}@example.com`;
  from = { [SOCKET_HEADER]: `203.0.113.${count}` };
  fake.runtime.config.registration = 'invite';
});

interface Made {
  id: number;
  url: string;
  expiresAt: string;
}

function tokenOf(url: string | undefined): string {
  return LINK.exec(url ?? '')?.[1] ?? `no token in ${url}`;
}

async function invite(input: object = {}) {
  const { data } = await server.mutate<Made>('admin.invites.create', input, admin);
  return { ...data, token: tokenOf(data.url) };
}

async function resetLink(userId: number) {
  const { data } = await server.mutate<Made>('admin.users.resetPassword', { userId }, admin);
  return { ...data, token: tokenOf(data.url) };
}

async function opensWith(password: string): Promise<boolean> {
  return (await finishSignIn({ email, address: '203.0.113.250', knownEmail: null }, password)).ok;
}

async function stateOf(id: number) {
  const { data } = await server.query<{ id: number; state: string }[]>(
    'admin.invites.list',
    undefined,
    admin,
  );
  return data.find((link) => link.id === id)?.state;
}

describe('an invite link', () => {
  it('makes one account, which is signed in at once', async () => {
    const { id, token, expiresAt } = await invite();
    expect(Date.parse(expiresAt) - Date.now()).toBeGreaterThan(71 * 3_600_000);
    expect((await server.query('invites.inspect', { token })).data).toMatchObject({
      kind: 'join',
      email: null,
    });
    const joined = await server.mutate<{ id: number }>(
      'invites.accept',
      { token, email, password: PASSWORD },
      from,
    );
    expect(joined.status).toBe(200);
    const cookie = joined.cookies.join('; ');
    expect((await server.query('account.me', undefined, { cookie })).data).toEqual({
      id: joined.data.id,
      email,
      role: 'user',
    });
    expect(await opensWith(PASSWORD)).toBe(true);
    expect(await stateOf(id)).toBe('used');
    const again = { token, email: `other-${email}`, password: PASSWORD };
    expect(await server.mutate('invites.accept', again, from)).toMatchObject({
      status: 404,
      code: 'invalid_link',
    });
  });

  it('works through account.register too', async () => {
    const { token } = await invite();
    const made = await server.mutate('account.register', { email, password: PASSWORD, invite: token }, from);
    expect([made.status, await opensWith(PASSWORD)]).toEqual([200, true]);
  });

  it('for one address is for that address', async () => {
    const { token } = await invite({ email: ` ${email.toUpperCase()}`.trim() });
    expect((await server.query('invites.inspect', { token })).data).toMatchObject({ email });
    const other = await server.mutate(
      'invites.accept',
      { token, email: 'eve@example.com', password: PASSWORD },
      from,
    );
    expect([other.status, other.errors[0]?.path]).toEqual([400, 'email']);
    expect((await server.mutate('invites.accept', { token, password: PASSWORD }, from)).status).toBe(200);
    expect(await opensWith(PASSWORD)).toBe(true);
  });

  it('is not used up by what went wrong', async () => {
    const { token } = await invite();
    await fake.addUser(`taken-${email}`);
    const answers = [
      await server.mutate('invites.accept', { token, email, password: 'short' }, from),
      await server.mutate('invites.accept', { token, password: PASSWORD }, from),
      await server.mutate('invites.accept', { token, email: `taken-${email}`, password: PASSWORD }, from),
    ];
    expect(answers.map(({ status, code }) => [status, code])).toEqual([
      [400, 'invalid_input'],
      [400, 'invalid_input'],
      [400, 'cannot_register'],
    ]);
    expect((await server.mutate('invites.accept', { token, email, password: PASSWORD }, from)).status).toBe(
      200,
    );
  });

  it('makes one account, however many use it at once', async () => {
    const { token } = await invite();
    const answers = await Promise.all(
      Array.from({ length: 4 }, (_, index) =>
        server.mutate('invites.accept', { token, email: `${index}-${email}`, password: PASSWORD }, from),
      ),
    );
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 404, 404, 404]);
  });

  it('that was revoked says no more than one that never was', async () => {
    const { id, token } = await invite();
    expect((await server.mutate('admin.invites.revoke', { id }, admin)).status).toBe(200);
    expect((await server.mutate('admin.invites.revoke', { id }, admin)).code).toBe('not_found');
    const [revoked, unknown] = [
      await server.query('invites.inspect', { token }),
      await server.query('invites.inspect', { token: 'x'.repeat(43) }),
    ];
    expect(revoked).toMatchObject({ status: 404, code: 'invalid_link' });
    expect(revoked).toEqual(unknown);
    expect(await stateOf(id)).toBe('revoked');
  });

  it('that is wrong may be tried thirty times from one address; a right one still works', async () => {
    const { token } = await invite();
    const codes: (string | undefined)[] = [];
    for (let index = 0; index < 31; index += 1) {
      codes.push((await server.query('invites.inspect', { token: `guess-${index}` }, from)).code);
    }
    expect(codes).toEqual([...Array(30).fill('invalid_link'), 'rate_limited']);
    expect((await server.query('invites.inspect', { token }, from)).status).toBe(200);
  });

  it('is neither made nor used while registration is closed', async () => {
    const { token } = await invite();
    fake.runtime.config.registration = 'closed';
    expect(await server.mutate('admin.invites.create', {}, admin)).toMatchObject({
      status: 403,
      code: 'registration_closed',
    });
    expect((await server.mutate('invites.accept', { token, email, password: PASSWORD }, from)).code).toBe(
      'registration_closed',
    );
  });

  it('is made for at most thirty days, by admins only', async () => {
    expect((await server.mutate('admin.invites.create', { expiresInHours: 721 }, admin)).status).toBe(400);
    const cookie = await fake.cookieOf(await fake.addUser(email));
    for (const call of ['create', 'revoke']) {
      expect((await server.mutate(`admin.invites.${call}`, { id: 1 }, { cookie })).status).toBe(403);
    }
    expect((await server.query('admin.invites.list', undefined, { cookie })).status).toBe(403);
  });

  it('never shows its token again', async () => {
    const { token } = await invite();
    const { data } = await server.query('admin.invites.list', undefined, admin);
    expect(JSON.stringify(data)).not.toContain(token);
  });
});

describe('a user without a password', () => {
  it('cannot sign in until the link has set one', async () => {
    const created = await server.mutate<{ id: number; inviteUrl: string }>(
      'admin.users.create',
      { email },
      admin,
    );
    expect(await opensWith('')).toBe(false);
    const token = tokenOf(created.data.inviteUrl);
    expect((await server.query('invites.inspect', { token })).data).toMatchObject({
      kind: 'password',
      email,
    });
    const set = await server.mutate<{ id: number }>(
      'invites.accept',
      { token, password: NEW_PASSWORD },
      from,
    );
    expect(set.data).toEqual({ id: created.data.id });
    expect(await opensWith(NEW_PASSWORD)).toBe(true);
  });

  it('gets no link where the admin chose the password', async () => {
    const created = await server.mutate('admin.users.create', { email, password: PASSWORD }, admin);
    expect(created.data).toEqual({ id: expect.any(Number) });
    expect(await opensWith(PASSWORD)).toBe(true);
  });
});

describe('a reset link', () => {
  it('changes nothing until it is used, and then ends every session', async () => {
    const userId = await fake.addUser(email);
    const cookie = await fake.cookieOf(userId);
    const { token } = await resetLink(userId);
    expect([
      (await server.query('account.me', undefined, { cookie })).status,
      await opensWith(PASSWORD),
    ]).toEqual([200, true]);
    const set = await server.mutate('invites.accept', { token, password: NEW_PASSWORD }, from);
    expect((await server.query('account.me', undefined, { cookie })).status).toBe(401);
    expect([await opensWith(PASSWORD), await opensWith(NEW_PASSWORD)]).toEqual([false, true]);
    const renewed = set.cookies.join('; ');
    expect((await server.query('account.me', undefined, { cookie: renewed })).status).toBe(200);
    expect((await server.query('invites.inspect', { token })).code).toBe('invalid_link');
  });

  it('stops working with a newer one, with a changed password and with a disabled user', async () => {
    const userId = await fake.addUser(email);
    const works = async (token: string) => (await server.query('invites.inspect', { token })).status === 200;
    const first = await resetLink(userId);
    const second = await resetLink(userId);
    expect([await works(first.token), await works(second.token)]).toEqual([false, true]);
    const change = { currentPassword: PASSWORD, newPassword: NEW_PASSWORD };
    const cookie = await fake.cookieOf(userId);
    expect((await server.mutate('account.changePassword', change, { cookie })).status).toBe(200);
    expect(await works(second.token)).toBe(false);
    const third = await resetLink(userId);
    await server.mutate('admin.users.disable', { userId }, admin);
    expect(await works(third.token)).toBe(false);
    const refused = await server.mutate('admin.users.resetPassword', { userId }, admin);
    expect([refused.status, refused.code]).toEqual([409, 'user_disabled']);
  });

  it('works while registration is closed', async () => {
    fake.runtime.config.registration = 'closed';
    const { token } = await resetLink(await fake.addUser(email));
    expect((await server.mutate('invites.accept', { token, password: NEW_PASSWORD }, from)).status).toBe(200);
  });
});

describe('registration', () => {
  it.each(['invite', 'closed'] as const)('with REGISTRATION=%s takes nobody without a link', async (mode) => {
    fake.runtime.config.registration = mode;
    expect((await server.query('account.registration')).data).toEqual({ mode });
    const refused = await server.mutate('account.register', { email, password: PASSWORD }, from);
    expect([refused.status, refused.code]).toEqual([403, 'registration_closed']);
    expect(await fake.runtime.users.findByEmail(email)).toBeNull();
  });

  it('with REGISTRATION=open signs the new user in, and does not tell a taken address from other failures', async () => {
    fake.runtime.config.registration = 'open';
    const made = await server.mutate('account.register', { email, password: PASSWORD }, from);
    const cookie = made.cookies.join('; ');
    expect((await server.query('account.me', undefined, { cookie })).data).toMatchObject({
      email,
      role: 'user',
    });
    const taken = await server.mutate('account.register', { email, password: NEW_PASSWORD }, from);
    expect([taken.status, taken.code]).toEqual([400, 'cannot_register']);
    expect(taken.message).not.toContain(email);
    expect(await opensWith(PASSWORD)).toBe(true);
  });

  it('is limited per address, and refuses pages of other sites', async () => {
    fake.runtime.config.registration = 'open';
    const foreign = { ...from, origin: 'https://evil.example' };
    expect(await server.mutate('account.register', { email, password: PASSWORD }, foreign)).toMatchObject({
      status: 403,
      code: 'cross_site',
    });
    const codes: (string | undefined)[] = [];
    for (let index = 0; index < 11; index += 1) {
      codes.push((await server.mutate('account.register', { email, password: PASSWORD }, from)).code);
    }
    expect(codes).toEqual([undefined, ...Array(9).fill('cannot_register'), 'rate_limited']);
  });

  it('wants the same passwords as everywhere', async () => {
    fake.runtime.config.registration = 'open';
    const refused = await server.mutate('account.register', { email, password: '123456789' }, from);
    expect(refused.errors[0]).toMatchObject({ path: 'password' });
  });
});
