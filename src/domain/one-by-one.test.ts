import { expect, test } from 'vitest';
import { OneByOne } from './one-by-one.ts';

/** Turns that a hand takes. */
function byHand() {
  const due: (() => void)[] = [];
  return {
    queue: new OneByOne((callback) => void due.push(callback)),
    due,
    turn: () => due.shift()?.(),
  };
}

test('each turn takes one piece, oldest first, and what it adds comes last', () => {
  const { queue, turn, due } = byHand();
  const done: string[] = [];
  queue.add(() => {
    done.push('a');
    queue.add(() => void done.push('from a'));
  });
  queue.add(() => void done.push('b'));
  expect(done).toEqual([]);
  turn();
  expect(done).toEqual(['a']);
  turn();
  turn();
  expect(done).toEqual(['a', 'b', 'from a']);
  expect(due).toEqual([]);
});

test('where much waits, a turn takes a share of it', () => {
  const { queue, turn } = byHand();
  let done = 0;
  for (let index = 0; index < 320; index += 1) queue.add(() => void (done += 1));
  turn();
  expect(done).toBe(20);
  turn();
  expect(done).toBe(39);
});

test('what throws takes nothing else with it', () => {
  const { queue, turn, due } = byHand();
  const done: number[] = [];
  for (let index = 0; index < 32; index += 1)
    queue.add(() => {
      if (index === 0) throw new Error('broken');
      done.push(index);
    });
  expect(turn).toThrow('broken');
  while (due.length > 0) turn();
  expect(done).toEqual(Array.from({ length: 31 }, (_, index) => index + 1));
});
