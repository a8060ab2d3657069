import { expect, test } from 'vitest';
import type { HttpRequest } from '../http.ts';
import { readInputs } from './inputs.ts';

const request = (rawQuery: string, body = ''): HttpRequest => ({
  method: 'POST',
  path: '/openApi/x',
  rawQuery,
  headers: {},
  address: '127.0.0.1',
  body,
});
const read = (rawQuery: string, body = '') => readInputs(request(rawQuery, body));

test('the text that was signed may be unencoded as sent, encoded as sent, or sorted', () => {
  const inputs = read('b=%5B1%2C2%5D&a=x&signature=s1');
  expect(inputs?.signature).toBe('s1');
  expect(inputs?.signable).toEqual(['b=[1,2]&a=x', 'b=%5B1%2C2%5D&a=x', 'a=x&b=[1,2]']);
  expect(inputs?.values.get('b')).toBe('[1,2]');
});

test('a form in the body counts like the query', () => {
  const inputs = read('', 'symbol=BTC-USDT&timestamp=5&signature=s1');
  expect(inputs?.signature).toBe('s1');
  expect(inputs?.signable).toEqual(['symbol=BTC-USDT&timestamp=5']);
  expect(inputs?.values.get('symbol')).toBe('BTC-USDT');
});

test('a JSON body is signed sorted by name', () => {
  const inputs = read('', '{"symbol":"BTC-USDT","quantity":1.5,"list":[1],"signature":"s1"}');
  expect(inputs?.signable).toContain('list=[1]&quantity=1.5&symbol=BTC-USDT');
  expect(inputs?.values.get('quantity')).toBe('1.5');
});

test('no parameters are no parameters', () => {
  expect(read('')).toMatchObject({ signature: null, signable: [''] });
});

test.each([['a=%E0%A4%A'], ['%=1']])('%s cannot be decoded', (query) => {
  expect(read(query)).toBeNull();
});

test('a body that looks like JSON and is none cannot be read', () => {
  expect(read('', '{nonsense')).toBeNull();
});
