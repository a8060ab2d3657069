import { describe, expect, it } from 'vitest';
import { about, duration, exact, moment, money, signedMoney, signOf } from './format.ts';

describe('numbers', () => {
  it.each([
    ['26123.5', '26,123.5'],
    ['0.00000001', '0.00000001'],
    ['123456789012345678.25', '123,456,789,012,345,678.25'], // a float would end in …680
    [null, '–'],
  ])('exact(%j) is %s', (value, text) => expect(exact(value)).toBe(text));

  it.each([
    ['1204.5', '1,204.50'],
    ['0.03125', '0.0313'],
    ['0.7803', '0.78'],
    ['0', '0.00'],
    ['-12', '-12.00'],
  ])('money(%j) is %s', (value, text) => expect(money(value)).toBe(text));

  it.each([
    ['1.2', '+1.20'],
    ['-0.35', '−0.35'],
    ['0', '0.00'],
    ['0.000001', '0.00'],
    [null, '–'],
  ])('signedMoney(%j) is %s', (value, text) => expect(signedMoney(value)).toBe(text));

  it.each([
    ['1.2', 1],
    ['-0.0001', -1],
    ['0', 0],
    ['-0.00', 0],
    [null, 0],
  ])('signOf(%j) is %d', (value, sign) => expect(signOf(value)).toBe(sign));

  it('about keeps eight digits', () => expect(about('26123.123456789')).toBe('26,123.123'));
});

describe('times', () => {
  it.each([
    [0, '0 s'],
    [59.9, '59 s'],
    [60, '1 min'],
    [185, '3 min 5 s'],
    [3600, '1 h'],
    [187_200, '2 d 4 h'],
    [86_401, '1 d'],
    [-5, '0 s'],
  ])('duration(%d) is %s', (seconds, text) => expect(duration(seconds)).toBe(text));

  it('moment shows the clock today and the day otherwise', () => {
    const now = new Date(2026, 10, 22, 15, 0, 0).getTime();
    expect(moment(new Date(2026, 10, 22, 9, 3, 5).toISOString(), now)).toBe('09:03:05');
    expect(moment(new Date(2026, 10, 21, 9, 3, 5).toISOString(), now)).toBe('Nov 21, 09:03');
    expect(moment(null, now)).toBe('–');
  });
});
