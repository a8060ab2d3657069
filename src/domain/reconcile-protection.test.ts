import { describe, expect, test } from 'vitest';
import {
  BTC,
  convergedCycle,
  decisions,
  enteredCycle,
  inputOf,
  NOW,
  type OrderCase,
  observedOf,
  TARGETS,
  withFill,
  withOrder,
} from '../testing/cycle-world-cases.ts';
import { withAction } from './action.ts';
import type { Cycle } from './cycle.ts';
import type { Observed } from './observed.ts';
import type { ReconcileInput } from './reconcile-input.ts';
import { reconcileProtection } from './reconcile-protection.ts';
import { lots, type Ticks, ticks } from './units.ts';

/** 30 % on margin at 10× is 3 % of 10000: the stop lies at 9700.0. */
const WITH_STOP = { ...TARGETS, stopLoss: '30' };

function decide(cycle: Cycle, change: Partial<ReconcileInput> = {}): string[] {
  return decisions(cycle, reconcileProtection(inputOf(cycle, change)));
}

function at(mark: string, cycle: Cycle): Observed {
  return observedOf(cycle, { prices: { last: mark, mark, at: NOW } });
}

const TP: OrderCase = { kind: 'tp', price: 100500 };
const SL: OrderCase = { kind: 'sl', triggerPrice: 97000 };

describe('a position gets one take-profit and, if set, one stop-loss', () => {
  test.each([
    { side: 'long' as const, tp: 'place tp 1000 @100500', sl: 'place sl 1000 !97000' },
    { side: 'short' as const, tp: 'place tp 1000 @99500', sl: 'place sl 1000 !103000' },
  ])('$side', ({ side, tp, sl }) => {
    expect(decide(enteredCycle({ side }))).toEqual([tp]);
    expect(decide(enteredCycle({ side }), { targets: WITH_STOP })).toEqual([tp, sl]);
  });

  test('that reduce, against the side', () => {
    const { actions } = reconcileProtection(inputOf(enteredCycle(), { targets: WITH_STOP }));
    expect(actions).toMatchObject([
      { intent: { direction: 'sell', type: 'limit', reduceOnly: true, closeAll: false } },
      { intent: { direction: 'sell', type: 'stop', reduceOnly: true, closeAll: false } },
    ]);
  });

  test('a stop-loss that is no longer set goes', () => {
    expect(decide(withOrder(withOrder(enteredCycle(), TP), SL))).toEqual(['cancel sl']);
  });

  test('without a position neither', () => {
    expect(decide({ ...convergedCycle(), own: { quantity: lots(0), average: null } })).toEqual([]);
  });
});

describe('on a venue that cannot amend', () => {
  const plan = { traits: { amends: false, namesStops: false } };
  const behind = { ...TP, quantity: 400 };

  test('an order that must follow is cancelled first', () => {
    expect(decide(withOrder(enteredCycle(plan), behind))).toEqual(['cancel tp']);
  });

  test('one that the venue made smaller than it was sent has the account read, unless it was since our fills', () => {
    const cycle = withOrder(enteredCycle(plan), { ...behind, createdAt: NOW + 50 });
    const { lastFillAt } = cycle;
    const unread = observedOf(cycle, { snapshotAt: lastFillAt });
    expect(decide(cycle, { observed: unread })).toEqual(['cancel tp', 'read']);
    const read = observedOf(cycle, { snapshotAt: lastFillAt + 1 });
    expect(decide(cycle, { observed: read })).toEqual(['cancel tp']);
    const older = withOrder(enteredCycle(plan), { ...behind, createdAt: lastFillAt - 1 });
    expect(decide(older, { observed: unread })).toEqual(['cancel tp']);
  });

  test('its replacement waits until it has ended', () => {
    const cancelling = withOrder(enteredCycle(plan), { ...behind, state: 'open' });
    const asked = reconcileProtection(inputOf(cancelling)).actions;
    const pending = asked.reduce((cycle, action) => withAction(cycle, action, NOW), cancelling);
    expect(decide(pending)).toEqual([]);
  });

  test('then the next replacement covers what is left, under an id of its own', () => {
    const ended = withOrder(enteredCycle(plan), { ...behind, state: 'cancelled', endedBy: 'us' });
    const { actions } = reconcileProtection(inputOf(ended));
    expect(actions).toMatchObject([
      { type: 'place', intent: { kind: 'tp', quantity: 1000, price: 100500, replacement: 1 } },
    ]);
  });

  test('an order that is as wanted stays', () => {
    expect(decide(withOrder(enteredCycle(plan), TP))).toEqual([]);
  });
});

