/**
 * What each piece of mail changes in the bot's memory. Nothing is decided and nothing is sent here.
 *
 * Executions come first in every reading, since they are facts; whatever else the venue says is compared with
 * them by the domain.
 */
import {
  applyAmendAnswer,
  applyCancelAnswer,
  applyExecution,
  applyLookup,
  applyLookupFailure,
  applyOrder,
  applyPlaceAnswer,
} from '../domain/apply.ts';
import { isTagged } from '../domain/apply-snapshot.ts';
import { delayAfter } from '../domain/backoff.ts';
import { type Cycle, everOwned } from '../domain/cycle.ts';
import type { Execution, Funding, ObservedOrder, PositionRead } from '../domain/observation.ts';
import { asCancelledByOther, isShared, isUnexplained, withNewcomer } from '../domain/other-server.ts';
import type { FillRecord } from '../domain/records.ts';
import { lotsFrom } from '../domain/units.ts';
import type { AmbiguousCause, VenueEvent } from '../venue/venue.ts';
import { heedAccess, regainAccess } from './access.ts';
import { type BotState, note, setError, setRecord, symbolOf } from './bot-state.ts';
import { awaitExchange, beginCycle, refuseToPrepare, settleCycle } from './cycle-life.ts';
import type { Failure, Mail, Reading } from './mail.ts';
import { isNewest, receiveLookBack, receiveLookBackFailure } from './look-back.ts';
import { applyReading } from './reading.ts';

/** A stream that comes and goes does not have the account read faster than this. */
const CONNECTED_PAUSE_MS = 1_000;

export function receive(state: BotState, mail: Mail, now: number): void {
  const { cycle, observed } = state;
  change(state, mail, now);
  if (
    state.cycle !== null &&
    state.cycle !== cycle &&
    (isShared(observed, now) || isShared(state.observed, now))
  )
    state.cycle = asCancelledByOther(cycle, state.cycle);
}

function change(state: BotState, mail: Mail, now: number): void {
  switch (mail.type) {
    case 'venue':
      return receiveEvent(state, mail.event, now);
    case 'answer':
      return receiveAnswer(state, mail, now);
    case 'lookup':
      return receiveLookup(state, mail, now);
    case 'lookup-failed':
      if (state.cycle !== null)
        state.cycle = applyLookupFailure(state.cycle, mail.clientOrderId, mail.askedAt);
      return;
    case 'snapshot':
      return receiveReading(state, mail.reading, now);
    case 'snapshot-failed':
      return receiveReadFailure(state, mail.failure, now);
    case 'prepared':
      return receivePreparation(state, mail, now);
    case 'prepare-failed':
      if (!endPreparation(state, mail.ordinal)) return;
      return mail.refused
        ? refuseToPrepare(state, mail.failure, now)
        : awaitExchange(state, mail.failure, now);
    case 'looked-back':
      return receiveLookBack(state, mail.lost, now);
    case 'look-back-failed':
      return receiveLookBackFailure(state, mail.failure, now);
    case 'funding':
      return receiveFunding(state, mail, now);
    case 'funding-failed':
      return postponeSettlement(state, mail, now);
    case 'unheard':
      return hint(state, mail.since);
    case 'tick':
    case 'command':
      return;
  }
}

/** False where nobody waits for this preparation any more: the bot was stopped, perhaps started again. */
function endPreparation(state: BotState, ordinal: number): boolean {
  if (state.entry.preparing !== ordinal) return false;
  state.entry = { ...state.entry, preparing: null };
  return state.cycle === null && state.record.desired === 'running';
}

function receivePreparation(
  state: BotState,
  { ordinal, preparation }: Extract<Mail, { type: 'prepared' }>,
  now: number,
): void {
  if (!endPreparation(state, ordinal)) return;
  state.entry = { ...state.entry, unreadable: 0 };
  regainAccess(state, 'read');
  const { symbol, leverage } = state.settings;
  // Made for settings that were replaced meanwhile: it is prepared again.
  if (preparation.symbol !== symbol || preparation.leverage !== leverage) return;
  beginCycle(state, preparation, now);
}

