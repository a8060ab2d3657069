import { beforeEach, describe, expect, it } from 'vitest';
import type { Journal } from '../domain/records.ts';
import type { Execution } from '../domain/observation.ts';
import { BTC, observedOrder, withOrder } from '../testing/cycle-world-cases.ts';
import { StateWorld } from '../testing/state-world.ts';

/** Forgets everything: what is stored is another test's matter. */
const OBLIVION: Journal = {
  hasCycle: () => false,
  load: () => ({ bot: null, cycle: null, intents: [], fills: [], fundings: [] }),
  commit: () => undefined,
  unfinished: () => [],
};

let world: StateWorld;

beforeEach(() => {
  world = new StateWorld(OBLIVION, { cooldown: 0 });
  world.start();
  world.settle();
});

function reading(change: { symbol?: string; askedAt?: number } = {}) {
  const snapshot = { ...world.venue.snapshot(), ...change };
  const symbol = change.symbol ?? BTC.symbol;
  return { symbol, executionsUntil: world.now, requested: false, snapshot };
}

function endCycle(): void {
  const profit = world.venue.live().find((order) => order.intent.kind === 'tp');
  if (profit !== undefined) world.venue.fill(profit, profit.quantity);
  for (let moment = 0; moment < 20 && world.state.lastSettled === null; moment += 1) {
    world.settle();
    world.advance(100);
  }
}

describe('a pushed order with our tag that nobody here decided', () => {
  it('is held to be somebody else’s until a reading says more, which is due', () => {
    const profit = world.venue.live().find((order) => order.intent.kind === 'tp');
    const { cycle } = world.state;
    if (profit === undefined || cycle === null) throw new Error('a cycle is open');
    const order = {
      ...observedOrder(cycle, profit.intent),
      clientOrderId: `${profit.intent.clientOrderId}_9`,
      exchangeOrderId: 'theirs',
    };
    world.take({ type: 'venue', event: { type: 'order', order } });
    expect(world.state.observed.newcomers).toEqual([{ order, seenAt: world.now }]);
    expect(world.state.observed.hintAt).toBe(world.now);
    world.take({ type: 'venue', event: { type: 'order', order: { ...order, clientOrderId: 'web_1' } } });
    // Another server that cancels places the next one.
    world.take({ type: 'venue', event: { type: 'order', order: { ...order, status: 'cancelled' } } });
    expect(world.state.observed.newcomers).toMatchObject([{ order: { status: 'cancelled' } }]);
    world.take({ type: 'venue', event: { type: 'order', order: { ...order, status: 'filled' } } });
    expect(world.state.observed.newcomers).toEqual([]);
  });
});

describe('a reading', () => {
  it('of another symbol changes nothing', () => {
    const before = world.state.observed;
    const other = reading({ symbol: 'ETH/USDT' });
    const cycle = world.state.cycle;
    if (cycle === null) throw new Error('a cycle is open');
    const { intents } = withOrder(cycle, { kind: 'tp' });
    const stranger = {
      ...observedOrder(cycle, intents[0] as (typeof intents)[number]),
      clientOrderId: 'x',
      exchangeOrderId: 'x',
    };
    other.snapshot.orders = [stranger];
    world.take({ type: 'snapshot', reading: other });
    expect(world.state.observed).toBe(before);
    expect(world.state.record.status).toBe('running');
  });

  it('that was overtaken by a newer one adds only its executions', () => {
    const stale = reading({ askedAt: world.now - 1 });
    const leg = world.venue.live().find((order) => order.intent.tag.startsWith('sm_leg_1'));
    if (leg === undefined) throw new Error('leg 1 rests');
    world.take({ type: 'snapshot', reading: reading({ askedAt: world.now }) });
    const { snapshotAt, position } = world.state.observed;
    world.venue.fill(leg, leg.quantity);
    world.waiting.length = 0;
    stale.snapshot.executions = world.venue.snapshot().executions;
    world.take({ type: 'snapshot', reading: stale });
    expect(world.state.cycle?.fills).toHaveLength(2);
    expect(world.state.observed).toMatchObject({ snapshotAt, position });
  });

  it.each([
    ['lost on its way is asked for again within seconds, however often', 'network', 4_000],
    ['refused by the venue is asked for ever more seldom', 'rate_limited', 30_000],
  ])('of an open cycle that is %s', (_what, code, pauseMs) => {
    const failure = { code, message: 'no' };
    for (let time = 0; time < 8; time += 1) world.take({ type: 'snapshot-failed', failure });
    expect(world.state.reading.notBefore - world.now).toBe(pauseMs);
  });

  it('that a person asked for does not end the wait for the own one', () => {
    world.take({ type: 'venue', event: { type: 'connected' } });
    expect(world.state.reading.inFlight).toBe(true);
    world.take({ type: 'snapshot', reading: reading() });
    expect(world.state.reading.inFlight).toBe(true);
  });
});

