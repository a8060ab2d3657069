import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decimals, sides } from '../testing/arbitraries.ts';
import { type CycleLedger, cycleLedger, type LedgerFill } from './pnl.ts';
import { add, multiply, ratio, subtract, toDecimal, ZERO } from './ratio.ts';
import { closes, opens, type Side } from './words.ts';

type Row = [way: 'in' | 'out', quantity: string, price: string, fee?: string, feeCurrency?: string];

function fillsOf(side: Side, rows: readonly Row[]): LedgerFill[] {
  return rows.map(([way, quantity, price, fee = '0', feeCurrency = 'USDT']) => ({
    direction: way === 'in' ? opens(side) : closes(side),
    quantity,
    price,
    fee,
    feeCurrency,
  }));
}

function shown(ledger: CycleLedger) {
  const { gross, fees, funding, net } = ledger;
  return [gross, fees, funding, net].map((value) => toDecimal(value));
}

describe('gross is what was sold minus what was bought, net takes fees and adds funding', () => {
  test.each<{ side: Side; rows: Row[]; fundings: string[]; sums: string[]; why: string }>([
    {
      why: 'one entry, one take-profit',
      side: 'long',
      rows: [
        ['in', '0.007', '26123.5', '0.10057548'],
        ['out', '0.007', '26254.2', '0.03675588'],
      ],
      fundings: [],
      // gross 0.007 · (26254.2 − 26123.5) = 0.9149; fees 0.10057548 + 0.03675588; net 0.9149 − 0.13733136
      sums: ['0.9149', '0.13733136', '0', '0.77756864'],
    },
    {
      why: 'the same as a short',
      side: 'short',
      rows: [
        ['in', '0.007', '26123.5', '0.1'],
        ['out', '0.007', '25992.8', '0.03'],
      ],
      fundings: ['-0.02', '0.005'],
      // gross 0.007 · (26123.5 − 25992.8) = 0.9149; funding −0.015; net 0.9149 − 0.13 − 0.015
      sums: ['0.9149', '0.13', '-0.015', '0.7699'],
    },
    {
      why: 'partial fills on both sides',
      side: 'long',
      rows: [
        ['in', '1', '100'],
        ['in', '2', '101'],
        ['out', '0.5', '103'],
        ['out', '2.5', '104'],
      ],
      fundings: [],
      // sells 0.5·103 + 2.5·104 = 311.5; buys 100 + 202 = 302
      sums: ['9.5', '0', '0', '9.5'],
    },
    {
      why: 'a loss, and a maker rebate as a negative fee',
      side: 'long',
      rows: [
        ['in', '1', '100', '-0.02'],
        ['out', '1', '90', '0.05'],
      ],
      fundings: [],
      // −10 − 0.03
      sums: ['-10', '0.03', '0', '-10.03'],
    },
    { why: 'nothing at all', side: 'long', rows: [], fundings: [], sums: ['0', '0', '0', '0'] },
  ])('$why ($side)', ({ side, rows, fundings, sums }) => {
    const ledger = cycleLedger(
      side,
      fillsOf(side, rows),
      fundings.map((amount) => ({ amount })),
    );
    expect(shown(ledger)).toEqual(sums);
  });
});

describe('a cycle that was closed outside counts only what both sides share', () => {
  test.each<{ side: Side; rows: Row[]; gross: string; why: string }>([
    // average in (100 + 2·103)/3 = 102; out 1 at 110: 1 · (110 − 102)
    {
      why: 'more bought than sold',
      side: 'long',
      rows: [
        ['in', '1', '100'],
        ['in', '2', '103'],
        ['out', '1', '110'],
      ],
      gross: '8',
    },
    {
      why: 'the same as a short',
      side: 'short',
      rows: [
        ['in', '1', '100'],
        ['in', '2', '103'],
        ['out', '1', '95'],
      ],
      gross: '7',
    },
    // average out (110 + 2·104)/3 = 106; in 1 at 100: 1 · (106 − 100)
    {
      why: 'more sold than bought',
      side: 'long',
      rows: [
        ['in', '1', '100'],
        ['out', '1', '110'],
        ['out', '2', '104'],
      ],
      gross: '6',
    },
    { why: 'nothing sold', side: 'long', rows: [['in', '1', '100', '0.055']], gross: '0' },
  ])('$why ($side)', ({ side, rows, gross }) => {
    expect(toDecimal(cycleLedger(side, fillsOf(side, rows), []).gross)).toBe(gross);
  });
});

test('averages are Σ price · quantity / Σ quantity of each side, null where nothing happened', () => {
  const rows: Row[] = [
    ['in', '1', '100'],
    ['in', '2', '101'],
    ['out', '3', '104'],
  ];
  const ledger = cycleLedger('long', fillsOf('long', rows), []);
  expect(ledger.averageEntryPrice).toEqual({ n: 302n, d: 3n });
  expect(ledger.averageExitPrice).toEqual(ratio(104));
  expect(ledger.quantity).toEqual(ratio(3));
  const open = cycleLedger('long', fillsOf('long', rows.slice(0, 1)), []);
  expect(open.averageExitPrice).toBeNull();
  expect(cycleLedger('long', [], []).averageEntryPrice).toBeNull();
});

test('fees in other currencies stay out of the sums and are announced', () => {
  const ledger = cycleLedger(
    'long',
    fillsOf('long', [
      ['in', '1', '100', '0.05'],
      ['out', '1', '101', '0.001', 'BNB'],
    ]),
    [],
  );
  expect(shown(ledger)).toEqual(['1', '0.05', '0', '0.95']);
  expect(ledger.otherFees).toBe(true);
  expect(cycleLedger('long', fillsOf('long', [['in', '1', '100', '0.05']]), []).otherFees).toBe(false);
});

test("from flat to flat, net is exactly the wallet's change, in any order of fills", () => {
  const quantity = decimals({ min: 1n, max: 10n ** 6n, places: 3 });
  const price = decimals({ min: 1n, max: 10n ** 7n, places: 1 });
  const fee = decimals({ min: -(10n ** 8n), max: 10n ** 9n, places: 8 });
  const rows = fc.array(fc.tuple(quantity, price, price, fee, fee), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(sides, rows, fc.array(fee), fc.infiniteStream(fc.nat()), (side, trades, fundings, picks) => {
      let wallet = ZERO;
      const spend = (value: ReturnType<typeof ratio>) => {
        wallet = add(wallet, value);
      };
      const fills: LedgerFill[] = [];
      for (const [size, priceIn, priceOut, feeIn, feeOut] of trades) {
        const [first, second] = fillsOf(side, [
          ['in', size, priceIn, feeIn],
          ['out', size, priceOut, feeOut],
        ]);
        if (first === undefined || second === undefined) continue;
        fills.push(first, second);
        const gain = subtract(ratio(priceOut), ratio(priceIn));
        spend(multiply(multiply(gain, ratio(size)), ratio(side === 'long' ? 1 : -1)));
        spend(subtract(ZERO, add(ratio(feeIn), ratio(feeOut))));
      }
      for (const amount of fundings) spend(ratio(amount));
      const shuffled = fills
        .map((fill) => ({ fill, rank: picks.next().value as number }))
        .sort((a, b) => a.rank - b.rank)
        .map(({ fill }) => fill);
      const ledger = cycleLedger(
        side,
        shuffled,
        fundings.map((amount) => ({ amount })),
      );
      expect(ledger.net).toEqual(wallet);
    }),
  );
});
