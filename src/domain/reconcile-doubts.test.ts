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
import type { Cycle } from './cycle.ts';
import type { Doubt, Pending } from './intent.ts';
import { hasMissingFills, readAfter, reconcileDoubts } from './reconcile-doubts.ts';
import type { ReconcileInput } from './reconcile-input.ts';
import { lots } from './units.ts';

function judge(cycle: Cycle, change: Partial<ReconcileInput> = {}) {
  const verdict = reconcileDoubts(inputOf(cycle, change));
  return { does: decisions(cycle, verdict), wakeAt: verdict.wakeAt };
}

const DOUBT: Doubt = { provableAt: NOW + 3_000, lookups: 0, absences: 0, lookedUpAt: null, lookingUp: false };
const LOST_TP: OrderCase = {
  kind: 'tp',
  price: 100500,
  state: 'ambiguous',
  exchangeOrderId: null,
  doubt: DOUBT,
};
const LOST_LEG: OrderCase = { ...LOST_TP, kind: 'leg', leg: 1, price: 99000, quantity: 1010 };

describe('an order whose answer was lost', () => {
  test.each<{ rule: string; order: OrderCase; now: number; does: string[]; wakeAt?: number }>([
    { rule: 'is looked up at once', order: LOST_LEG, now: NOW, does: ['look-up leg 1'] },
    {
      rule: 'is not looked up twice at a time',
      order: { ...LOST_LEG, doubt: { ...DOUBT, lookingUp: true } },
      now: NOW,
      does: [],
    },
    {
      rule: 'is looked up again after a pause that grows', // one look-up: 1 s / 2
      order: { ...LOST_LEG, doubt: { ...DOUBT, lookups: 1, lookedUpAt: NOW } },
      now: NOW + 499,
      does: [],
      wakeAt: NOW + 500,
    },
    {
      rule: 'and at the latest when absence becomes a proof', // four look-ups: 8 s / 2 would be later
      order: { ...LOST_LEG, doubt: { ...DOUBT, lookups: 4, lookedUpAt: NOW + 2_000 } },
      now: NOW + 2_500,
      does: [],
      wakeAt: NOW + 3_000,
    },
    {
      rule: 'and then asked',
      order: { ...LOST_LEG, doubt: { ...DOUBT, lookups: 4, lookedUpAt: NOW + 2_000 } },
      now: NOW + 3_000,
      does: ['look-up leg 1'],
    },
  ])('$rule', ({ order, now, does, wakeAt }) => {
    const judged = judge(withOrder(enteredCycle(), order), { now });
    expect(judged.does).toEqual(does);
    if (wakeAt !== undefined) expect(judged.wakeAt).toBe(wakeAt);
  });
});

describe('sent again under the same id is', () => {
  const once = { ...DOUBT, lookups: 1, lookedUpAt: NOW };
  const now = NOW + 10;

  test.each<{ rule: string; order: OrderCase; does: string[] }>([
    {
      rule: 'a take-profit that one look-up did not find',
      order: { ...LOST_TP, doubt: once },
      does: ['resend tp'],
    },
    { rule: 'no take-profit that was not looked up yet', order: LOST_TP, does: ['look-up tp'] },
    { rule: 'no take-profit a fourth time', order: { ...LOST_TP, doubt: once, attempts: 3 }, does: [] },
    {
      rule: 'no take-profit that would sell more than is ours by now',
      order: { ...LOST_TP, doubt: once, quantity: 1001 },
      does: [],
    },
    {
      rule: 'no take-profit that is on its way again',
      order: { ...LOST_TP, doubt: once, state: 'in-flight' },
      does: [],
    },
    { rule: 'no leg, ever', order: { ...LOST_LEG, doubt: once, quantity: 10 }, does: [] },
    {
      rule: 'no entry, ever',
      order: { ...LOST_LEG, leg: 0, type: 'market', doubt: once, quantity: 10 },
      does: [],
    },
  ])('$rule', ({ order, does }) => {
    expect(judge(withOrder(enteredCycle(), order), { now }).does).toEqual(does);
  });

  test('nor looked up while it is', () => {
    const again = withOrder(enteredCycle(), { ...LOST_TP, doubt: once, state: 'in-flight' });
    expect(judge(again, { now: NOW + 30_000 }).does).toEqual([]);
  });

  test('nothing of a position that is gone', () => {
    const sold = withFill(withOrder(enteredCycle(), { kind: 'sl' }), { quantity: 1000, price: '9700' });
    expect(judge(withOrder(sold, { ...LOST_TP, doubt: once }), { now }).does).toEqual([]);
  });
});

