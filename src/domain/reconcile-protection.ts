/**
 * Take-profit and stop-loss: one reduce-only order each, always for all of the position that is ours. They
 * follow every change of quantity or average by an amend, or, on a venue that cannot amend, by a cancel after
 * whose end the next replacement is placed; a market close takes the stop-loss's place. So no tag ever has two
 * live orders.
 */
import { type Action, nextIntent } from './action.ts';
import { delayAfter, failuresOf } from './backoff.ts';
import { assert } from './assert.ts';
import { type Cycle, type CyclePlan, intentsOf, isEntryOver, minimumLots, takenBy } from './cycle.ts';
import { type Intent, type IntentDraft, isLive } from './intent.ts';
import type { OwnPosition } from './own-position.ts';
import { plainRefusal } from './plain-refusal.ts';
import { priceMove, stopLossPrice, takeProfitPrice, triggerPassed } from './protection.ts';
import { ratio } from './ratio.ts';
import { halt } from './reconcile-guard.ts';
import { leftToOthers } from './other-server.ts';
import { coverOf, type ReconcileInput, type Targets } from './reconcile-input.ts';
import { readAfter, whyNotYet } from './reconcile-doubts.ts';
import { addLots, floorToLot, type Lots, lots, priceOf, quantityText, type Ticks } from './units.ts';
import { act, merge, NOTHING, tell, type Verdict, wake } from './verdict.ts';
import { closes, type Decimal } from './words.ts';

/** Amends refused in a row after which the order is cancelled and placed anew. */
const AMENDS_REFUSED_MAX = 2;
/** The same amend is not repeated faster than this. */
const AMEND_AGAIN_MS = 1_000;
/** Where orders are replaced instead: so many in so short a time before each waits like a repeated amend. */
const REPLACED_MAX = 4;
const REPLACED_WITHIN_MS = 5_000;
const FAILURES_SHOWN = 3;
const USER_CANCELS_MAX = 2;

/** What a protective order must look like now. */
export interface Wanted {
  kind: 'tp' | 'sl';
  price: Ticks | null;
  triggerPrice: Ticks | null;
  /** What is to be covered; the order's own quantity is this plus what it has already filled. */
  cover: Lots;
}

interface KnownPrice {
  plan: CyclePlan;
  percent: Decimal;
  price: Ticks;
}

const knownPrices = {
  tp: new WeakMap<OwnPosition, KnownPrice>(),
  sl: new WeakMap<OwnPosition, KnownPrice>(),
};

/** Where the order rests; worked out once per position and percentage. */
function priceFor({ own, plan, grid }: Cycle, kind: 'tp' | 'sl', percent: Decimal): Ticks {
  const known = knownPrices[kind].get(own);
  if (known?.plan === plan && known.percent === percent) return known.price;
  assert(own.average !== null, 'a position that is held has an average');
  const move = priceMove(percent, plan.leverage);
  const price =
    kind === 'tp'
      ? takeProfitPrice(grid, plan.side, own.average, move)
      : stopLossPrice(grid, plan.side, own.average, move);
  knownPrices[kind].set(own, { plan, percent, price });
  return price;
}

export function wantedTakeProfit(cycle: Cycle, targets: Targets, cover: Lots): Wanted | null {
  if (cycle.own.average === null || cover === 0) return null;
  return { kind: 'tp', price: priceFor(cycle, 'tp', targets.takeProfit), triggerPrice: null, cover };
}

export function wantedStopLoss(cycle: Cycle, targets: Targets, cover: Lots): Wanted | null {
  if (cycle.own.average === null || cover === 0) return null;
  if (targets.stopLoss === '0' || ratio(targets.stopLoss).n === 0n) return null;
  return { kind: 'sl', price: null, triggerPrice: priceFor(cycle, 'sl', targets.stopLoss), cover };
}

