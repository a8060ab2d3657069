import { TRPCError } from '@trpc/server';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createFakeRuntime, type FakeRuntime, PASSWORD } from '../../testing/fake-runtime.ts';
import type { Context } from '../context.ts';
import { httpStatusOf } from '../refusal.ts';
import { authenticate } from '../session.ts';
import { refusalOf } from '../trpc.ts';
import { appRouter } from './app-router.ts';

const SETTINGS = {
  symbol: 'BTCUSDT',
  side: 'long' as const,
  leverage: 10,
  legs: [{ amount: 20 }, { amount: '30', gap: '1.5%' }],
  takeProfit: '5%',
};

let fake: FakeRuntime;
let admin: number;
let user: number;
let cookies: string[];

beforeAll(async () => {
  fake = await createFakeRuntime();
  admin = await fake.addUser('admin@admin.com', 'admin');
});

afterAll(() => fake.close());

let count = 0;
beforeEach(async () => {
  count += 1;
  user = await fake.addUser(`user-${count}@example.com`);
  cookies = [];
  fake.bots.calls.length = 0;
  fake.bots.previewAnswer = { legs: [], errors: [], warnings: [] };
});

async function as(userId: number | null) {
  return withCookie(userId === null ? null : await fake.cookieOf(userId));
}

async function withCookie(cookie: string | null) {
  const headers = new Headers(cookie === null ? {} : { cookie });
  const context: Context = {
    principal: await authenticate(headers),
    address: '203.0.113.9',
    foreign: null,
    setCookie: (cookie) => void cookies.push(cookie),
  };
  return appRouter.createCaller(context);
}

async function refusalFrom(call: Promise<unknown>) {
  const error: unknown = await call.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof TRPCError)) throw new Error(`expected a refusal, got ${String(error)}`);
  const refusal = refusalOf(error);
  if (refusal === null) throw error;
  return { ...refusal, httpStatus: httpStatusOf(refusal.code), trpc: error.code };
}

describe('settings', () => {
  it('are saved in their normal form and read back', async () => {
    const caller = await as(user);
    const saved = await caller.settings.save(SETTINGS);
    expect(saved.settings).toEqual({
      symbol: 'BTC/USDT',
      side: 'long',
      leverage: 10,
      legs: [
        { amount: '20', gap: '0' },
        { amount: '30', gap: '1.5' },
      ],
      rounds: 2,
      takeProfit: '5',
      stopLoss: '0',
      repeat: true,
      cooldown: 8,
      guard: 'halt',
    });
    expect(saved.applied).toEqual({ now: ['takeProfit'], nextCycle: ['legs'] });
    expect(await caller.settings.get()).toEqual(saved.settings);
  });

  it('are not changed by wrong input, which is named field by field', async () => {
    const caller = await as(user);
    const { settings } = await caller.settings.save(SETTINGS);
    const refusal = await refusalFrom(caller.settings.save({ ...SETTINGS, leverage: 0, takeProfit: '-1' }));
    expect(refusal).toMatchObject({ code: 'invalid_settings', httpStatus: 400, trpc: 'BAD_REQUEST' });
    expect(refusal.errors?.map(({ path }) => path)).toEqual(['leverage', 'takeProfit']);
    expect(await caller.settings.get()).toEqual(settings);
  });

  it('are not saved when they cannot be traded', async () => {
    const caller = await as(user);
    const error = { path: 'legs.1.amount', code: 'quantity_below_minimum', message: 'Leg 1 is too small.' };
    fake.bots.previewAnswer = { legs: [], errors: [error], warnings: [] };
    const refusal = await refusalFrom(caller.settings.save(SETTINGS));
    expect(refusal).toMatchObject({ code: 'invalid_settings', errors: [error] });
    expect(refusal.message).toBe('legs.1.amount: Leg 1 is too small.');
    expect((await refusalFrom(caller.settings.get())).code).toBe('not_found');
  });

  it('are saved in spite of warnings, which are passed on', async () => {
    const warning = { path: 'takeProfit', code: 'take_profit_below_fees', message: 'Fees eat it.' };
    fake.bots.previewAnswer = { legs: [], errors: [], warnings: [warning] };
    expect((await (await as(user)).settings.save(SETTINGS)).warnings).toEqual([warning]);
  });

  it('in a preview may be wrong', async () => {
    const preview = await (await as(user)).settings.preview({ ...SETTINGS, leverage: 'x' });
    expect(preview.errors.map(({ path }) => path)).toEqual(['leverage']);
  });
});

