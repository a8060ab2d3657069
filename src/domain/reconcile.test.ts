import { describe, expect, test } from 'vitest';
import {
  convergedCycle,
  decisions,
  emptyCycle,
  enteredCycle,
  inputOf,
  NOW,
  type OrderCase,
  observedOf,
  withFill,
  withOrder,
} from '../testing/cycle-world-cases.ts';
import { type Cycle, withProgress } from './cycle.ts';
import { NOTHING_OBSERVED } from './observed.ts';
import { reconcile } from './reconcile.ts';
import type { ReconcileInput } from './reconcile-input.ts';
import type { BotMode } from './records.ts';
import { lots } from './units.ts';

function decide(cycle: Cycle, change: Partial<ReconcileInput> = {}): string[] {
  return decisions(cycle, reconcile(inputOf(cycle, change)));
}

function without(cycle: Cycle, ...indices: number[]): Cycle {
  return { ...cycle, intents: cycle.intents.filter((_, index) => !indices.includes(index)) };
}

describe('a cycle step by step', () => {
  test('begins with the entry', () => {
    expect(decide(emptyCycle())).toEqual(['place leg 0 1000']); // 1000 · 10 / 10000 = 1.000
    expect(decide(emptyCycle({ side: 'short' }))).toEqual(['place leg 0 1000']);
  });

  test('waits for the entry', () => {
    expect(
      decide(withOrder(emptyCycle(), { kind: 'leg', state: 'in-flight', exchangeOrderId: null })),
    ).toEqual([]);
  });

  test('covers the first fill at once, before the entry is over', () => {
    const partly = withFill(withOrder(emptyCycle(), { kind: 'leg' }), { quantity: 300, price: '10000' });
    // the entry itself is asked about: a market order does not rest
    expect(decide(partly, { now: NOW + 1_000 })).toEqual(['place tp 300 @100500']);
  });

  test('places the legs once the entry is over', () => {
    // 10000 · 0.99 = 9900; 1000 · 10 / 9900 = 1.0101… → 1.010
    expect(decide(enteredCycle())).toEqual(['place tp 1000 @100500', 'place leg 1 1010 @99000']);
    expect(decide(enteredCycle({ side: 'short' }))).toEqual([
      'place tp 1000 @99500',
      'place leg 1 990 @101000',
    ]);
  });

  test('waits for fills of the entry that a read has shown: the legs count from its whole average', () => {
    const entry = withOrder(emptyCycle(), { kind: 'leg', state: 'filled', venueFilled: lots(1000) });
    const partly = withFill(entry, { quantity: 300, price: '10000' });
    expect(decide(partly).filter((decision) => decision.includes('leg'))).toEqual([]);
  });

  test('is then at rest', () => {
    expect(reconcile(inputOf(convergedCycle())).actions).toEqual([]);
  });

  test('follows a fill of a leg with the take-profit', () => {
    const deeper = withFill(convergedCycle(), { order: 2, quantity: 1010, price: '9900' });
    // average (10000 + 1.01 · 9900) / 2.01 = 9949.7512…; · 1.005 = 9999.4999… ↑
    const rested = {
      ...deeper,
      intents: deeper.intents.map((one, i) => (i === 2 ? { ...one, state: 'filled' as const } : one)),
    };
    expect(decide(rested)).toEqual(['amend tp 2010 @99995']);
  });

  test('cancels what is left when flat, and looks once more', () => {
    const flat = withFill(convergedCycle(), { order: 1, quantity: 1000, price: '10050' });
    expect(decide(flat)).toEqual(['cancel tp', 'cancel leg 1']);
    const ended = {
      ...flat,
      intents: flat.intents.map((intent) => ({ ...intent, state: 'cancelled' as const })),
    };
    expect(decide(ended)).toEqual(['settle']);
    const before = observedOf(ended, {
      position: { quantity: lots(0), read: null, askedAt: ended.lastFillAt },
    });
    expect(decide(ended, { observed: { ...before, snapshotAt: ended.lastFillAt } })).toEqual(['read']);
  });
});

test('nothing left of the first fills while the entry still fills is not flat', () => {
  const partly = withFill(withOrder(emptyCycle(), { kind: 'leg' }), { quantity: 300, price: '10000' });
  const sold = withFill(withOrder(partly, { kind: 'tp', price: 100500, quantity: 300, state: 'filled' }), {
    quantity: 300,
    price: '10050',
    at: NOW + 1,
  });
  expect(decide(sold)).toEqual([]);
  expect(withProgress(sold).state).toBe('entering');
});

