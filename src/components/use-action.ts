/** One action at a time, for buttons that are not a tRPC call: whether it runs, and how it failed. */
import { useState } from 'react';

export interface Action {
  run: () => void;
  running: boolean;
  failure: string | null;
}

export function useAction(action: () => Promise<void>): Action {
  const [running, setRunning] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const run = () => {
    setRunning(true);
    setFailure(null);
    action()
      .catch((error: unknown) => setFailure(error instanceof Error ? error.message : String(error)))
      .finally(() => setRunning(false));
  };
  return { run, running, failure };
}
