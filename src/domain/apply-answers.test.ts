/** What the answers to our calls, and look-ups after lost ones, say about an order. */
import { describe, expect, test } from 'vitest';
import { lastIntent, NOW, type OrderCase, withOneOrder } from '../testing/cycle-world-cases.ts';
import { withAction } from './action.ts';
import {
  type Answer,
  applyAmendAnswer,
  applyCancelAnswer,
  applyLookup,
  applyLookupFailure,
  applyOrder,
  applyPlaceAnswer,
} from './apply.ts';
import { lots, ticks } from './units.ts';

const LATER = NOW + 10;
const ACCEPTED: Answer = { kind: 'accepted', exchangeOrderId: 'v1' };
const REFUSED: Answer = { kind: 'rejected', code: 'invalid_order', message: 'no' };
const LOST: Answer = { kind: 'ambiguous', cause: 'timeout', message: 'lost', provableAfterMs: 3_000 };
const inFlight: OrderCase = { state: 'in-flight', exchangeOrderId: null };

describe('the answer to placing', () => {
  test.each<{ rule: string; before: OrderCase; answer: Answer; after: object }>([
    {
      rule: 'accepted: it rests',
      before: inFlight,
      answer: ACCEPTED,
      after: { state: 'open', exchangeOrderId: 'v1', doubt: null },
    },
    {
      rule: 'refused: it never was',
      before: inFlight,
      answer: REFUSED,
      after: { state: 'rejected', endedBy: 'refused', detail: 'invalid_order: no' },
    },
    {
      rule: 'lost: neither',
      before: inFlight,
      answer: LOST,
      after: { state: 'ambiguous', endedBy: null, doubt: { provableAt: LATER + 3_000, lookups: 0 } },
    },
    {
      rule: 'lost after the order was seen: it rests',
      before: { state: 'open' },
      answer: LOST,
      after: { state: 'open', doubt: null },
    },
    {
      rule: 'refused after the order was seen: it rests',
      before: { state: 'open' },
      answer: REFUSED,
      after: { state: 'open' },
    },
    {
      rule: 'accepted after it filled: it stays filled',
      before: { state: 'filled' },
      answer: ACCEPTED,
      after: { state: 'filled' },
    },
    {
      rule: 'refused when sent again: the first sending is still unknown',
      before: { ...inFlight, attempts: 2 },
      answer: REFUSED,
      after: { state: 'ambiguous', endedBy: null },
    },
  ])('$rule', ({ before, answer, after }) => {
    const { cycle, id } = withOneOrder(before);
    expect(lastIntent(applyPlaceAnswer(cycle, id, answer, LATER))).toMatchObject(after);
  });

  test.each([LOST, REFUSED])(
    'of a repetition does not shorten the time in which the first may still arrive',
    (answer) => {
      const { cycle, id } = withOneOrder(inFlight);
      const lost = applyPlaceAnswer(cycle, id, { ...LOST, provableAfterMs: 60_000 }, NOW);
      const again = withAction(lost, { type: 'resend', clientOrderId: id, reason: '' }, LATER);
      expect(lastIntent(applyPlaceAnswer(again, id, answer, LATER)).doubt?.provableAt).toBe(NOW + 60_000);
    },
  );
});

describe('the answer to an amend', () => {
  const amend = {
    type: 'amend' as const,
    price: ticks(100600),
    triggerPrice: null,
    quantity: lots(2000),
    reason: '',
  };
  const sent = () => {
    const { cycle, id, seen } = withOneOrder({});
    const pending = withAction(cycle, { ...amend, clientOrderId: id }, NOW);
    return { cycle: pending, seen, call: { clientOrderId: id, attempt: lastIntent(pending).attempts } };
  };

  test.each<{ rule: string; answer: Answer; after: object }>([
    {
      rule: 'accepted',
      answer: ACCEPTED,
      after: { price: 100600, quantity: 2000, pending: null, doubt: null },
    },
    {
      rule: 'not modified is as good',
      answer: { kind: 'rejected', code: 'not_modified', message: '' },
      after: { price: 100600, quantity: 2000, pending: null, amendsRefused: 0 },
    },
    {
      rule: 'refused: as before, counted, and asked',
      answer: REFUSED,
      after: { price: 100500, quantity: 1000, pending: null, amendsRefused: 1, doubt: { provableAt: LATER } },
    },
    {
      rule: 'lost: still pending, and asked',
      answer: LOST,
      after: { price: 100500, pending: { op: 'amend' }, doubt: { provableAt: LATER + 3_000 } },
    },
  ])('$rule', ({ answer, after }) => {
    const { cycle, call } = sent();
    expect(lastIntent(applyAmendAnswer(cycle, call, answer, LATER))).toMatchObject(after);
  });

  test('of an older call changes nothing', () => {
    const { cycle, call } = sent();
    expect(applyAmendAnswer(cycle, { ...call, attempt: call.attempt - 1 }, ACCEPTED, LATER)).toBe(cycle);
  });

  test('is not needed when a push already shows the new values', () => {
    const { cycle, seen } = sent();
    expect(lastIntent(applyOrder(cycle, seen({ price: '10060', quantity: '2' }), LATER)).pending).toBeNull();
    expect(lastIntent(applyOrder(cycle, seen(), LATER)).pending).not.toBeNull();
  });
});