/** Books fills into the memory that waits for the commit. */
function book(state: BotState, cycle: Cycle, fills: readonly FillRecord[], now: number): void {
  state.cycle = cycle;
  if (fills.length === 0) return;
  state.unsaved.fills.push(...fills);
  // All of it is a row of its own.
  for (const { executionId, clientOrderId, quantity, price } of fills)
    note(state, 'fill', { executionId, clientOrderId, quantity, price }, now);
  if (everOwned(cycle)) state.entry = { ...state.entry, failures: 0, blamed: 0 };
  if (everOwned(cycle) && state.record.cycleNumber < cycle.number)
    setRecord(state, { cycleNumber: cycle.number });
}

function receiveEvent(state: BotState, event: VenueEvent, now: number): void {
  switch (event.type) {
    case 'execution':
      return receiveExecution(state, event.execution, now);
    case 'order':
      return receiveOrder(state, event.order, now);
    case 'position':
      return receivePosition(state, event.position, now);
    case 'prices':
      state.observed = { ...state.observed, prices: event.prices };
      return;
    case 'connected':
      // Whatever happened before the subscription is not replayed: read again, unless the first is yet to come.
      if (state.observed.snapshotAt !== null || state.reading.inFlight) hint(state, now);
      if (!state.observed.connected) readSoon(state, now);
      state.observed = { ...state.observed, connected: true };
      awaitStreamNoLonger(state);
      return;
    case 'disconnected':
      state.observed = { ...state.observed, connected: false };
      awaitStreamNoLonger(state);
      return;
  }
}

/** Not where a failed reading waits for its next attempt. */
function awaitStreamNoLonger(state: BotState): void {
  if (state.reading.failures === 0) state.reading = { ...state.reading, notBefore: 0 };
}

/** The exchange answers again: what filled meanwhile is not found out only when the last failure's pause is over. */
function readSoon(state: BotState, now: number): void {
  const { cycle, access, reading } = state;
  if (cycle === null || access !== null) return;
  state.reading = { ...reading, notBefore: Math.min(reading.notBefore, now + CONNECTED_PAUSE_MS) };
}

/** A reading that begins after this moment is due. */
function hint(state: BotState, at: number): void {
  state.observed = { ...state.observed, hintAt: Math.max(at, state.observed.hintAt ?? at) };
}

function receiveExecution(state: BotState, execution: Execution, now: number): void {
  const { cycle } = state;
  if (cycle === null || execution.symbol !== cycle.plan.symbol) return;
  if (state.former.executions.has(execution.executionId)) return;
  const applied = applyExecution(cycle, execution, now);
  book(state, applied.cycle, applied.fill === null ? [] : [applied.fill], now);
  const known =
    applied.fill !== null || cycle.fills.some((fill) => fill.executionId === execution.executionId);
  const echo = execution.clientOrderId !== null && state.former.orders.has(execution.clientOrderId);
  if (!known && !echo) hint(state, now);
}

function receiveOrder(state: BotState, order: ObservedOrder, now: number): void {
  const { cycle } = state;
  if (cycle === null || order.symbol !== cycle.plan.symbol) return;
  if (!isUnexplained(cycle, order)) {
    state.cycle = applyOrder(cycle, order, now);
    return;
  }
  const echo = order.clientOrderId !== null && state.former.orders.has(order.clientOrderId);
  if (!echo) noticeOther(state, order, now);
  const expected = state.baseline?.has(order.exchangeOrderId) === true;
  if (order.status === 'open' && !echo && !expected) hint(state, now);
}

function noticeOther(state: BotState, order: ObservedOrder, now: number): void {
  if (isTagged(order, { userId: state.userId, symbol: symbolOf(state) }))
    state.observed = withNewcomer(state.observed, order, now);
}

function receivePosition(state: BotState, position: PositionRead, now: number): void {
  const { cycle } = state;
  if (cycle === null || position.symbol !== cycle.plan.symbol || position.side !== cycle.plan.side) return;
  state.pushed = { quantity: lotsFrom(cycle.grid, position.quantity), at: now };
  const { observed } = state;
  if (observed.position !== null) {
    state.observed = { ...observed, position: { ...observed.position, read: position } };
  }
}

function receiveAnswer(state: BotState, mail: Extract<Mail, { type: 'answer' }>, now: number): void {
  const { cycle } = state;
  if (cycle === null) return;
  const { op, clientOrderId, attempt, answer } = mail;
  if (answer.kind === 'accepted') regainAccess(state, 'order');
  if (answer.kind === 'rejected') heedAccess(state, 'order', answer);
  if (answer.kind !== 'accepted') note(state, `${op}-${answer.kind}`, { clientOrderId, answer }, now);
  if (op === 'place') state.cycle = applyPlaceAnswer(cycle, clientOrderId, answer, now);
  else if (op === 'amend') state.cycle = applyAmendAnswer(cycle, { clientOrderId, attempt }, answer, now);
  else state.cycle = applyCancelAnswer(cycle, { clientOrderId, attempt }, answer, now);
}

