import { expect, test } from 'vitest';
import { bench, leaves, verdict } from '../testing-core.ts';

test('a resting buy fills at its own price, also when a jump goes through it', () => {
  const { place, move, executions } = bench('4.000');
  place({ quantity: '10', price: '3.900', linkId: 'leg' });
  move('3.700');
  expect(executions().map((each) => [each.price.toString(), each.isMaker])).toEqual([['3.9', true]]);
});

test('a limit order that crosses on arrival takes at the current price', () => {
  const { place, executions, order } = bench('4.000');
  place({ quantity: '10', price: '4.050', linkId: 'eager' });
  expect(executions().map((each) => [each.price.toString(), each.isMaker])).toEqual([['4', false]]);
  expect(order('eager').status).toBe('filled');
});

test('a touch trades only the liquidity of the step, the next touch the rest', () => {
  const { place, move, order } = bench('4.000');
  place({ quantity: '10', price: '3.900', linkId: 'leg' });
  move('3.900', { liquidity: { lots: 25 } });
  expect([order('leg').status, leaves(order('leg'))]).toEqual(['partially-filled', '7.5']);
  move('3.900', { liquidity: { lots: 0 } });
  expect(leaves(order('leg'))).toBe('7.5');
  move('3.950');
  expect(leaves(order('leg'))).toBe('7.5');
  move('3.900', { liquidity: { ratio: 0.5 } });
  expect(leaves(order('leg'))).toBe('3.7'); // 75 lots × 0.5, rounded up to 38
});

test('farther through than 0.05 % the whole order is swept, whatever the liquidity', () => {
  const { place, move, order } = bench('4.000');
  place({ quantity: '10', price: '3.900', linkId: 'leg' });
  move('3.898', { liquidity: { lots: 1 } }); // 0.002 beyond > 3.9 × 0.0005 = 0.00195
  expect(order('leg').status).toBe('filled');
  place({ quantity: '10', price: '3.800', linkId: 'near' });
  move('3.799', { liquidity: { lots: 1 } }); // 0.001 ≤ 0.0019
  expect(leaves(order('near'))).toBe('9.9');
});

test('a market order takes all at the current price, in several executions when liquidity is thin', () => {
  const { place, move, executions, order } = bench('4.000');
  move('4.010', { liquidity: { lots: 40 } });
  place({ quantity: '10', linkId: 'in' });
  expect(executions().map((each) => [each.price.toString(), each.quantity.toString()])).toEqual([
    ['4.01', '4'],
    ['4.01', '4'],
    ['4.01', '2'],
  ]);
  expect(order('in').status).toBe('filled');
});

test('post-only never takes; immediate-or-cancel never rests', () => {
  const { place, order } = bench('4.000');
  place({ quantity: '10', price: '4.100', timeInForce: 'PostOnly', linkId: 'po' });
  expect(order('po')).toMatchObject({ status: 'cancelled', endReason: 'post-only-would-take' });
  place({ quantity: '10', price: '3.900', timeInForce: 'IOC', linkId: 'ioc' });
  expect(order('ioc')).toMatchObject({ status: 'cancelled', endReason: 'no-immediate-quantity' });
});

test('immediate-or-cancel keeps what the step offered, and its remainder is cancelled', () => {
  const { place, move, order, position } = bench('4.000');
  move('4.010', { liquidity: { lots: 40 } });
  place({ quantity: '10', price: '4.020', timeInForce: 'IOC', linkId: 'ioc' });
  expect(order('ioc')).toMatchObject({ status: 'cancelled', endReason: 'no-immediate-quantity' });
  expect([order('ioc').filled.toString(), position()?.quantity.toString()]).toEqual(['4', '4']);
  place({ quantity: '4', price: '4.020', timeInForce: 'IOC', linkId: 'small' });
  expect(order('small').status).toBe('filled');
});

test('fill-or-kill takes all of it or nothing', () => {
  const { place, move, order, executions } = bench('4.000');
  move('4.010', { liquidity: { lots: 40 } });
  place({ quantity: '10', price: '4.020', timeInForce: 'FOK', linkId: 'large' });
  expect(order('large')).toMatchObject({ status: 'cancelled', endReason: 'no-immediate-quantity' });
  expect(executions()).toEqual([]);
  place({ quantity: '4', price: '4.020', timeInForce: 'FOK', linkId: 'small' });
  expect(order('small').status).toBe('filled');
});

test('a price step that meets no order writes nothing', () => {
  const { place, move, exchange } = bench('4.000');
  place({ quantity: '10', price: '3.900' });
  let turns = 0;
  exchange.onChange(() => {
    turns += 1;
  });
  for (const price of ['3.950', '4.100', '3.901']) move(price);
  expect(turns).toBe(0);
});

test('an order of one symbol does not react to another’s price', () => {
  const { place, move, order } = bench('4.000');
  expect(verdict(place({ symbol: 'NEARUSDT', quantity: '10', price: '3.9', linkId: 'near' }))).toBe('ok');
  move('3.000');
  expect(order('near').status).toBe('new');
});