describe('credentials', () => {
  const key = {
    venue: 'bybit' as const,
    environment: 'live' as const,
    apiKey: 'KEY-1234',
    apiSecret: 'hidden',
  };

  it('never come back', async () => {
    const caller = await as(user);
    const apiKey = `KEY-${user}-1234`;
    const account = { accountUid: `uid-${user}`, canTrade: true, canWithdraw: false };
    fake.accounts.set(apiKey, { ok: true, value: { ...account, walletBalance: '1', availableBalance: '1' } });
    const answers = [
      await caller.credentials.save({ ...key, apiKey }),
      await caller.credentials.get(),
      await caller.credentials.check(),
    ];
    expect(JSON.stringify(answers)).not.toMatch(/hidden|KEY/);
    expect(answers[1]).toEqual({
      venue: 'bybit',
      environment: 'live',
      keyHint: '1234',
      accountUid: `uid-${user}`,
    });
  });

  it('of one account belong to one user', async () => {
    await (await as(user)).credentials.save({ ...key, apiKey: `shared-${user}` });
    const refusal = await refusalFrom(
      (await as(admin)).credentials.save({ ...key, apiKey: `shared-${user}` }),
    );
    expect(refusal).toMatchObject({ code: 'account_taken', httpStatus: 409 });
  });

  it('that the venue does not accept are not stored', async () => {
    fake.accounts.set('wrong-key', { ok: false, code: 'credentials', message: 'API key is invalid' });
    const caller = await as(user);
    const refusal = await refusalFrom(caller.credentials.save({ ...key, apiKey: 'wrong-key' }));
    expect(refusal).toMatchObject({ code: 'invalid_credentials', httpStatus: 400 });
    expect(await caller.credentials.get()).toBeNull();
  });

  it('of an environment that the venue does not have are refused', async () => {
    const nowhere = { ...key, venue: 'bingx', environment: 'testnet' } as const;
    const refusal = await refusalFrom((await as(user)).credentials.save(nowhere));
    expect(refusal).toMatchObject({ code: 'venue_not_supported', httpStatus: 400 });
  });

  it('are stored unchecked when the venue cannot be reached, and checked later', async () => {
    const apiKey = `later-key-${user}`;
    fake.accounts.set(apiKey, { ok: false, code: 'timeout', message: 'no answer' });
    const caller = await as(user);
    expect((await caller.credentials.save({ ...key, apiKey })).accountUid).toBeNull();
    expect((await refusalFrom(caller.credentials.check())).code).toBe('venue_unavailable');
    fake.accounts.delete(apiKey);
    expect((await caller.credentials.check()).accountUid).toBe(`account-of-${apiKey}`);
    expect((await caller.credentials.get())?.accountUid).toBe(`account-of-${apiKey}`);
  });

  it('for paper are made by the paper exchange', async () => {
    const saved = await (await as(user)).credentials.save({ venue: 'bybit', environment: 'paper' });
    expect(saved).toMatchObject({ environment: 'paper', keyHint: '-key' });
    await (await as(user)).credentials.remove();
  });

  it('need both halves', async () => {
    const { apiSecret: _left, ...half } = key;
    expect((await refusalFrom((await as(user)).credentials.save(half))).errors?.[0]?.path).toBe('apiSecret');
  });

  it('stay while a cycle is open, except for another key of the same account', async () => {
    const caller = await as(user);
    const apiKey = `opened-key-${user}`;
    await caller.credentials.save({ ...key, apiKey });
    fake.bots.show(user, { running: true, cycle: openCycle() });
    expect((await refusalFrom(caller.credentials.remove())).code).toBe('open_cycle');
    expect((await refusalFrom(caller.credentials.save({ ...key, apiKey: 'other-key' }))).code).toBe(
      'open_cycle',
    );
    const account = { accountUid: `account-of-${apiKey}`, canTrade: true, canWithdraw: false };
    fake.accounts.set('second-one', {
      ok: true,
      value: { ...account, walletBalance: '1', availableBalance: '1' },
    });
    expect((await caller.credentials.save({ ...key, apiKey: 'second-one' })).keyHint).toBe('-one');
    fake.bots.show(user, { running: true, cycle: null });
    expect((await refusalFrom(caller.credentials.remove())).code).toBe('bot_running');
  });
});