describe('settling waits', () => {
  const flat = () => {
    const sold = withFill(convergedCycle(), { order: 1, quantity: 1000, price: '10050' });
    return { ...sold, intents: sold.intents.map((intent) => ({ ...intent, state: 'cancelled' as const })) };
  };

  test('while an order of ours may still live', () => {
    const cycle = flat();
    for (const state of ['in-flight', 'ambiguous'] as const) {
      const intents = cycle.intents.map((intent, index) => (index === 2 ? { ...intent, state } : intent));
      expect(decide({ ...cycle, intents })).not.toContain('settle');
    }
  });

  test('while executions are missing', () => {
    const cycle = flat();
    const intents = cycle.intents.map((one, index) => (index === 2 ? { ...one, venueFilled: lots(5) } : one));
    expect(decide({ ...cycle, intents })).not.toContain('settle');
  });

  test('while the venue shows a position that nobody can explain yet', () => {
    const cycle = flat();
    const askedAt = cycle.lastFillAt + 1_000;
    const mismatch = { quantity: lots(7), firstAskedAt: askedAt, lastAskedAt: askedAt };
    const position = { quantity: lots(7), read: null, askedAt };
    expect(decide(cycle, { observed: observedOf(cycle, { mismatch, position }) })).toEqual([]);
    const proven = { ...mismatch, lastAskedAt: askedAt + 2_000 };
    expect(decide(cycle, { observed: observedOf(cycle, { mismatch: proven, position }) })).toEqual([
      'settle',
      'halt position_increased',
    ]);
    // The journal may have lost a next cycle, whose position that is: the next entry finds out.
    const restored = { ...cycle, intents: cycle.intents.map((one) => ({ ...one, restored: true })) };
    expect(decide(restored, { observed: observedOf(restored, { mismatch: proven, position }) })).toEqual([
      'settle',
    ]);
  });
});

describe('an entry that filled nothing', () => {
  test.each<{ rule: string; entry: OrderCase; expected: string[] }>([
    { rule: 'refused: no cycle', entry: { state: 'rejected', endedBy: 'refused' }, expected: ['abandon'] },
    { rule: 'empty: no cycle', entry: { state: 'cancelled', endedBy: 'venue' }, expected: ['abandon'] },
    { rule: 'still unknown: wait', entry: { state: 'ambiguous' }, expected: [] },
    {
      rule: 'filled as a read shows: wait for the executions',
      entry: { state: 'cancelled', venueFilled: lots(3) },
      expected: ['read'],
    },
  ])('$rule', ({ entry, expected }) => {
    const cycle = withOrder(emptyCycle(), { kind: 'leg', ...entry });
    expect(decide(cycle, { now: NOW + 3_000 })).toEqual(expected);
  });

  test('that was stopped before it was sent is never sent', () => {
    expect(decide(emptyCycle(), { mode: 'protect' })).toEqual(['abandon']);
  });
});

describe('modes', () => {
  test.each<{ mode: BotMode; expected: string[] }>([
    { mode: 'run', expected: [] },
    { mode: 'protect', expected: ['cancel leg 1'] },
    { mode: 'close', expected: ['place sl 1000', 'cancel leg 1'] },
    { mode: 'leave', expected: [] },
  ])('$mode on a converged cycle: $expected', ({ mode, expected }) => {
    expect(decide(convergedCycle(), { mode })).toEqual(expected);
  });

  test.each<{ mode: BotMode; expected: string[] }>([
    { mode: 'protect', expected: ['place tp 1000 @100500'] },
    // A take-profit beside it could fill as well, out of what a person holds there.
    { mode: 'close', expected: ['place sl 1000'] },
    { mode: 'leave', expected: [] },
  ])('$mode on a bare position: $expected', ({ mode, expected }) => {
    expect(decide(enteredCycle(), { mode })).toEqual(expected);
  });

  test('resuming places what is unfilled, and nothing twice', () => {
    const stopped = withFill(convergedCycle(), { order: 2, quantity: 10, price: '9900' });
    const cancelled = { state: 'cancelled' as const, endedBy: 'us' as const, venueFilled: lots(10) };
    const intents = stopped.intents.map((intent, index) =>
      index === 2 ? { ...intent, ...cancelled } : intent,
    );
    expect(decide({ ...stopped, intents })).toContain('place leg 1 1000 @99000');
  });
});

