import { describe, expect, test } from 'vitest';
import {
  BTC,
  emptyCycle,
  lastIntent,
  observedOrder,
  PLAN,
  positionRead,
  SETTINGS,
  snapshotOf,
  withOrder,
} from '../testing/cycle-world-cases.ts';
import { decideEntry, type EntryInput } from './entry.ts';
import type { ObservedOrder, Snapshot } from './observation.ts';

function input(change: Partial<EntryInput> = {}, snapshot: Partial<Snapshot> = {}): EntryInput {
  return {
    userId: 42,
    settings: SETTINGS,
    instrument: BTC,
    positionMode: 'hedge',
    traits: PLAN.traits,
    snapshot: snapshotOf(emptyCycle(), snapshot),
    adoptPosition: false,
    ...change,
  };
}

function code(entry: EntryInput): string {
  const decision = decideEntry(entry);
  return decision.ok ? 'ok' : decision.refusal.code;
}

function resting(clientOrderId: string, change: Partial<ObservedOrder> = {}): ObservedOrder {
  const cycle = withOrder(emptyCycle(), { kind: 'tp', price: 100500 });
  return { ...observedOrder(cycle, lastIntent(cycle)), clientOrderId, ...change };
}

const held = { ...positionRead(emptyCycle(), 500), averageEntryPrice: '9800.5' };

describe('a new cycle', () => {
  test('freezes symbol, side, leverage, the legs in use, instrument and price', () => {
    const decision = decideEntry(input({ settings: { ...SETTINGS, rounds: 2 } }));
    expect(decision).toEqual({
      ok: true,
      plan: {
        symbol: 'BTC/USDT',
        side: 'long',
        leverage: 10,
        positionMode: 'hedge',
        traits: PLAN.traits,
        legs: SETTINGS.legs.slice(0, 2),
        instrument: BTC,
        referencePrice: '10000',
        adopted: null,
      },
    });
  });

  test.each<{ rule: string; entry: EntryInput; expected: string }>([
    { rule: 'on an empty account begins', entry: input(), expected: 'ok' },
    {
      rule: 'whose settings a check refuses does not',
      entry: input({ settings: { ...SETTINGS, rounds: 9 } }),
      expected: 'invalid_settings',
    },
    {
      rule: 'that the available balance cannot carry does not',
      entry: input({}, { availableBalance: '10' }),
      expected: 'invalid_settings',
    },
    {
      rule: 'beside an order of an earlier cycle of ours does not',
      entry: input({}, { orders: [resting('sm_tp_42_BTCUSDT_1')] }),
      expected: 'orders_from_before',
    },
    {
      rule: 'nor beside one in the long spelling',
      entry: input({}, { orders: [resting('sm_tp_42_BTCUSDTUSDT_1')] }),
      expected: 'orders_from_before',
    },
    {
      rule: 'beside an order of ours that has ended begins',
      entry: input({}, { orders: [resting('sm_tp_42_BTCUSDT_1', { status: 'cancelled' })] }),
      expected: 'ok',
    },
    {
      rule: "beside somebody else's order begins",
      entry: input({}, { orders: [resting('by-hand'), resting('sm_tp_43_BTCUSDT_1')] }),
      expected: 'ok',
    },
    {
      rule: 'on a position of its side does not',
      entry: input({}, { positions: [held] }),
      expected: 'existing_position',
    },
    {
      rule: 'beside the other side in hedge mode begins',
      entry: input({}, { positions: [{ ...held, side: 'short' }] }),
      expected: 'ok',
    },
    {
      rule: 'against the other side in one-way mode does not',
      entry: input({ positionMode: 'one-way' }, { positions: [{ ...held, side: 'short' }] }),
      expected: 'opposite_position',
    },
    {
      rule: 'against the other side in one-way mode does not, whatever was agreed',
      entry: input(
        { positionMode: 'one-way', adoptPosition: true },
        { positions: [{ ...held, side: 'short' }] },
      ),
      expected: 'opposite_position',
    },
    {
      rule: 'beside an empty position begins',
      entry: input({}, { positions: [positionRead(emptyCycle(), 0)] }),
      expected: 'ok',
    },
  ])('$rule', ({ entry, expected }) => {
    expect(code(entry)).toBe(expected);
  });
});

describe('a position that was there before', () => {
  test('becomes leg 0 at its average entry when the user agrees', () => {
    const decision = decideEntry(input({ adoptPosition: true }, { positions: [held] }));
    expect(decision).toMatchObject({
      ok: true,
      plan: { adopted: { quantity: '0.5', averageEntryPrice: '9800.5' } },
    });
  });

  test('is only taken over where there is one', () => {
    expect(decideEntry(input({ adoptPosition: true }))).toMatchObject({ ok: true, plan: { adopted: null } });
  });
});

test('a refusal says what was wrong and what to do', () => {
  const decision = decideEntry(input({}, { positions: [held] }));
  expect(decision).toMatchObject({
    refusal: {
      message:
        'The account already holds a long position of 0.5 BTC at 9800.5. Agree to hand it over as leg 0 of a new cycle, or close it first.',
    },
  });
  const invalid = decideEntry(input({ settings: { ...SETTINGS, rounds: 9 } }));
  expect(invalid).toMatchObject({ refusal: { problems: [{ path: 'rounds', code: 'rounds_above_legs' }] } });
});
