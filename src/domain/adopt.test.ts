import { describe, expect, test } from 'vitest';
import {
  convergedCycle,
  enteredCycle,
  executionOf,
  lastIntent,
  NOW,
  observedOrder,
  withOneOrder,
  withOrder,
} from '../testing/cycle-world-cases.ts';
import { adoptKnownIds } from './adopt.ts';
import { applyExecution, applyOrder } from './apply.ts';
import type { Cycle } from './cycle.ts';

/** The journal lost its newest order. */
function forgetting(cycle: Cycle): Cycle {
  return { ...cycle, intents: cycle.intents.slice(0, -1) };
}

describe('an order of the open cycle that the journal lost', () => {
  test.each([
    { name: 'a take-profit', order: { kind: 'tp' as const, price: 100500 } },
    { name: 'a stop-loss', order: { kind: 'sl' as const, triggerPrice: 97000 } },
    { name: 'a leg', order: { kind: 'leg' as const, leg: 1, price: 99000, quantity: 1010, replacement: 0 } },
  ])('$name is taken back as it rests on the venue', ({ order }) => {
    const whole = withOrder(enteredCycle(), order);
    const lost = lastIntent(whole);
    const seen = { orders: [observedOrder(whole, lost)], executions: [] };
    const adopted = adoptKnownIds(forgetting(whole), seen, NOW);
    expect(adopted.partial).toBe(true);
    const { clientOrderId, tag, kind, leg, price, triggerPrice, quantity, reduceOnly, exchangeOrderId } =
      lost;
    expect(lastIntent(adopted)).toMatchObject({
      clientOrderId,
      tag,
      kind,
      leg,
      price,
      triggerPrice,
      quantity,
      reduceOnly,
      exchangeOrderId,
      adopted: true,
      state: 'open',
      doubt: { provableAt: NOW },
    });
  });

  test('keeps its replacement, so that the next id is free', () => {
    const { cycle } = withOneOrder({});
    const second = withOrder(cycle, { kind: 'tp', price: 100500 });
    const seen = { orders: [observedOrder(second, lastIntent(second))], executions: [] };
    expect(lastIntent(adoptKnownIds(forgetting(second), seen, NOW)).replacement).toBe(1);
  });

  test('is found by its execution alone', () => {
    const whole = withOrder(enteredCycle(), { kind: 'leg', leg: 1, price: 99000, quantity: 1010 });
    const execution = executionOf(whole, { id: 'x', quantity: 1010, price: '9900' });
    const adopted = adoptKnownIds(forgetting(whole), { orders: [], executions: [execution] }, NOW);
    expect(applyExecution(adopted, execution, NOW).cycle.own.quantity).toBe(2010);
  });

  test('then follows the venue like any other', () => {
    const { cycle, seen } = withOneOrder({});
    const adopted = adoptKnownIds(forgetting(cycle), { orders: [seen()], executions: [] }, NOW);
    expect(lastIntent(applyOrder(adopted, seen({ status: 'cancelled' }), NOW)).state).toBe('cancelled');
  });
});

describe('nothing else is adopted', () => {
  const cycle = convergedCycle();
  const rests = (clientOrderId: string | null) => ({
    orders: [{ ...observedOrder(cycle, lastIntent(cycle)), clientOrderId, exchangeOrderId: 'other' }],
    executions: [],
  });

  test.each([
    ['what is known', lastIntent(cycle).clientOrderId],
    ['an order of another cycle', 'sm_tp_42_BTCUSDT_1'],
    ['an order of another user', 'sm_tp_43_BTCUSDT_ll'],
    ['an order of another symbol', 'sm_tp_42_ETHUSDT_ll'],
    ['an order by hand', null],
    ['an order of another program', 'grid-7'],
  ])('%s', (_, id) => {
    expect(adoptKnownIds(cycle, rests(id), NOW)).toBe(cycle);
  });
});
