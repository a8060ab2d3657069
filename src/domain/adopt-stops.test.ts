import { describe, expect, test } from 'vitest';
import {
  enteredCycle,
  lastIntent,
  NOW,
  observedOrder,
  TARGETS,
  withFill,
  withOrder,
} from '../testing/cycle-world-cases.ts';
import { adoptNamelessStops } from './adopt-stops.ts';
import type { Cycle } from './cycle.ts';
import type { ObservedOrder } from './observation.ts';

/** 30 % on margin at 10× is 3 % of 10000: the stop lies at 9700.0. */
const WITH_STOP = { ...TARGETS, stopLoss: '30' };
const NAMELESS = { traits: { amends: false, namesStops: false } };

/** The stop-loss as it rests on the venue, of which the journal knows nothing. */
function lostStop(cycle: Cycle, change: Partial<ObservedOrder> = {}): ObservedOrder {
  const whole = withOrder(cycle, { kind: 'sl', triggerPrice: 97000 });
  return {
    ...observedOrder(whole, lastIntent(whole)),
    clientOrderId: null,
    exchangeOrderId: 'x9',
    ...change,
  };
}

function adopt(cycle: Cycle, order: ObservedOrder, targets = WITH_STOP): Cycle {
  return adoptNamelessStops(cycle, [order], { targets, now: NOW });
}

describe('a nameless stop that the journal lost', () => {
  const cycle = enteredCycle(NAMELESS);

  test('is taken back where it is what we would have placed', () => {
    const adopted = adopt(cycle, lostStop(cycle));
    expect(adopted.partial).toBe(true);
    expect(lastIntent(adopted)).toMatchObject({
      ...{ kind: 'sl', type: 'stop', quantity: 1000, triggerPrice: 97000, exchangeOrderId: 'x9' },
      ...{ adopted: true, state: 'open', replacement: 0 },
    });
    expect(adopt(adopted, lostStop(cycle))).toBe(adopted);
  });

  test('also where it is what we would have placed before the newest fill', () => {
    const leg = { kind: 'leg' as const, leg: 1, price: 99000, quantity: 1010 };
    const further = withFill(withOrder(cycle, leg), { quantity: 1010, price: '9900' });
    expect(lastIntent(adopt(further, lostStop(cycle)))).toMatchObject({ kind: 'sl', quantity: 1000 });
  });

  test.each<{ rule: string; change: Partial<ObservedOrder> }>([
    { rule: 'of a larger quantity', change: { quantity: '9' } },
    { rule: 'with another trigger', change: { triggerPrice: '9600' } },
    { rule: 'of the other side', change: { side: 'short' } },
    { rule: 'in the other direction', change: { direction: 'buy' } },
    { rule: 'that could open', change: { reduceOnly: false } },
    { rule: 'with a name', change: { clientOrderId: 'mine' } },
    { rule: 'that has ended', change: { status: 'cancelled' } },
  ])('$rule is somebody else’s', ({ change }) => {
    expect(adopt(cycle, lostStop(cycle, change))).toBe(cycle);
  });

  test('is ours also where a person had made the position smaller', () => {
    expect(adopt(cycle, lostStop(cycle, { quantity: '0.5' })).intents.at(-1)).toMatchObject({
      kind: 'sl',
      adopted: true,
    });
  });

  test('is none where no stop-loss is set, or where stops have names', () => {
    expect(adopt(cycle, lostStop(cycle), TARGETS)).toBe(cycle);
    const named = enteredCycle();
    expect(adopt(named, lostStop(named))).toBe(named);
  });
});
