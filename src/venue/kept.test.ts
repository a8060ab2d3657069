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

test('a failure is told and not kept', async () => {
  const { kept, ask } = setup();
  const failure = { ok: false, code: 'network', message: 'gone' } as const;
  expect(await kept.get('a', async () => failure)).toEqual(failure);
  expect(await kept.get('a', ask)).toEqual({ ok: true, value: 1 });
});
