import { describe, expect, test } from 'vitest';
import {
  convergedCycle,
  executionOf,
  lastIntent,
  NOW,
  observedOf,
  observedOrder,
  positionRead,
  snapshotOf,
} from '../testing/cycle-world-cases.ts';
import { applySnapshot, type SnapshotContext } from './apply-snapshot.ts';
import type { Cycle } from './cycle.ts';
import type { ObservedOrder, Snapshot } from './observation.ts';
import { confirmedMismatch, NOTHING_OBSERVED, type Observed } from './observed.ts';

const CONTEXT: SnapshotContext = {
  userId: 42,
  symbol: 'BTC/USDT',
  side: 'long',
  positionMode: 'hedge',
  baseline: new Set(['from-before']),
  now: NOW + 100,
};

function read(cycle: Cycle, change: Partial<Snapshot> = {}, observed: Observed = NOTHING_OBSERVED) {
  return applySnapshot({ cycle, observed }, snapshotOf(cycle, change), CONTEXT);
}

function stranger(change: Partial<ObservedOrder> = {}): ObservedOrder {
  const cycle = convergedCycle();
  return {
    ...observedOrder(cycle, lastIntent(cycle)),
    clientOrderId: null,
    exchangeOrderId: 'theirs',
    ...change,
  };
}

describe('a reading that agrees', () => {
  test('changes no order, doubts none and names nobody', () => {
    const cycle = convergedCycle();
    const { cycle: after, observed, fills } = read(cycle);
    expect(after?.intents.map(({ state, doubt }) => [state, doubt])).toEqual(
      cycle.intents.map(({ state }) => [state, null]),
    );
    expect(fills).toEqual([]);
    expect(observed).toMatchObject({
      snapshotAt: NOW + 1,
      mismatch: null,
      strangers: [],
      impostors: [],
      walletBalance: '10000',
    });
    expect(observed.position?.quantity).toBe(1000);
  });

  test('clears a hint that came before it, not one that came while it was read', () => {
    const cycle = convergedCycle();
    const hinted = (hintAt: number) => read(cycle, {}, observedOf(cycle, { hintAt })).observed.hintAt;
    expect(hinted(NOW)).toBeNull();
    expect(hinted(NOW + 1)).toBe(NOW + 1);
  });
});

describe('executions in a reading', () => {
  test('come first, so that its position is not held against them', () => {
    const cycle = convergedCycle();
    const execution = executionOf(cycle, { id: 'new', order: 2, quantity: 10, price: '9900' });
    const {
      cycle: after,
      fills,
      observed,
    } = read(cycle, { executions: [execution], positions: [positionRead(cycle, 1010)] });
    expect(fills.map((fill) => fill.executionId)).toEqual(['new']);
    expect(after?.own.quantity).toBe(1010);
    expect(observed.mismatch).toBeNull();
  });

  test('that are known are not booked again', () => {
    const cycle = convergedCycle();
    const known = executionOf(cycle, { id: 'e0', order: 0, quantity: 1000, price: '10000' });
    expect(read(cycle, { executions: [known] }).fills).toEqual([]);
  });
});

describe('an order of ours that a reading lacks', () => {
  const without = (cycle: Cycle, change: Partial<Snapshot> = {}) =>
    read(cycle, { orders: [], ...change }).cycle;

  test('is doubted, not dead', () => {
    expect(
      without(convergedCycle())?.intents.map(({ state, doubt }) => [state, doubt?.provableAt ?? null]),
    ).toEqual([
      ['filled', null],
      ['open', NOW + 1],
      ['open', NOW + 1],
    ]);
  });

  test('is not even doubted when it is news since the reading was asked', () => {
    const cycle = convergedCycle();
    const fresh = { ...cycle, intents: cycle.intents.map((intent) => ({ ...intent, updatedAt: NOW + 1 })) };
    expect(without(fresh)?.intents.every((intent) => intent.doubt === null)).toBe(true);
  });

  test('keeps the doubt that it has', () => {
    const cycle = convergedCycle();
    const doubt = { provableAt: NOW + 9_999, lookups: 2, absences: 0, lookedUpAt: NOW, lookingUp: true };
    const doubted = { ...cycle, intents: cycle.intents.map((intent) => ({ ...intent, doubt })) };
    expect(without(doubted)?.intents[1]?.doubt).toEqual(doubt);
  });
});

