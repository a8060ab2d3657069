import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { prices, sides } from '../testing/arbitraries.ts';
import { BTC } from '../testing/cycle-world-cases.ts';
import { initialMargin, liquidationPrice, maintenanceMargin, tierOf } from './margin.ts';
import { add, compare, divide, multiply, ratio, subtract, toDecimal, ZERO } from './ratio.ts';

test.each([
  { notional: '200', leverage: 10, margin: '20' },
  { notional: '182.8645', leverage: 10, margin: '18.28645' },
  { notional: '100', leverage: 3, margin: '33.333333333333' }, // shown rounded, kept exact
])('$notional at $leverage× binds $margin', ({ notional, leverage, margin }) => {
  expect(toDecimal(initialMargin(ratio(notional), leverage))).toBe(margin);
});

describe('a notional falls into the first tier that reaches it', () => {
  test.each([
    { notional: '1', ratio: '0.005', deduction: '0' },
    { notional: '2000000', ratio: '0.005', deduction: '0' }, // the bound belongs to its tier
    { notional: '2000000.01', ratio: '0.01', deduction: '10000' }, // (0.01 − 0.005) · 2 000 000
    { notional: '20000000', ratio: '0.02', deduction: '110000' }, // 10000 + (0.02 − 0.01) · 10 000 000
  ])('$notional: $ratio less $deduction', ({ notional, ratio: kept, deduction }) => {
    const found = tierOf(BTC, ratio(notional));
    expect(found?.tier.maintenanceRatio).toBe(kept);
    expect(found?.deduction).toEqual(ratio(deduction));
  });

  test('beyond the last there is none', () => {
    expect(tierOf(BTC, ratio('20000000.01'))).toBeNull();
  });
});

describe('the maintenance margin is notional · ratio − deduction', () => {
  test.each([
    { notional: '1000000', margin: '5000' }, // 1 000 000 · 0.005
    { notional: '2000000', margin: '10000' },
    { notional: '4000000', margin: '30000' }, // 4 000 000 · 0.01 − 10 000
    { notional: '12000000', margin: '130000' }, // 12 000 000 · 0.02 − 110 000
    { notional: '30000000', margin: '600000' }, // beyond the last tier: its ratio, nothing deducted
  ])('$notional must keep $margin', ({ notional, margin }) => {
    expect(maintenanceMargin(BTC, ratio(notional))).toEqual(ratio(margin));
  });

  test('it is what each slice of the notional owes at its own rate', () => {
    const notionals = fc.integer({ min: 0, max: 20_000_000 });
    fc.assert(
      fc.property(notionals, (notional) => {
        let owed = ZERO;
        let from = 0;
        for (const tier of BTC.marginTiers) {
          const slice = Math.max(0, Math.min(notional, Number(tier.notionalMax)) - from);
          owed = add(owed, multiply(ratio(slice), ratio(tier.maintenanceRatio)));
          from = Number(tier.notionalMax);
        }
        expect(maintenanceMargin(BTC, ratio(notional))).toEqual(owed);
      }),
    );
  });
});

describe('the liquidation price', () => {
  const input = (change: object) => ({
    side: 'long' as const,
    quantity: ratio('1'),
    average: ratio('20000'),
    walletBalance: ratio('2000'),
    ...change,
  });

  test.each([
    // (20000 · 1 − 2000) / (1 · 0.995) = 18090.4522…
    { name: 'long', change: {}, price: '18090.4523' },
    // (20000 · 1 + 2000) / (1 · 1.005) = 21890.5472…
    { name: 'short', change: { side: 'short' }, price: '21890.5473' },
    // value 4 000 000 is in the second tier: (4 000 000 − 400 000 − 10 000) / (200 · 0.99) = 18131.3131…
    {
      name: 'long, second tier',
      change: { quantity: ratio(200), walletBalance: ratio(400_000) },
      price: '18131.3131',
    },
    // (4 000 000 + 400 000 + 10 000) / (200 · 1.01) = 21831.6831…
    {
      name: 'short, second tier',
      change: { side: 'short', quantity: ratio(200), walletBalance: ratio(400_000) },
      price: '21831.6832',
    },
  ])('$name: $price', ({ change, price }) => {
    const found = liquidationPrice(BTC, input(change));
    expect(found === null ? null : toDecimal(found, 4)).toBe(price);
  });

  test.each([
    { name: 'a long whose wallet covers all of it', change: { walletBalance: ratio(20_000) } },
    { name: 'no position', change: { quantity: ZERO } },
    { name: 'a value beyond the last tier', change: { quantity: ratio(1001) } },
  ])('is null for $name', ({ change }) => {
    expect(liquidationPrice(BTC, input(change))).toBeNull();
  });

  test('is where wallet and unrealised PnL equal the maintenance margin', () => {
    const quantities = fc.integer({ min: 1, max: 100_000 }).map((value) => divide(ratio(value), ratio(1000)));
    const wallets = fc.integer({ min: 0, max: 1_000_000 }).map((value) => ratio(value));
    fc.assert(
      fc.property(sides, quantities, prices, wallets, (side, quantity, average, walletBalance) => {
        const value = multiply(ratio(average), quantity);
        const found = tierOf(BTC, value);
        const price = liquidationPrice(BTC, { side, quantity, average: ratio(average), walletBalance });
        if (price === null || found === null) return;
        const move = subtract(price, ratio(average));
        const gain = multiply(quantity, side === 'long' ? move : subtract(ZERO, move));
        const kept = multiply(multiply(price, quantity), ratio(found.tier.maintenanceRatio));
        expect(compare(add(walletBalance, gain), subtract(kept, found.deduction))).toBe(0);
      }),
    );
  });
});
