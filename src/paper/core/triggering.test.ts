import { expect, test } from 'vitest';
import { bench, verdict } from '../testing-core.ts';

const stop = {
  direction: 'sell',
  quantity: '10',
  reduceOnly: true,
  closeOnTrigger: true,
  linkId: 'sl',
} as const;

test.each([
  ['rising', '4.000', 'trigger_not_above'],
  ['rising', '3.999', 'trigger_not_above'],
  ['rising', '4.001', 'ok'],
  ['falling', '4.000', 'trigger_not_below'],
  ['falling', '4.001', 'trigger_not_below'],
  ['falling', '3.999', 'ok'],
] as const)('with the price at 4.000 a %s trigger at %s is %s', (direction, price, expected) => {
  const { place } = bench('4.000');
  place({ quantity: '10' });
  expect(verdict(place({ ...stop, trigger: { price, direction } }))).toBe(expected);
});

test('a stop waits untriggered and sells at the price that it finds', () => {
  const { place, move, order, position, executions } = bench('4.000');
  place({ quantity: '10' });
  place({ ...stop, trigger: { price: '3.900', direction: 'falling' } });
  move('3.901');
  expect(order('sl').status).toBe('untriggered');
  move('3.850');
  expect(order('sl').status).toBe('filled');
  expect(position()?.side).toBeNull();
  expect(executions().at(-1)).toMatchObject({ isMaker: false, linkId: 'sl' });
  expect(executions().at(-1)?.price.toString()).toBe('3.85');
});

test('a stop is cut to what is left of the position, and cancelled when nothing is', () => {
  const { place, move, order } = bench('4.000');
  place({ quantity: '10' });
  place({ ...stop, trigger: { price: '3.900', direction: 'falling' } });
  place({ direction: 'sell', quantity: '6' });
  move('3.900');
  expect(order('sl').filled.toString()).toBe('4');
  place({ quantity: '10' });
  place({ ...stop, linkId: 'sl-2', trigger: { price: '3.800', direction: 'falling' } });
  place({ direction: 'sell', quantity: '10' });
  move('3.700');
  expect(order('sl-2')).toMatchObject({ status: 'cancelled', endReason: 'reduce-only' });
});

test('a stop of quantity 0 closes whatever the position has become', () => {
  const { place, move, order } = bench('4.000');
  place({ quantity: '10' });
  place({ ...stop, quantity: '0', trigger: { price: '3.900', direction: 'falling' } });
  place({ quantity: '5' });
  move('3.900');
  expect(order('sl').filled.toString()).toBe('15');
});

test('ladder legs on the way fill before the stop below them', () => {
  const { place, move, executions, position } = bench('4.000');
  place({ quantity: '10' });
  place({ ...stop, quantity: '0', trigger: { price: '3.800', direction: 'falling' } });
  place({ quantity: '10', price: '3.900', linkId: 'leg-1' });
  place({ quantity: '10', price: '3.850', linkId: 'leg-2' });
  move('3.700');
  expect(executions().map((each) => each.linkId)).toEqual(['', 'leg-1', 'leg-2', 'sl']);
  expect(executions().at(-1)?.quantity.toString()).toBe('30');
  expect(position()?.side).toBeNull();
});

test('a triggered limit order rests at its price', () => {
  const { place, move, order } = bench('4.000');
  place({ quantity: '10', price: '3.900', trigger: { price: '4.100', direction: 'rising' }, linkId: 'dip' });
  move('4.200');
  expect(order('dip').status).toBe('new');
  move('3.900');
  expect(order('dip').status).toBe('filled');
});

test('a triggered order that the account cannot afford is rejected', () => {
  const { place, move, order } = bench('4.000', '100');
  place({ quantity: '200', trigger: { price: '4.100', direction: 'rising' }, linkId: 'one' });
  place({ quantity: '200', trigger: { price: '4.100', direction: 'rising' }, linkId: 'two' });
  move('4.100'); // each needs 820 ÷ 10 + fee = 82.451
  expect(order('one').status).toBe('filled');
  expect(order('two')).toMatchObject({ status: 'rejected', endReason: 'no-margin' });
});

test('at most ten conditional orders wait per symbol', () => {
  const { place } = bench('4.000');
  const ask = (n: number) =>
    place({ quantity: '10', trigger: { price: '4.100', direction: 'rising' }, linkId: `s${n}` });
  for (let n = 0; n < 10; n += 1) expect(verdict(ask(n))).toBe('ok');
  expect(verdict(ask(10))).toBe('too_many_stops');
});
