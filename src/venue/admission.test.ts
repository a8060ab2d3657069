import { expect, test } from 'vitest';
import { provableAfterMs } from './admission.ts';

const SIGNED = { signedAt: 100_000, admittedForMs: 2_000 };
const at = (now: number, uncertaintyMs = 0) => ({ now: () => now, uncertaintyMs });

test.each([
  // recvWindow 2000 + settling 2000, all of it still to come
  { rule: 'at the signature', clock: at(100_000), waitMs: 4_000 },
  // answered (or given up) 1.5 s after the signature
  { rule: 'later, what is left of it', clock: at(101_500), waitMs: 2_500 },
  { rule: 'after it, nothing', clock: at(104_001), waitMs: 0 },
  // the venue's clock may be 120 ms behind what we think
  { rule: 'with what the clock may be off', clock: at(101_500, 120), waitMs: 2_620 },
  // signed with a clock that was found to be 3 s fast: the venue admits it 3 s longer
  { rule: 'by a clock that was set back since', clock: at(98_500), waitMs: 5_500 },
])('the wait counts from the signature: $rule', ({ clock, waitMs }) => {
  expect(provableAfterMs(clock, SIGNED)).toBe(waitMs);
});

test('parts of a millisecond are waited for as well', () => {
  expect(provableAfterMs(at(100_000, 0.1), SIGNED)).toBe(4_001);
});
