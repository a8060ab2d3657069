import { expect, test } from 'vitest';
import { VenueClock } from './venue-clock.ts';

function machine({ monotonicMs = 1000, wallMs = 1_700_000_000_000 } = {}) {
  const state = { monotonicMs, wallMs };
  const source = { monotonicMs: () => state.monotonicMs, wallMs: () => state.wallMs };
  const pass = (ms: number) => {
    state.monotonicMs += ms;
    state.wallMs += ms;
  };
  return { state, pass, clock: new VenueClock(source) };
}

test('before the first sample the wall clock stands in, with a wide uncertainty', () => {
  const { clock } = machine();
  expect(clock.now()).toBe(1_700_000_000_000);
  expect(clock.uncertaintyMs).toBe(10_000);
  expect(clock.stale).toBe(true);
});

test('the sample with the shortest trip sets the offset, from the middle of its trip', () => {
  const { clock, pass } = machine();
  pass(500); // monotonic 1500
  clock.adopt([
    { sentAtMs: 1000, receivedAtMs: 1400, venueMs: 1_700_000_099_999 },
    { sentAtMs: 1400, receivedAtMs: 1500, venueMs: 1_700_000_007_450 }, // middle 1450 → offset …006_000
  ]);
  expect(clock.now()).toBe(1_700_000_007_500);
  expect(clock.uncertaintyMs).toBe(50); // half of 100 ms
  expect(clock.stale).toBe(false);
});

test('a step of the wall clock does not move the venue clock, but asks for a new measurement', () => {
  const { clock, state, pass } = machine();
  clock.adopt([{ sentAtMs: 1000, receivedAtMs: 1000, venueMs: 1_700_000_000_000 }]);
  state.wallMs += 3_600_000;
  pass(10);
  expect(clock.now()).toBe(1_700_000_000_010);
  expect(clock.stale).toBe(true);
});

test('uncertainty grows with age, and after five minutes a new measurement is due', () => {
  const { clock, pass } = machine();
  clock.adopt([{ sentAtMs: 990, receivedAtMs: 1000, venueMs: 1_700_000_000_000 }]);
  pass(299_999);
  expect(clock.stale).toBe(false);
  expect(clock.uncertaintyMs).toBe(65); // 5 + 299.999 s × 0.0002 = 5 + 60, rounded up
  pass(1);
  expect(clock.stale).toBe(true);
});

test('a distrusted clock is stale and uncertain until it is measured again', () => {
  const { clock } = machine();
  clock.adopt([{ sentAtMs: 1000, receivedAtMs: 1000, venueMs: 1_700_000_000_000 }]);
  clock.distrust();
  expect(clock.stale).toBe(true);
  expect(clock.uncertaintyMs).toBe(10_000);
});
