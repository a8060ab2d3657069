/**
 * One thing done for many users: a few at a time, the others wait their turn. Each ends as done or failed and
 * is told at once; whoever is refused because of too many requests is asked again a little later. Once it is
 * stopped nothing more begins, and what is under way is waited for.
 */
export interface BulkTask<T> {
  ids: readonly number[];
  act: (id: number) => Promise<T>;
  /** Seconds after which a refused call may be tried again; null where another try is of no use. */
  retryAfterSeconds: (error: unknown) => number | null;
  onStep: (id: number, step: BulkStep<T>) => void;
  isStopped: () => boolean;
  sleep?: (ms: number) => Promise<void>;
}

export type BulkStep<T> =
  | { state: 'waiting' }
  | { state: 'working' }
  | { state: 'done'; value: T }
  | { state: 'failed'; error: unknown }
  | { state: 'skipped' };

/** Well below what one admin may ask at once, and enough that the machine is never idle. */
export const AT_ONCE = 6;
const RETRIES_MAX = 20;

export async function runBulk<T>(task: BulkTask<T>): Promise<void> {
  const queue = [...task.ids];
  const worker = async () => {
    for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
      if (task.isStopped()) task.onStep(id, { state: 'skipped' });
      else await runOne(task, id);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, queue.length) }, worker));
}

async function runOne<T>(task: BulkTask<T>, id: number): Promise<void> {
  task.onStep(id, { state: 'working' });
  for (let attempt = 1; ; attempt += 1) {
    try {
      return task.onStep(id, { state: 'done', value: await task.act(id) });
    } catch (error) {
      const seconds = attempt > RETRIES_MAX || task.isStopped() ? null : task.retryAfterSeconds(error);
      if (seconds === null) return task.onStep(id, { state: 'failed', error });
      await (task.sleep ?? sleep)(seconds * 1000);
    }
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
