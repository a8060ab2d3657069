import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dec, ZERO } from '../decimal.ts';
import { applyFill, flatPosition } from './position.ts';
import type { Direction } from '../../domain/words.ts';

type Fill = [Direction, price: string, quantity: string];
const book = (fills: Fill[]) => {
  const position = flatPosition(1, 'X', 0, 0);
  const realized = fills.map(([direction, price, quantity]) => {
    const closed = applyFill(position, {
      direction,
      price: dec(price),
      quantity: dec(quantity),
      fee: ZERO,
      at: 0,
    });
    return closed?.realized.toString() ?? '-';
  });
  const { side, quantity, cost } = position;
  return { realized, side, quantity: quantity.toString(), cost: cost.toString() };
};

test.each<{
  name: string;
  fills: Fill[];
  realized: string[];
  side: string | null;
  quantity: string;
  cost: string;
}>([
  {
    name: 'a long closed higher',
    fills: [
      ['buy', '100', '2'],
      ['sell', '110', '2'],
    ],
    realized: ['-', '20'], // (110 − 100) × 2
    side: null,
    quantity: '0',
    cost: '0',
  },
  {
    name: 'a short closed higher',
    fills: [
      ['sell', '100', '2'],
      ['buy', '110', '2'],
    ],
    realized: ['-', '-20'], // (100 − 110) × 2
    side: null,
    quantity: '0',
    cost: '0',
  },
  {
    name: 'an average of two entries, closed by half',
    fills: [
      ['buy', '100', '1'],
      ['buy', '90', '1'],
      ['sell', '97', '1'],
    ],
    realized: ['-', '-', '2'], // 97 − (100 + 90) ÷ 2
    side: 'long',
    quantity: '1',
    cost: '95',
  },
  {
    name: 'a third of an average that does not end: the remainder goes to the last close',
    fills: [
      ['buy', '10', '1'],
      ['buy', '10.01', '2'],
      ['sell', '11', '1'],
      ['sell', '11', '1'],
      ['sell', '11', '1'],
    ],
    // cost 30.02; 30.02 ÷ 3 = 10.00666667, then 20.01333333 ÷ 2 = 10.006666665 → 10.00666667, the rest 10.00666666
    realized: ['-', '-', '0.99333333', '0.99333333', '0.99333334'],
    side: null,
    quantity: '0',
    cost: '0',
  },
  {
    name: 'one-way: an order larger than the position closes it and opens the other side',
    fills: [
      ['buy', '100', '1'],
      ['sell', '120', '3'],
    ],
    realized: ['-', '20'], // (120 − 100) × 1; the other two open a short at 120
    side: 'short',
    quantity: '2',
    cost: '240',
  },
])('$name', ({ fills, name: _name, ...expected }) => {
  expect(book(fills)).toEqual(expected);
});

test('from flat to flat the realised profit is exactly Σ sells − Σ buys', () => {
  const fill = fc.record({
    direction: fc.constantFrom<Direction>('buy', 'sell'),
    ticks: fc.integer({ min: 1, max: 9_999_999 }),
    lots: fc.integer({ min: 1, max: 99_999 }),
  });
  fc.assert(
    fc.property(fc.array(fill, { minLength: 1, maxLength: 40 }), (fills) => {
      const position = flatPosition(1, 'X', 0, 0);
      let [realized, flow] = [ZERO, ZERO];
      const apply = (
        direction: Direction,
        price: ReturnType<typeof dec>,
        quantity: ReturnType<typeof dec>,
      ) => {
        const closed = applyFill(position, { direction, price, quantity, fee: ZERO, at: 0 });
        const value = price.times(quantity);
        flow = direction === 'sell' ? flow.plus(value) : flow.minus(value);
        realized = realized.plus(closed?.realized ?? ZERO);
      };
      for (const { direction, ticks, lots } of fills) {
        apply(direction, dec(String(ticks)).times(dec('0.0001')), dec(String(lots)).times(dec('0.001')));
      }
      if (position.side !== null)
        apply(position.side === 'long' ? 'sell' : 'buy', dec('3.1415'), position.quantity);
      expect(position.cost.toString()).toBe('0');
      expect(realized.toString()).toBe(flow.toString());
    }),
  );
});
