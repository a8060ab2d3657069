import { describe, expect, it } from 'vitest';
import { Attempts } from './attempts.ts';

const MINUTE = 60_000;

function limiter() {
  return new Attempts({ most: 3, windowMs: MINUTE });
}

describe('Attempts', () => {
  it('lets the allowed number through, then says how long to wait', () => {
    const attempts = limiter();
    expect([0, 1, 2].map((at) => attempts.begin('a', at))).toEqual([0, 0, 0]);
    expect(attempts.begin('a', 15_000)).toBe(45); // the window that began at 0 ends at 60 s
    expect(attempts.begin('a', 59_999)).toBe(1);
  });

  it('opens again when the window has ended', () => {
    const attempts = limiter();
    for (let at = 0; at < 4; at += 1) attempts.begin('a', at);
    expect(attempts.begin('a', MINUTE)).toBe(0);
  });

  it('counts each key by itself', () => {
    const attempts = limiter();
    for (let at = 0; at < 4; at += 1) attempts.begin('a', at);
    expect(attempts.begin('b', 5)).toBe(0);
  });

  it('does not count a success', () => {
    const attempts = limiter();
    for (let at = 0; at < 10; at += 1) {
      expect(attempts.begin('a', at)).toBe(0);
      attempts.giveBack('a');
    }
  });

  it('forgets a key that was cleared', () => {
    const attempts = limiter();
    for (let at = 0; at < 4; at += 1) attempts.begin('a', at);
    attempts.clear('a');
    expect(attempts.begin('a', 5)).toBe(0);
  });

  it('tells how long to wait without counting', () => {
    const attempts = limiter();
    for (let at = 0; at < 5; at += 1) expect(attempts.waiting('a', at)).toBe(0);
    for (let at = 0; at < 3; at += 1) attempts.begin('a', at);
    expect(attempts.waiting('a', 15_000)).toBe(45);
    expect(attempts.waiting('a', MINUTE)).toBe(0);
  });

  it('forgets the least used windows first, so that a flood of keys frees nobody', () => {
    const attempts = limiter();
    for (let at = 0; at < 3; at += 1) attempts.begin('spent', at);
    for (let at = 0; at < 2; at += 1) attempts.begin('half', at);
    for (let index = 0; index < 20_000; index += 1) attempts.begin(`key-${index}`, 10);
    expect(attempts.begin('spent', 20)).toBeGreaterThan(0);
    expect([attempts.begin('half', 20), attempts.begin('half', 20)]).toEqual([0, 60]);
  });

  it('remembers a limited number of keys, the newest', () => {
    const attempts = new Attempts({ most: 1, windowMs: MINUTE });
    for (let index = 0; index <= 10_000; index += 1) attempts.begin(`key-${index}`, index);
    expect(attempts.begin('key-10000', 10_001)).toBeGreaterThan(0);
    expect(attempts.begin('key-0', 10_001)).toBe(0);
  });
});
