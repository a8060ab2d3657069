/**
 * From what the bot knows to what it does next. In a cycle reconcile decides; between cycles there is only the
 * question whether a new one may begin. Effects are carried out after the journal has everything.
 */
import { type Action, withAction } from '../domain/action.ts';
import { assert } from '../domain/assert.ts';
import { type Cycle, withProgress } from '../domain/cycle.ts';
import { isLive, TURNED_UP } from '../domain/intent.ts';
import { reconcile } from '../domain/reconcile.ts';
import { accessProblems } from './access.ts';
import { type BotState, note, setRecord } from './bot-state.ts';
import { abandonCycle, haltBot } from './cycle-life.ts';
import { isToLookBack, lookBackProblems } from './look-back.ts';
import { protectionProblem, watchProtection } from './watch-protection.ts';
import { targetsOf } from './targets.ts';

export type Effect =
  | { type: 'send'; action: Extract<Action, { type: 'place' | 'resend' | 'amend' | 'cancel' }>; cycle: Cycle }
  | { type: 'look-up'; clientOrderId: string; cycle: Cycle }
  | { type: 'read' }
  | { type: 'prepare'; ordinal: number }
  | { type: 'look-back' }
  | { type: 'funding'; cycle: Cycle };

/** A decision changes the mode or ends a cycle at most a few times in a row. */
const ROUNDS_MAX = 8;
/** A pushed position may precede or follow its executions by this much. */
const PUSH_SETTLES_MS = 1_500;
/** A venue whose reads keep contradicting it is not asked faster than this many times in this time. */
const READ_BURST_MAX = 4;
const READ_PAUSE_MS = 500;

/** Everything that follows from the state now; the state already contains that it is under way. */
export function decide(state: BotState, now: number): Effect[] {
  const effects: Effect[] = [];
  state.wakeAt = null;
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const again = state.cycle === null ? decideIdle(state, effects, now) : decideCycle(state, effects, now);
    if (!again) break;
  }
  state.problems = [...state.problems, ...accessProblems(state), ...lookBackProblems(state)];
  assertOneLivePerTag(state);
  updateProtection(state, now);
  updateStatus(state);
  return effects;
}

function wakeAt(state: BotState, at: number): void {
  state.wakeAt = state.wakeAt === null ? at : Math.min(state.wakeAt, at);
}

function decideIdle(state: BotState, effects: Effect[], now: number): boolean {
  state.problems = entryProblems(state);
  decideEntry(state, effects, now);
  decideLookBack(state, effects, now);
  return false;
}

function decideEntry(state: BotState, effects: Effect[], now: number): void {
  const { record, entry, observed } = state;
  // What the look finds goes before, and two readings at once cost each other the venue's patience.
  if (isToLookBack(state)) return;
  if (record.desired !== 'running' || entry.preparing !== null || !observed.connected) return;
  const notBefore = Math.max(record.cooldownUntil ?? 0, entry.notBefore);
  if (now < notBefore) return wakeAt(state, notBefore);
  state.preparations += 1;
  state.entry = { ...entry, preparing: state.preparations };
  effects.push({ type: 'prepare', ordinal: state.preparations });
}

function decideLookBack(state: BotState, effects: Effect[], now: number): void {
  const { lookBack } = state;
  if (!isToLookBack(state) || lookBack === null || lookBack.inFlight) return;
  if (now < lookBack.notBefore) return wakeAt(state, lookBack.notBefore);
  state.lookBack = { ...lookBack, inFlight: true };
  effects.push({ type: 'look-back' });
}

/** Why the next cycle does not begin yet. */
function entryProblems({ record, entry, access }: BotState): BotState['problems'] {
  const isWaiting = record.desired === 'running' && access === null && entry.failures + entry.unreadable > 0;
  if (!isWaiting || record.lastErrorCode === null) return [];
  const message = `${record.lastErrorMessage ?? ''} It is tried again by itself.`.trim();
  return [{ code: record.lastErrorCode, message, attention: false }];
}

function decideCycle(state: BotState, effects: Effect[], now: number): boolean {
  assert(state.cycle !== null, 'a cycle is open while it is decided on');
  const cycle = withProgress(state.cycle);
  state.cycle = cycle;
  if (cycle.own.quantity > 0 && !cycle.closedOutside) state.settling = null;
  if (state.settling !== null) return continueSettlement(state, effects, now);
  hintOnPush(state, now);
  const verdict = reconcile({
    cycle,
    mode: state.record.mode,
    targets: targetsOf(state),
    observed: state.observed,
    now,
  });
  state.problems = verdict.problems;
  if (verdict.wakeAt !== null) wakeAt(state, verdict.wakeAt);
  let again = false;
  for (const turn of verdict.actions.filter(isTurn)) again = takeTurn(state, turn, now) || again;
  // What was decided before a turn no longer holds: a halted bot places no legs.
  if (again) return true;
  for (const action of verdict.actions) if (!isTurn(action)) carryOut(state, action, effects, now);
  return false;
}

/** Actions that change what is to be decided. */
type Turn = Extract<Action, { type: 'halt' | 'abandon' | 'settle' | 'close-outside' }>;

