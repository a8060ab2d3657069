/** Told when somebody's sessions or tokens were ended, so that open streams end at once and not at their next check. */
import { once } from './once.ts';

type Listener = (userId: number) => void;

export function onAccessEnded(listener: Listener): () => void {
  listeners().add(listener);
  return () => listeners().delete(listener);
}

export function tellAccessEnded(userId: number): void {
  for (const listener of listeners()) listener(userId);
}

function listeners(): Set<Listener> {
  return once('access-ends', () => new Set<Listener>());
}
