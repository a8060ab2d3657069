import { describe, expect, it } from 'vitest';
import { AT_ONCE, type BulkStep, type BulkTask, runBulk } from './bulk.ts';

class Limited extends Error {}

function task(change: Partial<BulkTask<string>> & Pick<BulkTask<string>, 'act'>) {
  const steps: string[] = [];
  const ends = new Map<number, BulkStep<string>>();
  const given: BulkTask<string> = {
    ids: [1, 2, 3],
    retryAfterSeconds: (error) => (error instanceof Limited ? 1 : null),
    onStep: (id, step) => {
      steps.push(`${id} ${step.state}`);
      ends.set(id, step);
    },
    isStopped: () => false,
    sleep: async () => undefined,
    ...change,
  };
  return { given, steps, ends };
}

describe('many at once', () => {
  it('never works for more users than it may at a time, and ends with all', async () => {
    let working = 0;
    let most = 0;
    const { given, ends } = task({
      ids: Array.from({ length: 100 }, (_, id) => id),
      act: async () => {
        working += 1;
        most = Math.max(most, working);
        await new Promise((resolve) => setTimeout(resolve, 1));
        working -= 1;
        return 'ok';
      },
    });
    await runBulk(given);
    expect(most).toBe(AT_ONCE);
    expect([...ends.values()].every(({ state }) => state === 'done')).toBe(true);
    expect(ends.size).toBe(100);
  });

  it('tells of each, and one failure stops nobody else', async () => {
    const { given, ends } = task({
      act: async (id) => {
        if (id === 2) throw new Error('no key');
        return `done ${id}`;
      },
    });
    await runBulk(given);
    expect(ends.get(1)).toEqual({ state: 'done', value: 'done 1' });
    expect(ends.get(2)).toMatchObject({ state: 'failed', error: { message: 'no key' } });
    expect(ends.get(3)).toEqual({ state: 'done', value: 'done 3' });
  });

  it('asks again where it was too much at once, and not for ever', async () => {
    let refused = 0;
    const patient = task({
      ids: [1],
      act: async () => {
        refused += 1;
        if (refused < 3) throw new Limited();
        return 'ok';
      },
    });
    await runBulk(patient.given);
    expect(patient.ends.get(1)).toEqual({ state: 'done', value: 'ok' });
    const hopeless = task({ ids: [1], act: () => Promise.reject(new Limited()) });
    await runBulk(hopeless.given);
    expect(hopeless.ends.get(1)).toMatchObject({ state: 'failed' });
  });

  it('begins nothing more once it is stopped', async () => {
    let stopped = false;
    const { given, ends } = task({
      ids: Array.from({ length: 20 }, (_, id) => id),
      isStopped: () => stopped,
      act: async () => {
        await Promise.resolve();
        stopped = true;
        return 'ok';
      },
    });
    await runBulk(given);
    const count = (state: string) => [...ends.values()].filter((step) => step.state === state).length;
    expect(count('done')).toBe(AT_ONCE);
    expect(count('skipped')).toBe(20 - AT_ONCE);
  });
});
