/**
 * How facts and answers change a cycle. Pure: every function returns a new cycle, or the same one when nothing
 * changed. Events may come late, twice and in any order: executions are unique by id, an order's state only
 * moves forward, and an answer counts only for the call that it belongs to.
 *
 * Entry points: `applyExecution`, `applyOrder`, `applyPlaceAnswer`, `applyAmendAnswer`, `applyCancelAnswer`,
 * `applyLookup`.
 */
import { isAboutOrder } from './backoff.ts';
import { type Cycle, filledOf, withFill } from './cycle.ts';
import { createDoubt, type EndedBy, type Intent, isEnded, TURNED_UP } from './intent.ts';
import type { Execution, ObservedOrder } from './observation.ts';
import { isOtherKind, isOurOrder } from './our-order.ts';
import type { FillRecord } from './records.ts';
import { type Lots, lots, lotsFrom, type Ticks, ticksFrom } from './units.ts';
import { closes } from './words.ts';

/** The answer to a call, in the words of the venue port. */
export type Answer =
  | { kind: 'accepted'; exchangeOrderId: string }
  | { kind: 'rejected'; code: string; message: string }
  | { kind: 'ambiguous'; cause: string; message: string; provableAfterMs: number };

export function replaceIntent(cycle: Cycle, next: Intent): Cycle {
  return {
    ...cycle,
    intents: cycle.intents.map((intent) => (intent.clientOrderId === next.clientOrderId ? next : intent)),
  };
}

export function findIntent(cycle: Cycle, clientOrderId: string): Intent | undefined {
  return cycle.intents.find((intent) => intent.clientOrderId === clientOrderId);
}

/** The intent of an order or execution: by our id, else by the venue's. */
export function matchIntent(
  cycle: Cycle,
  seen: { clientOrderId: string | null; exchangeOrderId: string },
): Intent | undefined {
  if (seen.clientOrderId !== null && seen.clientOrderId !== '') {
    return findIntent(cycle, seen.clientOrderId);
  }
  return cycle.intents.find((intent) => intent.exchangeOrderId === seen.exchangeOrderId);
}

/** An execution of ours becomes a fill; a liquidation of our side is booked too. Null when it is not ours. */
function fillOf(cycle: Cycle, execution: Execution): FillRecord | null {
  const intent = matchIntent(cycle, execution);
  // The exchange can only take what is held: one that closes nothing of this cycle closed a later one's position.
  const closing = execution.direction === closes(cycle.plan.side) && cycle.own.quantity > 0;
  const forced = execution.kind !== 'trade' && closing;
  if (intent === undefined && !forced) return null;
  return {
    executionId: execution.executionId,
    userId: cycle.userId,
    cycleKey: cycle.key,
    clientOrderId: intent?.clientOrderId ?? '',
    exchangeOrderId: execution.exchangeOrderId,
    tag: intent?.tag ?? '',
    kind: intent?.kind ?? 'sl',
    leg: intent?.leg ?? 0,
    executionKind: execution.kind,
    direction: execution.direction,
    price: execution.price,
    quantity: execution.quantity,
    fee: execution.fee,
    feeCurrency: execution.feeCurrency,
    at: execution.at,
  };
}

/** Adds a fill to the cycle, at most once. `fill` is null when it was known or is not ours. */
export function applyExecution(
  cycle: Cycle,
  execution: Execution,
  now: number,
): { cycle: Cycle; fill: FillRecord | null } {
  if (cycle.fills.some((fill) => fill.executionId === execution.executionId)) return { cycle, fill: null };
  const fill = fillOf(cycle, execution);
  if (fill === null) return { cycle, fill: null };
  const proven = withReopening(withProof(cycle, fill), fill);
  return { cycle: withEndByFills(withFill(proven, fill, now), fill.clientOrderId, now), fill };
}

/**
 * Executions for all of an order end it, before the venue says so; an amend on its way may have enlarged it. More than
 * all of it, as the journal remembers it, proves that an amend which the journal lost has.
 */
function withEndByFills(cycle: Cycle, clientOrderId: string, now: number): Cycle {
  const intent = findIntent(cycle, clientOrderId);
  if (intent === undefined || isEnded(intent) || intent.closeAll || intent.pending?.op === 'amend')
    return cycle;
  const filled = filledOf(cycle, clientOrderId);
  if (filled < intent.quantity || (intent.restored && filled > intent.quantity)) return cycle;
  return replaceIntent(cycle, { ...intent, state: 'filled', pending: null, doubt: null, updatedAt: now });
}

