import { expect, test } from 'vitest';
import { bench, NOW } from '../testing-core.ts';
import { FUNDING_INTERVAL_MS, nextFundingTime } from './funding.ts';

const untilFunding = nextFundingTime(NOW) - NOW;

test('funding falls due at 00:00, 08:00 and 16:00 UTC of market time', () => {
  expect(new Date(nextFundingTime(Date.UTC(2026, 0, 1, 7, 59))).toISOString()).toBe(
    '2026-01-01T08:00:00.000Z',
  );
  expect(new Date(nextFundingTime(Date.UTC(2026, 0, 1, 8))).toISOString()).toBe('2026-01-01T16:00:00.000Z');
});

test('a long pays quantity × price × 0.0001 at the price before the step', () => {
  const { place, move, account, executions } = bench('4.000');
  place({ quantity: '123.4' }); // 493.6, fee 0.27148
  move('5.000', { ms: untilFunding });
  expect(executions().at(-1)).toMatchObject({
    kind: 'funding',
    direction: 'buy',
    marketTime: nextFundingTime(NOW),
  });
  expect(executions().at(-1)?.fee.toString()).toBe('0.04936'); // 123.4 × 4 × 0.0001
  expect(account.wallet.toString()).toBe('9999.67916'); // 10000 − 0.27148 − 0.04936
});

test('a short receives it', () => {
  const { place, move, executions } = bench('4.000');
  place({ direction: 'sell', quantity: '100' });
  move('4.000', { ms: untilFunding });
  expect(executions().at(-1)?.fee.toString()).toBe('-0.04');
});

test('every due time on the way is settled, and none twice', () => {
  const { place, move, executions } = bench('4.000');
  place({ quantity: '100' });
  move('4.000', { ms: untilFunding + 2 * FUNDING_INTERVAL_MS });
  move('4.000', { ms: 1 });
  expect(executions().filter((each) => each.kind === 'funding')).toHaveLength(3);
});

test('who is flat pays nothing', () => {
  const { move, executions } = bench('4.000');
  move('4.000', { ms: untilFunding });
  expect(executions()).toEqual([]);
});
