/**
 * The bot's calls to its venue. Nothing here waits: each answer comes back as mail, also the answer that an
 * adapter broke its promise and threw, which counts as ambiguous.
 */
import type { Action } from '../domain/action.ts';
import { type Answer, findIntent } from '../domain/apply.ts';
import type { Cycle } from '../domain/cycle.ts';
import { highestCycleKey } from '../domain/cycle-key.ts';
import type { Accepted, MarketData, Outcome, Read, Venue } from '../venue/venue.ts';
import type { Clock } from './clock.ts';
import type { Failure, Mail, Preparation } from './mail.ts';
import { amendRequest, cancelRequest, placeRequest } from './order-request.ts';

export interface CallDeps {
  venue: Venue;
  market: MarketData;
  clock: Clock;
  post: (mail: Mail) => void;
}

/** An adapter that threw: the request may have left. */
const THROWN_PROVABLE_MS = 10_000;

function answerOf(outcome: Outcome<Accepted>): Answer {
  switch (outcome.kind) {
    case 'accepted':
      return { kind: 'accepted', exchangeOrderId: outcome.value.exchangeOrderId };
    case 'rejected':
      return { kind: 'rejected', code: outcome.code, message: outcome.message };
    case 'ambiguous':
      return outcome;
  }
}

function thrown(error: unknown): Answer {
  const message = error instanceof Error ? error.message : String(error);
  return { kind: 'ambiguous', cause: 'network', message, provableAfterMs: THROWN_PROVABLE_MS };
}

export function failureOf(error: unknown): Failure {
  return { code: 'network', message: error instanceof Error ? error.message : String(error) };
}

type OrderAction = Extract<Action, { type: 'place' | 'resend' | 'amend' | 'cancel' }>;

/** Sends an order, an amend or a cancel that is already committed. `cycle` is the state with the action in it. */
export function send(deps: CallDeps, cycle: Cycle, action: OrderAction): void {
  const clientOrderId = action.type === 'place' ? action.intent.clientOrderId : action.clientOrderId;
  const intent = findIntent(cycle, clientOrderId);
  if (intent === undefined) return;
  const op = action.type === 'resend' ? 'place' : action.type;
  const attempt = intent.attempts;
  const post = (answer: Answer) => deps.post({ type: 'answer', op, clientOrderId, attempt, answer });
  let outcome: Promise<Outcome<Accepted>>;
  switch (action.type) {
    case 'place':
    case 'resend':
      outcome = deps.venue.place(placeRequest(cycle, intent));
      break;
    case 'amend':
      outcome = deps.venue.amend(amendRequest(cycle, intent, action));
      break;
    case 'cancel':
      outcome = deps.venue.cancel(cancelRequest(cycle, intent));
      break;
  }
  outcome.then(
    (value) => post(answerOf(value)),
    (error: unknown) => post(thrown(error)),
  );
}

function reading<T>(
  read: Promise<Read<T>>,
  mail: (result: Read<T>) => Mail,
  post: (mail: Mail) => void,
): void {
  read.then(
    (result) => post(mail(result)),
    (error: unknown) => post(mail({ ok: false, code: 'network', message: failureOf(error).message })),
  );
}

export function lookUp(deps: CallDeps, symbol: string, clientOrderId: string): void {
  const askedAt = deps.clock.now();
  reading(
    deps.venue.findOrder(symbol, clientOrderId),
    (result) =>
      result.ok
        ? { type: 'lookup', clientOrderId, order: result.value, askedAt }
        : { type: 'lookup-failed', clientOrderId, askedAt, failure: result },
    deps.post,
  );
}

export function readSnapshot(deps: CallDeps, symbol: string, executionsSinceMs: number): void {
  reading(
    deps.venue.snapshot(symbol, executionsSinceMs),
    (result) =>
      result.ok ? { type: 'snapshot', snapshot: result.value } : { type: 'snapshot-failed', failure: result },
    deps.post,
  );
}

export function readFunding(deps: CallDeps, cycle: Cycle, sinceMs: number): void {
  reading(
    deps.venue.funding(cycle.plan.symbol, sinceMs),
    (result) =>
      result.ok
        ? { type: 'funding', cycleKey: cycle.key, rows: result.value }
        : { type: 'funding-failed', failure: result },
    deps.post,
  );
}

export interface PreparationWish {
  userId: number;
  symbol: string;
  leverage: number;
  /** False where the journal has no trustworthy predecessor of the next cycle key. */
  keyIsKnown: boolean;
}

/** Reads all that an entry depends on, and sets the leverage while the symbol is flat. */
export async function prepare(
  deps: Omit<CallDeps, 'post'>,
  wish: PreparationWish,
): Promise<Read<Preparation>> {
  const { venue, market } = deps;
  const [instrument, setup, before] = await Promise.all([
    market.instrument(wish.symbol),
    venue.setup(wish.symbol),
    wish.keyIsKnown ? null : venue.recentOrders(wish.symbol),
  ]);
  if (!instrument.ok) return instrument;
  if (!setup.ok) return setup;
  if (before !== null && !before.ok) return before;
  const ids = before === null ? [] : before.value.map((order) => order.clientOrderId);
  const snapshot = await venue.snapshot(wish.symbol, venue.venueNow());
  if (!snapshot.ok) return snapshot;
  const flat = snapshot.value.positions.every((position) => Number(position.quantity) === 0);
  if (flat && Number(setup.value.leverage ?? 0) !== wish.leverage) {
    const set = await venue.setLeverage(wish.symbol, String(wish.leverage));
    if (set.kind !== 'accepted') {
      const code = set.kind === 'rejected' ? set.code : set.cause;
      return {
        ok: false,
        code,
        message: `The leverage could not be set to ${wish.leverage}: ${set.message}`,
      };
    }
  }
  const highestKey = highestCycleKey(ids, wish.userId);
  const value = {
    symbol: wish.symbol,
    instrument: instrument.value,
    setup: setup.value,
    snapshot: snapshot.value,
    highestKey,
  };
  return { ok: true, value };
}