/** An order of ours that fills after the position was closed outside: only that fill is ours to protect. */
function withReopening(cycle: Cycle, { direction }: FillRecord): Cycle {
  if (!cycle.closedOutside || direction === closes(cycle.plan.side)) return cycle;
  const reason = 'an order filled after the position was closed outside of the bot';
  const writtenOff = cycle.fills.map((fill) => fill.executionId);
  return { ...cycle, closedOutside: false, writtenOff, reason };
}

/** What fills exists: from then on no look-up can prove that its order never arrived. */
function withProof(cycle: Cycle, { clientOrderId, exchangeOrderId }: FillRecord): Cycle {
  const intent = findIntent(cycle, clientOrderId);
  return intent === undefined || intent.exchangeOrderId !== null
    ? cycle
    : replaceIntent(cycle, { ...intent, exchangeOrderId });
}

function endedByVenueOrUser(order: ObservedOrder, intent: Intent): EndedBy {
  if (intent.pending?.op === 'cancel' || intent.endedBy === 'us' || isFromLostMemory(intent)) return 'us';
  if (order.reason === null || !/ByUser/i.test(order.reason)) return 'venue';
  return isUnremembered(intent) ? 'us' : 'user';
}

/**
 * A take-profit or stop-loss that ended before this memory has seen it rest: the cancel may have been ours, in the
 * journal's tail that was lost. Taken for ours, a person's cancel is answered by one more placing; taken for a
 * person's, our own cancels end the protection.
 */
function isUnremembered({ kind, restored }: Intent): boolean {
  return kind !== 'leg' && restored;
}

/**
 * A take-profit or stop-loss that was refused as a duplicate the first time we sent it: a memory that was lost had
 * sent it before, and replaced it. That was no person's wish, so it does not count as one.
 */
function isFromLostMemory({ kind, state, detail, attempts }: Intent): boolean {
  return kind !== 'leg' && state === 'ambiguous' && detail === 'duplicate_id' && attempts <= 1;
}

function withLiveValues(cycle: Cycle, intent: Intent, order: ObservedOrder): Intent {
  const triggerPrice = ticksFrom(cycle.grid, order.triggerPrice);
  const quantity = lotsFrom(cycle.grid, order.quantity);
  const live = {
    ...intent,
    state: 'open' as const,
    restored: false,
    price: priceAt(cycle, intent, order),
    triggerPrice: intent.type === 'stop' ? (triggerPrice ?? intent.triggerPrice) : null,
    // A close-all order has no quantity of its own on the wire.
    quantity: intent.closeAll ? intent.quantity : quantity,
  };
  return { ...live, pending: isAmendDone(live) ? null : live.pending };
}

/** The price at which it really stands, or stood: a venue may have moved it. */
function priceAt(cycle: Cycle, intent: Intent, order: ObservedOrder): Ticks | null {
  return intent.type === 'limit' ? (ticksFrom(cycle.grid, order.price) ?? intent.price) : null;
}

function isAmendDone(intent: Intent): boolean {
  const { pending } = intent;
  return (
    pending?.op === 'amend' &&
    pending.price === intent.price &&
    pending.triggerPrice === intent.triggerPrice &&
    pending.quantity === intent.quantity
  );
}

function largest(a: Lots, b: Lots): Lots {
  return lots(Math.max(a, b));
}

/** What any read or push of an order says about our intent. A read older than what we know adds only fills. */
export function applyOrder(cycle: Cycle, order: ObservedOrder, now: number): Cycle {
  const intent = matchIntent(cycle, order);
  if (intent === undefined) return cycle;
  // Ours is still on its way, and will be refused.
  if (intent.exchangeOrderId === null && isOtherKind(intent, order)) return cycle;
  const venueFilled = largest(intent.venueFilled, lotsFrom(cycle.grid, order.filledQuantity));
  const seen: Intent = { ...intent, exchangeOrderId: order.exchangeOrderId, venueFilled };
  const turnedUp =
    intent.state === 'rejected' &&
    (intent.endedBy === 'absent' || intent.endedBy === 'refused') &&
    isOurOrder(cycle, intent, { order, sentAt: null });
  const stale = order.updatedAt < intent.venueUpdatedAt || (isEnded(intent) && !turnedUp);
  if (stale)
    return venueFilled === intent.venueFilled ? cycle : replaceIntent(cycle, { ...seen, updatedAt: now });
  const current: Intent = {
    ...seen,
    venueUpdatedAt: order.updatedAt,
    updatedAt: now,
    doubt: intent.pending?.op === 'amend' ? intent.doubt : null,
    endedBy: turnedUp ? null : intent.endedBy,
    detail: turnedUp ? TURNED_UP : intent.detail,
  };
  return replaceIntent(cycle, withStatus(cycle, current, order));
}

