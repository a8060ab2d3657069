/**
 * Orders whose state must be asked, and reads that are due.
 *
 * A wrong verdict after a lost answer costs differently: calling a live order dead doubles it (worst), calling
 * a dead one live leaves a gap until the next read, asking once too often costs a request. So we ask.
 */
import type { Action } from './action.ts';
import { delayAfter, type Failures } from './backoff.ts';
import { type Cycle, filledOf } from './cycle.ts';
import { type Intent, isEnded } from './intent.ts';
import type { Observed } from './observed.ts';
import { MISMATCH_CONFIRMED_MS } from './observed.ts';
import { restingOfOthers } from './other-server.ts';
import { coverOf, isSucceeded, type ReconcileInput } from './reconcile-input.ts';
import { act, merge, NOTHING, type Verdict, wake } from './verdict.ts';

/** A venue announces what it accepted well within this. */
const SILENCE_MS_MAX = 2_000;
const READ_EVERY_MS = 60_000;
const READ_AGAIN_MS = 1_000;
/** How often an order that cannot increase a position is sent again under its own id. */
const ATTEMPTS_MAX = 3;

function lookUp(intent: Intent, reason: string): Action {
  return { type: 'look-up', clientOrderId: intent.clientOrderId, reason };
}

/** When the next look-up of a doubted order is due. */
function lookupDueAt(intent: Intent): number {
  if (intent.doubt?.lookedUpAt == null) return 0;
  const next = intent.doubt.lookedUpAt + delayAfter(intent.doubt.lookups) / 2;
  const untilProvable = intent.doubt.provableAt > intent.doubt.lookedUpAt;
  return untilProvable ? Math.min(next, intent.doubt.provableAt) : next;
}

function doubted(intent: Intent, input: ReconcileInput): Verdict {
  const { now } = input;
  if (intent.doubt === null || intent.doubt.lookingUp || intent.state === 'in-flight') return NOTHING;
  // After a restart nothing is sent before the account was read: its cycle may be over, and a later one may rest.
  const isRead = input.observed.snapshotAt !== null && !isSucceeded(input);
  const canRepeat =
    isRead &&
    intent.reduceOnly &&
    intent.state === 'ambiguous' &&
    intent.attempts < ATTEMPTS_MAX &&
    (intent.type !== 'stop' || input.cycle.plan.traits.namesStops) &&
    intent.quantity <= coverOf(input) &&
    restingOfOthers(input, intent.kind) < intent.quantity;
  if (canRepeat && intent.doubt.lookups > 0) {
    const reason =
      'its answer was lost and the exchange does not show it; a second one with this id would be refused';
    return act({ type: 'resend', clientOrderId: intent.clientOrderId, reason });
  }
  const dueAt = lookupDueAt(intent);
  return now >= dueAt ? act(lookUp(intent, intent.detail ?? 'its state is not known')) : wake(dueAt);
}

/** An order or a request that the venue accepted but never spoke of again. */
function silent(intent: Intent, now: number): Verdict {
  const expectsNews =
    intent.pending?.acknowledged === true || (intent.type === 'market' && intent.state === 'open');
  if (!expectsNews) return NOTHING;
  const dueAt = (intent.pending?.since ?? intent.updatedAt) + SILENCE_MS_MAX;
  return now >= dueAt ? act(lookUp(intent, 'the exchange accepted it and then said nothing')) : wake(dueAt);
}

/** Orders whose reads show more filled than we have executions for. */
export function hasMissingFills(cycle: Cycle): boolean {
  return cycle.intents.some((intent) => intent.venueFilled > filledOf(cycle, intent.clientOrderId));
}

export interface ReadWish {
  /** Our clock: a read must have begun after this. */
  after: number;
  reason: string;
}

/** Asks for a read that begins after a moment; again a second later while it changed nothing. */
export function readAfter(observed: Observed, wish: ReadWish, now: number): Verdict {
  const { snapshotAt } = observed;
  if (snapshotAt === null || snapshotAt <= wish.after) return act({ type: 'read', reason: wish.reason });
  const again = snapshotAt + READ_AGAIN_MS;
  return now >= again ? act({ type: 'read', reason: wish.reason }) : wake(again);
}

/** Where the venue shut us out, the next try waits for a reading that it has answered since. Null: go on. */
export function whyNotYet(
  { observed, now }: ReconcileInput,
  { shutOutAt, retryAt }: Failures,
): Verdict | null {
  if (now < retryAt) return wake(retryAt);
  const isOpen = shutOutAt === null || (observed.snapshotAt !== null && observed.snapshotAt > shutOutAt);
  return isOpen
    ? null
    : readAfter(observed, { after: shutOutAt, reason: 'does the exchange let us in' }, now);
}

function readsDue({ cycle, observed, now }: ReconcileInput): Verdict {
  const { snapshotAt, hintAt, mismatch } = observed;
  if (snapshotAt === null) return act({ type: 'read', reason: 'nothing has been read yet' });
  const due: Verdict[] = [];
  if (hintAt !== null && hintAt >= snapshotAt)
    due.push(act({ type: 'read', reason: 'the exchange told something unexpected' }));
  if (hasMissingFills(cycle)) {
    const newest = Math.max(...cycle.intents.map((intent) => intent.updatedAt));
    due.push(readAfter(observed, { after: newest, reason: 'executions are missing' }, now));
  }
  if (mismatch !== null && mismatch.lastAskedAt - mismatch.firstAskedAt < MISMATCH_CONFIRMED_MS) {
    const again = mismatch.firstAskedAt + MISMATCH_CONFIRMED_MS;
    due.push(
      now >= again ? act({ type: 'read', reason: 'the position differs from our fills' }) : wake(again),
    );
  }
  const routine = snapshotAt + READ_EVERY_MS;
  due.push(now >= routine ? act({ type: 'read', reason: 'routine' }) : wake(routine));
  return oneRead(merge(due));
}

function oneRead(verdict: Verdict): Verdict {
  const first = verdict.actions[0];
  return first === undefined ? verdict : { ...verdict, actions: [first] };
}

export function reconcileDoubts(input: ReconcileInput): Verdict {
  const open = input.cycle.intents.filter((intent) => !isEnded(intent));
  const asked = open.map((intent) =>
    intent.doubt === null ? silent(intent, input.now) : doubted(intent, input),
  );
  return merge([...asked, readsDue(input)]);
}
