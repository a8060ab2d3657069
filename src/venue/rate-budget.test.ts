import { expect, test } from 'vitest';
import { type BudgetClock, RateBudget, type RequestClass, RateWindow } from './rate-budget.ts';

/** A clock that only moves when told, and then runs the timers that became due, in order. */
function fakeClock() {
  let nowMs = 0;
  let timers: { at: number; callback: () => void }[] = [];
  const clock: BudgetClock = {
    nowMs: () => nowMs,
    after: (delayMs, callback) => {
      const timer = { at: nowMs + delayMs, callback };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
  };
  const advance = async (ms: number) => {
    const end = nowMs + ms;
    for (;;) {
      const due = timers.filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      nowMs = due.at;
      timers = timers.filter((other) => other !== due);
      due.callback();
      await Promise.resolve();
    }
    nowMs = end;
    await Promise.resolve();
  };
  return { clock, advance };
}

const tenPerSecond = () => new RateWindow({ windowMs: 1000, shares: { protective: 10, order: 8, read: 5 } });

function setup() {
  const { clock, advance } = fakeClock();
  const budget = new RateBudget(clock);
  const log: string[] = [];
  const ask = (name: string, requestClass: RequestClass, windows: RateWindow[], patienceMs = 60_000) => {
    const answer = budget.acquire({ requestClass, windows, patienceMs });
    const note = (granted: boolean) => log.push(`${name}:${granted ? 'sent' : 'refused'}@${clock.nowMs()}`);
    if (typeof answer === 'boolean') note(answer);
    else void answer.then(note);
  };
  return { budget, advance, ask, log };
}

test('a burst within the share goes out at once, and the window is full again after a silence', async () => {
  const { ask, log, advance } = setup();
  const window = tenPerSecond();
  for (let i = 0; i < 10; i++) ask('a', 'protective', [window]);
  expect(log).toEqual(Array(10).fill('a:sent@0'));
  await advance(1000);
  for (let i = 0; i < 10; i++) ask('b', 'protective', [window]);
  expect(log.slice(10)).toEqual(Array(10).fill('b:sent@1000'));
});

test('never more than the window allows lies in any span of its length', async () => {
  const { ask, log, advance } = setup();
  const window = tenPerSecond();
  for (let i = 0; i < 35; i++) {
    ask('x', 'protective', [window]);
    await advance(70);
  }
  await advance(5000);
  const times = log.map((entry) => Number(entry.split('@')[1]));
  expect(times).toHaveLength(35);
  const crowd = times.map((start) => times.filter((time) => time >= start && time < start + 1000).length);
  expect(Math.max(...crowd)).toBe(10);
});

test('reads stop first, then orders; protection may use all of the window', async () => {
  const { ask, log } = setup();
  const window = tenPerSecond();
  for (let i = 0; i < 5; i++) ask('read', 'read', [window]);
  ask('late read', 'read', [window]);
  for (let i = 0; i < 3; i++) ask('order', 'order', [window]);
  ask('late order', 'order', [window]);
  for (let i = 0; i < 2; i++) ask('tp', 'protective', [window]);
  await Promise.resolve();
  expect(log).toEqual([
    ...Array(5).fill('read:sent@0'),
    ...Array(3).fill('order:sent@0'),
    ...Array(2).fill('tp:sent@0'),
  ]);
});

test('who waits is served by class, then in order of arrival', async () => {
  const { ask, log, advance } = setup();
  const one = new RateWindow({ windowMs: 1000, shares: { protective: 1, order: 1, read: 1 } });
  ask('first', 'read', [one]);
  ask('read 1', 'read', [one]);
  ask('order 1', 'order', [one]);
  ask('order 2', 'order', [one]);
  ask('tp', 'protective', [one]);
  await advance(4000);
  expect(log).toEqual([
    'first:sent@0',
    'tp:sent@1000',
    'order 1:sent@2000',
    'order 2:sent@3000',
    'read 1:sent@4000',
  ]);
});

test('a key that is out of budget does not hold up another key on the same IP', async () => {
  const { ask, log } = setup();
  const ip = new RateWindow({ windowMs: 5000, shares: { protective: 100, order: 100, read: 100 } });
  const [one, two] = [tenPerSecond(), tenPerSecond()];
  for (let i = 0; i < 12; i++) ask('one', 'protective', [ip, one]);
  ask('two', 'order', [ip, two]);
  await Promise.resolve();
  expect(log).toEqual([...Array(10).fill('one:sent@0'), 'two:sent@0']);
});

test('whoever waits longer than its patience is refused, never sent late', async () => {
  const { ask, log, advance } = setup();
  const one = new RateWindow({ windowMs: 10_000, shares: { protective: 1, order: 1, read: 1 } });
  ask('a', 'order', [one]);
  ask('b', 'order', [one], 5000);
  await advance(20_000);
  expect(log).toEqual(['a:sent@0', 'b:refused@5000']);
});

test('a block by the venue holds everybody back until it is over', async () => {
  const { budget, ask, log, advance } = setup();
  const window = tenPerSecond();
  budget.block(window, 3000);
  ask('tp', 'protective', [window]);
  await advance(3000);
  expect(log).toEqual(['tp:sent@3000']);
});

test('closing refuses everybody who waits', async () => {
  const { budget, ask, log } = setup();
  const one = new RateWindow({ windowMs: 1000, shares: { protective: 1, order: 1, read: 1 } });
  ask('a', 'order', [one]);
  ask('b', 'order', [one]);
  budget.close();
  await Promise.resolve();
  expect(log).toEqual(['a:sent@0', 'b:refused@0']);
});
