import { describe, expect, test } from 'vitest';
import {
  enteredCycle,
  executionOf,
  lastIntent,
  NOW,
  observedOrder,
  withFill,
  withOrder,
} from '../testing/cycle-world-cases.ts';
import { adoptFilledStops } from './adopt-filled-stops.ts';
import type { CyclePlan } from './cycle.ts';
import type { Execution, ObservedOrder } from './observation.ts';
import { lots } from './units.ts';

const LATER = NOW + 60_000;

/** 1.000 BTC long by the entry, and 1.010 by a leg that filled in the millisecond of the stop-loss. */
function laddered(plan: Partial<CyclePlan> = { traits: { amends: false, namesStops: false } }) {
  const leg = { kind: 'leg' as const, leg: 1, price: 99000, quantity: 1010 };
  return withFill(withOrder(enteredCycle(plan), leg), {
    ...{ id: 'l1', quantity: 1010, price: '9900', at: LATER },
  });
}

const cycle = laddered();

function nameless(change: Partial<Execution> = {}): Execution {
  const closing = { direction: 'sell', executionId: 'n1', exchangeOrderId: 'v9', at: LATER } as const;
  return {
    ...executionOf(cycle, { order: 0, quantity: 1000, price: '9700' }),
    ...{ ...closing, clientOrderId: null, fee: '0.5' },
    ...change,
  };
}

function adopt(executions: Execution[], held: number, { of = cycle, stopLoss = '30' } = {}) {
  return adoptFilledStops(of, executions, { held: lots(held), targets: { stopLoss }, now: LATER + 1 });
}

describe('a nameless stop that filled while nobody remembers it', () => {
  test('is booked, and what the leg bought is still ours', () => {
    const parts = [nameless({ quantity: '0.4' }), nameless({ executionId: 'n2', quantity: '0.6' })];
    const adopted = adopt(parts, 1010);
    expect(adopted.cycle.own.quantity).toBe(1010);
    expect(adopted.cycle.partial).toBe(false);
    expect(lastIntent(adopted.cycle)).toMatchObject({
      ...{ kind: 'sl', type: 'stop', state: 'filled', adopted: true, quantity: 1000, exchangeOrderId: 'v9' },
    });
    const { clientOrderId } = lastIntent(adopted.cycle);
    expect(adopted.fills).toMatchObject([
      { executionId: 'n1', clientOrderId, kind: 'sl', quantity: '0.4', fee: '0.5' },
      { executionId: 'n2', clientOrderId, kind: 'sl', quantity: '0.6', fee: '0.5' },
    ]);
    expect(adopt(parts, 1010, { of: adopted.cycle })).toEqual({ cycle: adopted.cycle, fills: [] });
  });

  test.each([
    { rule: 'all that is ours is held', rows: [nameless()], held: 2010 },
    { rule: 'what is held is not what would be left', rows: [nameless()], held: 1011 },
    { rule: 'nothing is held', rows: [nameless()], held: 0 },
    { rule: 'it took less than was ours then', rows: [nameless({ quantity: '0.9' })], held: 1110 },
    { rule: 'it had a name', rows: [nameless({ clientOrderId: 'theirs' })], held: 1010 },
    { rule: 'it was a liquidation, which is booked', rows: [nameless({ kind: 'liquidation' })], held: 1010 },
  ])('not where $rule', ({ rows, held }) => {
    expect(adopt(rows, held)).toEqual({ cycle, fills: [] });
  });

  describe('made before legs filled that nobody enlarged it for', () => {
    /** A second leg: 3.010 BTC in all. */
    const more = withFill(withOrder(cycle, { kind: 'leg', leg: 2, price: 98000, quantity: 1000 }), {
      ...{ id: 'l2', quantity: 1000, price: '9800', at: LATER + 1_000 },
    });
    const fired = nameless({ quantity: '1', at: LATER + 20_000 });
    const stop: ObservedOrder = {
      ...observedOrder(more, lastIntent(more)),
      ...{ clientOrderId: null, exchangeOrderId: 'v9', direction: 'sell', type: 'stop', reduceOnly: true },
      ...{ quantity: '1', filledQuantity: '1', status: 'filled', createdAt: LATER - 1 },
    };
    const adoptBy = (orders: ObservedOrder[], { rows = [fired], held = 2010 } = {}) =>
      adoptFilledStops(more, rows, {
        ...{ held: lots(held), targets: { stopLoss: '30' }, now: LATER + 30_000 },
        orders,
      }).cycle.own.quantity;

    test('is booked: it was made for exactly what was ours then', () => {
      expect(adoptBy([stop])).toBe(2010);
    });

    test('also where it filled for a part, or a leg filled while it was on its way', () => {
      expect(adoptBy([stop], { rows: [{ ...fired, quantity: '0.7' }], held: 2310 })).toBe(2310);
      expect(adoptBy([{ ...stop, createdAt: LATER + 1_500, quantity: '2.01' }])).toBe(2010);
    });

    test.each<{ rule: string; orders: ObservedOrder[] }>([
      { rule: 'no order is shown', orders: [] },
      { rule: 'it was made for less than was ours', orders: [{ ...stop, quantity: '0.9' }] },
      { rule: 'it was made for what was ours long before', orders: [{ ...stop, createdAt: LATER + 9_000 }] },
      { rule: 'it was no stop', orders: [{ ...stop, type: 'limit' }] },
      { rule: 'it did not only reduce', orders: [{ ...stop, reduceOnly: false }] },
    ])('not where $rule', ({ orders }) => {
      expect(adoptBy(orders)).toBe(3010);
    });
  });

  test('not where stop orders carry our id: it was a person’s', () => {
    const named = laddered({});
    expect(adopt([nameless()], 1010, { of: named })).toEqual({ cycle: named, fills: [] });
  });

  test('not where no stop-loss is set', () => {
    expect(adopt([nameless()], 1010, { stopLoss: '0' })).toEqual({ cycle, fills: [] });
  });
});
