import { expect, it } from 'vitest';
import { Lanes } from './lanes.ts';

function gate() {
  let open: () => void = () => undefined;
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { passed, open };
}

it('tasks of one user run one after the other, in the order of asking', async () => {
  const lanes = new Lanes();
  const first = gate();
  const seen: string[] = [];
  const one = lanes.run(1, async () => {
    await first.passed;
    seen.push('one');
  });
  const two = lanes.run(1, async () => void seen.push('two'));
  first.open();
  await Promise.all([one, two]);
  expect(seen).toEqual(['one', 'two']);
});

it('users do not wait for each other', async () => {
  const lanes = new Lanes();
  const never = gate();
  const slow = lanes.run(1, () => never.passed);
  expect(await lanes.run(2, async () => 'done')).toBe('done');
  never.open();
  await slow;
});

it('a task that fails fails alone', async () => {
  const lanes = new Lanes();
  const failing = lanes.run(1, () => Promise.reject(new Error('broken')));
  const next = lanes.run(1, async () => 'done');
  await expect(failing).rejects.toThrow('broken');
  expect(await next).toBe('done');
});