function receiveLookup(state: BotState, mail: Extract<Mail, { type: 'lookup' }>, now: number): void {
  if (state.cycle === null) return;
  const { clientOrderId, order } = mail;
  note(state, 'looked-up', { clientOrderId, status: order?.status ?? null }, now);
  state.cycle = applyLookup(state.cycle, clientOrderId, mail, now);
  if (order !== null && isUnexplained(state.cycle, order)) noticeOther(state, order, now);
}

function receiveReading(
  state: BotState,
  { symbol, executionsUntil, requested, snapshot }: Reading,
  now: number,
): void {
  regainAccess(state, 'read');
  if (requested) state.reading = { ...state.reading, inFlight: false, failures: 0, notBefore: 0 };
  // Asked for a cycle that has ended since, on another symbol.
  if (symbol !== symbolOf(state)) return;
  const effect = applyReading(state, snapshot, now);
  state.baseline = effect.baseline;
  state.restored = false;
  state.observed = effect.observed;
  if (effect.cycle !== null) {
    book(state, effect.cycle, effect.fills, now);
    if (isNewest(effect.cycle, effect.observed)) state.lookBack = null;
    state.executionsReadUntil = Math.max(state.executionsReadUntil ?? 0, executionsUntil);
  }
  setRecord(state, { heartbeatAt: now });
}

/** What is lost on its way, other than what the venue refuses, may well arrive the next time. */
const LOST: ReadonlySet<string> = new Set<AmbiguousCause>(['timeout', 'network', 'server_error', 'bad_body']);
/** An open cycle's reading may be all that tells of a fill, and after a restart of any position at all. */
const LOST_IN_CYCLE_MS_MAX = 4_000;

function pauseAfter({ cycle }: BotState, { code }: Failure, failures: number): number {
  const pause = delayAfter(failures);
  return cycle !== null && LOST.has(code) ? Math.min(pause, LOST_IN_CYCLE_MS_MAX) : pause;
}

function receiveReadFailure(state: BotState, failure: Failure, now: number): void {
  const failures = state.reading.failures + 1;
  state.reading = {
    ...state.reading,
    inFlight: false,
    failures,
    notBefore: now + pauseAfter(state, failure, failures),
  };
  heedAccess(state, 'read', failure);
  if (failures === 1) note(state, 'read-failed', failure, now);
  // Why the bot halted is what people have to read.
  if (state.record.status === 'halted') return;
  setError(state, { code: failure.code, message: `The exchange could not be read: ${failure.message}` }, now);
}

function receiveFunding(
  state: BotState,
  mail: { cycleKey: number; rows: readonly Funding[] },
  now: number,
): void {
  const { cycle } = state;
  if (cycle === null || state.settling === null || mail.cycleKey !== cycle.key) return;
  const until = heldUntil(cycle);
  const isOurs = (row: Funding) => (row.side === null || row.side === cycle.plan.side) && row.at <= until;
  const mine = mail.rows.filter(isOurs);
  const fundings = mine.map((row) => ({
    fundingId: row.fundingId,
    userId: state.userId,
    cycleKey: cycle.key,
    symbol: row.symbol,
    amount: row.amount,
    at: row.at,
  }));
  state.unsaved.fundings.push(...fundings);
  state.cycle = { ...cycle, fundings };
  settleCycle(state, now);
}

/** Venue time: after the fill that closed it a position pays nothing; another one of ours or a person's does. */
function heldUntil(cycle: Cycle): number {
  const last = cycle.fills.at(-1);
  return cycle.closedOutside || last === undefined ? Infinity : last.at;
}

function postponeSettlement(
  state: BotState,
  { cycleKey, failure }: { cycleKey: number; failure: Failure },
  now: number,
): void {
  if (state.settling === null || state.cycle?.key !== cycleKey) return;
  const failures = state.settling.failures + 1;
  state.settling = { inFlight: false, failures, notBefore: now + delayAfter(failures) };
  if (failures === 1) note(state, 'funding-failed', failure, now);
}
