import { expect, test } from 'vitest';
import { bench, SYMBOL, verdict } from '../testing-core.ts';
import { setPositionMode } from './settings.ts';

const modeOf = (b: ReturnType<typeof bench>, hedged: boolean, symbol: string | null = SYMBOL) =>
  verdict(b.exchange.act((turn) => setPositionMode(turn, b.account, { symbol, hedged })));

test('an account starts in one-way mode at 10×', () => {
  const b = bench();
  expect(modeOf(b, false)).toBe('mode_not_modified');
  expect(verdict(b.leverage('10'))).toBe('leverage_not_modified');
});

test('the position mode changes only while the symbol has neither position nor orders', () => {
  const b = bench();
  b.place({ price: '3.900', linkId: 'leg' });
  expect(modeOf(b, true)).toBe('mode_has_orders');
  expect(modeOf(b, true, 'NEARUSDT')).toBe('ok');
  b.cancel('leg');
  b.place({});
  expect(modeOf(b, true)).toBe('mode_has_position');
  b.place({ direction: 'sell' });
  expect(modeOf(b, true)).toBe('ok');
});

test.each([
  ['0.5', 'bad_parameter'],
  ['51', 'leverage_too_high'],
  ['50', 'ok'],
  ['12.5', 'ok'],
])('leverage %s is %s', (value, expected) => {
  expect(verdict(bench().leverage(value))).toBe(expected);
});

test('leverage cannot fall below what the wallet can carry', () => {
  const b = bench('4.000', '100');
  b.place({ quantity: '200' }); // 800 ÷ 10 = 80
  expect(verdict(b.leverage('5'))).toBe('insufficient_margin');
  expect(verdict(b.leverage('20'))).toBe('ok');
});
