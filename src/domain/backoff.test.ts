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

  test.each([
    { rule: 'refused for what it is', order: { ...refused, detail: 'insufficient_balance: no' }, blamed: 1 },
    { rule: 'refused without a reason', order: refused, blamed: 1 },
    { rule: 'ended by the venue', order: byVenue, blamed: 1 },
    { rule: 'refused to a key', order: { ...refused, detail: 'credentials: no' }, blamed: 0 },
    {
      rule: 'refused to a key that may not trade',
      order: { ...refused, detail: 'permission: no' },
      blamed: 0,
    },
    { rule: 'refused at maintenance', order: { ...refused, detail: 'maintenance: no' }, blamed: 0 },
    { rule: 'refused for its hurry', order: { ...refused, detail: 'rate_limited: no' }, blamed: 0 },
    { rule: 'refused for its time', order: { ...refused, detail: 'timestamp: no' }, blamed: 0 },
    { rule: 'lost on its way', order: absent, blamed: 0 },
  ])('an order $rule is to blame: $blamed', ({ order, blamed }) => {
    expect(failuresOf(withOrder(emptyCycle(), order).intents)).toMatchObject({ count: 1, blamed });
  });

  test('only a shut door is waited for with a reading, and from the moment it was found shut', () => {
    const shut = { ...refused, detail: 'permission: no', updatedAt: NOW + 5 };
    expect(failuresOf(withOrder(emptyCycle(), shut).intents).shutOutAt).toBe(NOW + 5);
    const other = withOrder(withOrder(emptyCycle(), shut), { ...refused, detail: 'rate_limited: no' });
    expect(failuresOf(other.intents).shutOutAt).toBeNull();
  });

  test('what never arrived was waited for already: its pause counts from when it was made', () => {
    const lost = { ...absent, createdAt: NOW, updatedAt: NOW + 4_000 };
    expect(failuresOf(withOrder(emptyCycle(), lost).intents).retryAt).toBe(NOW + 1_000);
  });

  test('a week of refusals does not use up the ids of a cycle', () => {
    const { intents } = withOrder(emptyCycle(), { ...refused, updatedAt: 0 });
    let waitedMs = 0;
    for (let count = 1; count < 36 ** 2; count += 1) {
      const orders = Array.from({ length: count }, () => intents).flat();
      waitedMs += failuresOf(orders).retryAt;
    }
    expect(waitedMs).toBeGreaterThan(7 * 86_400_000);
  });

  test('the wait counts from the moment the newest one failed', () => {
    const once = withOrder(emptyCycle(), { ...refused, updatedAt: NOW + 500 });
    const twice = withOrder(once, { ...refused, updatedAt: NOW + 1_700 });
    expect(failuresOf(once.intents).retryAt).toBe(NOW + 1_500);
    expect(failuresOf(twice.intents).retryAt).toBe(NOW + 3_700);
  });
});
