import { afterEach, beforeEach, expect, test } from 'vitest';
import { Heartbeats } from './heartbeats.ts';

let heartbeats: Heartbeats;
beforeEach(() => {
  heartbeats = new Heartbeats(60_000);
});
afterEach(() => heartbeats.close());

function connect() {
  const seen: string[] = [];
  const pulse = heartbeats.join({ ask: () => seen.push('ask'), cutOff: () => seen.push('cut off') });
  return { seen, pulse };
}
const beat = (times: number) => {
  for (let n = 0; n < times; n += 1) heartbeats.beat();
};

test('a connection that never answers is cut off after six questions, once', () => {
  const { seen } = connect();
  beat(10);
  expect(seen).toEqual(['ask', 'ask', 'ask', 'ask', 'ask', 'ask', 'cut off']);
});

test('every answer begins the count anew', () => {
  const { seen, pulse } = connect();
  beat(6);
  pulse.answered();
  beat(6);
  pulse.answered();
  beat(1);
  expect(seen).not.toContain('cut off');
  expect(seen).toHaveLength(13);
});

test('who left is asked no more, and a late answer does not bring it back', () => {
  const { seen, pulse } = connect();
  beat(1);
  pulse.leave();
  pulse.answered();
  beat(10);
  expect(seen).toEqual(['ask']);
});
