/** A memory that is older than the venue: its newest rows were lost, or a backup was restored. Found by `npm run sim`. */
import { describe, expect, test } from 'vitest';
import {
  convergedCycle,
  decisions,
  enteredCycle,
  executionOf,
  inputOf,
  lastIntent,
  NOW,
  observedOf,
  observedOrder,
  withOneOrder,
  withOrder,
} from '../testing/cycle-world-cases.ts';
import { adoptKnownIds } from './adopt.ts';
import { applyExecution, applyLookup, applyOrder } from './apply.ts';
import { createDoubt, isLive } from './intent.ts';
import { reconcile } from './reconcile.ts';
import { clientOrderIdOf } from './tag.ts';
import { lots } from './units.ts';

const LATER = NOW + 10;

describe('what fills by the venue’s word and is not heard yet', () => {
  test('is not covered a second time: it would be sold from what a person holds beside us', () => {
    const { cycle, id } = withOneOrder({ kind: 'tp', price: 100500, quantity: 1000 });
    const intent = { ...lastIntent(cycle) };
    const filled = applyOrder(
      cycle,
      { ...observedOrder(cycle, intent), status: 'filled', filledQuantity: '1', updatedAt: LATER },
      LATER,
    );
    expect(lastIntent(filled)).toMatchObject({ clientOrderId: id, state: 'filled' });
    const does = decisions(filled, reconcile(inputOf(filled)));
    expect(does.filter((what) => what.startsWith('place tp'))).toEqual([]);
  });
});

