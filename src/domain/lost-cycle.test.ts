/** Since when the executions of a lost cycle have to be read. */
import { expect, test } from 'vitest';
import { enteredCycle, lastIntent, NOW, observedOrder, withOrder } from '../testing/cycle-world-cases.ts';
import { executionsFrom } from './lost-cycle.ts';
import type { ObservedOrder } from './observation.ts';

const cycle = enteredCycle();
const owner = { userId: cycle.userId, symbol: cycle.plan.symbol, cycleKey: cycle.key };
const entry = cycle.intents[0];
if (entry === undefined) throw new Error('it has entered');
const later = withOrder(cycle, { kind: 'tp', price: 100500 });
const shown = (createdAt: number, change: Partial<ObservedOrder> = {}): ObservedOrder => ({
  ...observedOrder(cycle, entry, { status: 'filled' }),
  filledQuantity: '1',
  createdAt,
  ...change,
});
const takeProfit = { ...observedOrder(later, lastIntent(later)), createdAt: NOW - 5_000 };

test.each<{ where: string; orders: ObservedOrder[]; from: number }>([
  {
    where: 'its entry is shown: from that on, whatever the calendar says',
    orders: [shown(NOW - 50_000), takeProfit],
    from: NOW - 60_000,
  },
  {
    where: 'its entry was tried several times: from the first on of which something filled',
    orders: [
      shown(NOW - 50_000, { filledQuantity: '0' }),
      shown(NOW - 40_000),
      shown(NOW - 30_000, { filledQuantity: '0' }),
    ],
    from: NOW - 50_000,
  },
  {
    where: 'its entry is out of reach: from long before what is shown of it',
    orders: [takeProfit],
    from: NOW - 605_000,
  },
  { where: 'nothing of it is shown: from long before its key', orders: [], from: NOW - 600_000 },
  {
    where: 'the entry shown is that of another cycle',
    orders: [
      shown(NOW - 90_000, { clientOrderId: 'sm_leg_0_1_BTCUSDT_zz' }),
      { ...takeProfit, createdAt: NOW - 1_000 },
    ],
    from: NOW - 601_000,
  },
])('where $where', ({ orders, from }) => {
  expect(executionsFrom(orders, owner, NOW)).toBe(from);
});