function withStatus(cycle: Cycle, intent: Intent, order: ObservedOrder): Intent {
  const ended = { pending: null, doubt: null, price: priceAt(cycle, intent, order) };
  switch (order.status) {
    case 'open':
      return withLiveValues(cycle, intent, order);
    case 'filled':
      return { ...intent, ...ended, state: 'filled' };
    case 'cancelled':
      return {
        ...intent,
        ...ended,
        state: 'cancelled',
        endedBy: endedByVenueOrUser(order, intent),
        detail: order.reason,
      };
    case 'rejected':
      return { ...intent, ...ended, state: 'rejected', endedBy: 'venue', detail: order.reason };
  }
}

/** The answer to sending an order for the first time or again under its id. */
export function applyPlaceAnswer(cycle: Cycle, clientOrderId: string, answer: Answer, now: number): Cycle {
  const intent = findIntent(cycle, clientOrderId);
  if (intent === undefined || isEnded(intent)) return cycle;
  if (answer.kind === 'accepted') {
    const next: Intent = { ...intent, exchangeOrderId: answer.exchangeOrderId, updatedAt: now };
    return replaceIntent(cycle, intent.state === 'open' ? next : { ...next, state: 'open', doubt: null });
  }
  if (intent.state === 'open') return cycle;
  if (answer.kind === 'ambiguous') {
    const doubt = createDoubt(Math.max(now + answer.provableAfterMs, intent.doubt?.provableAt ?? 0));
    return replaceIntent(cycle, {
      ...intent,
      state: 'ambiguous',
      doubt,
      detail: answer.cause,
      updatedAt: now,
    });
  }
  // A refused repetition says nothing about the first sending, whose answer was lost.
  if (intent.attempts > 1) {
    const doubt = createDoubt(Math.max(now, intent.doubt?.provableAt ?? 0));
    return replaceIntent(cycle, { ...intent, state: 'ambiguous', doubt, updatedAt: now });
  }
  const detail = `${answer.code}: ${answer.message}`;
  return replaceIntent(cycle, { ...intent, state: 'rejected', endedBy: 'refused', detail, updatedAt: now });
}

function isAnswerOf(intent: Intent | undefined, op: 'amend' | 'cancel', attempt: number): intent is Intent {
  return intent?.pending?.op === op && intent.pending.attempt === attempt;
}

export function applyAmendAnswer(
  cycle: Cycle,
  call: { clientOrderId: string; attempt: number },
  answer: Answer,
  now: number,
): Cycle {
  const intent = findIntent(cycle, call.clientOrderId);
  if (!isAnswerOf(intent, 'amend', call.attempt) || intent.pending === null) return cycle;
  const { price, triggerPrice, quantity } = intent.pending;
  const settled = { ...intent, updatedAt: now };
  if (answer.kind === 'accepted' || (answer.kind === 'rejected' && answer.code === 'not_modified')) {
    return replaceIntent(cycle, {
      ...settled,
      price,
      triggerPrice,
      quantity,
      pending: null,
      doubt: null,
      amendsRefused: 0,
    });
  }
  if (answer.kind === 'ambiguous') {
    return replaceIntent(cycle, { ...settled, doubt: createDoubt(now + answer.provableAfterMs) });
  }
  return replaceIntent(cycle, {
    ...settled,
    pending: null,
    // Refused because it has just ended, or for a reason of the venue's: either way its real state is asked.
    doubt: createDoubt(now),
    amendsRefused: intent.amendsRefused + (isAboutOrder(answer.code) ? 1 : 0),
    detail: `${answer.code}: ${answer.message}`,
  });
}

