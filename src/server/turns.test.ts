import { expect, test } from 'vitest';
import { Turns } from './turns.ts';

/** Work that ends when it is told to, and a record of what began. */
function workshop(turns: Turns) {
  const began: string[] = [];
  const ends: Record<string, (failure?: Error) => void> = {};
  const run = (key: string, name: string) =>
    turns.run(key, () => {
      began.push(name);
      return new Promise<string>((resolve, reject) => {
        ends[name] = (failure) => (failure === undefined ? resolve(name) : reject(failure));
      });
    });
  return { began, run, end: (name: string, failure?: Error) => ends[name]?.(failure) };
}

test('only so many run at once, the others in their order', async () => {
  const { began, run, end } = workshop(new Turns({ atOnce: 2, waiting: 5 }));
  const all = ['a', 'b', 'c', 'd'].map((name) => run('ann', name));
  expect(began).toEqual(['a', 'b']);
  end('b');
  await all[1];
  expect(began).toEqual(['a', 'b', 'c']);
  end('a');
  await all[0];
  expect(began).toEqual(['a', 'b', 'c', 'd']);
  end('c');
  end('d');
  expect(await Promise.all(all)).toEqual(['a', 'b', 'c', 'd']);
});

test('who would wait behind too many is sent away, and never runs', async () => {
  const { began, run, end } = workshop(new Turns({ atOnce: 1, waiting: 1 }));
  const running = run('ann', 'a');
  const waiting = run('ann', 'b');
  expect(await run('ann', 'c')).toBeNull();
  end('a');
  await running;
  end('b');
  expect(await waiting).toBe('b');
  expect(began).toEqual(['a', 'b']);
});

test('keys do not wait for each other', () => {
  const { began, run } = workshop(new Turns({ atOnce: 1, waiting: 1 }));
  void run('ann', 'a');
  void run('ben', 'b');
  expect(began).toEqual(['a', 'b']);
});

test('a failure passes the turn on', async () => {
  const { began, run, end } = workshop(new Turns({ atOnce: 1, waiting: 1 }));
  const failing = run('ann', 'a');
  const next = run('ann', 'b');
  end('a', new Error('broken'));
  await expect(failing).rejects.toThrow('broken');
  end('b');
  expect(await next).toBe('b');
  expect(began).toEqual(['a', 'b']);
});
