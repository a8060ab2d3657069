import { expect, test } from 'vitest';
import { bench } from '../../testing-core.ts';
import { positionHistory } from './position-history.ts';

const history = (market: ReturnType<typeof bench>) =>
  positionHistory(market.exchange, market.account, 'FILUSDT');

test('a position that grew and shrank in parts is one life', () => {
  const market = bench('4.000');
  market.place({ quantity: '10', linkId: 'a' });
  market.move('5.000');
  market.place({ quantity: '30', linkId: 'b' });
  market.move('6.000');
  market.place({ quantity: '15', direction: 'sell', reduceOnly: true, linkId: 'c' });
  expect(history(market)).toEqual([]);
  market.move('5.000');
  market.place({ quantity: '25', direction: 'sell', reduceOnly: true, linkId: 'd' });
  expect(history(market)).toMatchObject([
    {
      positionSide: 'LONG',
      positionAmt: '40',
      closePositionAmt: '40',
      avgPrice: '4.75', // (10 × 4 + 30 × 5) ÷ 40
      avgClosePrice: '5.375', // (15 × 6 + 25 × 5) ÷ 40
      realisedProfit: '25', // 15 × 6 + 25 × 5 − 10 × 4 − 30 × 5
      positionCommission: '-0.22275', // (40 + 150 + 90 + 125) × 0.00055
      netProfit: '24.77725',
      totalFunding: '0',
    },
  ]);
});

test('one-way: an order that turns the position around ends one life and begins the next', () => {
  const market = bench('4.000');
  market.place({ quantity: '10', linkId: 'a' });
  market.move('5.000');
  market.place({ quantity: '30', direction: 'sell', linkId: 'turn' });
  expect(history(market)).toMatchObject([{ positionSide: 'LONG', positionAmt: '10', realisedProfit: '10' }]);
  market.move('4.000');
  market.place({ quantity: '20', linkId: 'b' });
  const [short, long] = history(market);
  expect(short).toMatchObject({ positionSide: 'SHORT', positionAmt: '20', realisedProfit: '20' });
  // 10 × 4 in, a third of 30 × 5 out; then two thirds of it in, and 20 × 4 out: × 0.00055
  expect(long?.positionCommission).toBe('-0.0495');
  expect(short?.positionCommission).toBe('-0.099');
});

test('hedge: the two slots live by themselves', () => {
  const market = bench('4.000');
  market.hedge();
  market.place({ quantity: '10', slot: 1, linkId: 'l' });
  market.place({ quantity: '10', slot: 2, direction: 'sell', linkId: 's' });
  market.place({ quantity: '10', slot: 2, direction: 'buy', linkId: 's2' });
  expect(history(market)).toMatchObject([{ positionSide: 'SHORT' }]);
});
