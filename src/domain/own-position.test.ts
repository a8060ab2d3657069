import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { prices, sides } from '../testing/arbitraries.ts';
import { FLAT, notionalOf, type OwnExecution, ownPosition } from './own-position.ts';
import { add, divide, fraction, multiply, ratio, ZERO } from './ratio.ts';
import { gridOf, lots } from './units.ts';
import { closes, opens, type Side } from './words.ts';

type Step = ['in' | 'out', number, string];

function after(side: Side, steps: readonly Step[]) {
  const executions = steps.map(
    ([way, quantity, price]): OwnExecution => ({
      direction: way === 'in' ? opens(side) : closes(side),
      quantity: lots(quantity),
      price: ratio(price),
    }),
  );
  return ownPosition(side, executions);
}

describe.each(['long', 'short'] as const)('%s', (side) => {
  test.each<{ steps: Step[]; quantity: number; average: ReturnType<typeof ratio> | null; rule: string }>([
    { rule: 'nothing', steps: [], quantity: 0, average: null },
    { rule: 'one fill', steps: [['in', 7, '26123.5']], quantity: 7, average: ratio('26123.5') },
    {
      // (7 · 100 + 3 · 110) / 10 = 103
      rule: 'two fills',
      steps: [
        ['in', 7, '100'],
        ['in', 3, '110'],
      ],
      quantity: 10,
      average: ratio(103),
    },
    {
      // (1 · 100 + 2 · 101) / 3 = 302 / 3 = 100.666…, kept exact
      rule: 'an average that no decimal can write',
      steps: [
        ['in', 1, '100'],
        ['in', 2, '101'],
      ],
      quantity: 3,
      average: fraction(302n, 3n),
    },
    {
      rule: 'a reduction keeps the average',
      steps: [
        ['in', 10, '103'],
        ['out', 4, '120'],
      ],
      quantity: 6,
      average: ratio(103),
    },
    {
      // after the reduction 6 at 103; (6 · 103 + 6 · 97) / 12 = 100
      rule: 'what is added later weighs against what is left',
      steps: [
        ['in', 10, '103'],
        ['out', 4, '120'],
        ['in', 6, '97'],
      ],
      quantity: 12,
      average: ratio(100),
    },
    {
      rule: 'flat forgets',
      steps: [
        ['in', 10, '103'],
        ['out', 10, '120'],
      ],
      quantity: 0,
      average: null,
    },
    {
      rule: 'after flat the next fill starts from its own price',
      steps: [
        ['in', 10, '103'],
        ['out', 10, '120'],
        ['in', 2, '90'],
      ],
      quantity: 2,
      average: ratio(90),
    },
    {
      rule: 'closing more than is ours ends flat, not on the other side',
      steps: [
        ['in', 10, '103'],
        ['out', 11, '120'],
      ],
      quantity: 0,
      average: null,
    },
  ])('$rule', ({ steps, quantity, average }) => {
    expect(after(side, steps)).toEqual({ quantity, average });
  });
});

test('an average is Σ price · quantity / Σ quantity, however the fills are cut', () => {
  const fills = fc.array(fc.tuple(fc.integer({ min: 1, max: 10 ** 6 }), prices), {
    minLength: 1,
    maxLength: 30,
  });
  fc.assert(
    fc.property(sides, fills, (side, cuts) => {
      const value = cuts.reduce(
        (sum, [quantity, price]) => add(sum, multiply(ratio(quantity), ratio(price))),
        ZERO,
      );
      const total = cuts.reduce((sum, [quantity]) => sum + quantity, 0);
      const position = after(
        side,
        cuts.map(([quantity, price]): Step => ['in', quantity, price]),
      );
      expect(position).toEqual({ quantity: total, average: divide(value, ratio(total)) });
    }),
  );
});

test('a position is never negative', () => {
  const steps = fc.array(fc.tuple(fc.constantFrom('in' as const, 'out' as const), fc.nat(100), prices));
  fc.assert(
    fc.property(sides, steps, (side, taken) => {
      const position = after(
        side,
        taken.filter(([, quantity]) => quantity > 0),
      );
      expect(position.quantity).toBeGreaterThanOrEqual(0);
      expect(position.average === null).toBe(position.quantity === 0);
    }),
  );
});

test('a position of 12 lots of 0.001 at 26123.5 is worth 313.482', () => {
  const grid = gridOf({ tickSize: '0.1', lotSize: '0.001' });
  expect(notionalOf(grid, lots(12), ratio('26123.5'))).toEqual(ratio('313.482'));
  expect(notionalOf(grid, FLAT.quantity, ratio('26123.5'))).toEqual(ZERO);
});