describe('they follow', () => {
  test.each<{ rule: string; live: OrderCase; targets?: Partial<typeof TARGETS>; expected: string[] }>([
    { rule: 'nothing changed', live: TP, expected: [] },
    { rule: 'the quantity', live: { ...TP, quantity: 400 }, expected: ['amend tp 1000 @100500'] },
    { rule: 'the price', live: { ...TP, price: 100400 }, expected: ['amend tp 1000 @100500'] },
    {
      rule: 'new settings at once',
      live: TP,
      targets: { takeProfit: '10' },
      expected: ['amend tp 1000 @101000'],
    },
    { rule: 'not while it is on its way', live: { ...TP, quantity: 400, state: 'in-flight' }, expected: [] },
    {
      rule: 'not while its answer is unknown',
      live: { ...TP, quantity: 400, state: 'ambiguous' },
      expected: [],
    },
    {
      rule: 'not while it is in doubt',
      live: {
        ...TP,
        quantity: 400,
        doubt: { provableAt: 0, lookups: 0, absences: 0, lookedUpAt: null, lookingUp: true },
      },
      expected: [],
    },
    {
      rule: 'not while another change is under way',
      live: {
        ...TP,
        quantity: 400,
        pending: {
          op: 'amend',
          attempt: 2,
          price: ticks(1),
          triggerPrice: null,
          quantity: lots(1),
          since: 0,
          acknowledged: false,
        },
      },
      expected: [],
    },
    {
      rule: 'after two refused amends by a new order',
      live: { ...TP, quantity: 400, amendsRefused: 2 },
      expected: ['cancel tp'],
    },
  ])('$rule', ({ live, targets = {}, expected }) => {
    expect(decide(withOrder(enteredCycle(), live), { targets: { ...TARGETS, ...targets } })).toEqual(
      expected,
    );
  });

  test('a partial fill of the take-profit leaves its order as it is', () => {
    const cycle = withFill(withOrder(enteredCycle(), TP), { quantity: 300, price: '10050' });
    expect(cycle.own.quantity).toBe(700);
    expect(decide(cycle)).toEqual([]); // 300 filled + 700 to cover = 1000
  });

  test('the same amend is not sent again within a second', () => {
    const amended = { price: 100500 as Ticks, triggerPrice: null, quantity: lots(1000), at: NOW + 1_000 };
    const cycle = withOrder(enteredCycle(), { ...TP, quantity: 400, amended });
    expect(decide(cycle, { now: NOW + 1_999 })).toEqual([]);
    expect(decide(cycle, { now: NOW + 2_000 })).toEqual(['amend tp 1000 @100500']);
  });
});

describe('a take-profit that ended without filling', () => {
  const REFUSED: OrderCase = {
    ...TP,
    state: 'rejected',
    endedBy: 'refused',
    detail: 'reduce_only_refused: no position',
  };

  test('is placed anew after a pause that grows', () => {
    const once = withOrder(enteredCycle(), { ...REFUSED, detail: 'rejected: busy' });
    expect(decide(once, { now: NOW + 999 })).toEqual([]);
    expect(decide(once, { now: NOW + 1_000 })).toEqual(['place tp 1000 @100500']);
    const twice = withOrder(once, { ...REFUSED, detail: 'rejected: busy' });
    expect(decide(twice, { now: NOW + 1_999 })).toEqual([]);
    expect(decide(twice, { now: NOW + 2_000 })).toEqual(['place tp 1000 @100500']);
  });

  test('because there was nothing to reduce asks for the position first', () => {
    const cycle = withOrder(enteredCycle(), REFUSED);
    expect(decide(cycle, { now: NOW + 500, observed: observedOf(cycle, { snapshotAt: NOW - 1 }) })).toEqual([
      'read',
    ]);
  });

  test('gets people to look after three refusals, and goes on trying', () => {
    const cycle = [REFUSED, REFUSED, REFUSED].reduce(withOrder, enteredCycle());
    const verdict = reconcileProtection(inputOf(cycle, { now: NOW + 60_000 }));
    expect(decisions(cycle, verdict)).toContain('place tp 1000 @100500');
    expect(verdict.problems).toMatchObject([{ code: 'take_profit_refused', attention: true }]);
  });

  test('by the hand of the user comes back once, then the bot halts', () => {
    const byUser: OrderCase = { ...TP, state: 'cancelled', endedBy: 'user' };
    const once = withOrder(enteredCycle(), byUser);
    expect(decide(once)).toEqual(['place tp 1000 @100500']);
    const twice = withOrder(once, byUser);
    expect(decide(twice)).toEqual(['halt protection_cancelled']);
    const halted = reconcileProtection(inputOf(twice, { mode: 'protect' }));
    expect(halted.actions).toEqual([]);
    expect(halted.problems).toMatchObject([{ code: 'protection_cancelled', attention: true }]);
  });

  test('a second live one is cancelled', () => {
    const cycle = withOrder(withOrder(enteredCycle(), TP), TP);
    expect(reconcileProtection(inputOf(cycle)).actions).toMatchObject([
      { type: 'cancel', clientOrderId: cycle.intents[2]?.clientOrderId },
    ]);
  });
});

