/** How a cycle begins, ends and stops in the bot's memory. */
import { delayAfter, failedAt, isAboutOrder, isToBlame } from '../domain/backoff.ts';
import { type Cycle, createCycle } from '../domain/cycle.ts';
import { nextCycleKey } from '../domain/cycle-key.ts';
import type { EntryRefusal } from '../domain/entry.ts';
import type { StopMode } from '../domain/words.ts';
import { applySnapshot } from '../domain/apply-snapshot.ts';
import { NOTHING_OBSERVED } from '../domain/observed.ts';
import { advanceClock, clockOfCycle } from '../domain/protection-clock.ts';
import type { CycleState } from '../domain/records.ts';
import { protectAgain } from '../domain/protect-again.ts';
import { cycleRecord } from '../domain/settlement.ts';
import { adoptLostCycle } from './lost-adoption.ts';
import { heedAccess } from './access.ts';
import { type BotState, newEntryWork, note, setError, setRecord } from './bot-state.ts';
import type { Failure, Preparation } from './mail.ts';
import { decideOn } from './preparation.ts';
import { foreignIds } from './reading.ts';

/** Entries in a row that filled nothing, or could not be begun, before the bot stops and asks for help. */
const ENTRY_FAILURES_MAX = 6;

/** Opens a cycle on a fresh reading, or says why not. */
export function beginCycle(state: BotState, preparation: Preparation, now: number): void {
  const { settings, record, userId } = state;
  const { snapshot, setup } = preparation;
  state.lookBack = null;
  if (preparation.lost !== null) return adoptLostCycle(state, preparation.lost, now);
  state.positionMode = setup.positionMode;
  state.baseline ??= foreignIds(snapshot.orders, { userId: state.userId, symbol: settings.symbol });
  const { adoptPosition } = state.entry;
  const decision = decideOn(preparation, { userId, settings, adoptPosition });
  if (!decision.ok) return refuseEntry(state, decision.refusal, now);
  const key = nextCycleKey(Math.max(record.cycleKey, preparation.highestKey), now);
  const cycle = createCycle({
    userId: state.userId,
    key,
    number: record.cycleNumber + 1,
    plan: decision.plan,
    now,
  });
  state.cycle = cycle;
  state.entry = { ...state.entry, adoptPosition: false };
  state.executionsReadUntil = preparation.executionsUntil;
  state.protection = clockOfCycle(state.protection, key, now);
  setRecord(state, { cycleKey: key, cooldownUntil: null, mode: 'run', heartbeatAt: now });
  const context = {
    userId: state.userId,
    symbol: settings.symbol,
    side: settings.side,
    positionMode: setup.positionMode,
    baseline: state.baseline,
    now,
  };
  const observed = { ...NOTHING_OBSERVED, connected: state.observed.connected };
  state.observed = applySnapshot({ cycle, observed }, snapshot, context).observed;
  note(state, 'cycle-opened', { number: cycle.number, plan: decision.plan }, now);
}

/** A new cycle may not begin. A position that has just been closed may still show in a lagging read: asked again. */
function refuseEntry(state: BotState, refusal: EntryRefusal, now: number): void {
  const lagging = state.lastSettled !== null && refusal.code !== 'invalid_settings';
  postponeEntry(state, refusal, { now });
  if (lagging && state.entry.failures < 3) return;
  const halted = refusal.code !== 'invalid_settings';
  stopRunning(state, halted ? 'halted' : 'needs_attention');
}

/** The venue said no to what an entry needs: tried again some times. */
export function refuseToPrepare(state: BotState, problem: Failure, now: number): void {
  postponeEntry(state, problem, { now });
  heedAccess(state, 'order', problem);
  if (state.entry.blamed >= ENTRY_FAILURES_MAX) stopRunning(state, 'needs_attention');
}

