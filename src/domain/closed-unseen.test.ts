import { describe, expect, test } from 'vitest';
import { enteredCycle, executionOf, NOW, withFill, withOrder } from '../testing/cycle-world-cases.ts';
import { wasClosedUnseen } from './closed-unseen.ts';
import type { Execution } from './observation.ts';
import { lots } from './units.ts';

/** 1.000 BTC long, bought by the entry. */
const cycle = enteredCycle();
const LATER = NOW + 60_000;

function nameless(change: Partial<Execution> = {}): Execution {
  const entry = executionOf(cycle, { order: 0, quantity: 1000, price: '9900' });
  const closing = { direction: 'sell', executionId: 'n1', exchangeOrderId: 'v9', at: LATER } as const;
  return { ...entry, ...closing, clientOrderId: null, ...change };
}

describe('what was ours was closed unseen', () => {
  test.each([
    { title: 'one execution took all of it', rows: [nameless()], held: 0 },
    { title: 'somebody has bought since', rows: [nameless()], held: 5 },
    {
      title: 'one order took it in parts',
      rows: [nameless({ quantity: '0.4' }), nameless({ executionId: 'n2', quantity: '0.6' })],
      held: 5,
    },
  ])('$title', ({ rows, held }) => {
    expect(wasClosedUnseen(cycle, rows, lots(held))).toBe(true);
  });

  test.each([
    { title: 'nothing closed', rows: [], held: 0 },
    { title: 'a person reduced it', rows: [nameless({ quantity: '0.5' })], held: 500 },
    {
      title: 'two orders took it together: each was a person’s',
      rows: [
        nameless({ quantity: '0.4' }),
        nameless({ executionId: 'n2', exchangeOrderId: 'v10', quantity: '0.6' }),
      ],
      held: 5,
    },
    { title: 'as much is held as is ours: a person closed their own', rows: [nameless()], held: 1000 },
    { title: 'somebody bought', rows: [nameless({ direction: 'buy' })], held: 2000 },
    { title: 'it happened before the entry', rows: [nameless({ at: NOW - 60_000 })], held: 5 },
    { title: 'an order with a name took it', rows: [nameless({ clientOrderId: 'theirs' })], held: 0 },
    { title: 'it was a liquidation, which is booked', rows: [nameless({ kind: 'liquidation' })], held: 0 },
  ])('not where $title', ({ rows, held }) => {
    expect(wasClosedUnseen(cycle, rows, lots(held))).toBe(false);
  });

  test('not where the closing is booked as ours', () => {
    const stopped = withOrder(cycle, { kind: 'sl', triggerPrice: 99000, exchangeOrderId: 'v9' });
    const half = withFill(stopped, { id: 'n1', quantity: 500, price: '9900' });
    expect(wasClosedUnseen(half, [nameless({ quantity: '0.5' })], lots(0))).toBe(false);
  });

  test('a leg that filled in its very millisecond, and was closed by a name of ours', () => {
    const leg = withOrder(cycle, { kind: 'leg', leg: 1, price: 99000, quantity: 1010 });
    const filled = withFill(leg, { id: 'l1', quantity: 1010, price: '9900', at: LATER });
    const close = withOrder(filled, { kind: 'sl', type: 'market', quantity: 1010 });
    const closed = withFill(close, { id: 'c1', quantity: 1010, price: '9890', at: LATER + 200 });
    expect(wasClosedUnseen(closed, [nameless()], lots(5))).toBe(true);
    // Without that close the leg's part is still ours.
    expect(wasClosedUnseen(filled, [nameless()], lots(1010))).toBe(false);
  });
});
