import { expect, test } from 'vitest';
import { bench, verdict } from '../testing-core.ts';

// FIL at 4.000: tick 0.001, lot 0.1, least 0.1, most 200000 (market 20000), least value 5 USDT.
test.each([
  ['a quantity off the lot', { quantity: '10.05' }, 'bad_parameter'],
  ['no quantity', { quantity: '0' }, 'bad_parameter'],
  ['a negative quantity', { quantity: '-10' }, 'bad_parameter'],
  ['a price off the tick', { price: '3.9005' }, 'bad_parameter'],
  ['a price of zero', { price: '0' }, 'bad_parameter'],
  ['more than a limit order may be', { quantity: '200000.1', price: '3.9' }, 'bad_parameter'],
  ['more than a market order may be', { quantity: '20000.1' }, 'bad_parameter'],
  ['a value under the least', { quantity: '1.2', price: '4.000' }, 'below_minimum_value'], // 4.8 USDT
  ['the least value', { quantity: '1.3', price: '3.9' }, 'ok'], // 5.07 USDT
  ['a hedge slot in one-way mode', { slot: 1 }, 'wrong_slot'],
  ['more than the wallet can carry', { quantity: '19000' }, 'ok'], // 7600 margin + 41.8 fee
  ['much more than the wallet can carry', { quantity: '30000', price: '3.999' }, 'insufficient_margin'], // 11997
] as const)('%s', (_name, ask, expected) => {
  expect(verdict(bench().place(ask))).toBe(expected);
});

test('a position may not exceed the tier of its leverage', () => {
  const { place, leverage } = bench('4.000', '1000000');
  leverage('50'); // only up to 200000 USDT
  expect(verdict(place({ quantity: '50000', price: '3.999' }))).toBe('ok'); // 199950
  expect(verdict(place({ quantity: '100', price: '3.999' }))).toBe('risk_limit'); // 200349.9
});

test('a refused order changes nothing', () => {
  const { place, account, exchange } = bench();
  let turns = 0;
  exchange.onChange(() => {
    turns += 1;
  });
  place({ quantity: '30000', price: '3.999', linkId: 'no' });
  expect([turns, account.orders.size, exchange.history.isUsed(account.uid, 'no')]).toEqual([0, 0, false]);
});

test('resting orders tie up margin until they are cancelled', () => {
  const { place, cancel } = bench('4.000', '100');
  place({ quantity: '200', price: '3.900', linkId: 'leg' }); // 780 ÷ 10 = 78
  expect(verdict(place({ quantity: '100', price: '3.800' }))).toBe('insufficient_margin');
  cancel('leg');
  expect(verdict(place({ quantity: '100', price: '3.800' }))).toBe('ok');
});

test('one-way: an order against the position needs no margin up to its size', () => {
  const { place } = bench('4.000', '100');
  place({ quantity: '240' }); // 96 margin + 0.528 fee
  expect(verdict(place({ direction: 'sell', quantity: '240', price: '4.100' }))).toBe('ok');
});

test('a client order id is refused for ever, before anything else is looked at', () => {
  const { place, cancel } = bench();
  place({ price: '3.900', linkId: 'once' });
  cancel('once');
  expect(verdict(place({ price: '3.900', linkId: 'once' }))).toBe('duplicate_link_id');
  expect(verdict(place({ quantity: '0.05', slot: 2, linkId: 'once' }))).toBe('duplicate_link_id');
});

test('at most 500 orders rest per symbol; conditional ones are counted apart', () => {
  const { place, cancel } = bench('4.000', '1000000');
  for (let n = 0; n < 500; n += 1)
    expect(verdict(place({ quantity: '2', price: '3.900', linkId: `o${n}` }))).toBe('ok');
  expect(verdict(place({ quantity: '2', price: '3.900' }))).toBe('too_many_orders');
  expect(verdict(place({ trigger: { price: '4.100', direction: 'rising' } }))).toBe('ok');
  expect(verdict(place({ symbol: 'ETHUSDT', quantity: '1', price: '100' }))).toBe('ok');
  cancel('o0');
  expect(verdict(place({ quantity: '2', price: '3.900' }))).toBe('ok');
});