/** True when a live order already is what is wanted. */
export function isAsWanted(cycle: Cycle, intent: Intent, wanted: Wanted): boolean {
  return (
    intent.price === wanted.price &&
    intent.triggerPrice === wanted.triggerPrice &&
    intent.quantity === addLots(takenBy(cycle, intent), wanted.cover)
  );
}

function cancel(intent: Intent, reason: string): Action {
  return { type: 'cancel', clientOrderId: intent.clientOrderId, reason };
}

/** Cancels what may still be live: once, again at once where the answer was lost, and then ever more slowly. */
export function cancelLive(intents: readonly Intent[], reason: string, now: number): Verdict {
  const targets = intents.filter((intent) => intent.state === 'open' && intent.pending?.op !== 'cancel');
  const verdicts = targets.map((intent) => {
    const { count, at } = intent.cancelsLost;
    const dueAt = at + delayAfter(Math.max(0, count - 1));
    return now >= dueAt ? act(cancel(intent, reason)) : wake(dueAt);
  });
  return merge(verdicts);
}

/** A venue that makes something else of every order (it trims what closes) is not asked again without a pause. */
function replaceableAt(cycle: Cycle, intent: Intent): number {
  const since = intent.createdAt - REPLACED_WITHIN_MS;
  const replaced = intentsOf(cycle, intent.kind).filter(
    ({ endedBy, createdAt }) => endedBy === 'us' && createdAt >= since,
  );
  return replaced.length < REPLACED_MAX ? 0 : intent.createdAt + AMEND_AGAIN_MS;
}

/** Less than we sent rests where less is held: somebody reduced the position before anybody read it. */
function readOfTrimmed({ cycle, observed }: ReconcileInput, intent: Intent): Verdict {
  const isTrimmed = intent.createdAt >= cycle.lastFillAt;
  const isUnread = (observed.snapshotAt ?? 0) <= cycle.lastFillAt;
  return isTrimmed && isUnread
    ? act({ type: 'read', reason: 'the exchange made less of the order than was sent' })
    : NOTHING;
}

function follow(input: ReconcileInput, intent: Intent, wanted: Wanted): Verdict {
  const { cycle, now } = input;
  if (intent.state !== 'open' || intent.pending !== null || intent.doubt !== null) return NOTHING;
  if (isAsWanted(cycle, intent, wanted)) return NOTHING;
  const quantity = addLots(takenBy(cycle, intent), wanted.cover);
  const reason =
    quantity === intent.quantity ? 'the average entry changed' : 'the position that it has to cover changed';
  if (!cycle.plan.traits.amends) {
    const notBefore = replaceableAt(cycle, intent);
    if (now < notBefore) return merge([wake(notBefore), readOfTrimmed(input, intent)]);
    return merge([
      act(cancel(intent, `${reason}, and this exchange cannot amend it`)),
      readOfTrimmed(input, intent),
    ]);
  }
  if (intent.amendsRefused >= AMENDS_REFUSED_MAX) {
    return act(cancel(intent, `the exchange refused to amend it: ${plainRefusal(intent.detail)}`));
  }
  const { price, triggerPrice } = wanted;
  const { amended } = intent;
  const repeated =
    amended?.price === price && amended.triggerPrice === triggerPrice && amended.quantity === quantity;
  const pause = Math.max(repeated ? AMEND_AGAIN_MS : 0, delayAfter(intent.amendsRefused));
  const againAt = (amended?.at ?? 0) + pause;
  if (now < againAt) return wake(againAt);
  return act({ type: 'amend', clientOrderId: intent.clientOrderId, price, triggerPrice, quantity, reason });
}