/** The exchange could not be read: tried again, for as long as the user wants the bot to run. */
export function awaitExchange(state: BotState, problem: Failure, now: number): void {
  const unreadable = state.entry.unreadable + 1;
  state.entry = { ...state.entry, unreadable, notBefore: now + delayAfter(unreadable) };
  heedAccess(state, 'read', problem);
  setError(state, { code: problem.code, message: `The exchange could not be read: ${problem.message}` }, now);
  if (unreadable === 1) note(state, 'entry-postponed', { code: problem.code, message: problem.message }, now);
}

/** Tries again later; the pause counts from `since`. */
function postponeEntry(
  state: BotState,
  { code, message }: Failure,
  { now, since = now, blamed = isAboutOrder(code) }: { now: number; since?: number; blamed?: boolean },
): void {
  const problem = { code, message };
  const failures = state.entry.failures + 1;
  state.entry = {
    ...state.entry,
    failures,
    blamed: state.entry.blamed + (blamed ? 1 : 0),
    notBefore: since + delayAfter(failures),
  };
  setError(state, problem, now);
  note(state, 'entry-refused', problem, now);
}

function stopRunning(state: BotState, status: string): void {
  setRecord(state, { desired: 'stopped', status, startedAt: null, cooldownUntil: null });
}

/** The entry filled nothing: its number is free again, its key is not. */
export function abandonCycle(state: BotState, reason: string, now: number): void {
  const entry = state.cycle?.intents.at(-1);
  endCycle(state, { state: 'abandoned', reason }, now);
  const problem = { code: 'entry_empty', message: `The entry bought nothing: ${reason}.` };
  postponeEntry(
    state,
    problem,
    entry === undefined ? { now } : { now, since: failedAt(entry), blamed: isToBlame(entry) },
  );
  if (state.record.desired === 'stopped') setRecord(state, { status: statusWhenDone(state) });
  else if (state.entry.blamed >= ENTRY_FAILURES_MAX) stopRunning(state, 'needs_attention');
}

/** Everything is booked. The next cycle waits for the cooldown, or the bot has done its work. */
export function settleCycle(state: BotState, now: number): void {
  const { cycle, settings, record } = state;
  if (cycle === null) return;
  const forced = ENDINGS.find(({ kind }) => cycle.fills.some((fill) => fill.executionKind === kind));
  endCycle(state, { state: 'settled', reason: cycle.reason ?? reasonOf(cycle) }, now);
  state.entry = newEntryWork();
  if (record.desired === 'running' && settings.repeat && forced === undefined) {
    setRecord(state, { cooldownUntil: now + settings.cooldown * 1000 });
    return;
  }
  if (forced !== undefined) {
    setError(state, { code: forced.kind, message: forced.words(cycle.plan.symbol) }, now);
    return stopRunning(state, 'needs_attention');
  }
  const status = record.desired === 'running' ? 'stopped' : statusWhenDone(state);
  stopRunning(state, status);
}

/** Ends after which no further cycle begins by itself. */
const ENDINGS = [
  {
    kind: 'liquidation',
    words: (symbol: string) =>
      `The exchange liquidated the position in ${symbol}: its losses had used up the margin. The cycle is booked and the bot has stopped. Look at leverage, amounts and stop-loss before you start it again.`,
  },
  {
    kind: 'delisting',
    words: (symbol: string) =>
      `The exchange closed the position because ${symbol} is no longer traded there. The cycle is booked and the bot has stopped. Choose another symbol in the settings before you start it again.`,
  },
] as const;

function statusWhenDone(state: BotState): string {
  return state.record.status === 'halted' || state.record.status === 'needs_attention'
    ? state.record.status
    : 'stopped';
}

function reasonOf(cycle: Cycle): string {
  const last = cycle.fills.at(-1);
  if (last === undefined) return 'closed';
  if (last.executionKind !== 'trade') return last.executionKind;
  if (last.kind === 'tp') return 'take-profit';
  const closing = cycle.intents.find((intent) => intent.clientOrderId === last.clientOrderId);
  return closing?.type === 'market' ? 'closed at market' : 'stop-loss';
}

