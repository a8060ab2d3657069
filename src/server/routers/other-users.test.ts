import { TRPCError } from '@trpc/server';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createFakeRuntime, type FakeRuntime } from '../../testing/fake-runtime.ts';
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

beforeAll(async () => {
  fake = await createFakeRuntime();
  admin = await fake.addUser('admin@admin.com', 'admin');
});

afterAll(() => fake.close());

let count = 0;
beforeEach(async () => {
  count += 1;
  user = await fake.addUser(`user-${count}@example.com`);
  fake.bots.reads.length = 0;
});

async function as(userId: number | null) {
  const headers = new Headers(userId === null ? {} : { cookie: await fake.cookieOf(userId) });
  const context: Context = {
    principal: await authenticate(headers),
    address: '203.0.113.9',
    foreign: null,
    setCookie: () => undefined,
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
  return { ...refusal, httpStatus: httpStatusOf(refusal.code) };
}

describe('reading other users', () => {
  it('is for admins', async () => {
    await (await as(user)).settings.save(SETTINGS);
    expect((await (await as(admin)).settings.get({ userId: user })).symbol).toBe('BTC/USDT');
    const caller = await as(user);
    const refusals = [
      () => caller.settings.get({ userId: admin }),
      () => caller.bot.status({ userId: admin }),
      () => caller.cycles.list({ userId: admin, limit: 5 }),
      () => caller.fills.list({ userId: admin, limit: 5 }),
      () => caller.trades.list({ userId: admin, limit: 5 }),
      () => caller.credentials.get({ userId: admin }),
      () => caller.admin.users.list(),
      () => caller.admin.users.start({ userId: user }),
      () => caller.admin.users.create({ email: 'x@example.com', password: 'long enough password' }),
      () => caller.admin.overview(),
      () => caller.admin.console(),
      () => caller.admin.health(),
      () => caller.admin.stateChanges.list({ limit: 5 }),
      () => caller.bot.refresh({ userId: admin }),
      () => caller.bot.events({ userId: admin }),
      () => caller.settings.preview({ ...SETTINGS, userId: admin }),
      () => caller.settings.symbols({ userId: admin }),
      () => caller.tokens.list({ userId: admin }),
      () => caller.credentials.check({ userId: admin }),
    ];
    for (const call of refusals) expect((await refusalFrom(call())).code).toBe('forbidden');
  });

  it("shows the admin that user's symbols, preview, tokens, key and bot", async () => {
    const owner = await as(user);
    await owner.credentials.save({
      venue: 'bybit',
      environment: 'live',
      apiKey: `read-key-${user}`,
      apiSecret: 'x',
    });
    await owner.tokens.create({ name: 'mine', scopes: ['read'] });
    const caller = await as(admin);
    await caller.settings.symbols({ userId: user });
    await caller.settings.preview({ ...SETTINGS, userId: user });
    expect(fake.bots.reads).toEqual([`symbols ${user}`, `preview ${user}`]);
    expect((await caller.tokens.list({ userId: user })).map(({ name }) => name)).toEqual(['mine']);
    expect(await caller.tokens.list()).toEqual([]);
    const checked = await caller.credentials.check({ userId: user });
    expect(checked.accountUid).toBe(`account-of-read-key-${user}`);
    const views = (await caller.bot.events({ userId: user }))[Symbol.asyncIterator]();
    expect((await views.next()).value).toMatchObject({ userId: user, status: 'not_running' });
    fake.bots.show(admin, { status: 'halted' });
    fake.bots.show(user, { status: 'running' });
    expect((await views.next()).value).toMatchObject({ userId: user, status: 'running' });
    await views.return?.(undefined);
  });

  it('names oneself as well, and is never guessed', async () => {
    const caller = await as(user);
    await caller.settings.preview({ ...SETTINGS, userId: user });
    await caller.settings.preview(SETTINGS);
    expect(fake.bots.reads).toEqual([`preview ${user}`, `preview ${user}`]);
    for (const userId of ['me', 0, 1.5, null]) {
      const wrong = caller.settings.preview({ ...SETTINGS, userId: userId as number });
      expect(await refusalFrom(wrong)).toMatchObject({
        code: 'invalid_input',
        errors: [{ path: 'userId', message: expect.stringContaining('userId: ') }],
      });
    }
    const saved = caller.settings.save({ ...SETTINGS, userId: user } as typeof SETTINGS);
    expect((await refusalFrom(saved)).errors).toMatchObject([{ path: 'userId', code: 'unknown_field' }]);
  });

  it('needs a session', async () => {
    const nobody = await as(null);
    const calls = [
      () => nobody.bot.status(),
      () => nobody.settings.get(),
      () => nobody.admin.users.list(),
      () => nobody.bot.start(),
    ];
    for (const call of calls) {
      expect(await refusalFrom(call())).toMatchObject({ code: 'unauthorized', httpStatus: 401 });
    }
  });
});
