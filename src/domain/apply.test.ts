import { describe, expect, test } from 'vitest';
import {
  convergedCycle,
  emptyCycle,
  enteredCycle,
  executionOf,
  lastIntent,
  NOW,
  type OrderCase,
  withOneOrder,
  withOrder,
} from '../testing/cycle-world-cases.ts';
import { withAction } from './action.ts';
import { type Answer, applyExecution, applyLookup, applyOrder, applyPlaceAnswer } from './apply.ts';
import type { Cycle } from './cycle.ts';
import { ratio } from './ratio.ts';
import { lots } from './units.ts';

const LATER = NOW + 10;
const LOST: Answer = { kind: 'ambiguous', cause: 'timeout', message: 'lost', provableAfterMs: 3_000 };
const inFlight: OrderCase = { state: 'in-flight', exchangeOrderId: null };

describe('an execution', () => {
  test('is booked once', () => {
    const cycle = withOrder(emptyCycle(), { kind: 'leg', quantity: 10 });
    const execution = executionOf(cycle, { id: 'a', quantity: 4, price: '10000.5', fee: '0.02' });
    const first = applyExecution(cycle, execution, LATER);
    expect(first.fill).toMatchObject({
      executionId: 'a',
      tag: 'sm_leg_0_42_BTCUSDT',
      kind: 'leg',
      leg: 0,
      fee: '0.02',
    });
    expect(first.cycle.own).toEqual({ quantity: 4, average: ratio('10000.5') });
    expect(first.cycle.lastFillAt).toBe(LATER);
    const again = applyExecution(first.cycle, execution, LATER + 1);
    expect(again).toEqual({ cycle: first.cycle, fill: null });
  });

  test('for all that is left of an order ends it, unless an amend may have enlarged it', () => {
    const cycle = withOrder(enteredCycle(), { kind: 'tp', price: 100500, quantity: 10 });
    const execution = executionOf(cycle, { id: 'a', quantity: 10, price: '10050' });
    expect(lastIntent(applyExecution(cycle, execution, LATER).cycle).state).toBe('filled');
    const { clientOrderId } = lastIntent(cycle);
    const amend = { price: lastIntent(cycle).price, triggerPrice: null, quantity: lots(20), reason: '' };
    const amended = withAction(cycle, { type: 'amend', clientOrderId, ...amend }, NOW);
    expect(lastIntent(applyExecution(amended, execution, LATER).cycle).state).toBe('open');
  });

  test("of somebody else's order is not ours", () => {
    const cycle = enteredCycle();
    const execution = {
      ...executionOf(cycle, { id: 'b', quantity: 4, price: '1' }),
      clientOrderId: 'by hand',
    };
    expect(applyExecution(cycle, execution, LATER)).toEqual({ cycle, fill: null });
  });

  test("without our id is matched by the venue's", () => {
    const cycle = withOrder(enteredCycle(), { kind: 'sl', triggerPrice: 97000, exchangeOrderId: 'stop-7' });
    const execution = { ...executionOf(cycle, { id: 'b', quantity: 4, price: '9700' }), clientOrderId: '' };
    expect(applyExecution(cycle, execution, LATER).fill?.kind).toBe('sl');
  });

  test.each(['liquidation', 'adl'] as const)('by %s is booked to the cycle', (kind) => {
    const cycle = enteredCycle();
    const forced = {
      ...executionOf(cycle, { id: 'l', quantity: 1000, price: '9100' }),
      kind,
      clientOrderId: null,
    };
    const { cycle: after, fill } = applyExecution(
      cycle,
      { ...forced, direction: 'sell', exchangeOrderId: '?' },
      LATER,
    );
    expect(fill).toMatchObject({ executionKind: kind, kind: 'sl', tag: '' });
    expect(after.own.quantity).toBe(0);
  });

  test('of the other side that the venue forced is not ours', () => {
    const cycle = enteredCycle();
    const forced = {
      ...executionOf(cycle, { id: 'l', quantity: 1, price: '1' }),
      kind: 'liquidation' as const,
    };
    const other = { ...forced, clientOrderId: null, exchangeOrderId: '?', direction: 'buy' as const };
    expect(applyExecution(cycle, other, LATER).fill).toBeNull();
  });

  test('proves that its order exists, whatever became of the answer', () => {
    const { cycle, id } = withOneOrder({ ...inFlight, state: 'ambiguous' });
    const doubted = applyPlaceAnswer(cycle, id, LOST, NOW);
    const execution = {
      ...executionOf(doubted, { id: 'x', quantity: 4, price: '10050' }),
      exchangeOrderId: 'v9',
    };
    const proven = applyExecution(doubted, execution, LATER).cycle;
    const absent = applyLookup(proven, id, { order: null, askedAt: NOW + 5_000 }, NOW + 5_000);
    expect(lastIntent(absent)).toMatchObject({ exchangeOrderId: 'v9', state: 'ambiguous' });
  });

  test('that opens after the position was closed outside is all that is ours', () => {
    const outside: Cycle = { ...convergedCycle(), closedOutside: true, partial: true };
    const execution = executionOf(outside, { id: 'late', order: 2, quantity: 5, price: '9900', at: NOW + 5 });
    const { cycle } = applyExecution(outside, execution, LATER);
    expect(cycle.own).toEqual({ quantity: 5, average: ratio('9900') });
    expect([cycle.closedOutside, cycle.partial, cycle.fills.length]).toEqual([false, true, 2]);
  });

  test('that closes after that stays booked and changes nothing', () => {
    const outside: Cycle = { ...convergedCycle(), closedOutside: true, partial: true };
    const execution = executionOf(outside, {
      id: 'late',
      order: 1,
      quantity: 1000,
      price: '10050',
      at: NOW + 5,
    });
    expect(applyExecution(outside, execution, LATER).cycle).toMatchObject({
      closedOutside: true,
      own: { quantity: 0 },
    });
  });
});