function placeProtection(input: ReconcileInput, wanted: Wanted): Verdict {
  const { cycle, observed, now } = input;
  const before = intentsOf(cycle, wanted.kind);
  const name = wanted.kind === 'tp' ? 'take-profit' : 'stop-loss';
  if (before.filter((intent) => intent.endedBy === 'user').length >= USER_CANCELS_MAX) {
    const message = `The ${name} was cancelled on the exchange twice; it is not placed again. Press Recover or close the position.`;
    return halt(input, 'protection_cancelled', message);
  }
  const others = leftToOthers(input, wanted);
  if (others !== null) return others;
  const failures = failuresOf(before);
  const last = before.at(-1);
  const told =
    failures.count < FAILURES_SHOWN
      ? NOTHING
      : tell({
          code: `${name.replace('-', '_')}_refused`,
          message: `The exchange refused the ${name} ${failures.count} times: ${plainRefusal(last?.detail ?? null)}. It is tried again by itself; close the position yourself if you do not want to wait.`,
          attention: true,
        });
  const refused = last?.detail?.startsWith('reduce_only_refused') === true;
  const reading = refused
    ? readAfter(observed, { after: last.updatedAt, reason: 'the exchange holds no position to reduce' }, now)
    : NOTHING;
  const obstacle = failures.count > 0 ? whyNotYet(input, failures) : null;
  if (obstacle !== null) return merge([told, reading, obstacle]);
  const reason = failures.count > 0 || before.length > 0 ? 'it is missing' : 'the position has none yet';
  const draft: IntentDraft = {
    kind: wanted.kind,
    leg: 0,
    direction: closes(cycle.plan.side),
    type: wanted.kind === 'tp' ? 'limit' : 'stop',
    quantity: wanted.cover,
    reduceOnly: true,
    ...(wanted.price === null ? {} : { price: wanted.price }),
    ...(wanted.triggerPrice === null ? {} : { triggerPrice: wanted.triggerPrice }),
  };
  return merge([told, act({ type: 'place', intent: nextIntent(cycle, draft, now), reason })]);
}

/** Keeps one order as wanted: places it, lets it follow, or cancels what is too much. */
function keep(input: ReconcileInput, wanted: Wanted): Verdict {
  const [current, ...surplus] = intentsOf(input.cycle, wanted.kind).filter(isLive);
  if (current === undefined) return placeProtection(input, wanted);
  return merge([
    follow(input, current, wanted),
    cancelLive(surplus, 'only one order of a tag may live', input.now),
  ]);
}

/** Why the position must be closed at market now; null when it need not. */
function closeReason(input: ReconcileInput, stop: Wanted | null, cover: Lots): string | null {
  const { cycle, mode, observed } = input;
  const stops = intentsOf(cycle, 'sl');
  if (mode === 'close') return 'you asked to close at market';
  if (stops.some((intent) => intent.type === 'market')) return 'closing at market goes on';
  const isRest = isEntryOver(cycle) && !intentsOf(cycle, 'tp').some(isLive);
  if (cover < minimumLots(cycle) && isRest) return 'the rest is too small for a limit order';
  if (stop?.triggerPrice == null || stops.some(isLive)) return null;
  if (stops.at(-1)?.detail?.startsWith('trigger_passed') === true) return 'the stop-loss is already passed';
  const mark = observed.prices?.mark;
  const passed =
    mark !== undefined && triggerPassed(cycle.plan.side, priceOf(cycle.grid, stop.triggerPrice), ratio(mark));
  return passed ? 'the stop-loss is already passed' : null;
}

/** Closing all of a position is for dust that is all ours: what a fresh read shows beyond it is not ours to sell. */
function whyNotAll({ cycle, observed, now }: ReconcileInput, cover: Lots): Verdict | null {
  const { position } = observed;
  if (position === null || position.askedAt <= cycle.lastFillAt) {
    return readAfter(observed, { after: cycle.lastFillAt, reason: 'is the rest all ours to close' }, now);
  }
  if (position.quantity <= cover) return null;
  const dust = quantityText(cycle.grid, cover);
  const { base, minQuantity } = cycle.plan.instrument;
  const message = `${dust} ${base} of the bot are left, below the minimum of ${minQuantity}, and the position holds more that is not the bot's. Close the position on the exchange to end the cycle.`;
  return tell({ code: 'dust', message, attention: true });
}