const TURNS: ReadonlySet<Action['type']> = new Set<Turn['type']>([
  'halt',
  'abandon',
  'settle',
  'close-outside',
]);

function isTurn(action: Action): action is Turn {
  return TURNS.has(action.type);
}

/** A pushed position that still differs after its executions had time to arrive asks for a read. */
function hintOnPush(state: BotState, now: number): void {
  const { cycle, pushed, observed } = state;
  if (cycle === null || pushed === null || pushed.quantity === cycle.own.quantity) return;
  if (observed.snapshotAt !== null && observed.snapshotAt > pushed.at) return;
  const settled = Math.max(pushed.at, cycle.lastFillAt) + PUSH_SETTLES_MS;
  if (now < settled) return wakeAt(state, settled);
  state.observed = { ...observed, hintAt: now };
  state.pushed = null;
}

/** True when the decision has to be taken again with what this changed. */
function takeTurn(state: BotState, action: Turn, now: number): boolean {
  if (state.cycle === null) return true;
  switch (action.type) {
    case 'halt':
      return haltBot(state, action, now);
    case 'abandon':
      abandonCycle(state, action.reason, now);
      return true;
    case 'settle':
      state.cycle = { ...state.cycle, reason: action.reason === 'flat' ? state.cycle.reason : action.reason };
      state.settling = { inFlight: false, failures: 0, notBefore: 0 };
      return true;
    case 'close-outside':
      note(state, action.type, action, now);
      state.cycle = withAction(state.cycle, action, now);
      return true;
  }
}

function carryOut(state: BotState, action: Exclude<Action, Turn>, effects: Effect[], now: number): void {
  assert(state.cycle !== null, 'actions belong to an open cycle');
  switch (action.type) {
    case 'read':
      return requestRead(state, effects, now);
    case 'look-up':
      state.cycle = withAction(state.cycle, action, now);
      effects.push({ type: 'look-up', clientOrderId: action.clientOrderId, cycle: state.cycle });
      return;
    case 'place':
    case 'resend':
    case 'amend':
    case 'cancel':
      note(state, action.type, describe(action), now);
      state.cycle = withAction(state.cycle, action, now);
      effects.push({ type: 'send', action, cycle: state.cycle });
      return;
  }
}

function describe(action: Extract<Action, { type: 'place' | 'resend' | 'amend' | 'cancel' }>): object {
  if (action.type !== 'place') return action;
  const { clientOrderId, price, triggerPrice, quantity, type } = action.intent;
  return { clientOrderId, price, triggerPrice, quantity, order: type, reason: action.reason };
}

function requestRead(state: BotState, effects: Effect[], now: number): void {
  if (state.reading.inFlight) return;
  const { notBefore, burst } = state.reading;
  if (now < notBefore) return wakeAt(state, notBefore);
  const isPaused = now - burst.since >= READ_PAUSE_MS;
  if (!isPaused && burst.count >= READ_BURST_MAX) return wakeAt(state, burst.since + READ_PAUSE_MS);
  const next = isPaused ? { since: now, count: 1 } : { ...burst, count: burst.count + 1 };
  state.reading = { ...state.reading, inFlight: true, burst: next };
  effects.push({ type: 'read' });
}

function continueSettlement(state: BotState, effects: Effect[], now: number): boolean {
  const { settling, cycle } = state;
  if (settling === null || cycle === null || settling.inFlight) return false;
  if (now < settling.notBefore) {
    wakeAt(state, settling.notBefore);
    return false;
  }
  state.settling = { ...settling, inFlight: true };
  effects.push({ type: 'funding', cycle });
  return false;
}

/** A second one of a tag is possible only where the venue showed an order that had been proven absent. */
function assertOneLivePerTag(state: BotState): void {
  const live = (state.cycle?.intents ?? []).filter((intent) => isLive(intent) && intent.detail !== TURNED_UP);
  assert(
    new Set(live.map((intent) => intent.tag)).size === live.length,
    'at most one order of a tag is live',
  );
}

function updateStatus(state: BotState): void {
  const { record, cycle, observed, problems } = state;
  if (record.desired === 'running') {
    const attention = problems.some((problem) => problem.attention) || state.entry.blamed >= 3;
    const started = observed.snapshotAt !== null || state.record.status !== 'starting';
    const status = attention ? 'needs_attention' : started ? 'running' : 'starting';
    if (status !== record.status) setRecord(state, { status });
    return;
  }
  if (
    cycle !== null &&
    record.mode !== 'leave' &&
    record.status !== 'halted' &&
    record.status !== 'protecting'
  ) {
    setRecord(state, { status: 'protecting' });
  }
}

/** The clock goes on, and where protection has been unproven for too long people are alarmed. */
function updateProtection(state: BotState, now: number): void {
  const dueAt = watchProtection(state, now);
  state.alerted = dueAt !== null && now >= dueAt;
  if (dueAt !== null && !state.alerted) wakeAt(state, dueAt);
  if (state.alerted) state.problems = [...state.problems, protectionProblem(state)];
}