describe('a read or push of an order', () => {
  test('opens what was on its way', () => {
    const { cycle, seen } = withOneOrder(inFlight);
    expect(lastIntent(applyOrder(cycle, seen({ exchangeOrderId: 'v3' }), LATER))).toMatchObject({
      state: 'open',
      exchangeOrderId: 'v3',
      doubt: null,
    });
  });

  test.each([
    { status: 'filled', reason: null, state: 'filled', endedBy: null },
    { status: 'cancelled', reason: 'CancelByUser', state: 'cancelled', endedBy: 'user' },
    { status: 'cancelled', reason: 'CancelByReduceOnly', state: 'cancelled', endedBy: 'venue' },
    { status: 'cancelled', reason: null, state: 'cancelled', endedBy: 'venue' },
    { status: 'rejected', reason: 'EC_NoEnoughQtyToFill', state: 'rejected', endedBy: 'venue' },
  ] as const)('that is $status ($reason) ends it by $endedBy', ({ status, reason, state, endedBy }) => {
    const { cycle, seen } = withOneOrder({});
    expect(lastIntent(applyOrder(cycle, seen({ status, reason }), LATER))).toMatchObject({ state, endedBy });
  });

  test('that we cancelled was ended by us, though the venue says "by user"', () => {
    const { cycle, id, seen } = withOneOrder({});
    const sent = withAction(cycle, { type: 'cancel', clientOrderId: id, reason: '' }, NOW);
    expect(
      lastIntent(applyOrder(sent, seen({ status: 'cancelled', reason: 'CancelByUser' }), LATER)).endedBy,
    ).toBe('us');
  });

  test('never brings an ended order back, but can add what it filled', () => {
    const { cycle, seen } = withOneOrder({ state: 'cancelled', endedBy: 'us' });
    expect(lastIntent(applyOrder(cycle, seen(), LATER)).state).toBe('cancelled');
    expect(lastIntent(applyOrder(cycle, seen({ filledQuantity: '0.3' }), LATER))).toMatchObject({
      state: 'cancelled',
      venueFilled: 300,
    });
  });

  test('that is older than what we know adds only fills', () => {
    const { cycle, seen } = withOneOrder({});
    const newer = applyOrder(
      cycle,
      seen({ price: '10051', filledQuantity: '0.2', updatedAt: NOW + 9 }),
      LATER,
    );
    const older = applyOrder(
      newer,
      seen({ price: '10050', filledQuantity: '0.1', updatedAt: NOW + 8 }),
      LATER,
    );
    expect(older).toBe(newer);
    expect(lastIntent(older)).toMatchObject({ price: 100510, venueFilled: 200 });
  });

  test('takes over what somebody changed on the venue', () => {
    const { cycle, seen } = withOneOrder({});
    expect(lastIntent(applyOrder(cycle, seen({ price: '10060.5', quantity: '0.7' }), LATER))).toMatchObject({
      price: 100605,
      quantity: 700,
    });
  });

  test('of a close-all order leaves its quantity: the venue has none of it', () => {
    const { cycle, seen } = withOneOrder({ kind: 'sl', type: 'market', closeAll: true, quantity: 2 });
    expect(lastIntent(applyOrder(cycle, seen({ quantity: '0' }), LATER)).quantity).toBe(2);
  });

  test('of a stranger changes nothing', () => {
    const { cycle, seen } = withOneOrder({});
    expect(applyOrder(cycle, seen({ clientOrderId: 'web_1' }), LATER)).toBe(cycle);
  });

  test.each(['absent', 'refused'] as const)('brings back our own that had been %s', (endedBy) => {
    const { cycle, seen } = withOneOrder({ state: 'rejected', endedBy, exchangeOrderId: null });
    expect(lastIntent(applyOrder(cycle, seen(), LATER))).toMatchObject({ state: 'open', endedBy: null });
  });

  test('does not make another order ours that merely has our id', () => {
    const { cycle, seen } = withOneOrder({ state: 'rejected', endedBy: 'refused', exchangeOrderId: null });
    expect(
      lastIntent(applyOrder(cycle, seen({ exchangeOrderId: 'theirs', price: '1', quantity: '9' }), LATER))
        .state,
    ).toBe('rejected');
  });
});