describe('after a restart', () => {
  test('a take-profit that a forgotten amend has changed is still ours', () => {
    const { cycle, id, seen } = withOneOrder({
      state: 'ambiguous',
      exchangeOrderId: null,
      restored: true,
      doubt: createDoubt(NOW),
    });
    const changed = seen({ exchangeOrderId: 'v9', quantity: '0.7', price: '10060' });
    const found = applyLookup(cycle, id, { order: changed, askedAt: LATER }, LATER);
    expect(lastIntent(found)).toMatchObject({ state: 'open', exchangeOrderId: 'v9', quantity: 700 });
  });

  test('a replacement on the venue proves that the order before it has ended', () => {
    const { cycle } = withOneOrder({ kind: 'tp', price: 100500 });
    const second = withOrder(cycle, { kind: 'tp', price: 100500 });
    const forgotten = { ...second, intents: second.intents.slice(0, -1) };
    const seen = { orders: [observedOrder(second, lastIntent(second))], executions: [] };
    const profits = adoptKnownIds(forgotten, seen, NOW).intents.filter(({ kind }) => kind === 'tp');
    expect(profits.filter(isLive).map(({ replacement }) => replacement)).toEqual([1]);
    expect(profits[0]).toMatchObject({ replacement: 0, state: 'cancelled', endedBy: 'us' });
  });

  test.each([
    { kind: 'tp', change: { restored: true }, endedBy: 'us' },
    { kind: 'sl', change: { restored: true }, endedBy: 'us' },
    { kind: 'leg', change: { restored: true }, endedBy: 'user' },
    { kind: 'tp', change: { restored: false }, endedBy: 'user' },
  ] as const)(
    'a $kind ($change) that was cancelled before it was seen counts as cancelled by $endedBy',
    ({ kind, change, endedBy }) => {
      const { cycle, seen } = withOneOrder({ kind, leg: kind === 'leg' ? 1 : 0, ...change });
      const cancelled = seen({ status: 'cancelled', reason: 'CancelByUser' });
      expect(lastIntent(applyOrder(cycle, cancelled, LATER))).toMatchObject({ state: 'cancelled', endedBy });
    },
  );

  test('a take-profit that was seen resting and is then cancelled was cancelled by a person', () => {
    const { cycle, seen } = withOneOrder({ kind: 'tp', price: 100500, restored: true });
    const resting = applyOrder(cycle, seen(), LATER);
    const cancelled = seen({ status: 'cancelled', reason: 'CancelByUser', updatedAt: LATER + 1 });
    expect(lastIntent(applyOrder(resting, cancelled, LATER + 1))).toMatchObject({ endedBy: 'user' });
  });

  test('a take-profit that only its executions tell of, and that was cancelled since, is no person’s wish', () => {
    const { cycle, id, seen } = withOneOrder({ kind: 'tp', price: 100500 });
    const forgotten = { ...cycle, intents: cycle.intents.slice(0, -1) };
    const executions = [executionOf(cycle, { id: 'tp', quantity: 300, price: '10050' })];
    const adopted = adoptKnownIds(forgotten, { orders: [], executions }, NOW);
    const order = seen({ status: 'cancelled', reason: 'CancelByUser', filledQuantity: '0.3' });
    const found = applyLookup(adopted, id, { order, askedAt: LATER }, LATER);
    expect(lastIntent(found)).toMatchObject({ clientOrderId: id, state: 'cancelled', endedBy: 'us' });
  });

  test('executions for more than the journal knows of a take-profit do not end it: it was enlarged', () => {
    const { cycle, id, seen } = withOneOrder({ kind: 'tp', price: 100500, quantity: 300, restored: true });
    const execution = executionOf(cycle, { id: 'tp', quantity: 400, price: '10050' });
    const filled = applyExecution(cycle, execution, LATER).cycle;
    expect(lastIntent(filled)).toMatchObject({ clientOrderId: id, state: 'open' });
    const larger = seen({ quantity: '1', filledQuantity: '0.4', updatedAt: LATER });
    expect(lastIntent(applyOrder(filled, larger, LATER))).toMatchObject({ state: 'open', quantity: 1000 });
  });

  test('nothing is done while orders of a later cycle rest: the position is theirs', () => {
    const cycle = enteredCycle();
    const later = clientOrderIdOf('sm_leg_1_42_BTCUSDT', cycle.key + 1, 0);
    const impostors = [
      { ...observedOrder(convergedCycle(), lastIntent(convergedCycle())), clientOrderId: later },
    ];
    const verdict = reconcile(
      inputOf(cycle, { mode: 'protect', observed: observedOf(cycle, { impostors }) }),
    );
    expect(decisions(cycle, verdict)).toEqual([]);
    expect(verdict.problems.map(({ code }) => code)).toEqual(['other_instance']);
  });
});

describe('a liquidation', () => {
  test('that closes nothing of a flat cycle closed a later one’s position', () => {
    const { cycle } = withOneOrder({ kind: 'tp', price: 100500, quantity: 1000 });
    const closing = executionOf(cycle, { id: 'tp', quantity: 1000, price: '10050' });
    const flat = applyExecution(cycle, closing, LATER).cycle;
    expect(flat.own.quantity).toBe(lots(0));
    const forced = { ...closing, executionId: 'liq', exchangeOrderId: 'x', clientOrderId: null };
    expect(applyExecution(flat, { ...forced, kind: 'liquidation' }, LATER).fill).toBeNull();
  });
});

describe('a look-up', () => {
  test('that began before our cancel was sent says nothing of it', () => {
    const { cycle, id, seen } = withOneOrder({ doubt: createDoubt(NOW - 100) });
    const since = NOW + 5;
    const pending = {
      op: 'cancel' as const,
      attempt: 2,
      price: null,
      triggerPrice: null,
      quantity: lots(1000),
      since,
      acknowledged: false,
    };
    const cancelling = {
      ...cycle,
      intents: cycle.intents.map((intent) => (intent.clientOrderId === id ? { ...intent, pending } : intent)),
    };
    const read = applyLookup(cancelling, id, { order: seen({ updatedAt: NOW }), askedAt: NOW }, LATER);
    expect(lastIntent(read)).toMatchObject({ state: 'open', pending: { op: 'cancel' }, doubt: null });
  });
});
