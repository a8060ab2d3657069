import { describe, expect, test } from 'vitest';
import {
  convergedCycle,
  decisions,
  inputOf,
  lastIntent,
  NOW,
  observedOf,
  observedOrder,
  TARGETS,
} from '../testing/cycle-world-cases.ts';
import { withAction } from './action.ts';
import type { Observed } from './observed.ts';
import { reconcile } from './reconcile.ts';
import { reconcileGuard } from './reconcile-guard.ts';
import type { ReconcileInput } from './reconcile-input.ts';
import { lots } from './units.ts';

const WARN = { ...TARGETS, guard: 'warn' as const };

function judge(observed: Partial<Observed>, change: Partial<ReconcileInput> = {}) {
  const cycle = convergedCycle();
  const verdict = reconcileGuard(inputOf(cycle, { observed: observedOf(cycle, observed), ...change }));
  return { does: decisions(cycle, verdict), problems: verdict.problems };
}

function proven(quantity: number): Partial<Observed> {
  return { mismatch: { quantity: lots(quantity), firstAskedAt: NOW + 1, lastAskedAt: NOW + 2_001 } };
}

function order(clientOrderId: string | null): Observed['strangers'][number] {
  const cycle = convergedCycle();
  return { ...observedOrder(cycle, lastIntent(cycle)), clientOrderId, quantity: '0.25' };
}

describe('the guard says who did what, and halts or warns', () => {
  test.each<{ seen: Partial<Observed>; does: string; message: string }>([
    {
      seen: proven(1400),
      does: 'halt position_increased',
      message:
        'The exchange holds 1.4 BTC, the bot bought 1: somebody added to the position. The bot covers only its own part.',
    },
    {
      seen: proven(400),
      does: 'halt position_reduced',
      message:
        'The exchange holds 0.4 BTC, the bot bought 1: somebody reduced the position. The bot covers what is left.',
    },
    {
      seen: { strangers: [order(null)] },
      does: 'halt foreign_order',
      message: 'Somebody placed an order for 0.25 BTC on BTC/USDT beside the bot. The bot leaves it alone.',
    },
  ])('$does', ({ seen, does, message }) => {
    expect(judge(seen).does).toEqual([does]);
    const warned = judge(seen, { targets: WARN });
    expect(warned.does).toEqual([]);
    expect(warned.problems).toMatchObject([{ message, attention: false }]);
  });

  test("another server's order halts, also under warn", () => {
    const seen = { impostors: [order('sm_tp_42_BTCUSDT_zz')] };
    expect(judge(seen).does).toEqual(['halt other_instance']);
    expect(judge(seen, { targets: WARN }).does).toEqual(['halt other_instance']);
  });

  test('a bot that adds no more is not halted again and again, people are told', () => {
    for (const seen of [
      proven(400),
      { strangers: [order(null)] },
      { impostors: [order('sm_tp_42_BTCUSDT_zz')] },
    ]) {
      const { does, problems } = judge(seen, { mode: 'protect' });
      expect(does).toEqual([]);
      expect(problems).toMatchObject([{ attention: true }]);
    }
  });
});

describe('the position', () => {
  test('that agrees is no matter', () => {
    expect(judge({})).toEqual({ does: [], problems: [] });
  });

  test('that differed once is no matter yet', () => {
    const mismatch = { quantity: lots(400), firstAskedAt: NOW + 1, lastAskedAt: NOW + 1 };
    expect(judge({ mismatch })).toEqual({ does: [], problems: [] });
  });

  test('is no matter while executions are known to be missing: they explain it', () => {
    const cycle = convergedCycle();
    const intents = cycle.intents.map((one, index) =>
      index === 1 ? { ...one, venueFilled: lots(1000) } : one,
    );
    const input = inputOf({ ...cycle, intents }, { observed: observedOf(cycle, proven(0)) });
    expect(reconcileGuard(input)).toMatchObject({ actions: [], problems: [] });
  });
});

describe('a position that is proven to be gone', () => {
  test('was closed outside: the bot halts', () => {
    expect(judge(proven(0)).does).toEqual(['close-outside', 'halt closed_outside']);
    expect(judge(proven(0), { targets: WARN }).does).toEqual(['close-outside']);
    expect(judge(proven(0), { mode: 'protect' }).does).toEqual(['close-outside']);
  });

  test('leads to cleaning up and a partial settlement, and to no new order', () => {
    const cycle = convergedCycle();
    const observed = observedOf(cycle, {
      ...proven(0),
      position: { quantity: lots(0), read: null, askedAt: NOW + 2_001 },
      snapshotAt: NOW + 2_001,
    });
    const first = reconcile(inputOf(cycle, { observed }));
    expect(decisions(cycle, first)).toEqual(['close-outside', 'halt closed_outside']);
    const outside = first.actions.reduce((current, action) => withAction(current, action, NOW), cycle);
    expect(outside).toMatchObject({
      closedOutside: true,
      partial: true,
      reason: 'the position was closed outside of the bot',
    });
    expect(decisions(outside, reconcile(inputOf(outside, { observed })))).toEqual([
      'cancel tp',
      'cancel leg 1',
    ]);
    const ended = {
      ...outside,
      intents: outside.intents.map((one) => ({ ...one, state: 'cancelled' as const })),
    };
    const settled = reconcile(inputOf(ended, { observed: { ...observed, mismatch: null } }));
    expect(settled.actions).toEqual([
      { type: 'settle', reason: 'the position was closed outside of the bot' },
    ]);
  });
});