describe('the answer to a cancel', () => {
  const sent = () => {
    const { cycle, id, seen } = withOneOrder({});
    const pending = withAction(cycle, { type: 'cancel', clientOrderId: id, reason: '' }, NOW);
    return { cycle: pending, seen, call: { clientOrderId: id, attempt: lastIntent(pending).attempts } };
  };

  test('accepted is not yet cancelled: the push says that', () => {
    const { cycle, call, seen } = sent();
    const acknowledged = applyCancelAnswer(cycle, call, ACCEPTED, LATER);
    expect(lastIntent(acknowledged)).toMatchObject({ state: 'open', pending: { acknowledged: true } });
    expect(
      lastIntent(applyOrder(acknowledged, seen({ status: 'filled', filledQuantity: '1' }), LATER)).state,
    ).toBe('filled');
  });

  test('"not found" is asked, not believed', () => {
    const { cycle, call } = sent();
    const answered = applyCancelAnswer(
      cycle,
      call,
      { kind: 'rejected', code: 'order_not_found', message: '' },
      LATER,
    );
    expect(lastIntent(answered)).toMatchObject({
      state: 'open',
      endedBy: 'us',
      doubt: { provableAt: LATER },
    });
  });

  test('refused for another reason is asked after a pause, so that cancels do not chase each other', () => {
    const { cycle, call } = sent();
    const answered = applyCancelAnswer(
      cycle,
      call,
      { kind: 'rejected', code: 'rate_limited', message: '' },
      LATER,
    );
    expect(lastIntent(answered)).toMatchObject({
      pending: { acknowledged: true },
      doubt: { lookups: 1, lookedUpAt: LATER },
    });
  });

  test('lost may be sent again at once', () => {
    const { cycle, call } = sent();
    expect(lastIntent(applyCancelAnswer(cycle, call, LOST, LATER))).toMatchObject({
      state: 'open',
      pending: null,
      endedBy: 'us',
    });
  });
});

