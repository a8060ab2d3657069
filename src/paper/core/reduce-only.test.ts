import { expect, test } from 'vitest';
import { bench, leaves, verdict } from '../testing-core.ts';

test('a reduce-only order without a position is refused', () => {
  const { place } = bench();
  expect(verdict(place({ direction: 'sell', price: '4.100', reduceOnly: true }))).toBe('reduce_only');
});

test('a reduce-only order that would increase the position is refused', () => {
  const { place } = bench();
  place({ quantity: '10' });
  expect(verdict(place({ direction: 'buy', price: '3.900', reduceOnly: true }))).toBe('reduce_only');
});

test('a reduce-only order is never larger than the position', () => {
  const { place, order } = bench();
  place({ quantity: '10' });
  place({ direction: 'sell', quantity: '25', price: '4.100', reduceOnly: true, linkId: 'tp' });
  expect(order('tp').quantity.toString()).toBe('10');
});

test('when the position shrinks, resting reduce-only orders shrink with it and go when it is gone', () => {
  const { place, order } = bench();
  place({ quantity: '10' });
  place({ direction: 'sell', quantity: '10', price: '4.100', reduceOnly: true, linkId: 'tp' });
  place({ direction: 'sell', quantity: '4', linkId: 'out' });
  expect(leaves(order('tp'))).toBe('6');
  place({ direction: 'sell', quantity: '6', linkId: 'out-2' });
  expect(order('tp')).toMatchObject({ status: 'cancelled', endReason: 'reduce-only' });
});

test('a partly filled reduce-only order keeps what it filled when it is trimmed', () => {
  const { place, move, order } = bench();
  place({ quantity: '10' });
  place({ direction: 'sell', quantity: '10', price: '4.100', reduceOnly: true, linkId: 'tp' });
  move('4.100', { liquidity: { lots: 30 } });
  expect(order('tp')).toMatchObject({ status: 'partially-filled' });
  place({ direction: 'sell', quantity: '5' });
  const tp = order('tp');
  expect([tp.quantity.toString(), tp.filled.toString()]).toEqual(['5', '3']); // 3 filled, 2 left of 10 − 3 − 5
});

test('in hedge mode each slot trims only its own orders, and closing its slot needs no flag', () => {
  const { hedge, place, order, position } = bench();
  hedge();
  place({ slot: 1, quantity: '10' });
  place({ slot: 2, direction: 'sell', quantity: '7' });
  place({ slot: 1, direction: 'sell', quantity: '10', price: '4.100', linkId: 'close-long' });
  place({ slot: 2, direction: 'buy', quantity: '7', price: '3.900', linkId: 'close-short' });
  place({ slot: 1, direction: 'sell', quantity: '10' });
  expect(order('close-long').status).toBe('cancelled');
  expect(order('close-short').status).toBe('new');
  expect(position(2)?.quantity.toString()).toBe('7');
});

test('quantity 0 with reduceOnly and closeOnTrigger closes the whole position', () => {
  const { place, position, order } = bench();
  place({ quantity: '12.3' });
  expect(
    verdict(
      place({ direction: 'sell', quantity: '0', reduceOnly: true, closeOnTrigger: true, linkId: 'all' }),
    ),
  ).toBe('ok');
  expect(position()?.side).toBeNull();
  expect(order('all').filled.toString()).toBe('12.3');
});
