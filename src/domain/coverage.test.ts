import { describe, expect, test } from 'vitest';
import {
  enteredCycle,
  type OrderCase,
  observedOf,
  TARGETS,
  withOrder,
} from '../testing/cycle-world-cases.ts';
import { coverageOf } from './coverage.ts';
import { lots } from './units.ts';

/** 30 % on margin at 10× is 3 % of 10000: the stop lies at 9700.0. */
const WITH_STOP = { ...TARGETS, stopLoss: '30' };
const TP: OrderCase = { kind: 'tp', price: 100500 };
const SL: OrderCase = { kind: 'sl', triggerPrice: 97000 };

describe('coverage has a cause in words', () => {
  test.each<{ orders: OrderCase[]; targets?: typeof TARGETS; cause: string | null }>([
    { orders: [TP], cause: null },
    { orders: [TP, SL], targets: WITH_STOP, cause: null },
    { orders: [], cause: 'the take-profit is missing' },
    { orders: [TP], targets: WITH_STOP, cause: 'the stop-loss is missing' },
    { orders: [{ ...TP, state: 'in-flight' }], cause: 'the take-profit is on its way' },
    { orders: [{ ...TP, state: 'ambiguous' }], cause: 'the answer about the take-profit was lost' },
    {
      orders: [{ ...TP, state: 'rejected', endedBy: 'refused', detail: 'busy' }],
      cause: 'the take-profit was refused: busy',
    },
    { orders: [{ ...TP, quantity: 999 }], cause: 'the take-profit must follow' },
    { orders: [{ ...TP, price: 100501 }], cause: 'the take-profit must follow' },
    {
      orders: [
        {
          ...TP,
          quantity: 999,
          pending: {
            op: 'amend',
            attempt: 2,
            price: null,
            triggerPrice: null,
            quantity: lots(1),
            since: 0,
            acknowledged: false,
          },
        },
      ],
      cause: 'the take-profit is being changed',
    },
    {
      orders: [TP, { kind: 'sl', type: 'market' }],
      targets: WITH_STOP,
      cause: 'the position is being closed at market',
    },
  ])('$orders → $cause', ({ orders, targets = TARGETS, cause }) => {
    const cycle = orders.reduce(withOrder, enteredCycle());
    const expected = cause === null ? { covered: true } : { covered: false, cause };
    expect(coverageOf({ cycle, observed: observedOf(cycle), targets })).toEqual(expected);
  });
});
