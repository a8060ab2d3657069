import { UNCOVERED } from '../../testing/fake-bots.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createFakeRuntime, type FakeRuntime } from '../../testing/fake-runtime.ts';
import type { Context } from '../context.ts';
import { authenticate } from '../session.ts';
import { appRouter } from './app-router.ts';

const CYCLE = {
  number: 1,
  cycleKey: 'a1',
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
const uncovered = UNCOVERED;

let fake: FakeRuntime;
let admin: number;
let user: number;

beforeAll(async () => {
  fake = await createFakeRuntime();
  admin = await fake.addUser('admin@admin.com', 'admin');
  user = await fake.addUser('user@example.com');
});

beforeEach(() => {
  fake.bots.calls.length = 0;
});

afterAll(() => fake.close());

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

describe("the admin's console", () => {
  it('lists every user with the state of their bot', async () => {
    fake.bots.show(user, { status: 'halted', protection: uncovered });
    await new Promise((resolve) => setTimeout(resolve, 550));
    const { whole, lines } = await (await as(admin)).admin.console();
    expect(whole).toBe(true);
    expect(lines.find(({ id }) => id === user)).toMatchObject({
      status: 'halted',
      covered: false,
      role: 'user',
    });
    expect(lines.find(({ id }) => id === admin)).toMatchObject({ role: 'admin' });
  });

  it('shows what the bots went through, and how the machine is', async () => {
    const caller = await as(admin);
    const change = {
      userId: user,
      at: 1,
      kind: 'state',
      from: 'running',
      to: 'halted',
      code: 'x',
      message: 'why',
    };
    fake.runtime.stateChanges.append(change);
    const { items } = await caller.admin.stateChanges.list({ userId: user, limit: 5 });
    expect(items).toMatchObject([{ userId: user, to: 'halted', message: 'why' }]);
    expect(await caller.admin.health()).toMatchObject({ node: process.version, paper: { reachable: false } });
  });
});

describe('refreshing the status', () => {
  it('asks the exchange only where a cycle is open and nobody looks after it', async () => {
    const caller = await as(user);
    await caller.bot.refresh();
    fake.bots.show(user, { cycle: CYCLE, running: true, status: 'running' });
    await caller.bot.refresh();
    expect(fake.bots.calls).toEqual([]);
    fake.bots.show(user, { running: false, status: 'stopped' });
    await caller.bot.refresh();
    expect(fake.bots.calls).toEqual([`look ${user}`]);
  });
});
