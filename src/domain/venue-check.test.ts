import { describe, expect, it } from 'vitest';
import { checkBooks, livedFrom, type SettledBooks, type VenueLedger } from './venue-check.ts';

// Bought at 100 for 10, sold for 12: gross 2, fees 0.03, funding -0.01, net 1.96
const BOOKS: SettledBooks = {
  gross: '2',
  fees: '0.03',
  net: '1.96',
  adopted: false,
  partial: false,
  fills: [
    { executionId: 'a', feeCurrency: 'USDT', at: 100 },
    { executionId: 'b', feeCurrency: 'USDT', at: 200 },
  ],
};

function row(executionId: string | null, amount: string, currency = 'USDT') {
  return { executionId, amount, currency, at: 150 };
}

const LEDGER: VenueLedger = {
  entries: [row('a', '-0.01'), row('f', '-0.01'), row('b', '1.98')],
  closedPnl: '1.97',
};

describe('the books of a cycle', () => {
  it('agree with wallet rows that sum up to the same, and with the closed profit', () => {
    expect(checkBooks(BOOKS, LEDGER)).toEqual({ state: 'agrees', difference: '0', reason: null });
  });

  it('agree where only the rounding of rows differs', () => {
    const entries = [...LEDGER.entries, row(null, '0.000004')];
    expect(checkBooks(BOOKS, { entries, closedPnl: null })).toMatchObject({
      state: 'agrees',
      difference: '0.000004',
    });
  });

  it.each<[string, VenueLedger, string, RegExp]>([
    [
      'a row of other hands',
      { entries: [...LEDGER.entries, row('z', '-0.5')], closedPnl: null },
      '-0.5',
      /2 of its rows are not the bot's/,
    ],
    [
      'a fill that the exchange does not have',
      { entries: [row('b', '1.98')], closedPnl: null },
      '0.02',
      /1 of the bot's fills are missing/,
    ],
    [
      'rows that name nothing of ours',
      { entries: [row(null, '1')], closedPnl: null },
      '-0.96',
      /wallet changed by 1, not 1.96$/,
    ],
    ['another closed profit', { ...LEDGER, closedPnl: '1.5' }, '0', /closed a profit of 1.5, not 1.97/],
    ['no rows at all', { entries: [], closedPnl: null }, '-1.96', /changed by 0/],
  ])('differ by %s, and it is said how', (_, ledger, difference, reason) => {
    expect(checkBooks(BOOKS, ledger)).toMatchObject({
      state: 'differs',
      difference,
      reason: expect.stringMatching(reason),
    });
  });

  it.each<[string, Partial<SettledBooks>, RegExp]>([
    ['a position was taken over', { adopted: true, partial: true }, /took over/],
    ['other hands took part', { partial: true }, /other hands/],
    [
      'fees were taken in another currency',
      { fills: [{ executionId: 'a', feeCurrency: 'BNB', at: 1 }] },
      /currency/,
    ],
    ['nothing was traded', { fills: [] }, /nothing was traded/],
  ])('cannot be compared where %s', (_, change, reason) => {
    const check = checkBooks({ ...BOOKS, ...change }, LEDGER);
    expect(check).toMatchObject({
      state: 'not-comparable',
      difference: null,
      reason: expect.stringMatching(reason),
    });
  });

  it('cannot be compared where the exchange booked another currency', () => {
    const check = checkBooks(BOOKS, { entries: [row('a', '1', 'USDC')], closedPnl: null });
    expect(check).toMatchObject({ state: 'not-comparable', reason: expect.stringContaining('USDC') });
  });

  it('are about the time from the first fill to the last', () => {
    expect(livedFrom(BOOKS.fills)).toEqual({ from: 100, until: 200 });
    expect(livedFrom([])).toBeNull();
  });
});
