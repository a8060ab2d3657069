/**
 * The one thing that decides. Start, tick, fill, reconnect, restart and the Recover button are the same call
 * with different triggers; on a converged account it returns nothing.
 *
 * 1. What is not known is asked, never assumed.
 * 2. A position of ours has its TP and SL before anything else is placed.
 * 3. Flat: everything of ours is cancelled, and the cycle is settled only when each order has ended, each fill
 *    is booked and a position read began after the last one.
 */
import { nextIntent } from './action.ts';
import { type Cycle, everOwned, filledOf, intentsOf, isFlatAgain } from './cycle.ts';
import { isEnded, isLive } from './intent.ts';
import { entryQuantity } from './ladder.ts';
import { plainRefusal } from './plain-refusal.ts';
import { ratio } from './ratio.ts';
import { confirmedMismatch } from './observed.ts';
import { isSucceeded, type ReconcileInput } from './reconcile-input.ts';
import { hasMissingFills, readAfter, reconcileDoubts } from './reconcile-doubts.ts';
import { reconcileGuard } from './reconcile-guard.ts';
import { reconcileLegs } from './reconcile-legs.ts';
import { cancelLive, reconcileProtection } from './reconcile-protection.ts';
import { act, merge, NOTHING, type Verdict } from './verdict.ts';
import { opens } from './words.ts';

export function reconcile(input: ReconcileInput): Verdict {
  if (input.mode === 'leave') return NOTHING;
  const { cycle, observed } = input;
  const doubts = reconcileDoubts(input);
  if (observed.snapshotAt === null) return doubts;
  const guard = reconcileGuard(input);
  if (isSucceeded(input)) return merge([settleSucceeded(cycle), doubts, guard]);
  if (isFlatAgain(cycle)) return merge([cleanUp(input), doubts, guard]);
  if (cycle.intents.length === 0 && !everOwned(cycle)) return merge([enter(input), doubts]);
  if (isEntryEmpty(cycle)) return merge([act({ type: 'abandon', reason: emptyReason(cycle) }), doubts]);
  if (cycle.own.quantity === 0) return merge([doubts, guard]);
  return merge([reconcileProtection(input), reconcileLegs(input), doubts, guard]);
}

/** Where its own executions say that the older cycle is over, it is booked: that touches nothing that rests. */
function settleSucceeded(cycle: Cycle): Verdict {
  const isOver = isFlatAgain(cycle) && cycle.intents.every(isEnded) && !hasMissingFills(cycle);
  return isOver ? act({ type: 'settle', reason: cycle.reason ?? 'flat' }) : NOTHING;
}

/** Leg 0 at market, for the quantity that the plan's price allows. */
function enter({ cycle, mode, now }: ReconcileInput): Verdict {
  if (mode !== 'run') return act({ type: 'abandon', reason: 'it was stopped before it began' });
  const { plan, grid } = cycle;
  const draft = {
    kind: 'leg' as const,
    leg: 0,
    direction: opens(plan.side),
    type: 'market' as const,
    quantity: entryQuantity(grid, plan, ratio(plan.referencePrice)),
    reduceOnly: false,
  };
  return act({ type: 'place', intent: nextIntent(cycle, draft, now), reason: 'the cycle begins' });
}

/** The entry has ended, and nobody ever saw anything of it filled. */
function isEntryEmpty(cycle: Cycle): boolean {
  const entries = intentsOf(cycle, 'leg', 0);
  if (everOwned(cycle) || cycle.intents.some(isLive)) return false;
  return entries.every((entry) => entry.venueFilled === filledOf(cycle, entry.clientOrderId));
}

function emptyReason(cycle: Cycle): string {
  const entry = intentsOf(cycle, 'leg', 0).at(-1);
  return entry?.detail == null ? 'the entry filled nothing' : plainRefusal(entry.detail);
}

function cleanUp(input: ReconcileInput): Verdict {
  const { cycle, observed, now } = input;
  const rest = cycle.intents.filter(isLive);
  if (rest.length > 0) return cancelLive(rest, 'the position is closed', now);
  if (!cycle.intents.every(isEnded) || hasMissingFills(cycle)) return NOTHING;
  const { lastFillAt } = cycle;
  if (observed.position === null || observed.position.askedAt <= lastFillAt)
    return readAfter(observed, { after: lastFillAt, reason: 'a last look at the position' }, now);
  // What the venue still holds is an execution that we have not heard of, or somebody else's: a second look tells.
  if (observed.mismatch !== null && confirmedMismatch(observed, lastFillAt) === null) return NOTHING;
  return act({ type: 'settle', reason: cycle.reason ?? 'flat' });
}
