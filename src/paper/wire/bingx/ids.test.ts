import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { bare, numberOf, positionNumber, prefixOf } from './ids.ts';

test('an id is nineteen digits that lead back to its UUID', () => {
  for (let n = 0; n < 1_000; n += 1) {
    const id = randomUUID();
    const digits = numberOf(id);
    expect(digits).toMatch(/^[12]\d{18}$/);
    expect(id.startsWith(prefixOf(digits) ?? 'none')).toBe(true);
  }
});

test.each([
  ['00000000-0000-4000-8000-000000000000', '1000000000000000000'],
  ['00000000-0000-4001-8000-000000000000', '1000000000000000001'],
  // 0xfffffffffffffff = 2⁶⁰ − 1 = 1152921504606846975
  ['ffffffff-ffff-4fff-8000-000000000000', '2152921504606846975'],
])('%s is %s', (id, digits) => {
  expect(numberOf(id)).toBe(digits);
  expect(prefixOf(digits)).toBe(id.slice(0, 18));
});

test.each(['', '17', 'abc', '999999999999999999', '2152921504606846976', '9999999999999999999', '-1'])(
  '%s is none of ours',
  (digits) => {
    expect(prefixOf(digits)).toBeNull();
  },
);

test('on the wire it is a bare number with all its digits', () => {
  expect(JSON.stringify({ orderId: bare('1709036527545438208') })).toBe('{"orderId":1709036527545438208}');
});

test('a position keeps its number while it is open, and the next one has another', () => {
  const position = { uid: 1, symbol: 'FILUSDT', slot: 1, openedAt: 5 };
  expect(positionNumber(position)).toMatch(/^\d{19}$/);
  expect(positionNumber({ ...position })).toBe(positionNumber(position));
  expect(positionNumber({ ...position, openedAt: 6 })).not.toBe(positionNumber(position));
});