describe('bot', () => {
  it('answers as REST does', async () => {
    const caller = await as(user);
    expect(await caller.bot.start()).toEqual({
      success: true,
      message: 'The bot was started.',
      status: 'started',
    });
    expect(await refusalFrom(caller.bot.start())).toMatchObject({
      code: 'already_running',
      trpc: 'CONFLICT',
    });
    expect(await caller.bot.stop({ mode: 'close' })).toMatchObject({ status: 'stopped' });
    expect(await caller.bot.recover({ dryRun: true })).toMatchObject({ success: true, actions: [] });
    expect(fake.bots.calls).toEqual([
      `start ${user}`,
      `start ${user}`,
      `stop ${user} close`,
      `recover ${user} dry`,
    ]);
  });

  it('refuses an unknown mode', async () => {
    const caller = await as(user);
    const errors = [{ path: 'mode', message: 'mode: must be one of protect, leave, close' }];
    const refused = { code: 'invalid_mode', httpStatus: 400, trpc: 'BAD_REQUEST', errors };
    expect(await refusalFrom(caller.bot.stop({ mode: 'now' as 'close' }))).toMatchObject(refused);
    const operator = (await as(admin)).admin.users;
    expect(await refusalFrom(operator.stop({ userId: user, mode: 'now' as 'close' }))).toMatchObject(refused);
    const both = await refusalFrom(operator.stop({ userId: 0, mode: 'now' as 'close' }));
    expect([both.code, both.errors?.map(({ path }) => path)]).toEqual(['invalid_input', ['userId', 'mode']]);
    expect(fake.bots.calls).toEqual([]);
  });

  it('streams what changes, the newest first, to its own user only', async () => {
    const stream = await (await as(user)).bot.events();
    const views = stream[Symbol.asyncIterator]();
    expect((await views.next()).value).toMatchObject({ userId: user, status: 'not_running' });
    fake.bots.show(admin, { status: 'halted' });
    fake.bots.show(user, { status: 'starting' });
    fake.bots.show(user, { status: 'running' });
    expect((await views.next()).value).toMatchObject({ userId: user, status: 'running' });
    await views.return?.(undefined);
  });
});

describe('the admin', () => {
  it('creates users, once per email', async () => {
    const caller = await as(admin);
    const email = `New-${count}@Example.com`;
    const { id } = await caller.admin.users.create({ email, password: 'long enough password' });
    const listed = (await caller.admin.users.list()).find((entry) => entry.id === id);
    expect(listed).toMatchObject({ email: email.toLowerCase(), role: 'user', disabled: false, bot: null });
    const again = await refusalFrom(caller.admin.users.create({ email, password: 'long enough password' }));
    expect(again).toMatchObject({ code: 'email_taken', httpStatus: 409 });
  });

  it('may choose the id', async () => {
    const { id } = await (await as(admin)).admin.users.create({
      id: 4242,
      email: 'q@example.com',
      password: PASSWORD,
    });
    expect(id).toBe(4242);
  });

  it.each([
    [{ email: 'x@example.com', password: 'short' }, 'password'],
    [{ email: 'nobody', password: 'long enough password' }, 'email'],
  ])('is told what is wrong with %o', async (input, path) => {
    const refusal = await refusalFrom((await as(admin)).admin.users.create(input));
    expect(refusal.code).toBe('invalid_input');
    expect(refusal.errors?.[0]?.path).toBe(path);
  });

  it("starts, stops and recovers a user's bot", async () => {
    const caller = await as(admin);
    await caller.admin.users.start({ userId: user });
    await caller.admin.users.stop({ userId: user, mode: 'close' });
    await caller.admin.users.recover({ userId: user });
    expect(fake.bots.calls).toEqual([`start ${user}`, `stop ${user} close`, `recover ${user}`]);
    expect((await refusalFrom(caller.admin.users.start({ userId: 999_999 }))).code).toBe('not_found');
  });
});

describe('changing the password', () => {
  const change = { currentPassword: PASSWORD, newPassword: 'another long password' };

  it('ends the other sessions and renews this one', async () => {
    const other = await fake.cookieOf(user);
    await (await as(user)).account.changePassword(change);
    expect((await (await withCookie(other)).account.me().catch(refusalOf)) ?? null).toMatchObject({
      code: 'unauthorized',
    });
    const [renewed = ''] = (cookies[0] ?? '').split(';');
    expect(await authenticate(new Headers({ cookie: renewed }))).toMatchObject({ ok: true });
  });

  it('asks for the current one, a limited number of times', async () => {
    const caller = await as(user);
    const codes: string[] = [];
    for (let attempt = 0; attempt < 11; attempt += 1) {
      codes.push(
        (await refusalFrom(caller.account.changePassword({ ...change, currentPassword: 'guess' }))).code,
      );
    }
    expect(codes).toEqual([...Array(10).fill('wrong_password'), 'rate_limited']);
  });

  it('wants at least ten characters', async () => {
    const refusal = await refusalFrom(
      (await as(user)).account.changePassword({ ...change, newPassword: '123456789' }),
    );
    expect(refusal.errors?.[0]).toMatchObject({ path: 'newPassword' });
  });
});

function openCycle() {
  return {
    number: 1,
    cycleKey: '1',
    symbol: 'BTC/USDT',
    side: 'long' as const,
    state: 'open' as const,
    leverage: 10,
    openedAt: '2026-01-01T00:00:00.000Z',
    legsFilled: 1,
    legsTotal: 2,
    takeProfitPrice: null,
    stopLossPrice: null,
  };
}
