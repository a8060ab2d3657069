import { expect, test } from 'vitest';
import {
  enteredCycle,
  lastIntent,
  NOW,
  observedOrder,
  type OrderCase,
  withOrder,
} from '../testing/cycle-world-cases.ts';
import { applyLookup, applyOrder } from './apply.ts';
import { isOurOrder } from './our-order.ts';

const STOP: OrderCase = { kind: 'sl', triggerPrice: 97000 };
const doubt = { provableAt: NOW, lookups: 0, absences: 0, lookedUpAt: null, lookingUp: true };
const CLOSE: OrderCase = { kind: 'sl', type: 'market', state: 'ambiguous', exchangeOrderId: null, doubt };

test('a stop-loss under the id of a close at market is another order, and the close takes the next number', () => {
  const closing = withOrder(enteredCycle(), CLOSE);
  const stop = withOrder(enteredCycle(), STOP);
  const theirs = { ...observedOrder(stop, lastIntent(stop)), exchangeOrderId: 'theirs' };
  const { clientOrderId } = lastIntent(closing);
  expect(theirs.clientOrderId).toBe(clientOrderId);
  expect(isOurOrder(closing, lastIntent(closing), { order: theirs, sentAt: null })).toBe(false);
  // A reading may show it before the venue has refused ours.
  expect(applyOrder(closing, theirs, NOW)).toBe(closing);
  const after = applyLookup(closing, clientOrderId, { order: theirs, askedAt: NOW + 5_000 }, NOW + 5_000);
  expect(lastIntent(after)).toMatchObject({ state: 'rejected', endedBy: 'refused', doubt: null });
});

test('a market order that the venue shows as the limit order that it makes of it is ours', () => {
  const closing = withOrder(enteredCycle(), CLOSE);
  const order = { ...observedOrder(closing, lastIntent(closing)), type: 'limit' as const, price: '9000' };
  expect(isOurOrder(closing, lastIntent(closing), { order, sentAt: null })).toBe(true);
});