describe('a position that differs from our fills', () => {
  const cycle = convergedCycle();
  const at = (askedAt: number, quantity: number, observed: Observed = NOTHING_OBSERVED) =>
    read(cycle, { askedAt, positions: [positionRead(cycle, quantity)] }, observed).observed;

  test.each([
    { rule: 'once is a question', second: null, proven: null },
    { rule: 'twice within two seconds still is', second: { after: 1_999, quantity: 400 }, proven: null },
    { rule: 'twice, two seconds apart, is proven', second: { after: 2_000, quantity: 400 }, proven: 400 },
    {
      rule: 'twice in different ways is a new question',
      second: { after: 5_000, quantity: 300 },
      proven: null,
    },
    { rule: 'and then agrees is forgotten', second: { after: 5_000, quantity: 1000 }, proven: null },
  ])('$rule', ({ second, proven }) => {
    const first = at(NOW + 1, 400);
    expect(first.mismatch).toEqual({ quantity: 400, firstAskedAt: NOW + 1, lastAskedAt: NOW + 1 });
    const observed = second === null ? first : at(NOW + 1 + second.after, second.quantity, first);
    expect(confirmedMismatch(observed, cycle.lastFillAt)).toBe(proven);
  });

  test('counts only from reads that were asked after the last fill', () => {
    expect(at(NOW, 400).mismatch).toBeNull();
    const observed = at(NOW + 5_000, 400, at(NOW + 1, 400));
    expect(confirmedMismatch(observed, NOW + 2)).toBeNull();
  });

  test('is no question any more once the position is known to be closed outside', () => {
    expect(read({ ...cycle, closedOutside: true }, { positions: [] }).observed.mismatch).toBeNull();
  });

  test('where the venue shows none of our side it holds nothing', () => {
    expect(
      read(cycle, { positions: [{ ...positionRead(cycle, 1000), side: 'short' }] }).observed.position
        ?.quantity,
    ).toBe(0);
  });
});

describe('orders that no intent explains', () => {
  const seen = (order: ObservedOrder, context: Partial<SnapshotContext> = {}) => {
    const cycle = convergedCycle();
    const snapshot = snapshotOf(cycle);
    const { observed } = applySnapshot(
      { cycle, observed: NOTHING_OBSERVED },
      { ...snapshot, orders: [...snapshot.orders, order] },
      { ...CONTEXT, ...context },
    );
    return { strangers: observed.strangers.length, impostors: observed.impostors.length };
  };
  const nobody = { strangers: 0, impostors: 0 };
  const aStranger = { strangers: 1, impostors: 0 };
  const anImpostor = { strangers: 0, impostors: 1 };

  test.each([
    { rule: 'by hand', order: {}, expected: aStranger },
    { rule: 'of the other side in hedge mode', order: { side: 'short' as const }, expected: nobody },
    { rule: 'without a side in one-way mode', order: { side: null }, expected: aStranger },
    { rule: 'that were there at the start', order: { exchangeOrderId: 'from-before' }, expected: nobody },
    { rule: 'that have ended', order: { status: 'cancelled' as const }, expected: nobody },
    { rule: "with another user's tag", order: { clientOrderId: 'sm_tp_43_BTCUSDT_1' }, expected: aStranger },
    {
      rule: 'with our tag and another cycle',
      order: { clientOrderId: 'sm_tp_42_BTCUSDT_1' },
      expected: anImpostor,
    },
    {
      rule: 'with our tag in the long spelling',
      order: { clientOrderId: 'sm_tp_42_BTCUSDTUSDT_1' },
      expected: anImpostor,
    },
    {
      rule: 'with our tag, though there at the start',
      order: { clientOrderId: 'sm_tp_42_BTCUSDT_1', exchangeOrderId: 'from-before' },
      expected: anImpostor,
    },
  ])('$rule', ({ order, expected }) => {
    expect(seen(stranger(order))).toEqual(expected);
  });

  test('of the other side count in one-way mode, where they net', () => {
    expect(seen(stranger({ side: 'short' }), { positionMode: 'one-way' })).toEqual(aStranger);
  });
});

test('without a cycle only the surroundings are noted', () => {
  const state = { cycle: null, observed: NOTHING_OBSERVED };
  const effect = applySnapshot(state, snapshotOf(convergedCycle(), { orders: [stranger()] }), CONTEXT);
  expect(effect).toMatchObject({ cycle: null, fills: [], observed: { position: null, mismatch: null } });
  expect(effect.observed.strangers).toHaveLength(1);
});
