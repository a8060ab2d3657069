/**
 * A take-profit or stop-loss that the user cancelled twice is not placed again by itself. Recover and Start are the
 * user's word that it should be: what was cancelled before them counts no more. Legs that the user took away stay away.
 */
import type { Cycle } from './cycle.ts';

export function protectAgain(cycle: Cycle): Cycle {
  const isTakenBack = ({ kind, endedBy }: Cycle['intents'][number]) => kind !== 'leg' && endedBy === 'user';
  if (!cycle.intents.some(isTakenBack)) return cycle;
  const intents = cycle.intents.map((intent) =>
    isTakenBack(intent) ? { ...intent, endedBy: 'us' as const } : intent,
  );
  return { ...cycle, intents };
}
