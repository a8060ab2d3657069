import { beforeEach, describe, expect, it } from 'vitest';
import type { Journal } from '../domain/records.ts';
import { NOW } from '../testing/cycle-world-cases.ts';
import { StateWorld } from '../testing/state-world.ts';
import { viewOf } from './view.ts';

const OBLIVION: Journal = {
  hasCycle: () => false,
  load: () => ({ bot: null, cycle: null, intents: [], fills: [], fundings: [] }),
  commit: () => undefined,
  unfinished: () => [],
};

let world: StateWorld;
const view = () => viewOf(world.state, { broken: null, now: world.now });

beforeEach(() => {
  world = new StateWorld(OBLIVION, { cooldown: 60 });
});

function enter(): void {
  world.start();
  world.settle();
}

function closeByTakeProfit(): void {
  const profit = world.venue.live().find((order) => order.intent.kind === 'tp');
  if (profit !== undefined) world.venue.fill(profit, profit.quantity);
  for (let moment = 0; moment < 20 && world.state.cycle !== null; moment += 1) {
    world.settle();
    world.advance(100);
  }
}

describe('a bot says of itself', () => {
  it('that it was never started', () => {
    expect(view()).toMatchObject({
      status: 'not_running',
      running: false,
      uptime: 0,
      cycle: null,
      orders: [],
    });
  });

  it('that it is starting until the account was read', () => {
    world.start();
    expect(view()).toMatchObject({ status: 'starting', running: true });
  });

  it('what it holds and waits for, in a cycle', () => {
    enter();
    world.advance(5_000);
    const { status, message, position, protection, orders, uptime } = view();
    expect({ status, message, covered: protection.covered }).toEqual({
      status: 'running',
      message: 'Cycle 1: holding a long position, waiting for the take-profit.',
      covered: true,
    });
    // 20 USDT · 10 / 10000 = 0.02
    expect(position).toMatchObject({ quantity: '0.02', averageEntryPrice: '10000', unrealizedPnl: '0' });
    expect(orders.map((order) => order.tag.replace('_1_BTCUSDT', ''))).toEqual([
      'sm_tp',
      'sm_leg_1',
      'sm_leg_2',
      'sm_leg_3',
      'sm_leg_4',
    ]);
    expect(uptime).toBe(5);
  });

  it('that it does not run while it protects, and for how long it did no longer', () => {
    enter();
    world.stop('protect');
    expect(view()).toMatchObject({ status: 'protecting', running: false, uptime: 0 });
    expect(view().message).toMatch(/take-profit goes on/);
  });

  it('that it closes, when it was asked to', () => {
    enter();
    world.stop('close');
    expect(view()).toMatchObject({ status: 'protecting', message: 'Closing the position at market.' });
  });

  it('that nobody looks after what was left', () => {
    enter();
    world.stop('leave');
    expect(view()).toMatchObject({ status: 'stopped', running: false });
    expect(view().message).toMatch(/nobody looks after/);
    expect(view().orders).not.toEqual([]);
    expect(view().protection).toMatchObject({ covered: false, state: 'unknown', alert: false });
  });

  it('that it waits for the cooldown between two cycles', () => {
    enter();
    closeByTakeProfit();
    expect(view()).toMatchObject({ status: 'running', running: true, cycle: null, position: null });
    expect(view().message).toMatch(/cooldown/);
    expect(Date.parse(view().cooldownUntil ?? '')).toBeGreaterThan(world.now);
  });

  it('that nothing of it is on the exchange once it stopped flat', () => {
    enter();
    world.stop('protect');
    closeByTakeProfit();
    expect(view()).toMatchObject({ status: 'stopped', running: false, cycle: null, orders: [] });
    expect(view().message).toMatch(/Nothing of the bot is on the exchange/);
  });

  it('why an entry is tried again, and for help when it stays refused', () => {
    world.fates = ['refused'];
    world.start();
    world.deliver();
    world.deliver();
    expect(view()).toMatchObject({
      status: 'running',
      message: expect.stringMatching(/^Trying again soon: /),
    });
    world.fates = Array.from({ length: 20 }, () => 'refused' as const);
    for (let second = 0; second < 200; second += 1) {
      world.settle();
      world.advance(1_000);
    }
    expect(view()).toMatchObject({ status: 'needs_attention', running: false });
    expect(view().message).toMatch(/The entry bought nothing/);
    expect(world.state.entry.failures).toBe(6);
  });

  it('what broke it', () => {
    enter();
    const broken = { code: 'internal_error', message: 'The bot stopped acting.' };
    expect(viewOf(world.state, { broken, now: world.now })).toMatchObject({
      status: 'needs_attention',
      running: false,
      message: 'The bot stopped acting.',
    });
  });
});

describe('the clock of the protection', () => {
  it('runs while a position is not exactly covered, and stands while it is', () => {
    enter();
    const { uncoveredMs } = view().protection;
    world.fates = ['lost-undone'];
    const leg = world.venue.live().find((order) => order.intent.tag.startsWith('sm_leg_1'));
    if (leg !== undefined) world.venue.fill(leg, leg.quantity);
    world.deliver();
    const uncovered = view().protection;
    expect(uncovered).toMatchObject({ covered: false });
    expect(uncovered.cause).toMatch(/take-profit/);
    for (let second = 0; second < 10; second += 1) {
      world.settle();
      world.advance(1_000);
    }
    const after = view().protection;
    expect(after).toMatchObject({ covered: true, cause: null, uncoveredSince: null });
    expect(after.uncoveredMs).toBeGreaterThan(uncoveredMs);
  });
});

it('an uptime is never negative, not even when the machine was set back', () => {
  enter();
  expect(viewOf(world.state, { broken: null, now: NOW - 60_000 }).uptime).toBe(0);
});
