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

const tenPerSecond = () =>
  new RateWindow({ windowMs: 1000, shares: { protective: 10, order: 8, read: 5, door: 2 } });

function setup(timersAreLateMs = 0) {
  const { clock, advance } = fakeClock();
  const after: BudgetClock['after'] = (delayMs, call) => clock.after(delayMs + timersAreLateMs, call);
  const budget = new RateBudget({ ...clock, after });
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

test('doors stop before bots’ reads, and never make one wait', async () => {
  const { ask, log, advance } = setup();
  const window = tenPerSecond();
  for (let i = 0; i < 4; i++) ask('door', 'door', [window]);
  for (let i = 0; i < 3; i++) ask('read', 'read', [window]);
  await Promise.resolve();
  await advance(999);
  expect(log).toEqual([...Array(2).fill('door:sent@0'), ...Array(3).fill('read:sent@0')]);
  ask('snapshot', 'read', [window]);
  await advance(1);
  expect(log.slice(5)).toEqual(['snapshot:sent@1000', 'door:sent@1000']);
});

test('fifty doors wait, the next is refused at once; bots still find a place', async () => {
  const { ask, log } = setup();
  const one = new RateWindow({ windowMs: 1000, shares: { protective: 1, order: 1, read: 1, door: 1 } });
  ask('first', 'read', [one]);
  for (let i = 0; i < 51; i++) ask('door', 'door', [one]);
  ask('read', 'read', [one]);
  await Promise.resolve();
  expect(log).toEqual(['first:sent@0', 'door:refused@0']);
});

test('who has no room joins its queue without a look at those who wait already', () => {
  let looks = 0;
  const window = new RateWindow({ windowMs: 1000, shares: { protective: 1, order: 1, read: 1, door: 1 } });
  const waitMs = window.waitMs.bind(window);
  window.waitMs = (...args) => {
    looks += 1;
    return waitMs(...args);
  };
  const budget = new RateBudget(fakeClock().clock);
  const acquire = () => budget.acquire({ requestClass: 'read', windows: [window], patienceMs: 60_000 });
  for (let i = 0; i < 2000; i++) void acquire();
  expect(looks).toBeLessThan(2 * 2000);
  expect(acquire()).toBeInstanceOf(Promise);
});

test('room that came free belongs to who waits, not to who asks first', async () => {
  const timersAreLateMs = 50;
  const { ask, log, advance } = setup(timersAreLateMs);
  const one = new RateWindow({ windowMs: 1000, shares: { protective: 1, order: 1, read: 1, door: 1 } });
  ask('first', 'order', [one]);
  ask('waits', 'order', [one]);
  await advance(1010);
  ask('comes', 'order', [one]);
  await Promise.resolve();
  await advance(2000);
  expect(log).toEqual(['first:sent@0', 'waits:sent@1010', 'comes:sent@2060']);
});

test('keys of one class take turns when the IP they share is short', async () => {
  const { ask, log, advance } = setup();
  const ip = new RateWindow({ windowMs: 1000, shares: { protective: 1, order: 1, read: 1, door: 1 } });
  const [one, two] = [tenPerSecond(), tenPerSecond()];
  ask('first', 'read', [ip]);
  for (let i = 0; i < 3; i++) ask('one', 'read', [ip, one]);
  ask('two', 'read', [ip, two]);
  await advance(4000);
  expect(log).toEqual(['first:sent@0', 'one:sent@1000', 'two:sent@2000', 'one:sent@3000', 'one:sent@4000']);
});

test('who waits is served by class, then in order of arrival', async () => {
  const { ask, log, advance } = setup();
  const one = new RateWindow({ windowMs: 1000, shares: { protective: 1, order: 1, read: 1, door: 1 } });
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
  const ip = new RateWindow({
    windowMs: 5000,
    shares: { protective: 100, order: 100, read: 100, door: 100 },
  });
  const [one, two] = [tenPerSecond(), tenPerSecond()];
  for (let i = 0; i < 12; i++) ask('one', 'protective', [ip, one]);
  ask('two', 'order', [ip, two]);
  await Promise.resolve();
  expect(log).toEqual([...Array(10).fill('one:sent@0'), 'two:sent@0']);
});

test('whoever waits longer than its patience is refused, never sent late', async () => {
  const { ask, log, advance } = setup();
  const one = new RateWindow({ windowMs: 10_000, shares: { protective: 1, order: 1, read: 1, door: 1 } });
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
  const one = new RateWindow({ windowMs: 1000, shares: { protective: 1, order: 1, read: 1, door: 1 } });
  ask('a', 'order', [one]);
  ask('b', 'order', [one]);
  budget.close();
  await Promise.resolve();
  expect(log).toEqual(['a:sent@0', 'b:refused@0']);
});
