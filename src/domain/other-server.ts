/**
 * Signs of another server on our account: orders with our tag that nobody here has decided. They may also be our own,
 * of a memory that was lost; a reading tells which.
 */
import { matchIntent } from './apply.ts';
import type { Cycle } from './cycle.ts';
import type { Intent } from './intent.ts';
import type { ObservedOrder } from './observation.ts';
import type { Newcomer, Observed } from './observed.ts';
import { isOurOrder } from './our-order.ts';
import type { ReconcileInput } from './reconcile-input.ts';
import type { OrderKind } from './records.ts';
import { parseClientOrderId } from './tag.ts';
import { addLots, type Lots, lots, lotsFrom, NO_LOTS } from './units.ts';
import { act, type Verdict, wake } from './verdict.ts';

/** What a push or a look-up says of an order with our tag that is not one of ours. */
export function withNewcomer(observed: Observed, order: ObservedOrder, seenAt: number): Observed {
  const isOther = (known: ObservedOrder) => known.exchangeOrderId !== order.exchangeOrderId;
  const newcomers = observed.newcomers.filter((known) => isOther(known.order));
  if (order.status === 'open') return { ...observed, newcomers: [...newcomers, { order, seenAt }] };
  const impostors = observed.impostors.filter(isOther);
  const isKnown =
    newcomers.length < observed.newcomers.length || impostors.length < observed.impostors.length;
  if (!isKnown) return observed;
  const isReplaced = order.status === 'cancelled';
  return { ...observed, impostors, newcomers: isReplaced ? [...newcomers, { order, seenAt }] : newcomers };
}

/** No intent explains it, or one under whose id we were refused, and which was for something else. */
export function isUnexplained(cycle: Cycle, order: ObservedOrder): boolean {
  const intent = matchIntent(cycle, order);
  if (intent === undefined) return true;
  const { state, endedBy } = intent;
  const neverOurs = state === 'rejected' && (endedBy === 'refused' || endedBy === 'absent');
  return neverOurs && !isOurOrder(cycle, intent, { order, sentAt: null });
}

/** After this an account that cannot be read is no reason any more to leave a position without an order of ours. */
const BELIEVED_MS = 10_000;
/** A server that cancels an order to place the next one needs this long for it, at most. */
const REPLACED_MS = 2_000;
/** So that it is read again before. */
const READ_AGAIN_AFTER_MS = 5_000;

/**
 * Another server's orders of this kind and cycle that rest and cover all: no second one is placed beside them, as long
 * as readings show them. Null: they do not.
 */
export function leftToOthers(
  input: Pick<ReconcileInput, 'cycle' | 'observed' | 'now'>,
  { kind, cover }: { kind: OrderKind; cover: Lots },
): Verdict | null {
  if (restingOfOthers(input, kind) < cover) return null;
  const { observed, now } = input;
  const dueAt = (observed.snapshotAt ?? 0) + READ_AGAIN_AFTER_MS;
  if (now >= dueAt) return act({ type: 'read', reason: 'an order that is not ours protects the position' });
  const replaced = observed.newcomers.filter(({ order }) => order.status !== 'open');
  const waits = replaced.map(({ seenAt }) => seenAt + REPLACED_MS + 1).filter((at) => at > now);
  return wake(Math.min(dueAt, ...waits));
}

/** How much rests, or was about to be replaced, in orders of this kind and cycle that no intent of ours explains. */
export function restingOfOthers(
  { cycle, observed, now }: Pick<ReconcileInput, 'cycle' | 'observed' | 'now'>,
  kind: OrderKind,
): Lots {
  const { snapshotAt } = observed;
  const read = observed.impostors.map((order) => ({ order, seenAt: snapshotAt ?? 0 }));
  const pushed = new Set(observed.newcomers.map(({ order }) => order.exchangeOrderId));
  const all = [...observed.newcomers, ...read.filter(({ order }) => !pushed.has(order.exchangeOrderId))];
  return all.reduce((sum, { order, seenAt }) => {
    const identity = order.clientOrderId === null ? null : parseClientOrderId(order.clientOrderId);
    const isSame = identity?.cycleKey === cycle.key && identity.kind === kind;
    const believedMs = order.status === 'open' ? BELIEVED_MS : REPLACED_MS;
    if (!isSame || now - seenAt > believedMs || !isUnexplained(cycle, order)) return sum;
    const left = lotsFrom(cycle.grid, order.quantity) - lotsFrom(cycle.grid, order.filledQuantity);
    return addLots(sum, lots(Math.max(0, left)));
  }, NO_LOTS);
}

/** Whether another server seems to act on the account now. */
export function isShared({ impostors, newcomers }: Observed, now: number): boolean {
  const acts = ({ order, seenAt }: Newcomer) => order.status === 'open' || now - seenAt <= REPLACED_MS;
  return impostors.length > 0 || newcomers.some(acts);
}

/**
 * Of a take-profit or stop-loss that was cancelled while another server acts: a cancel that was not ours was its, and
 * no person's wish to be without. Cancels of before stay what they were.
 */
export function asCancelledByOther(before: Cycle | null, after: Cycle): Cycle {
  const known = new Set(before?.intents.filter(isCancelledByUser).map(({ clientOrderId }) => clientOrderId));
  const isNew = (intent: Intent) =>
    intent.kind !== 'leg' && isCancelledByUser(intent) && !known.has(intent.clientOrderId);
  if (!after.intents.some(isNew)) return after;
  const intents = after.intents.map((intent) =>
    isNew(intent) ? { ...intent, endedBy: 'venue' as const } : intent,
  );
  return { ...after, intents };
}

function isCancelledByUser({ endedBy }: Intent): boolean {
  return endedBy === 'user';
}