describe('where the stop-loss is already passed', () => {
  const covered = () => withOrder(enteredCycle(), TP);
  const passed = (cycle: Cycle) => ({ targets: WITH_STOP, observed: at('9699', cycle) });

  test('the position is closed at market, in the place of the stop', () => {
    const cycle = covered();
    const { actions } = reconcileProtection(inputOf(cycle, passed(cycle)));
    expect(decisions(cycle, { actions })).toEqual(['place sl 1000']);
    expect(actions).toMatchObject([
      { intent: { type: 'market', reduceOnly: true, tag: 'sm_sl_42_BTCUSDT' } },
    ]);
  });

  test('a live stop is left to the venue, which executes it', () => {
    const cycle = withOrder(covered(), SL);
    expect(decide(cycle, passed(cycle))).toEqual([]);
  });

  test.each<{ rule: string; stop: OrderCase; expected: string[] }>([
    {
      rule: 'refused because it is passed: at market',
      stop: { ...SL, state: 'rejected', endedBy: 'refused', detail: 'trigger_passed: late' },
      expected: ['place sl 1000'],
    },
    { rule: 'on its way: wait', stop: { ...SL, state: 'in-flight' }, expected: [] },
    { rule: 'unknown: wait', stop: { ...SL, state: 'ambiguous' }, expected: [] },
  ])('a stop $rule', ({ stop, expected }) => {
    expect(decide(withOrder(covered(), stop), { targets: WITH_STOP })).toEqual(expected);
  });

  test('closing goes on until nothing is left, also when the price comes back', () => {
    const market: OrderCase = {
      kind: 'sl',
      type: 'market',
      state: 'cancelled',
      endedBy: 'venue',
      venueFilled: lots(300),
    };
    const partly = withFill(withOrder(covered(), market), { quantity: 300, price: '9690' });
    expect(decide(partly, { targets: WITH_STOP, observed: at('9990', partly), now: NOW + 2_000 })).toEqual([
      'amend tp 700 @100500',
      'place sl 700',
    ]);
  });

  test('the mark price itself counts, not the last', () => {
    const cycle = covered();
    const prices = { last: '9600', mark: '9700.1', at: NOW };
    expect(decide(cycle, { targets: WITH_STOP, observed: observedOf(cycle, { prices }) })).toEqual([
      'place sl 1000 !97000',
    ]);
  });
});

describe('closing at market on request', () => {
  test('first ends the stop, then closes, never both under one tag', () => {
    const cycle = withOrder(withOrder(enteredCycle(), TP), SL);
    const close = { mode: 'close' as const, targets: WITH_STOP };
    expect(decide(cycle, close)).toEqual(['cancel sl']);
    const ended = {
      ...cycle,
      intents: cycle.intents.map((one) =>
        one.kind === 'sl' ? { ...one, state: 'cancelled' as const, endedBy: 'us' as const } : one,
      ),
    };
    expect(decide(ended, close)).toEqual(['place sl 1000']);
  });

  test('in parts where the market maximum is smaller', () => {
    const instrument = { ...BTC, maxMarketQuantity: '0.6' };
    expect(decide(withOrder(enteredCycle({ instrument }), TP), { mode: 'close' })).toEqual(['place sl 600']);
  });

  test('waits for a market order that is under way', () => {
    const cycle = withOrder(withOrder(enteredCycle(), TP), { kind: 'sl', type: 'market' });
    expect(decide(cycle, { mode: 'close' })).toEqual([]);
  });
});

