/**
 * The bot's calls to its venue. Nothing here waits: each answer comes back as mail, also the answer that an
 * adapter broke its promise and threw, which counts as ambiguous.
 */
import type { Action } from '../domain/action.ts';
import { type Answer, findIntent, type Found } from '../domain/apply.ts';
import type { Cycle } from '../domain/cycle.ts';
import type { Intent } from '../domain/intent.ts';
import type { Snapshot } from '../domain/observation.ts';
import type { Accepted, Outcome, Read, Venue } from '../venue/venue.ts';
import type { Clock } from './clock.ts';
import type { Failure, Mail } from './mail.ts';
import { amendRequest, cancelRequest, placeRequest, sentOrder } from './order-request.ts';

export interface CallDeps {
  venue: Venue;
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
  caught(() => call(deps.venue, cycle, { intent, action })).then(
    (value) => post(answerOf(value)),
    (error: unknown) => post(thrown(error)),
  );
}

function call(
  venue: Venue,
  cycle: Cycle,
  { intent, action }: { intent: Intent; action: OrderAction },
): Promise<Outcome<Accepted>> {
  switch (action.type) {
    case 'place':
    case 'resend':
      return venue.place(placeRequest(cycle, intent));
    case 'amend':
      return venue.amend(amendRequest(cycle, intent, action));
    case 'cancel':
      return venue.cancel(cancelRequest(cycle, intent));
  }
}

/** Calls at once; what is thrown at once is a rejection like any other. */
async function caught<T>(run: () => Promise<T>): Promise<T> {
  return run();
}

function reading<T>(
  read: () => Promise<Read<T>>,
  mail: (result: Read<T>) => Mail,
  post: (mail: Mail) => void,
): void {
  caught(read).then(
    (result) => post(mail(result)),
    (error: unknown) => post(mail({ ok: false, code: 'network', message: failureOf(error).message })),
  );
}

/** Where an order of the cycle is now. */
export async function askOrder(
  { venue, clock }: Pick<CallDeps, 'venue' | 'clock'>,
  cycle: Cycle,
  clientOrderId: string,
): Promise<Read<Found>> {
  const askedAt = clock.now();
  const intent = findIntent(cycle, clientOrderId);
  const { symbol } = cycle.plan;
  if (intent === undefined) {
    const found = await venue.findOrder(symbol, clientOrderId);
    return found.ok ? { ok: true, value: { order: found.value, askedAt } } : found;
  }
  const sentAt = venue.venueNow() - (askedAt - intent.createdAt);
  const found = await venue.findOrder(symbol, clientOrderId, sentOrder(cycle, intent, sentAt));
  return found.ok ? { ok: true, value: { order: found.value, askedAt, sentAt } } : found;
}

export function lookUp(deps: CallDeps, cycle: Cycle, clientOrderId: string): void {
  const askedAt = deps.clock.now();
  reading(
    () => askOrder(deps, cycle, clientOrderId),
    (result) =>
      result.ok
        ? { type: 'lookup', clientOrderId, ...result.value }
        : { type: 'lookup-failed', clientOrderId, askedAt, failure: result },
    deps.post,
  );
}

export interface SnapshotWish {
  symbol: string;
  /** Venue time. */
  executionsSinceMs: number;
  /** False where it matters how soon the answer comes. */
  wallet: boolean;
}

/** The moment of asking is by our clock: no other is comparable with ours. */
export async function askSnapshot(
  { venue, clock }: Pick<CallDeps, 'venue' | 'clock'>,
  { symbol, executionsSinceMs, wallet }: SnapshotWish,
): Promise<Read<Snapshot>> {
  const askedAt = clock.now();
  const answer = await venue.snapshot(symbol, executionsSinceMs, { wallet });
  return answer.ok ? { ok: true, value: { ...answer.value, askedAt } } : answer;
}

export function readSnapshot(deps: CallDeps, wish: SnapshotWish): void {
  const executionsUntil = deps.venue.venueNow();
  const { symbol } = wish;
  reading(
    () => askSnapshot(deps, wish),
    (result) =>
      result.ok
        ? {
            type: 'snapshot',
            reading: { symbol, executionsUntil, requested: true, snapshot: result.value },
          }
        : { type: 'snapshot-failed', failure: result },
    deps.post,
  );
}

export function readFunding(deps: CallDeps, cycle: Cycle, sinceMs: number): void {
  reading(
    () => deps.venue.funding(cycle.plan.symbol, sinceMs),
    (result) =>
      result.ok
        ? { type: 'funding', cycleKey: cycle.key, rows: result.value }
        : { type: 'funding-failed', cycleKey: cycle.key, failure: result },
    deps.post,
  );
}
