import { expect, test } from 'vitest';
import { bench, leaves, verdict } from '../testing-core.ts';

test('an amended order keeps both ids and takes the new price and quantity', () => {
  const { place, amend, order, move } = bench('4.000');
  place({ quantity: '10', price: '3.900', linkId: 'leg' });
  const { orderId } = order('leg');
  expect(verdict(amend('leg', { price: '3.800', quantity: '20' }))).toBe('ok');
  expect(order('leg')).toMatchObject({ orderId, status: 'new' });
  move('3.850');
  expect(order('leg').status).toBe('new');
  move('3.800');
  expect(order('leg').filled.toString()).toBe('20');
});

test('an amendment that now crosses takes at once', () => {
  const { place, amend, order, executions } = bench('4.000');
  place({ quantity: '10', price: '3.900', linkId: 'leg' });
  amend('leg', { price: '4.100' });
  expect(order('leg').status).toBe('filled');
  expect(executions()[0]).toMatchObject({ isMaker: false });
});

test('the quantity is the whole one and cannot fall to what is filled or below', () => {
  const { place, amend, order, move } = bench('4.000');
  place({ quantity: '10', price: '3.900', linkId: 'leg' });
  move('3.900', { liquidity: { lots: 40 } });
  expect(verdict(amend('leg', { quantity: '4' }))).toBe('below_filled');
  expect(verdict(amend('leg', { quantity: '6' }))).toBe('ok');
  expect(leaves(order('leg'))).toBe('2');
});

test.each([
  ['the same values', { price: '3.900' }, 'bad_parameter'],
  ['a price off the tick', { price: '3.9001' }, 'bad_parameter'],
  ['a quantity off the lot', { quantity: '10.01' }, 'bad_parameter'],
  ['more than the wallet can carry', { quantity: '40000' }, 'insufficient_margin'],
  ['a value under the least', { quantity: '1' }, 'below_minimum_value'],
] as const)('%s is refused and changes nothing', (_name, change, expected) => {
  const { place, amend, order } = bench('4.000');
  place({ quantity: '10', price: '3.900', linkId: 'leg' });
  expect(verdict(amend('leg', change))).toBe(expected);
  expect(order('leg')).toMatchObject({ status: 'new' });
  expect(order('leg').quantity.toString()).toBe('10');
});

test('a stop’s trigger follows, but not across the price', () => {
  const { place, amend, order } = bench('4.000');
  place({ quantity: '10' });
  place({
    direction: 'sell',
    quantity: '10',
    reduceOnly: true,
    trigger: { price: '3.900', direction: 'falling' },
    linkId: 'sl',
  });
  expect(verdict(amend('sl', { triggerPrice: '3.950', quantity: '5' }))).toBe('ok');
  expect(order('sl').trigger?.price.toString()).toBe('3.95');
  expect(verdict(amend('sl', { triggerPrice: '4.050' }))).toBe('trigger_not_below');
});

test('an amended reduce-only order is cut to the position', () => {
  const { place, amend, order } = bench('4.000');
  place({ quantity: '10' });
  place({ direction: 'sell', quantity: '5', price: '4.100', reduceOnly: true, linkId: 'tp' });
  amend('tp', { quantity: '50' });
  expect(order('tp').quantity.toString()).toBe('10');
});

test('what has ended can be neither amended nor cancelled', () => {
  const { place, amend, cancel } = bench('4.000');
  place({ quantity: '10', linkId: 'in' });
  expect(verdict(amend('in', { quantity: '20' }))).toBe('order_not_found');
  expect(verdict(cancel('in'))).toBe('order_not_found');
  expect(verdict(cancel('never'))).toBe('order_not_found');
});
