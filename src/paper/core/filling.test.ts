import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dec, sum, ZERO } from '../decimal.ts';
import { bench } from '../testing-core.ts';
import { WHOLE_HISTORY } from '../store/history.ts';
import { feeOf } from './filling.ts';

test.each([
  // price, quantity, rate, fee = price × quantity × rate, half-up to eight decimals
  ['64000', '0.01', '0.00055', '0.352'], // 640 × 0.00055
  ['64000', '0.01', '0.0002', '0.128'], // 640 × 0.0002
  ['4.689', '0.1', '0.00055', '0.0002579'], // 0.4689 × 0.00055 = 0.000257895 → 0.00025790
  ['0.1231', '0.1', '0.0002', '0.00000246'], // 0.01231 × 0.0002 = 0.000002462
  ['0.125', '0.1', '0.0002', '0.0000025'], // 0.0125 × 0.0002
  ['4.685', '0.1', '0.00055', '0.00025768'], // 0.4685 × 0.00055 = 0.000257675, half goes up
])('the fee of %s × %s at %s is %s', (price, quantity, rate, fee) => {
  expect(feeOf(dec(price), dec(quantity), dec(rate)).toString()).toBe(fee);
});

test('a market order pays the taker fee, a resting one the maker fee at its own price', () => {
  const { place, move, account, executions } = bench('4.000');
  place({ quantity: '100', linkId: 'in' });
  place({ direction: 'sell', quantity: '100', price: '4.020', reduceOnly: true, linkId: 'tp' });
  move('4.050');
  expect(
    executions().map(({ price, fee, isMaker, linkId }) => [
      linkId,
      price.toString(),
      fee.toString(),
      isMaker,
    ]),
  ).toEqual([
    ['in', '4', '0.22', false], // 400 × 0.00055
    ['tp', '4.02', '0.0804', true], // 402 × 0.0002
  ]);
  expect(account.wallet.toString()).toBe('10001.6996'); // 10000 + (402 − 400) − 0.22 − 0.0804
});

test('what an order closed is told with both fees', () => {
  const { place, move, exchange, order } = bench('4.000');
  place({ quantity: '100' });
  place({ direction: 'sell', quantity: '40', price: '4.100', reduceOnly: true, linkId: 'part' });
  move('4.200');
  const closed = exchange.history.closedPnlOf(order('part').orderId);
  expect(closed?.entryValue.toString()).toBe('160'); // 40 × 4
  expect(closed?.exitValue.toString()).toBe('164'); // 40 × 4.1
  expect(closed?.openFee.toString()).toBe('0.088'); // 0.22 × 40 ÷ 100
  expect(closed?.closeFee.toString()).toBe('0.0328'); // 164 × 0.0002
});

const command = fc.record({
  kind: fc.constantFrom('market', 'limit', 'reduce', 'stop', 'move', 'funding'),
  direction: fc.constantFrom<'buy' | 'sell'>('buy', 'sell'),
  lots: fc.integer({ min: 15, max: 3_000 }),
  ticks: fc.integer({ min: 3_800, max: 4_200 }),
  ratio: fc.double({ min: 0.05, max: 1, noNaN: true }),
});

test('whatever happens, the wallet is Σ ledger, and from flat to flat exactly Σ sells − Σ buys − fees ± funding', () => {
  fc.assert(
    fc.property(fc.array(command, { minLength: 5, maxLength: 60 }), (commands) => {
      const { exchange, account, place, move, executions, position } = bench('4.000');
      for (const { kind, direction, lots, ticks, ratio } of commands) {
        const quantity = dec(String(lots)).times(dec('0.1')).toString();
        const price = dec(String(ticks)).times(dec('0.001')).toString();
        if (kind === 'move') move(price, { liquidity: { ratio } });
        else if (kind === 'funding') move(price, { ms: 9 * 3_600_000 });
        else if (kind === 'market') place({ direction, quantity });
        else if (kind === 'limit') place({ direction, quantity, price });
        else if (kind === 'reduce') place({ direction, quantity, price, reduceOnly: true });
        else
          place({
            direction,
            quantity,
            reduceOnly: true,
            trigger: { price, direction: ticks > 4_000 ? 'rising' : 'falling' },
          });
      }
      const held = position();
      if (held?.side)
        place({
          direction: held.side === 'long' ? 'sell' : 'buy',
          quantity: '0',
          reduceOnly: true,
          closeOnTrigger: true,
        });
      const rows = exchange.history.ledger(
        account.uid,
        { symbol: null, kind: null },
        { ...WHOLE_HISTORY, limit: 10_000 },
      ).rows;
      expect(sum(rows.map((row) => row.change)).toString()).toBe(account.wallet.toString());
      expect(rows[0]?.balance.toString()).toBe(account.wallet.toString());
      const flow = executions().reduce((total, each) => {
        const value = each.kind === 'funding' ? ZERO : each.price.times(each.quantity);
        return (each.direction === 'sell' ? total.plus(value) : total.minus(value)).minus(each.fee);
      }, ZERO);
      expect(account.wallet.minus(dec('10000')).toString()).toBe(flow.toString());
    }),
    { numRuns: 60 },
  );
});
