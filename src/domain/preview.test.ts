import { describe, expect, test } from 'vitest';
import { BTC, SETTINGS } from '../testing/cycle-world-cases.ts';
import { describeLegs, previewLegs } from './preview.ts';
import { ratio } from './ratio.ts';

const reference = { lastPrice: ratio('26123.5'), walletBalance: ratio('10000') };

describe('a preview shows each leg and the position after it', () => {
  test('long', () => {
    const settings = { ...SETTINGS, rounds: 3 };
    expect(describeLegs(settings, BTC, { ...reference, walletBalance: null })).toEqual([
      {
        index: 0,
        price: '26123.5',
        quantity: '0.007',
        margin: '18.2865', // 0.007 · 26123.5 / 10 = 18.28645
        averageEntryPrice: '26123.5',
        takeProfitPrice: '26254.2', // · 1.005 = 26254.1175 ↑
        liquidationPrice: null,
      },
      {
        index: 1,
        price: '25992.8',
        quantity: '0.007',
        margin: '18.195', // 0.007 · 25992.8 / 10 = 18.19496
        averageEntryPrice: '26058.15', // (26123.5 + 25992.8) / 2
        takeProfitPrice: '26188.5', // · 1.005 = 26188.44075 ↑
        liquidationPrice: null,
      },
      {
        index: 2,
        price: '25784.8',
        quantity: '0.011',
        margin: '28.3633', // 0.011 · 25784.8 / 10 = 28.36328
        averageEntryPrice: '25937.876', // (0.014 · 26058.15 + 0.011 · 25784.8) / 0.025
        takeProfitPrice: '26067.6', // · 1.005 = 26067.56538 ↑
        liquidationPrice: null,
      },
    ]);
  });

  test('short', () => {
    const settings = { ...SETTINGS, side: 'short' as const, rounds: 2 };
    const legs = describeLegs(settings, BTC, { ...reference, walletBalance: null });
    expect(legs.map((leg) => [leg.price, leg.quantity, leg.averageEntryPrice, leg.takeProfitPrice])).toEqual([
      ['26123.5', '0.007', '26123.5', '25992.8'], // · 0.995 = 25992.8825 ↓
      ['26254.2', '0.007', '26188.85', '26057.9'], // (26123.5 + 26254.2) / 2; · 0.995 = 26057.90575 ↓
    ]);
  });
});

test('only the rounds in use are shown', () => {
  expect(previewLegs({ ...SETTINGS, rounds: 1 }, BTC, reference.lastPrice)).toHaveLength(1);
  expect(previewLegs({ ...SETTINGS, rounds: 4 }, BTC, reference.lastPrice)).toHaveLength(4);
});

test('liquidation appears once the wallet is known and could be lost', () => {
  const legs = describeLegs({ ...SETTINGS, rounds: 1 }, BTC, { ...reference, walletBalance: ratio('30') });
  // (26123.5 · 0.007 − 30) / (0.007 · 0.995) = 152.8645 / 0.006965 = 21947.523…
  expect(legs[0]?.liquidationPrice).toMatch(/^21947\.52/);
  const rich = describeLegs({ ...SETTINGS, rounds: 1 }, BTC, reference);
  expect(rich[0]?.liquidationPrice).toBeNull();
});

test('a leg without a lot changes nothing, and one without a price ends the list', () => {
  const legs = [
    { amount: '20', gap: '0' },
    { amount: '0.1', gap: '1' },
    { amount: '20', gap: '100' },
    { amount: '20', gap: '1' },
  ];
  const shown = describeLegs({ ...SETTINGS, legs, rounds: 4 }, BTC, reference);
  expect(shown.map((leg) => [leg.index, leg.quantity, leg.averageEntryPrice])).toEqual([
    [0, '0.007', '26123.5'],
    [1, '0', '26123.5'],
    [2, '0', '26123.5'],
  ]);
});

test('an entry below one lot has no average and no take-profit', () => {
  const legs = [{ amount: '0.1', gap: '0' }];
  const [entry] = describeLegs({ ...SETTINGS, legs, rounds: 1 }, BTC, reference);
  expect(entry).toMatchObject({ quantity: '0', margin: '0', averageEntryPrice: '0', takeProfitPrice: '0' });
});
