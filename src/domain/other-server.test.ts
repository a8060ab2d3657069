/** Orders with our tag that nobody here decided: no second one beside them while they cover the position. */
import { describe, expect, test } from 'vitest';
import {
  decisions,
  enteredCycle,
  inputOf,
  lastIntent,
  NOW,
  type OrderCase,
  observedOf,
  observedOrder,
  snapshotOf,
  withOrder,
} from '../testing/cycle-world-cases.ts';
import { applySnapshot } from './apply-snapshot.ts';
import type { Doubt } from './intent.ts';
import type { ObservedOrder } from './observation.ts';
import { NOTHING_OBSERVED } from './observed.ts';
import { asCancelledByOther, isShared, isUnexplained, withNewcomer } from './other-server.ts';
import { reconcileDoubts } from './reconcile-doubts.ts';
import { reconcileProtection } from './reconcile-protection.ts';

const TP: OrderCase = { kind: 'tp', price: 100500 };
const DOUBT: Doubt = { provableAt: NOW, lookups: 1, absences: 1, lookedUpAt: NOW, lookingUp: false };
const LOST: OrderCase = { ...TP, state: 'ambiguous', exchangeOrderId: null, doubt: DOUBT };

/** The seventh replacement of the take-profit, for all of the position: whoever placed it. */
function theirs(change: Partial<ObservedOrder> = {}): ObservedOrder {
  const cycle = withOrder(enteredCycle(), TP);
  const order = observedOrder(cycle, lastIntent(cycle));
  return { ...order, clientOrderId: `${order.clientOrderId}_7`, exchangeOrderId: 'theirs', ...change };
}

describe('beside a take-profit that a push has shown', () => {
  const key = enteredCycle().key.toString(36);
  const later = (enteredCycle().key + 1).toString(36);

  test.each<{ rule: string; order: ObservedOrder; ms: number; second: boolean }>([
    { rule: 'none is placed', order: theirs(), ms: 0, second: false },
    { rule: 'none, for ten seconds', order: theirs(), ms: 10_000, second: false },
    { rule: 'one is, where no reading came for longer', order: theirs(), ms: 10_001, second: true },
    { rule: 'one is, where it covers a part', order: theirs({ quantity: '0.999' }), ms: 0, second: true },
    {
      rule: 'one is, where it has filled for a part',
      order: theirs({ filledQuantity: '0.001' }),
      ms: 0,
      second: true,
    },
    {
      rule: 'one is, where it is of another cycle',
      order: theirs({ clientOrderId: theirs().clientOrderId?.replace(`_${key}_`, `_${later}_`) ?? '' }),
      ms: 0,
      second: true,
    },
  ])('$rule', ({ order, ms, second }) => {
    const now = NOW + 20_000;
    const bare = enteredCycle();
    const observed = withNewcomer(observedOf(bare), order, now - ms);
    const place = decisions(bare, reconcileProtection(inputOf(bare, { observed, now })));
    expect(place).toEqual(second ? ['place tp 1000 @100500'] : ['read']);
    const lost = withOrder(bare, LOST);
    const doubts = decisions(lost, reconcileDoubts(inputOf(lost, { observed, now })));
    expect(doubts.includes('resend tp')).toBe(second);
  });
});

test('one that has filled, or that a reading could have shown, is none any more', () => {
  const cycle = enteredCycle();
  const seen = withNewcomer(NOTHING_OBSERVED, theirs(), NOW);
  expect(withNewcomer(seen, theirs({ status: 'filled' }), NOW + 1).newcomers).toEqual([]);
  const context = {
    ...{ userId: cycle.userId, symbol: cycle.plan.symbol, side: cycle.plan.side, now: NOW + 10 },
    ...{ positionMode: 'hedge' as const, baseline: new Set<string>() },
  };
  const after = (askedAt: number) =>
    applySnapshot({ cycle, observed: seen }, snapshotOf(cycle, { askedAt }), context).observed.newcomers;
  expect(after(NOW)).toHaveLength(1);
  expect(after(NOW + 1)).toEqual([]);
});

