/** Every decision that was recorded in a database, taken again: where the answers differ, in words. */
import { type ReplayStep, replayEvents } from '../bot/replay.ts';
import { timelineOf } from '../bot/replay-words.ts';
import type { Database } from '../store/database.ts';
import { eventsOfCycle } from '../store/events.ts';

export function replayDifferences({ sql }: Pick<Database, 'sql'>): string[] {
  const cycles = sql.prepare('SELECT userId, cycleKey FROM Cycle ORDER BY userId, cycleKey').all() as {
    userId: number;
    cycleKey: number;
  }[];
  return cycles.flatMap(({ userId, cycleKey }) => {
    const steps = replayEvents(eventsOfCycle(sql, userId, cycleKey));
    const name = `user ${userId}, cycle ${cycleKey.toString(36)}`;
    const isCompared = steps.some(({ kind }) => kind === 'mail');
    return isCompared
      ? wrongSteps(steps).map((text) => `${name}: ${text}`)
      : [`${name}: nothing was recorded`];
  });
}

function wrongSteps(steps: ReplayStep[]): string[] {
  const wrong = timelineOf(steps).filter(({ verdict }) => verdict === 'differs' || verdict === 'unknown');
  return wrong.map(
    ({ saw, decided, today = [] }) => `${saw}: then ${decided.join('; ')}, today ${today.join('; ')}`,
  );
}
