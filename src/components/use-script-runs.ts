/** Until scripts run, a press on a form's button would send it as the browser does, by itself. */
import { useSyncExternalStore } from 'react';

export function useScriptRuns(): boolean {
  return useSyncExternalStore(
    () => () => undefined,
    () => true,
    () => false,
  );
}