describe('one that a reading has shown', () => {
  const bare = enteredCycle();
  const seen = observedOf(bare, { impostors: [theirs()], snapshotAt: NOW });
  const decide = (now: number, observed = seen) => {
    const verdict = reconcileProtection(inputOf(bare, { observed, now }));
    return { does: decisions(bare, verdict), wakeAt: verdict.wakeAt };
  };

  test('is left to protect, and read again', () => {
    expect(decide(NOW + 1)).toEqual({ does: [], wakeAt: NOW + 5_000 });
    expect(decide(NOW + 5_000).does).toEqual(['read']);
    expect(decide(NOW + 10_001).does).toEqual(['place tp 1000 @100500']);
  });

  test('is none any more once a push says that it filled', () => {
    const filled = withNewcomer(seen, theirs({ status: 'filled' }), NOW + 1);
    expect(decide(NOW + 1, filled).does).toEqual(['place tp 1000 @100500']);
  });

  test('is still waited for where a push says that it was cancelled: the other server places the next one', () => {
    const ended = withNewcomer(seen, theirs({ status: 'cancelled' }), NOW + 1);
    expect(decide(NOW + 1, ended)).toEqual({ does: [], wakeAt: NOW + 2_002 });
    expect(decide(NOW + 2_001, ended)).toEqual({ does: [], wakeAt: NOW + 2_002 });
    expect(decide(NOW + 2_002, ended).does).toEqual(['place tp 1000 @100500']);
    // Beside another one of theirs the next reading is waited for, and no longer the replacement.
    const beside = withNewcomer(ended, theirs({ exchangeOrderId: 'theirs too' }), NOW + 2);
    expect(decide(NOW + 3_000, beside)).toEqual({ does: [], wakeAt: NOW + 5_000 });
    const lost = withOrder(bare, LOST);
    const doubts = (now: number) => reconcileDoubts(inputOf(lost, { observed: ended, now }));
    expect(decisions(lost, doubts(NOW + 1))).not.toContain('resend tp');
    expect(decisions(lost, doubts(NOW + 2_002))).toContain('resend tp');
  });
});

describe('an order under an id of ours', () => {
  const refused: OrderCase = { ...TP, state: 'rejected', endedBy: 'refused', exchangeOrderId: null };
  const cycle = withOrder(enteredCycle(), refused);
  const under = (change: Partial<ObservedOrder>) =>
    theirs({ clientOrderId: lastIntent(cycle).clientOrderId, ...change });

  test('is ours where it is what we asked for, and another server’s where it is not', () => {
    expect(isUnexplained(cycle, under({}))).toBe(false);
    expect(isUnexplained(cycle, under({ price: '10020' }))).toBe(true);
    const open = withOrder(enteredCycle(), TP);
    expect(isUnexplained(open, under({ price: '10020' }))).toBe(false);
  });
});

test('a take-profit that is cancelled while another server acts was cancelled by that one; a leg, or before, not', () => {
  const open = withOrder(withOrder(enteredCycle(), TP), {
    kind: 'leg',
    leg: 1,
    price: 99000,
    quantity: 1010,
  });
  const gone = {
    ...open,
    intents: open.intents.map((intent) => ({
      ...intent,
      state: 'cancelled' as const,
      endedBy: 'user' as const,
    })),
  };
  const enders = (before: typeof open) =>
    asCancelledByOther(before, gone).intents.map(({ kind, endedBy }) => `${kind} ${endedBy}`);
  expect(enders(open)).toEqual(['leg user', 'tp venue', 'leg user']);
  expect(enders(gone)).toEqual(['leg user', 'tp user', 'leg user']);
});

test('another server is there while its orders rest, and a moment longer', () => {
  const seen = withNewcomer(NOTHING_OBSERVED, theirs(), NOW);
  const gone = withNewcomer(seen, theirs({ status: 'cancelled' }), NOW);
  const isThere = (observed: typeof seen, now: number) => isShared(observed, now);
  expect(isThere(NOTHING_OBSERVED, NOW)).toBe(false);
  expect(isThere(seen, NOW + 60_000)).toBe(true);
  expect([NOW + 2_000, NOW + 2_001].map((now) => isThere(gone, now))).toEqual([true, false]);
});