function endCycle(state: BotState, end: { state: CycleState; reason: string }, now: number): void {
  const { cycle } = state;
  if (cycle === null) return;
  state.protection = advanceClock(state.protection, { phase: 'none', cause: null }, now);
  const ended = cycleRecord({ ...cycle, reason: end.reason }, state.account, {
    state: end.state,
    settledAt: now,
    protection: state.protection.cycle,
  });
  note(state, `cycle-${end.state}`, { number: cycle.number, reason: end.reason, net: ended.net }, now);
  state.unsaved.ended = { cycle, record: ended };
  if (end.state === 'settled') {
    state.lastSettled = ended;
    setRecord(state, { cycleNumber: Math.max(state.record.cycleNumber, cycle.number) });
  }
  state.former = {
    orders: new Set(cycle.intents.map((intent) => intent.clientOrderId)),
    executions: new Set(cycle.fills.map((fill) => fill.executionId)),
  };
  state.cycle = null;
  state.settling = null;
  state.pushed = null;
  state.restored = false;
}

/** Stops adding, keeps the protection, says why. Idempotent. */
export function haltBot(state: BotState, problem: { code: string; message: string }, now: number): boolean {
  const { record } = state;
  if (record.status === 'halted' && record.lastErrorCode === problem.code) return false;
  stopRunning(state, 'halted');
  if (record.mode === 'run') setRecord(state, { mode: 'protect' });
  setError(state, problem, now);
  note(state, 'halted', problem, now);
  return true;
}

export type StopOutcome = 'stopped' | 'unchanged' | 'nothing_to_stop';

/** The user's wish to stop. Whoever repeats it, however often, changes nothing and leaves no note. */
export function stopBot(state: BotState, mode: StopMode, now: number): StopOutcome {
  const { record } = state;
  if (record.desired !== 'running' && state.cycle === null) return 'nothing_to_stop';
  // Nothing is left to give up where only the books are open.
  const isOver = state.settling !== null;
  const status = state.cycle === null || (mode === 'leave' && !isOver) ? 'stopped' : 'protecting';
  const kept = isOver ? 'protect' : mode;
  const wasLeft = record.mode === 'leave' && kept !== 'leave';
  const isBlindClose = kept === 'close' && record.mode !== 'close' && isBlindBesideOthers(state);
  if (wasLeft || isBlindClose) lookAfresh(state);
  if (record.desired === 'stopped' && record.mode === kept && record.status === status) return 'unchanged';
  setRecord(state, { desired: 'stopped', mode: kept, status, startedAt: null, cooldownUntil: null });
  note(state, 'stop', { mode }, now);
  return 'stopped';
}

/**
 * Somebody holds more than is ours, and what has filled meanwhile is yet to be read: a close at market by what was
 * known before could take it from them. Where all is ours, the venue closes no more than there is.
 */
function isBlindBesideOthers({ cycle, observed }: BotState): boolean {
  const isBlind = !observed.connected || observed.hintAt !== null;
  const held = observed.position?.quantity ?? 0;
  return isBlind && cycle !== null && held > cycle.own.quantity;
}

/** The user wants the position covered, whatever was taken away by hand before. */
export function wishProtection(state: BotState): void {
  if (state.cycle !== null) state.cycle = protectAgain(state.cycle);
}

/** Nothing is done before the account was read again: while nobody looked, orders may have filled. */
export function lookAfresh(state: BotState): void {
  state.observed = { ...NOTHING_OBSERVED, connected: state.observed.connected };
}

/** The user's wish to run, with an open cycle or without. */
export function runBot(state: BotState, options: { adoptPosition: boolean }, now: number): void {
  setRecord(state, {
    desired: 'running',
    mode: 'run',
    status: 'starting',
    startedAt: now,
    cooldownUntil: null,
    lastErrorCode: null,
    lastErrorMessage: null,
    lastErrorAt: null,
  });
  state.entry = newEntryWork(options.adoptPosition);
  wishProtection(state);
  // What is there now was there before the start.
  state.baseline = null;
  lookAfresh(state);
  state.lastSettled = null;
  note(state, 'start', options, now);
}
