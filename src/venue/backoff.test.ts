import { expect, test } from 'vitest';
import { reconnectDelayMs } from './backoff.ts';

test.each([
  // failures, random, ms
  [0, 0.5, 0],
  [1, 0, 125], // 250 × 0.5
  [1, 0.5, 188], // 250 × 0.75
  [3, 0, 500], // 1000 × 0.5
  [7, 0, 7500], // 16000, bounded to 15000, × 0.5
  [1000, 0.999999, 15_000],
])('after %i failures with random %d the wait is %i ms', (failures, random, expected) => {
  expect(reconnectDelayMs(failures, random)).toBe(expected);
});
