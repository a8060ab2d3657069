import { expect, test } from 'vitest';
import { Reconnecting, type Session } from './reconnecting.ts';

const settled = async () => {
  for (let i = 0; i < 20; i++) await Promise.resolve();
};

/** Sessions that end when told, and pauses that end when told. */
function setup(attempts: string[]) {
  const log: string[] = [];
  const end: (message: string) => void = () => {};
  const state = { nowMs: 0, end, wake: () => {}, opened: 0 };
  const open = async (): Promise<Session> => {
    const attempt = attempts[state.opened++] ?? 'ok';
    if (attempt !== 'ok') throw new Error(attempt);
    const closed = new Promise<string>((resolve) => {
      state.end = resolve;
    });
    return { closed, close: () => state.end('closed by us') };
  };
  const stream = new Reconnecting({
    open,
    onConnected: () => log.push('connected'),
    onDisconnected: (message) => log.push(`disconnected: ${message}`),
    random: () => 0,
    nowMs: () => state.nowMs,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        log.push(`wait ${ms}`);
        state.wake = resolve;
        signal.addEventListener('abort', () => resolve());
      }),
  });
  return { stream, state, log };
}

test('a lost session is told, and the next one is opened after a wait', async () => {
  const { stream, state, log } = setup([]);
  stream.start();
  await settled();
  state.end('the line broke');
  await settled();
  state.wake();
  await settled();
  expect(log).toEqual(['connected', 'disconnected: the line broke', 'wait 125', 'connected']);
  expect(stream.connected).toBe(true);
});

test('failures in a row wait longer and longer, and are told once', async () => {
  const { stream, state, log } = setup(['refused', 'refused', 'refused']);
  stream.start();
  for (let i = 0; i < 3; i++) {
    await settled();
    state.wake();
  }
  await settled();
  expect(log).toEqual(['disconnected: refused', 'wait 125', 'wait 250', 'wait 500', 'connected']);
});

test('sessions that break at once count as failures, one that held starts the count anew', async () => {
  const { stream, state, log } = setup([]);
  stream.start();
  for (const heldMs of [10, 10, 60_000]) {
    await settled();
    state.nowMs += heldMs;
    state.end('broken');
    await settled();
    state.wake();
  }
  await settled();
  expect(log.filter((line) => line.startsWith('wait'))).toEqual(['wait 125', 'wait 250', 'wait 125']);
});

test('after stop nobody is told anything, and nothing is opened', async () => {
  const { stream, state, log } = setup([]);
  stream.start();
  await settled();
  stream.stop();
  await settled();
  expect(log).toEqual(['connected']);
  expect(state.opened).toBe(1);
  expect(stream.connected).toBe(false);
});

test('a stream that is stopped while it opens closes what it opened', async () => {
  const { stream, state, log } = setup([]);
  stream.start();
  stream.stop();
  await settled();
  expect(log).toEqual([]);
  stream.start();
  await settled();
  expect(log).toEqual(['connected']);
  expect(state.opened).toBe(2);
});