describe('a venue whose reads never agree with it', () => {
  it('is not asked without a pause', () => {
    const from = world.now;
    let reads = 0;
    while (world.now < from + 2_000) {
      world.state.observed = { ...world.state.observed, hintAt: world.now + 10_000 };
      world.take({ type: 'tick' });
      const mail = world.waiting.shift();
      if (mail?.type !== 'snapshot') continue;
      reads += 1;
      world.take(mail);
    }
    // 4 in each of the 4 half seconds, and 4 in the one that has begun
    expect(reads).toBeLessThanOrEqual(20);
    expect(reads).toBeGreaterThan(4);
  });
});

describe('a late answer', () => {
  it('of a preparation that nobody waits for begins nothing', () => {
    world.state.settings = { ...world.state.settings, cooldown: 3_600 };
    endCycle();
    world.stop('protect');
    const preparation = world.preparation();
    world.start();
    const waitsFor = world.state.entry.preparing;
    expect(waitsFor).not.toBeNull();
    world.take({ type: 'prepared', ordinal: (waitsFor ?? 0) - 1, preparation });
    expect(world.state.cycle).toBeNull();
    expect(world.state.entry.preparing).toBe(waitsFor);
    world.settle();
    expect(world.state.cycle?.number).toBe(2);
  });

  it('about the funding of a cycle before settles nothing', () => {
    const key = world.state.cycle?.key ?? 0;
    endCycle();
    world.settle();
    world.take({ type: 'funding', cycleKey: key, rows: [] });
    expect(world.state.cycle?.number).toBe(2);
  });

  it('that an execution of the cycle before was forced books nothing', () => {
    endCycle();
    const forced: Execution = {
      executionId: world.venue.executions[0]?.executionId ?? '',
      exchangeOrderId: 'venue',
      clientOrderId: null,
      symbol: BTC.symbol,
      direction: 'sell',
      kind: 'adl',
      price: '1',
      quantity: '0.001',
      fee: '0',
      feeCurrency: 'USDT',
      at: world.now,
    };
    world.settle();
    const before = world.state.cycle?.fills;
    world.take({ type: 'venue', event: { type: 'execution', execution: forced } });
    const late = reading();
    late.snapshot.executions = [forced];
    world.take({ type: 'snapshot', reading: late });
    expect(world.state.cycle?.number).toBe(2);
    expect(world.state.cycle?.fills).toEqual(before);
  });
});

describe('a liquidation', () => {
  it('ends the repeating', () => {
    const execution: Execution = {
      executionId: 'l1',
      exchangeOrderId: 'venue',
      clientOrderId: null,
      symbol: BTC.symbol,
      direction: 'sell',
      kind: 'liquidation',
      price: '9000',
      quantity: String(world.venue.position / 1000),
      fee: '0',
      feeCurrency: 'USDT',
      at: world.now,
    };
    world.venue.closeOutside();
    world.take({ type: 'venue', event: { type: 'execution', execution } });
    for (let moment = 0; moment < 20; moment += 1) {
      world.settle();
      world.advance(500);
    }
    expect(world.state.cycle).toBeNull();
    expect(world.state.record).toMatchObject({ desired: 'stopped', status: 'needs_attention' });
    expect(world.state.record.lastErrorMessage).toContain('liquidated');
    expect(world.state.lastSettled).toMatchObject({ state: 'settled', reason: 'liquidation' });
  });
});

describe('a stream that is there again', () => {
  const failure = { ok: false as const, code: 'maintenance', message: 'maintenance' };

  it('ends the pause of failed readings, so that what filled meanwhile is soon known', () => {
    for (let count = 0; count < 6; count += 1) world.take({ type: 'snapshot-failed', failure });
    world.take({ type: 'venue', event: { type: 'disconnected', message: '' } });
    expect(world.state.reading.notBefore).toBeGreaterThan(world.now + 10_000);
    world.take({ type: 'venue', event: { type: 'connected' } });
    expect(world.state.reading.notBefore).toBeLessThanOrEqual(world.now + 1_000);
  });

  it('does not end it where the key is refused, nor where it was there all the time', () => {
    for (let count = 0; count < 6; count += 1) world.take({ type: 'snapshot-failed', failure });
    const { notBefore } = world.state.reading;
    world.take({ type: 'venue', event: { type: 'connected' } });
    expect(world.state.reading.notBefore).toBe(notBefore);
    world.take({ type: 'venue', event: { type: 'disconnected', message: '' } });
    world.take({ type: 'snapshot-failed', failure: { ...failure, code: 'credentials' } });
    const refused = world.state.reading.notBefore;
    world.take({ type: 'venue', event: { type: 'connected' } });
    expect(world.state.reading.notBefore).toBe(refused);
  });
});
