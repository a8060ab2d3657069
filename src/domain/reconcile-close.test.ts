import { describe, expect, test } from 'vitest';
import {
  decisions,
  enteredCycle,
  inputOf,
  NOW,
  type OrderCase,
  observedOf,
  withOrder,
} from '../testing/cycle-world-cases.ts';
import type { Cycle } from './cycle.ts';
import type { ReconcileInput } from './reconcile-input.ts';
import { reconcileProtection } from './reconcile-protection.ts';
import { lots } from './units.ts';

function decide(cycle: Cycle, change: Partial<ReconcileInput> = {}): string[] {
  return decisions(cycle, reconcileProtection(inputOf(cycle, change)));
}

const TP: OrderCase = { kind: 'tp', price: 100500 };
const SL: OrderCase = { kind: 'sl', triggerPrice: 97000 };

describe('a close at market for which the take-profit holds the quantity', () => {
  const refused: OrderCase = {
    ...{ kind: 'sl', type: 'market', state: 'rejected', endedBy: 'refused', updatedAt: NOW - 60_000 },
    detail: 'quantity_held: pending orders hold it',
  };
  const held = withOrder(withOrder(enteredCycle(), TP), refused);

  test('first cancels it', () => {
    expect(decide(held, { mode: 'close' })).toEqual(['cancel tp']);
  });

  test('and comes once it has ended, without a new take-profit', () => {
    const freed = withOrder(withOrder(enteredCycle(), { ...TP, state: 'cancelled', endedBy: 'us' }), refused);
    expect(decide(freed, { mode: 'close' })).toEqual(['place sl 1000']);
  });
});

describe('a close at market where somebody holds more beside the bot', () => {
  const cycle = withOrder(enteredCycle(), TP);
  const holding = (quantity: number, askedAt = NOW + 1) =>
    observedOf(cycle, { position: { quantity: lots(quantity), read: null, askedAt } });

  test('first cancels the take-profit, which could meet what is not ours', () => {
    expect(decide(cycle, { mode: 'close', observed: holding(1005) })).toEqual(['cancel tp']);
  });

  test('and comes once it has ended, without a new one', () => {
    const freed = withOrder(enteredCycle(), { ...TP, state: 'cancelled', endedBy: 'us' });
    expect(decide(freed, { mode: 'close', observed: holding(1005) })).toEqual(['place sl 1000']);
  });

  test('after the stop-loss has ended: until then the take-profit protects', () => {
    const stopped = withOrder(cycle, SL);
    expect(decide(stopped, { mode: 'close', observed: holding(1005) })).toEqual(['cancel sl']);
  });

  test('leaves a take-profit for the pause after a refusal', () => {
    const refused: OrderCase = {
      kind: 'sl',
      type: 'market',
      state: 'rejected',
      endedBy: 'refused',
      detail: 'x: y',
    };
    const freed = withOrder(enteredCycle(), { ...TP, state: 'cancelled', endedBy: 'us' });
    const again = withOrder(freed, { ...refused, updatedAt: NOW });
    const observed = holding(1005);
    expect(decide(again, { mode: 'close', observed, now: NOW + 500 })).toEqual(['place tp 1000 @100500']);
  });

  test('does not wait for a take-profit of which nobody knows whether it rests', () => {
    const doubtful = withOrder(enteredCycle(), { ...TP, state: 'ambiguous' });
    expect(decide(doubtful, { mode: 'close', observed: holding(1005) })).toEqual(['place sl 1000']);
  });

  test.each([
    { rule: 'all that is held is ours', observed: holding(1000) },
    { rule: 'that was read before our newest fill', observed: holding(1005, NOW) },
  ])('goes beside it where $rule', ({ observed }) => {
    expect(decide(cycle, { mode: 'close', observed })).toEqual(['place sl 1000']);
  });
});
