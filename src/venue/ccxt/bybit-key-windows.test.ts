import { expect, test } from 'vitest';
import { KeyWindowsByKey } from './bybit-key-windows.ts';

function setup() {
  const state = { nowMs: 0 };
  return { state, keys: new KeyWindowsByKey(() => state.nowMs) };
}

test('one key has one set of windows, another key another', () => {
  const { keys } = setup();
  expect(keys.of('a')).toBe(keys.of('a'));
  expect(keys.of('b')).not.toBe(keys.of('a'));
});

test('a key is forgotten a minute after its last use, not after its first', () => {
  const { state, keys } = setup();
  const windows = keys.of('a');
  keys.of('b');
  state.nowMs = 40_000;
  expect(keys.of('a')).toBe(windows);
  state.nowMs = 99_999;
  keys.of('c');
  expect(keys.size).toBe(2);
  expect(keys.of('a')).toBe(windows);
});

test('keys without number are bounded: the one unused for longest goes first', () => {
  const { keys } = setup();
  const windows = keys.of('in use');
  for (let i = 0; i < 15_000; i++) {
    keys.of(`stranger ${i}`);
    if (i % 1000 === 0) keys.of('in use');
  }
  expect(keys.size).toBe(10_000);
  expect(keys.of('in use')).toBe(windows);
});
