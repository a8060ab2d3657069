import { describe, expect, test } from 'vitest';
import {
  convergedCycle,
  emptyCycle,
  enteredCycle,
  NOW,
  PLAN,
  withFill,
  withOrder,
} from '../testing/cycle-world-cases.ts';
import type { Cycle } from './cycle.ts';
import { countLegs, countLegsFilled, cycleRecord, ledgerFills } from './settlement.ts';

const account = { venue: 'bybit', environment: 'paper', accountUid: '7' } as const;
const adopted = { quantity: '0.5', averageEntryPrice: '9800.5' };

/** Entry 1.000 at 10000, leg 1 1.010 at 9900, all 2.010 sold at 10000. */
function closedCycle(): Cycle {
  const cycle = convergedCycle();
  const second = withFill(cycle, { order: 2, quantity: 1010, price: '9900', fee: '1.9998', at: NOW + 1 });
  const sold = withFill(second, { order: 1, quantity: 2010, price: '10000', fee: '4.02', at: NOW + 2 });
  const fundings = [
    { fundingId: 'f1', userId: 42, cycleKey: 777, symbol: 'BTC/USDT', amount: '-0.5', at: NOW },
  ];
  return { ...sold, fundings, reason: 'take-profit' };
}

describe('the record of a settled cycle', () => {
  const record = cycleRecord(closedCycle(), account, { state: 'settled', settledAt: NOW + 3 });

  test('has the sums of its fills', () => {
    expect(record).toMatchObject({
      quantity: '2.01', // 1 + 1.01
      averageEntryPrice: '9949.751243781095', // (10000 + 1.01 · 9900) / 2.01 = 19999 / 2.01
      averageExitPrice: '10000',
      gross: '101', // 2.01 · 10000 − 19999
      fees: '6.0198', // 1.9998 + 4.02
      funding: '-0.5',
      net: '94.4802', // 101 − 6.0198 − 0.5
      legsFilled: 2,
      partial: false,
    });
  });

  test('has its identity, its account and why it ended', () => {
    expect(record).toMatchObject({
      ...account,
      userId: 42,
      cycleKey: 777,
      number: 1,
      symbol: 'BTC/USDT',
      side: 'long',
      state: 'settled',
      openedAt: NOW,
      settledAt: NOW + 3,
      reason: 'take-profit',
    });
    expect(JSON.parse(record.plan)).toEqual(PLAN);
  });
});

test('an open cycle has no sums yet', () => {
  const record = cycleRecord(convergedCycle(), account, { state: 'open', settledAt: null });
  expect(record).toMatchObject({ state: 'open', settledAt: null, legsFilled: 1 });
  expect([record.quantity, record.averageEntryPrice, record.gross, record.fees, record.net]).toEqual([
    null,
    null,
    null,
    null,
    null,
  ]);
});

describe('a cycle is marked partial', () => {
  const settle = (cycle: Cycle) => cycleRecord(cycle, account, { state: 'settled', settledAt: NOW }).partial;

  test('when it was handed over', () => {
    expect(settle(emptyCycle({ adopted }))).toBe(true);
  });

  test('when fees were paid in another currency', () => {
    const cycle = closedCycle();
    const fills = cycle.fills.map((fill, index) => (index === 0 ? { ...fill, feeCurrency: 'BNB' } : fill));
    expect(settle({ ...cycle, fills })).toBe(true);
  });

  test('when somebody else closed it', () => {
    expect(settle({ ...closedCycle(), partial: true })).toBe(true);
  });
});

describe('a position that was handed over', () => {
  test('counts at the average that the venue named, without a fee', () => {
    const cycle = emptyCycle({ adopted });
    expect(ledgerFills(cycle)).toEqual([
      { direction: 'buy', price: '9800.5', quantity: '0.5', fee: '0', feeCurrency: 'USDT' },
    ]);
    const sold = withFill(withOrder(cycle, { kind: 'tp', quantity: 500, price: 99000 }), {
      quantity: 500,
      price: '9900',
      fee: '0.99',
    });
    // 0.5 · (9900 − 9800.5) = 49.75; less 0.99
    expect(cycleRecord(sold, account, { state: 'settled', settledAt: NOW })).toMatchObject({
      gross: '49.75',
      net: '48.76',
    });
  });

  test('is leg 0', () => {
    expect(countLegsFilled(emptyCycle({ adopted }))).toBe(1);
  });
});

test('legs are counted once, however often they fill', () => {
  expect(countLegsFilled(emptyCycle())).toBe(0);
  const twice = withFill(withFill(convergedCycle(), { id: 'a', order: 2, quantity: 10, price: '9900' }), {
    id: 'b',
    order: 2,
    quantity: 10,
    price: '9900',
  });
  expect(countLegsFilled(twice)).toBe(2);
  expect(countLegs(emptyCycle())).toBe(2);
  expect(countLegs(enteredCycle())).toBe(2);
});