describe('before anything was read', () => {
  test('nothing is decided but to read', () => {
    expect(decide(enteredCycle(), { observed: NOTHING_OBSERVED })).toEqual(['read']);
  });
});

describe('legs', () => {
  const legEnded = (change: OrderCase): Cycle =>
    withOrder(without(convergedCycle(), 2), { kind: 'leg', leg: 1, price: 99000, quantity: 1010, ...change });
  const late = { now: NOW + 120_000, observed: observedOf(convergedCycle(), { snapshotAt: NOW + 119_000 }) };

  test.each<{ rule: string; leg: OrderCase; expected: string[] }>([
    { rule: 'cancelled by the user stays away', leg: { state: 'cancelled', endedBy: 'user' }, expected: [] },
    {
      rule: 'ended by the venue comes back',
      leg: { state: 'cancelled', endedBy: 'venue' },
      expected: ['place leg 1 1010 @99000'],
    },
    {
      rule: 'partly filled by a read, executions missing: only the rest comes back',
      leg: { state: 'cancelled', endedBy: 'venue', venueFilled: lots(400) },
      expected: ['place leg 1 610 @99000', 'read'],
    },
    {
      rule: 'filled by a read: nothing comes back',
      leg: { state: 'filled', venueFilled: lots(1010) },
      expected: ['read'],
    },
    { rule: 'on its way: nothing', leg: { state: 'in-flight' }, expected: [] },
    {
      rule: 'made larger on the venue: back to its plan',
      leg: { quantity: 1011 },
      expected: ['cancel leg 1'],
    },
  ])('$rule', ({ leg, expected }) => {
    expect(decide(legEnded(leg), late)).toEqual(expected);
  });

  test('a second live one of a tag is cancelled', () => {
    const twice = withOrder(convergedCycle(), { kind: 'leg', leg: 1, price: 99000, quantity: 1010 });
    const verdict = reconcile(inputOf(twice));
    expect(verdict.actions).toMatchObject([
      { type: 'cancel', clientOrderId: twice.intents[3]?.clientOrderId },
    ]);
  });

  test('a refused one backs off, and is given up with a word after six times', () => {
    const refused = {
      kind: 'leg' as const,
      leg: 1,
      state: 'rejected' as const,
      endedBy: 'refused' as const,
      detail: 'code: why',
    };
    let cycle = without(convergedCycle(), 2);
    for (let failures = 1; failures < 6; failures += 1) {
      cycle = withOrder(cycle, { ...refused, price: 99000, quantity: 1010 });
      const soon = { now: NOW + 999, observed: observedOf(cycle, { snapshotAt: NOW + 500 }) };
      expect(decide(cycle, soon)).toEqual([]);
      expect(decide(cycle, late)).toEqual(['place leg 1 1010 @99000']);
    }
    const given = reconcile(inputOf(withOrder(cycle, { ...refused, price: 99000, quantity: 1010 }), late));
    expect(given.actions).toEqual([]);
    expect(given.problems).toMatchObject([{ code: 'leg_refused', attention: true }]);
    expect(given.problems[0]?.message).toBe(
      'Leg 1 is not placed any more: the exchange refused it 6 times: code: why. The rest of the cycle goes on without it.',
    );
  });

  test('one below the minimum is told, never skipped in silence', () => {
    const legs = [
      { amount: '1000', gap: '0' },
      { amount: '0.5', gap: '1' },
    ];
    const verdict = reconcile(inputOf(withOrder(enteredCycle({ legs }), { kind: 'tp', price: 100500 })));
    expect(verdict.actions).toEqual([]);
    expect(verdict.problems).toMatchObject([{ code: 'leg_below_minimum', attention: true }]);
  });

  test('none is placed in a cycle that was flat once', () => {
    const again = withFill(convergedCycle(), {
      id: 'x',
      order: 1,
      quantity: 1000,
      price: '10050',
      at: NOW + 1,
    });
    const late = withFill(again, { id: 'y', order: 2, quantity: 1010, price: '9900', at: NOW + 2 });
    const legs = [...late.plan.legs, { amount: '1000', gap: '1' }];
    const reopened: Cycle = {
      ...late,
      state: 'flat',
      plan: { ...late.plan, legs },
      intents: late.intents.map((intent) => ({ ...intent, state: 'filled' as const })),
    };
    // 9900 · 1.005 = 9949.5
    expect(decide(reopened)).toEqual(['place tp 1010 @99495']);
  });
});
