import { describe, expect, test } from 'vitest';
import { emptyCycle, NOW, type OrderCase, withOrder } from '../testing/cycle-world-cases.ts';
import { delayAfter, failuresOf } from './backoff.ts';
import { lots } from './units.ts';

test.each([
  [0, 0],
  [1, 1_000],
  [2, 2_000],
  [3, 4_000],
  [5, 16_000],
  [6, 30_000], // 32 s would be more than half a minute
  [1000, 30_000],
])('after %d failures the next try waits %d ms', (failures, delay) => {
  expect(delayAfter(failures)).toBe(delay);
});

describe('failures in a row', () => {
  const refused: OrderCase = { state: 'rejected', endedBy: 'refused' };
  const absent: OrderCase = { state: 'rejected', endedBy: 'absent' };
  const byVenue: OrderCase = { state: 'cancelled', endedBy: 'venue' };
  const byUs: OrderCase = { state: 'cancelled', endedBy: 'us' };
  const byUser: OrderCase = { state: 'cancelled', endedBy: 'user' };

  test.each<{ rule: string; orders: OrderCase[]; count: number }>([
    { rule: 'none at first', orders: [], count: 0 },
    { rule: 'refused, absent and ended by the venue count', orders: [refused, absent, byVenue], count: 3 },
    { rule: 'an order that we cancelled ends the row', orders: [refused, byUs, refused], count: 1 },
    { rule: 'what the user cancelled is no failure', orders: [refused, byUser], count: 0 },
    { rule: 'a live order is no failure', orders: [refused, {}], count: 0 },
    {
      rule: 'an order that filled in part is no failure',
      orders: [refused, { ...byVenue, venueFilled: lots(1) }],
      count: 0,
    },
  ])('$rule', ({ orders, count }) => {
    const cycle = orders.reduce(
      (current, order) => withOrder(current, { kind: 'tp', ...order }),
      emptyCycle(),
    );
    expect(failuresOf(cycle.intents).count).toBe(count);
  });

  test('the wait counts from the moment the newest one failed', () => {
    const once = withOrder(emptyCycle(), { ...refused, updatedAt: NOW + 500 });
    const twice = withOrder(once, { ...refused, updatedAt: NOW + 1_700 });
    expect(failuresOf(once.intents).retryAt).toBe(NOW + 1_500);
    expect(failuresOf(twice.intents).retryAt).toBe(NOW + 3_700);
  });
});
