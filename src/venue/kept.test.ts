import { expect, test } from 'vitest';
import { Kept } from './kept.ts';
import type { Read } from './venue.ts';

function setup() {
  const state = { nowMs: 0, asked: 0 };
  const kept = new Kept<number>(1000, () => state.nowMs);
  const ask = async (): Promise<Read<number>> => ({ ok: true, value: ++state.asked });
  return { state, kept, ask };
}

test('callers that ask at once share one answer, kept for its time', async () => {
  const { state, kept, ask } = setup();
  const both = await Promise.all([kept.get('a', ask), kept.get('a', ask)]);
  expect(both).toEqual([
    { ok: true, value: 1 },
    { ok: true, value: 1 },
  ]);
  state.nowMs = 999;
  expect(await kept.get('a', ask)).toEqual({ ok: true, value: 1 });
  state.nowMs = 1000;
  expect(await kept.get('a', ask)).toEqual({ ok: true, value: 2 });
});

function failing(code: 'unknown_symbol' | 'network') {
  const failure = { ok: false, code, message: 'no' } as const;
  let asked = 0;
  const ask = async (): Promise<Read<number>> => {
    asked += 1;
    return failure;
  };
  return { failure, ask, asked: () => asked };
}

test('what does not exist is asked once a minute, however many ask', async () => {
  const { state, kept, ask } = setup();
  const unknown = failing('unknown_symbol');
  for (let i = 0; i < 50; i++) expect(await kept.get('NOPE', unknown.ask)).toEqual(unknown.failure);
  state.nowMs = 59_999;
  expect(await kept.get('NOPE', unknown.ask)).toEqual(unknown.failure);
  expect(unknown.asked()).toBe(1);
  state.nowMs = 60_000;
  expect(await kept.get('NOPE', ask)).toEqual({ ok: true, value: 1 });
});

test('another failure is kept for a second, then asked again', async () => {
  const { state, kept, ask } = setup();
  const away = failing('network');
  for (let i = 0; i < 50; i++) expect(await kept.get('a', away.ask)).toEqual(away.failure);
  expect(away.asked()).toBe(1);
  state.nowMs = 1000;
  expect(await kept.get('a', ask)).toEqual({ ok: true, value: 1 });
});

test('names that do not exist are forgotten when there are too many, answers are not', async () => {
  const { kept, ask } = setup();
  await kept.get('good', ask);
  const unknown = failing('unknown_symbol');
  for (let i = 0; i <= 1000; i++) await kept.get(`NOPE${i}`, unknown.ask);
  await kept.get('NOPE1000', unknown.ask);
  expect(unknown.asked()).toBe(1001);
  await kept.get('NOPE0', unknown.ask);
  expect(unknown.asked()).toBe(1002);
  expect(await kept.get('good', ask)).toEqual({ ok: true, value: 1 });
});

test('a bug in asking is not kept', async () => {
  const { kept, ask } = setup();
  await expect(kept.get('a', () => Promise.reject(new Error('bug')))).rejects.toThrow('bug');
  expect(await kept.get('a', ask)).toEqual({ ok: true, value: 1 });
});
