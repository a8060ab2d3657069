/** A bulk action under way: the step of each user, drawn once a frame however fast they end. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { retryAfterOf } from '../api.ts';
import { type BulkStep, runBulk } from './bulk.ts';
import { useRenewOverview } from './use-overview.ts';

export interface BulkProgress<T> {
  steps: ReadonlyMap<number, BulkStep<T>>;
  running: boolean;
  finished: boolean;
}

export function useBulk<T>() {
  const [progress, setProgress] = useState<BulkProgress<T>>(NOTHING);
  const stopped = useRef(false);
  const renew = useRenewOverview();
  useEffect(
    () => () => {
      stopped.current = true;
    },
    [],
  );
  const run = useCallback(
    async (ids: readonly number[], act: (id: number) => Promise<T>) => {
      stopped.current = false;
      const steps = new Map<number, BulkStep<T>>(ids.map((id) => [id, { state: 'waiting' }]));
      let frame: number | null = null;
      const draw = (end: Partial<BulkProgress<T>> = {}) => {
        frame = null;
        setProgress({ steps: new Map(steps), running: true, finished: false, ...end });
      };
      draw();
      await runBulk({
        ids,
        act,
        retryAfterSeconds: retryAfterOf,
        isStopped: () => stopped.current,
        onStep: (id, step) => {
          steps.set(id, step);
          frame ??= requestAnimationFrame(() => draw());
        },
      });
      if (frame !== null) cancelAnimationFrame(frame);
      draw({ running: false, finished: true });
      // The next dialog that opens goes by the list: it must know of this one.
      renew();
      return steps;
    },
    [renew],
  );
  const stop = useCallback(() => {
    stopped.current = true;
  }, []);
  return { ...progress, run, stop };
}

const NOTHING = { steps: new Map<number, never>(), running: false, finished: false };