describe('a look-up', () => {
  const doubted = (order: OrderCase = {}) => {
    const { cycle, id, seen } = withOneOrder({ ...inFlight, ...order });
    return { cycle: applyPlaceAnswer(cycle, id, LOST, NOW), id, seen };
  };

  test('that finds our order settles the doubt', () => {
    const { cycle, id, seen } = doubted();
    const found = applyLookup(
      cycle,
      id,
      { order: seen({ exchangeOrderId: 'v5' }), askedAt: NOW + 100 },
      LATER,
    );
    expect(lastIntent(found)).toMatchObject({ state: 'open', doubt: null, exchangeOrderId: 'v5' });
  });

  test('that finds nothing proves nothing before the request could no longer arrive', () => {
    const { cycle, id } = doubted();
    const early = applyLookup(cycle, id, { order: null, askedAt: NOW + 2_999 }, NOW + 3_500);
    expect(lastIntent(early)).toMatchObject({ state: 'ambiguous', doubt: { lookups: 1 } });
    const late = applyLookup(early, id, { order: null, askedAt: NOW + 3_000 }, NOW + 3_500);
    expect(lastIntent(late)).toMatchObject({ state: 'rejected', endedBy: 'absent', doubt: null });
  });

  test.each([
    { rule: 'another price', change: { price: '10049.9' } },
    { rule: 'a larger quantity', change: { quantity: '1001' } },
    { rule: 'the other direction', change: { direction: 'buy' as const } },
    { rule: 'an order older than its intent', change: { createdAt: 700_000 - 1 } },
  ])('that finds $rule under our id has found somebody else', ({ change }) => {
    const { cycle, id, seen } = doubted();
    const found = applyLookup(
      cycle,
      id,
      { order: seen({ exchangeOrderId: 'v5', ...change }), askedAt: NOW + 100, sentAt: 1_000_000 },
      LATER,
    );
    expect(lastIntent(found)).toMatchObject({
      state: 'rejected',
      endedBy: 'refused',
      detail: 'another order has this id',
    });
  });

  test('that finds less, as a venue trims what only reduces to what is held, has found ours', () => {
    const { cycle, id, seen } = doubted();
    const order = seen({ exchangeOrderId: 'v5', quantity: '0.001' });
    const found = applyLookup(cycle, id, { order, askedAt: NOW + 100 }, LATER);
    expect(lastIntent(found)).toMatchObject({ state: 'open', exchangeOrderId: 'v5', doubt: null });
  });

  test.each([
    { rule: 'a seller’s higher price', type: 'limit' as const, price: '10101' },
    { rule: 'our price', type: 'limit' as const, price: '10050' },
  ])('that finds $rule has found ours, at the price where it really stands', ({ price }) => {
    const { cycle, id, seen } = doubted();
    const order = seen({ exchangeOrderId: 'v5', price });
    const found = applyLookup(cycle, id, { order, askedAt: NOW + 100 }, LATER);
    expect(lastIntent(found)).toMatchObject({ state: 'open', price: Number(price) * 10 });
    const filled = applyLookup(
      cycle,
      id,
      { order: { ...order, status: 'filled' }, askedAt: NOW + 100 },
      LATER,
    );
    expect(lastIntent(filled)).toMatchObject({ state: 'filled', price: Number(price) * 10 });
  });

  test('forgives clocks and restarts five minutes between an order and its intent', () => {
    const { cycle, id, seen } = doubted();
    const order = seen({ exchangeOrderId: 'v5', createdAt: 700_000 });
    const found = applyLookup(cycle, id, { order, askedAt: NOW + 100, sentAt: 1_000_000 }, LATER);
    expect(lastIntent(found)).toMatchObject({ state: 'open', exchangeOrderId: 'v5' });
  });

  test('is the truth about an amend only when the amend can no longer arrive', () => {
    const { cycle, id, seen } = withOneOrder({});
    const amend = {
      type: 'amend' as const,
      clientOrderId: id,
      price: ticks(100600),
      triggerPrice: null,
      quantity: lots(1000),
      reason: '',
    };
    const pending = withAction(cycle, amend, NOW);
    const lost = applyAmendAnswer(
      pending,
      { clientOrderId: id, attempt: lastIntent(pending).attempts },
      LOST,
      NOW,
    );
    const early = applyLookup(lost, id, { order: seen(), askedAt: NOW + 100 }, NOW + 200);
    expect(lastIntent(early)).toMatchObject({ pending: { op: 'amend' }, price: 100500 });
    const late = applyLookup(early, id, { order: seen(), askedAt: NOW + 3_100 }, NOW + 3_200);
    expect(lastIntent(late)).toMatchObject({ pending: null, doubt: null, price: 100500 });
  });

  test('must miss an order six times that the venue had acknowledged before it counts as lost', () => {
    const { cycle, id } = withOneOrder({
      doubt: { provableAt: NOW, lookups: 0, absences: 0, lookedUpAt: null, lookingUp: false },
    });
    let current = cycle;
    for (let round = 1; round <= 6; round += 1) {
      expect(lastIntent(current).state).toBe('open');
      current = applyLookup(current, id, { order: null, askedAt: NOW + round }, NOW + round);
    }
    expect(lastIntent(current)).toMatchObject({ state: 'cancelled', endedBy: 'venue', doubt: null });
  });

  test('that failed proves nothing and waits its turn', () => {
    const { cycle, id } = doubted();
    const failed = applyLookupFailure(cycle, id, NOW + 9_000);
    expect(lastIntent(failed)).toMatchObject({
      state: 'ambiguous',
      doubt: { lookups: 1, lookedUpAt: NOW + 9_000, lookingUp: false },
    });
  });

  test('that failed, however often, never makes one absence a loss', () => {
    const { cycle, id } = withOneOrder({
      doubt: { provableAt: NOW, lookups: 0, absences: 0, lookedUpAt: null, lookingUp: false },
    });
    let current = cycle;
    for (let round = 1; round <= 9; round += 1) current = applyLookupFailure(current, id, NOW + round);
    current = applyLookup(current, id, { order: null, askedAt: NOW + 10 }, NOW + 10);
    expect(lastIntent(current)).toMatchObject({ state: 'open', doubt: { absences: 1 } });
  });

  test('of an order without a doubt changes nothing', () => {
    const { cycle, id } = withOneOrder({});
    expect(applyLookup(cycle, id, { order: null, askedAt: NOW }, NOW)).toBe(cycle);
    expect(applyLookupFailure(cycle, id, NOW)).toBe(cycle);
  });
});