function closeAtMarket(input: ReconcileInput, reason: string, cover: Lots): Verdict {
  const { cycle, now } = input;
  const stops = intentsOf(cycle, 'sl');
  const live = stops.filter(isLive);
  if (live.length > 0)
    return cancelLive(
      live.filter((intent) => intent.type === 'stop'),
      reason,
      now,
    );
  const failures = failuresOf(stops.filter((intent) => intent.type === 'market'));
  const pause = failures.count > 0 ? whyNotYet(input, failures) : null;
  if (pause !== null) return pause;
  const isDust = cover < minimumLots(cycle);
  const obstacle = isDust ? whyNotAll(input, cover) : null;
  if (obstacle !== null) return obstacle;
  const most = floorToLot(cycle.grid, ratio(cycle.plan.instrument.maxMarketQuantity));
  const draft: IntentDraft = {
    kind: 'sl',
    leg: 0,
    direction: closes(cycle.plan.side),
    type: 'market',
    quantity: lots(Math.min(cover, most)),
    reduceOnly: true,
    closeAll: isDust,
  };
  return act({ type: 'place', intent: nextIntent(cycle, draft, now), reason });
}

/** On some venues a resting take-profit holds the quantity that a close at market needs. */
function isHeldBack(cycle: Cycle): boolean {
  const closes = intentsOf(cycle, 'sl').filter((intent) => intent.type === 'market');
  return closes.some((intent) => intent.detail?.startsWith('quantity_held') === true);
}

/**
 * A take-profit that rests stays until the close has filled, unless a person holds something beside us: where the
 * price passes both, both fill, and one of them out of what is not ours. For the same reason a new one is not placed
 * beside a close that is on its way.
 */
function closeBeside(input: ReconcileInput, profit: Verdict, close: Verdict): Verdict {
  const profits = intentsOf(input.cycle, 'tp').filter(isLive);
  const isOnItsWay = intentsOf(input.cycle, 'sl').some(
    (intent) => intent.type === 'market' && isLive(intent),
  );
  const isSent = close.actions.some(({ type }) => type === 'place');
  if (profits.length === 0) return isOnItsWay || isSent ? close : merge([profit, close]);
  const resting = profits.filter(({ state }) => state === 'open');
  if (!isSent || resting.length === 0 || !isHeldBesideUs(input)) return merge([profit, close]);
  return cancelLive(
    resting,
    'the close at market must not meet it: somebody holds more beside the bot',
    input.now,
  );
}

/** By a reading that knows all our fills; one that lags behind them costs a moment without the take-profit. */
function isHeldBesideUs({ cycle, observed: { position } }: ReconcileInput): boolean {
  return position !== null && position.askedAt > cycle.lastFillAt && position.quantity > cycle.own.quantity;
}

export function reconcileProtection(input: ReconcileInput): Verdict {
  const { cycle, targets } = input;
  const cover = coverOf(input);
  if (cover === 0) return NOTHING;
  const profit = wantedTakeProfit(cycle, targets, cover);
  const stop = wantedStopLoss(cycle, targets, cover);
  const closing = closeReason(input, stop, cover);
  if (closing !== null && isHeldBack(cycle)) {
    const profits = intentsOf(cycle, 'tp').filter(isLive);
    if (profits.length > 0)
      return cancelLive(profits, 'it holds the quantity that the close at market needs', input.now);
    return closeAtMarket(input, closing, cover);
  }
  // The venue would refuse either, and a refused one has to wait before it may be tried again.
  const isTooSmall = cover < minimumLots(cycle);
  const first = profit === null || isTooSmall ? NOTHING : keep(input, profit);
  if (closing !== null) return closeBeside(input, first, closeAtMarket(input, closing, cover));
  const stops = intentsOf(cycle, 'sl').filter(isLive);
  if (stop === null) return merge([first, cancelLive(stops, 'no stop-loss is set any more', input.now)]);
  return isTooSmall ? first : merge([first, keep(input, stop)]);
}
