import { expect, test, vi } from 'vitest';
import { DeadlineExceeded, withDeadline } from './deadline.ts';

test('work that ends in time gives its own value', async () => {
  await expect(withDeadline(Promise.resolve(7), 1000, 'a read')).resolves.toBe(7);
});

test('work that fails in time gives its own error', async () => {
  await expect(withDeadline(Promise.reject(new Error('refused')), 1000, 'a read')).rejects.toThrow('refused');
});

test('work that never ends is given up at the deadline, and its late failure harms nobody', async () => {
  vi.useFakeTimers();
  try {
    let fail: (error: Error) => void = () => {};
    const work = new Promise<never>((_, reject) => {
      fail = reject;
    });
    const outcome = withDeadline(work, 5000, 'place').catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(5000);
    expect(await outcome).toBeInstanceOf(DeadlineExceeded);
    fail(new Error('much later'));
    await vi.advanceTimersByTimeAsync(0);
  } finally {
    vi.useRealTimers();
  }
});
