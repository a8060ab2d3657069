/** What a part of reconcile concludes: what to do, what people should know, and when to look again. */
import type { Action } from './action.ts';

/** Something that people must hear of; `attention` marks what will not mend itself. */
export interface Problem {
  code: string;
  message: string;
  attention: boolean;
}

export interface Verdict {
  actions: Action[];
  problems: Problem[];
  /** Our clock: when time alone may change the decision; null when only events can. */
  wakeAt: number | null;
}

export const NOTHING: Verdict = { actions: [], problems: [], wakeAt: null };

export function act(...actions: Action[]): Verdict {
  return { actions, problems: [], wakeAt: null };
}

export function wake(at: number): Verdict {
  return { actions: [], problems: [], wakeAt: at };
}

export function tell(problem: Problem): Verdict {
  return { actions: [], problems: [problem], wakeAt: null };
}

export function merge(verdicts: readonly Verdict[]): Verdict {
  const telling = verdicts.filter((verdict) => verdict !== NOTHING);
  const [first = NOTHING, ...others] = telling;
  if (others.length === 0) return first;
  const merged: Verdict = { actions: [], problems: [], wakeAt: null };
  for (const { actions, problems, wakeAt } of telling) {
    merged.actions.push(...actions);
    merged.problems.push(...problems);
    if (wakeAt !== null && (merged.wakeAt === null || wakeAt < merged.wakeAt)) merged.wakeAt = wakeAt;
  }
  return merged;
}