describe('where stop orders carry no id of ours', () => {
  const doubt = { ...DOUBT, lookups: 1, lookedUpAt: NOW };
  const lost: OrderCase = { ...LOST_TP, kind: 'sl', triggerPrice: 97000, doubt };

  test.each([
    { rule: 'a lost stop-loss is never sent again: it would be a second one', namesStops: false, does: [] },
    { rule: 'elsewhere it is', namesStops: true, does: ['resend sl'] },
  ])('$rule', ({ namesStops, does }) => {
    const cycle = withOrder(enteredCycle({ traits: { amends: false, namesStops } }), lost);
    expect(judge(cycle, { now: NOW + 10 }).does).toEqual(does);
  });
});

describe('silence is asked about after two seconds', () => {
  const pending: Pending = {
    op: 'cancel',
    attempt: 2,
    price: null,
    triggerPrice: null,
    quantity: lots(1),
    since: NOW,
    acknowledged: true,
  };

  test.each<{ rule: string; order: OrderCase; asked: boolean }>([
    { rule: 'of a market order that was accepted', order: { kind: 'leg', leg: 0 }, asked: true },
    { rule: 'of a cancel that was accepted', order: { kind: 'tp', price: 100500, pending }, asked: true },
    {
      rule: 'not of a cancel without an answer yet',
      order: { kind: 'tp', price: 100500, pending: { ...pending, acknowledged: false } },
      asked: false,
    },
    { rule: 'not of a resting order', order: { kind: 'tp', price: 100500 }, asked: false },
    { rule: 'not of an order that has ended', order: { kind: 'leg', leg: 0, state: 'filled' }, asked: false },
  ])('$rule: $asked', ({ order, asked }) => {
    const cycle = withOrder(emptyCycle(), order);
    expect(judge(cycle, { now: NOW + 1_999 }).does).toEqual([]);
    expect(judge(cycle, { now: NOW + 2_000 }).does.map((one) => one.split(' ')[0])).toEqual(
      asked ? ['look-up'] : [],
    );
  });
});

describe('the account is read', () => {
  const cycle = convergedCycle();
  const readAt = NOW + 1_000; // as `observedOf` has it

  test('every minute, and the bot wakes for it', () => {
    expect(judge(cycle)).toEqual({ does: [], wakeAt: readAt + 60_000 });
    expect(judge(cycle, { now: readAt + 60_000 }).does).toEqual(['read']);
  });

  test('at once after an unexpected push, unless a later read has answered it', () => {
    const hinted = (hintAt: number) => judge(cycle, { observed: observedOf(cycle, { hintAt }) }).does;
    expect(hinted(readAt)).toEqual(['read']);
    expect(hinted(readAt - 1)).toEqual([]);
  });

  test('when an order has filled more than we have executions for', () => {
    const intents = cycle.intents.map((one, index) =>
      index === 2 ? { ...one, venueFilled: lots(5), updatedAt: NOW + 1_200 } : one,
    );
    const missing = { ...cycle, intents };
    expect(hasMissingFills(cycle)).toBe(false);
    expect(hasMissingFills(missing)).toBe(true);
    expect(judge(missing).does).toEqual(['read']);
    const reread = observedOf(cycle, { snapshotAt: NOW + 1_300 });
    expect(judge(missing, { observed: reread, now: NOW + 2_299 })).toEqual({ does: [], wakeAt: NOW + 2_300 });
    expect(judge(missing, { observed: reread, now: NOW + 2_300 }).does).toEqual(['read']);
  });

  test('two seconds after the position first differed from our fills', () => {
    const mismatch = { quantity: lots(1), firstAskedAt: readAt, lastAskedAt: readAt };
    const observed = observedOf(cycle, { mismatch });
    expect(judge(cycle, { observed })).toEqual({ does: [], wakeAt: readAt + 2_000 });
    expect(judge(cycle, { observed, now: readAt + 2_000 }).does).toEqual(['read']);
  });

  test('once, however many reasons there are', () => {
    const mismatch = { quantity: lots(1), firstAskedAt: readAt, lastAskedAt: readAt };
    const observed = observedOf(cycle, { mismatch, hintAt: readAt });
    expect(judge(cycle, { observed, now: readAt + 90_000 }).does).toEqual(['read']);
  });
});

test('a read that must begin after a moment is asked again a second later while it changed nothing', () => {
  const cycle = convergedCycle();
  const wish = { after: NOW, reason: 'why' };
  const judged = (snapshotAt: number | null, now: number) =>
    readAfter(observedOf(cycle, { snapshotAt }), wish, now).actions.length;
  expect(judged(null, NOW)).toBe(1);
  expect(judged(NOW, NOW)).toBe(1);
  expect(judged(NOW + 1, NOW + 1_000)).toBe(0);
  expect(judged(NOW + 1, NOW + 1_001)).toBe(1);
});
