/**
 * What each piece of mail changes in the bot's memory. Nothing is decided and nothing is sent here.
 *
 * Executions come first in every reading, since they are facts; whatever else the venue says is compared with
 * them by the domain.
 */
import { adoptKnownIds } from '../domain/adopt.ts';
import {
  applyAmendAnswer,
  applyCancelAnswer,
  applyExecution,
  applyLookup,
  applyLookupFailure,
  applyOrder,
  applyPlaceAnswer,
  matchIntent,
} from '../domain/apply.ts';
import { applySnapshot } from '../domain/apply-snapshot.ts';
import { delayAfter } from '../domain/backoff.ts';
import { type Cycle, everOwned } from '../domain/cycle.ts';
import type { Execution, Funding, ObservedOrder, PositionRead, Snapshot } from '../domain/observation.ts';
import type { FillRecord } from '../domain/records.ts';
import { lotsFrom } from '../domain/units.ts';
import type { VenueEvent } from '../venue/venue.ts';
import { type BotState, note, setError, setRecord, symbolOf } from './bot-state.ts';
import { awaitExchange, beginCycle, foreignIds, settleCycle } from './cycle-life.ts';
import type { Failure, Mail } from './mail.ts';

export function receive(state: BotState, mail: Mail, now: number): void {
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
      return receiveSnapshot(state, mail.snapshot, now);
    case 'snapshot-failed':
      return receiveReadFailure(state, mail.failure, now);
    case 'prepared':
      state.entry = { ...state.entry, preparing: false, unreadable: 0 };
      if (state.cycle !== null || state.record.desired !== 'running') return;
      return beginCycle(state, mail.preparation, now);
    case 'prepare-failed':
      state.entry = { ...state.entry, preparing: false };
      if (state.cycle !== null || state.record.desired !== 'running') return;
      return awaitExchange(state, mail.failure, now);
    case 'funding':
      return receiveFunding(state, mail, now);
    case 'funding-failed':
      return postponeSettlement(state, now);
    case 'tick':
    case 'command':
      return;
  }
}

/** Books fills into the memory that waits for the commit. */
function book(state: BotState, cycle: Cycle, fills: readonly FillRecord[], now: number): void {
  state.cycle = cycle;
  if (fills.length === 0) return;
  state.unsaved.fills.push(...fills);
  for (const fill of fills) note(state, 'fill', fill, now);
  if (everOwned(cycle)) state.entry = { ...state.entry, failures: 0 };
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
      // Whatever happened before the subscription is not replayed: read again.
      state.observed = { ...state.observed, connected: true, hintAt: now };
      return;
    case 'disconnected':
      state.observed = { ...state.observed, connected: false };
      return;
  }
}

function hint(state: BotState, now: number): void {
  state.observed = { ...state.observed, hintAt: now };
}

function receiveExecution(state: BotState, execution: Execution, now: number): void {
  const { cycle } = state;
  if (cycle === null || execution.symbol !== cycle.plan.symbol) return;
  const applied = applyExecution(cycle, execution, now);
  book(state, applied.cycle, applied.fill === null ? [] : [applied.fill], now);
  const known =
    applied.fill !== null || cycle.fills.some((fill) => fill.executionId === execution.executionId);
  const echo = execution.clientOrderId !== null && state.formerIds.has(execution.clientOrderId);
  if (!known && !echo) hint(state, now);
}

function receiveOrder(state: BotState, order: ObservedOrder, now: number): void {
  const { cycle } = state;
  if (cycle === null || order.symbol !== cycle.plan.symbol) return;
  if (matchIntent(cycle, order) !== undefined) {
    state.cycle = applyOrder(cycle, order, now);
    return;
  }
  const echo = order.clientOrderId !== null && state.formerIds.has(order.clientOrderId);
  const expected = state.baseline?.has(order.exchangeOrderId) === true;
  if (order.status === 'open' && !echo && !expected) hint(state, now);
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
  if (answer.kind !== 'accepted') note(state, `${op}-${answer.kind}`, { clientOrderId, answer }, now);
  if (op === 'place') state.cycle = applyPlaceAnswer(cycle, clientOrderId, answer, now);
  else if (op === 'amend') state.cycle = applyAmendAnswer(cycle, { clientOrderId, attempt }, answer, now);
  else state.cycle = applyCancelAnswer(cycle, { clientOrderId, attempt }, answer, now);
}

function receiveLookup(state: BotState, mail: Extract<Mail, { type: 'lookup' }>, now: number): void {
  if (state.cycle === null) return;
  const { clientOrderId, order, askedAt } = mail;
  note(state, 'looked-up', { clientOrderId, status: order?.status ?? null }, now);
  state.cycle = applyLookup(state.cycle, clientOrderId, { order, askedAt }, now);
}

function receiveSnapshot(state: BotState, snapshot: Snapshot, now: number): void {
  state.reading = { inFlight: false, failures: 0, notBefore: 0 };
  const symbol = symbolOf(state);
  state.baseline ??= foreignIds(snapshot.orders, { userId: state.userId, symbol });
  if (state.restored && state.cycle !== null) state.cycle = adoptKnownIds(state.cycle, snapshot, now);
  state.restored = false;
  const context = {
    userId: state.userId,
    symbol,
    side: state.cycle?.plan.side ?? state.settings.side,
    positionMode: state.positionMode,
    baseline: state.baseline,
    now,
  };
  const effect = applySnapshot({ cycle: state.cycle, observed: state.observed }, snapshot, context);
  state.observed = withoutEchoes(state, effect.observed);
  if (effect.cycle !== null) book(state, effect.cycle, effect.fills, now);
  setRecord(state, { heartbeatAt: now });
}

/** Orders of the cycle before can show up in a lagging read; they are not another server's. */
function withoutEchoes(state: BotState, observed: BotState['observed']): BotState['observed'] {
  const impostors = observed.impostors.filter((order) => !state.formerIds.has(order.clientOrderId ?? ''));
  return { ...observed, impostors };
}

function receiveReadFailure(state: BotState, failure: Failure, now: number): void {
  const failures = state.reading.failures + 1;
  state.reading = { inFlight: false, failures, notBefore: now + delayAfter(failures) };
  if (failures === 1) note(state, 'read-failed', failure, now);
  setError(state, { code: failure.code, message: `The venue could not be read: ${failure.message}` }, now);
}

function receiveFunding(
  state: BotState,
  mail: { cycleKey: number; rows: readonly Funding[] },
  now: number,
): void {
  const { cycle } = state;
  if (cycle === null || state.settling === null || mail.cycleKey !== cycle.key) return;
  const mine = mail.rows.filter((row) => row.side === null || row.side === cycle.plan.side);
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

function postponeSettlement(state: BotState, now: number): void {
  if (state.settling === null) return;
  const failures = state.settling.failures + 1;
  state.settling = { inFlight: false, failures, notBefore: now + delayAfter(failures) };
}
