import { expect, test } from 'vitest';
import { PriceHub } from './market-data.ts';

function setup() {
  const state = { nowMs: 1000, timers: [] as { at: number; callback: () => void }[], calls: [] as string[] };
  const hub = new PriceHub({
    nowMs: () => state.nowMs,
    after: (delayMs, callback) => {
      const timer = { at: state.nowMs + delayMs, callback };
      state.timers.push(timer);
      return () => {
        state.timers = state.timers.filter((other) => other !== timer);
      };
    },
  });
  hub.attach({
    want: (symbol) => state.calls.push(`want ${symbol}`),
    drop: (symbol) => state.calls.push(`drop ${symbol}`),
    close: () => state.calls.push('close'),
  });
  const advance = (ms: number) => {
    state.nowMs += ms;
    const due = state.timers.filter(({ at }) => at <= state.nowMs);
    state.timers = state.timers.filter(({ at }) => at > state.nowMs);
    for (const { callback } of due) callback();
  };
  const heard: string[] = [];
  const publish = (last: string) => hub.publish('BTC/USDT', { last, mark: last, at: Date.now() });
  return { hub, state, advance, heard, publish };
}

test('a symbol is subscribed once for all listeners and dropped with the last', () => {
  const { hub, state } = setup();
  const stop = [1, 2].map(() => hub.watch('BTC/USDT', () => {}));
  expect(state.calls).toEqual(['want BTC/USDT']);
  stop[0]?.();
  stop[0]?.();
  expect(state.calls).toEqual(['want BTC/USDT']);
  stop[1]?.();
  expect(state.calls).toEqual(['want BTC/USDT', 'drop BTC/USDT']);
});

test('a storm of prices is told five times a second, the newest always last', () => {
  const { hub, advance, heard, publish } = setup();
  hub.watch('BTC/USDT', ({ last }) => heard.push(last));
  for (let i = 0; i < 100; i++) {
    publish(String(i));
    advance(10);
  }
  advance(200);
  expect(heard.length).toBeLessThanOrEqual(6);
  expect(heard[0]).toBe('0');
  expect(heard.at(-1)).toBe('99');
});

test('who comes later hears the newest price at once', async () => {
  const { hub, heard, publish } = setup();
  hub.watch('BTC/USDT', () => {});
  publish('7');
  hub.watch('BTC/USDT', ({ last }) => heard.push(last));
  await Promise.resolve();
  expect(heard).toEqual(['7']);
  expect(hub.recent('BTC/USDT', 1000)?.last).toBe('7');
  expect(hub.recent('ETH/USDT', 1000)).toBe(null);
});
