import { expect, test } from 'vitest';
import { plainRefusal } from './plain-refusal.ts';

test.each([
  [null, 'no reason given'],
  ['insufficient_balance: ab not enough', 'there is not enough free balance for it (“ab not enough”)'],
  ['maintenance: Settlement: in progress', 'the exchange is at its maintenance (“Settlement: in progress”)'],
  ['credentials: ', 'the exchange refuses the key'],
  ['it never reached the exchange', 'it never reached the exchange'],
  ['CancelByUser', 'CancelByUser'],
])('%j in words: %s', (detail, words) => {
  expect(plainRefusal(detail)).toBe(words);
});