export function applyCancelAnswer(
  cycle: Cycle,
  call: { clientOrderId: string; attempt: number },
  answer: Answer,
  now: number,
): Cycle {
  const intent = findIntent(cycle, call.clientOrderId);
  if (!isAnswerOf(intent, 'cancel', call.attempt) || intent.pending === null) return cycle;
  if (answer.kind === 'accepted') {
    return replaceIntent(cycle, {
      ...intent,
      pending: { ...intent.pending, acknowledged: true },
      cancelsLost: { count: 0, at: 0 },
      updatedAt: now,
    });
  }
  // Not found is no proof of cancelled, and a lost answer none of anything: ask; `endedBy` keeps whose wish it was.
  const lost = answer.kind === 'ambiguous';
  const gone = answer.kind === 'rejected' && answer.code === 'order_not_found';
  const doubt = createDoubt(now + (lost ? answer.provableAfterMs : 0));
  return replaceIntent(cycle, {
    ...intent,
    endedBy: 'us',
    pending: lost ? null : { ...intent.pending, acknowledged: true },
    cancelsLost: lost ? { count: intent.cancelsLost.count + 1, at: now } : intent.cancelsLost,
    // A venue that refuses for another reason is not asked at once: the next cancel follows that answer.
    doubt: lost || gone ? doubt : { ...doubt, lookups: 1, lookedUpAt: now },
    updatedAt: now,
  });
}

/** Absences of an order that the venue had acknowledged, before it counts as lost. */
const ABSENCES_MAX = 6;

export interface Found {
  /** Null where the venue has none. */
  order: ObservedOrder | null;
  /** Our clock, when the look-up began. */
  askedAt: number;
  /** Venue time at which the intent was made; absent where nobody can tell. */
  sentAt?: number;
}

/** The answer to a look-up. */
export function applyLookup(cycle: Cycle, clientOrderId: string, found: Found, now: number): Cycle {
  const intent = findIntent(cycle, clientOrderId);
  if (intent?.doubt == null) return cycle;
  const doubt = {
    ...intent.doubt,
    lookups: intent.doubt.lookups + 1,
    lookedUpAt: found.askedAt,
    lookingUp: false,
  };
  const asked: Intent = { ...intent, doubt, updatedAt: now };
  const provable = found.askedAt >= doubt.provableAt;
  if (found.order === null) return replaceIntent(cycle, withAbsence(asked, provable));
  if (
    intent.state === 'ambiguous' &&
    !isOurOrder(cycle, intent, { order: found.order, sentAt: found.sentAt ?? null })
  ) {
    const detail = 'another order has this id';
    return replaceIntent(cycle, { ...asked, state: 'rejected', endedBy: 'refused', doubt: null, detail });
  }
  const read = applyOrder(replaceIntent(cycle, asked), found.order, now);
  const after = findIntent(read, clientOrderId);
  if (after === undefined || isEnded(after)) return read;
  // A read that began when no lost request could still be admitted is the truth about amends and cancels too.
  const { pending } = after;
  const known = provable || pending === null;
  // A read that began before our call was sent knows nothing of it: its own answer is still to come.
  const isOlder = pending !== null && found.askedAt <= pending.since;
  const resolved: Intent = known
    ? { ...after, pending: isOlder ? pending : null, doubt: null }
    : { ...after, doubt };
  return replaceIntent(read, resolved);
}

/** A look-up that itself failed proves nothing; the next one waits its turn. */
export function applyLookupFailure(cycle: Cycle, clientOrderId: string, askedAt: number): Cycle {
  const intent = findIntent(cycle, clientOrderId);
  if (intent?.doubt == null) return cycle;
  const doubt = { ...intent.doubt, lookups: intent.doubt.lookups + 1, lookedUpAt: askedAt, lookingUp: false };
  return replaceIntent(cycle, { ...intent, doubt });
}

function withAbsence(intent: Intent, provable: boolean): Intent {
  if (intent.doubt === null || !provable) return intent;
  if (intent.state === 'ambiguous' && intent.exchangeOrderId === null) {
    return {
      ...intent,
      state: 'rejected',
      endedBy: 'absent',
      doubt: null,
      detail: 'it never reached the exchange',
    };
  }
  const absences = intent.doubt.absences + 1;
  if (absences < ABSENCES_MAX) return { ...intent, doubt: { ...intent.doubt, absences } };
  return {
    ...intent,
    state: 'cancelled',
    endedBy: intent.endedBy ?? 'venue',
    pending: null,
    doubt: null,
    detail: 'the exchange no longer knows it',
  };
}
