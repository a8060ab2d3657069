/**
 * After a start the journal may be older than the account: a copy was put back, or its newest rows are lost. So the bot
 * looks once for a cycle of its own that rests on the exchange and is not in the journal, and protects it: as soon as
 * no cycle is open here, whether or not anybody wants the bot to run, and before the next entry.
 */
import { delayAfter } from '../domain/backoff.ts';
import type { Cycle } from '../domain/cycle.ts';
import type { Observed } from '../domain/observed.ts';
import type { Problem } from '../domain/verdict.ts';
import { heedAccess, regainAccess } from './access.ts';
import { type BotState, type LookBack, note, setError, setRecord } from './bot-state.ts';
import { awaitExchange } from './cycle-life.ts';
import { adoptLostCycle } from './lost-adoption.ts';
import { sentence, UNPROVEN } from './lost-cycle.ts';
import type { Failure, LostCycle } from './mail.ts';

/** A bot that nobody runs asks a venue that does not answer no faster than this, after its first tries. */
const PATIENT_AFTER = 4;
const PATIENT_MS = 60_000;

export function isToLookBack({ cycle, lookBack }: Pick<BotState, 'cycle' | 'lookBack'>): boolean {
  return cycle === null && lookBack !== null;
}

/** The memory is no older than the account where the open cycle holds all that is held, and nothing else of ours rests. */
export function isNewest({ own, closedOutside }: Cycle, { position, impostors }: Observed): boolean {
  if (closedOutside || impostors.length > 0) return false;
  return own.quantity > 0 && position?.quantity === own.quantity;
}

/** The answer to a look that a cycle has overtaken counts for nothing, and another look may follow it. */
function endLook(state: BotState): LookBack | null {
  if (state.lookBack !== null) state.lookBack = { ...state.lookBack, inFlight: false };
  return isToLookBack(state) ? state.lookBack : null;
}

export function receiveLookBack(state: BotState, lost: LostCycle | null, now: number): void {
  if (endLook(state) === null) return;
  state.lookBack = null;
  regainAccess(state, 'read');
  if (state.entry.unreadable > 0) state.entry = { ...state.entry, unreadable: 0, notBefore: 0 };
  if (lost !== null) adoptLostCycle(state, lost, now);
}

/** What cannot be read now may be read later; what rests there and proves nothing is told. */
export function receiveLookBackFailure(state: BotState, failure: Failure, now: number): void {
  const lookBack = endLook(state);
  if (lookBack === null) return;
  const { code, message } = failure;
  const isRunning = state.record.desired === 'running';
  // No later look would find more. An entry meets both, and says so.
  if (code === 'unknown_symbol' || code === UNPROVEN) {
    state.lookBack = null;
    if (code === 'unknown_symbol' || isRunning) return;
    setRecord(state, { status: 'halted' });
    return setError(state, { code: 'orders_from_before', message: sentence(message) }, now);
  }
  const failures = lookBack.failures + 1;
  const pause = isRunning || failures < PATIENT_AFTER ? delayAfter(failures) : PATIENT_MS;
  state.lookBack = { inFlight: false, failures, notBefore: now + pause };
  if (isRunning) return awaitExchange(state, failure, now);
  heedAccess(state, 'read', failure);
  if (failures === 1) note(state, 'look-back-failed', failure, now);
}

/** What people have to know while nobody could look. */
export function lookBackProblems({ lookBack, cycle, record, access }: BotState): Problem[] {
  const isTold = access !== null || record.desired === 'running';
  if (!isToLookBack({ cycle, lookBack }) || isTold || lookBack === null || lookBack.failures === 0) return [];
  const message =
    'The server has started, and the exchange has not told yet whether something of this bot rests there. It is asked again by itself.';
  return [{ code: 'venue_unavailable', message, attention: false }];
}