describe('a rest below the minimum', () => {
  const instrument = { ...BTC, minQuantity: '1.5' };
  const dust = () => enteredCycle({ instrument });

  test('is closed as a whole, when a fresh read shows that it is all ours', () => {
    const cycle = dust();
    expect(decide(cycle)).toEqual(['place sl 1000 all']);
    expect(decide(cycle, { observed: observedOf(cycle, { position: null }) })).toEqual([]);
    const old = observedOf(cycle, { snapshotAt: cycle.lastFillAt });
    expect(
      decide(cycle, { observed: { ...old, position: { quantity: lots(1000), read: null, askedAt: NOW } } }),
    ).toEqual(['read']);
  });

  test("is shown as dust where closing all would sell somebody else's part", () => {
    const cycle = dust();
    const position = { quantity: lots(1001), read: null, askedAt: NOW + 1_000 };
    const verdict = reconcileProtection(inputOf(cycle, { observed: observedOf(cycle, { position }) }));
    expect(verdict.actions).toEqual([]);
    expect(verdict.problems).toMatchObject([{ code: 'dust', attention: true }]);
  });

  test('stays with a live take-profit that can still fill it', () => {
    expect(decide(withOrder(dust(), TP))).toEqual([]);
  });

  test('while the entry still fills is no rest', () => {
    const cycle = dust();
    const intents = cycle.intents.map((intent) => ({ ...intent, state: 'open' as const }));
    expect(decide({ ...cycle, intents })).toEqual([]);
  });
});

describe('what the venue proves to hold less than we bought', () => {
  test('is all that is covered', () => {
    const cycle = withOrder(enteredCycle(), TP);
    const mismatch = { quantity: lots(400), firstAskedAt: NOW + 1, lastAskedAt: NOW + 2_001 };
    expect(decide(cycle, { observed: observedOf(cycle, { mismatch }) })).toEqual(['amend tp 400 @100500']);
    const once = { ...mismatch, lastAskedAt: NOW + 1 };
    expect(decide(cycle, { observed: observedOf(cycle, { mismatch: once }) })).toEqual([]);
  });

  describe('and refused to close more of', () => {
    const at = NOW + 1_000;
    const tooMuch: OrderCase = {
      ...{ ...TP, state: 'rejected', endedBy: 'refused', exchangeOrderId: null, updatedAt: at },
      detail: 'reduce_only_refused: the order must be less than the available amount of 0.4',
    };
    const mismatch = { quantity: lots(400), firstAskedAt: NOW + 1, lastAskedAt: NOW + 1 };
    const decideAfter = (refused: OrderCase, seen: Partial<typeof mismatch> = {}) => {
      const cycle = withOrder(enteredCycle(), refused);
      const observed = observedOf(cycle, { mismatch: { ...mismatch, ...seen } });
      return decide(cycle, { observed, now: NOW + 10_000 }).filter((line) => line.startsWith('place'));
    };

    test('is covered at once, before a second reading agrees', () => {
      expect(decideAfter(tooMuch)).toEqual(['place tp 400 @100500']);
    });

    test.each<{ rule: string; refused: OrderCase; seen?: Partial<typeof mismatch> }>([
      { rule: 'it was refused for something else', refused: { ...tooMuch, detail: 'invalid_order: no' } },
      { rule: 'it was refused before the last fill', refused: { ...tooMuch, updatedAt: NOW } },
      { rule: 'it was for no more than is shown', refused: { ...tooMuch, quantity: 400 } },
      { rule: 'the reading is older than the fill', refused: tooMuch, seen: { firstAskedAt: NOW } },
      { rule: 'it shows nothing at all', refused: tooMuch, seen: { quantity: lots(0) } },
    ])('but not where $rule', ({ refused, seen }) => {
      expect(decideAfter(refused, seen)).toEqual(['place tp 1000 @100500']);
    });
  });

  test("more than we bought is somebody else's and stays uncovered", () => {
    const cycle = withOrder(enteredCycle(), TP);
    const mismatch = { quantity: lots(4000), firstAskedAt: NOW + 1, lastAskedAt: NOW + 2_001 };
    expect(decide(cycle, { observed: observedOf(cycle, { mismatch }) })).toEqual([]);
  });
});
