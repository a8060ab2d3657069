/**
 * After a start the journal may be older than the account: a copy was put back, or its newest rows are lost. So the bot
 * looks once for a cycle of its own that rests on the exchange and is not in the journal, and protects it: as soon as
 * no cycle is open here, whether or not anybody wants the bot to run.
 */
import { delayAfter } from '../domain/backoff.ts';
import type { Cycle } from '../domain/cycle.ts';
import type { Observed } from '../domain/observed.ts';
import { type BotState, setError, setRecord } from './bot-state.ts';
import { sentence, UNPROVEN } from './lost-cycle.ts';
import { adoptLostCycle } from './lost-adoption.ts';
import type { Failure, LostCycle } from './mail.ts';

/** Of a bot without an open cycle. An entry that is being prepared finds what was lost by itself. */
export function isToLookBack({ cycle, lookBack, entry }: BotState): boolean {
  return cycle === null && lookBack !== null && entry.preparing === null;
}

/** The memory is no older than the account where the open cycle holds all that is held, and nothing else of ours rests. */
export function isNewest({ own, closedOutside }: Cycle, { position, impostors }: Observed): boolean {
  if (closedOutside || impostors.length > 0) return false;
  return own.quantity > 0 && position?.quantity === own.quantity;
}

export function receiveLookBack(state: BotState, lost: LostCycle | null, now: number): void {
  const { lookBack } = state;
  if (lookBack === null) return;
  state.lookBack = { ...lookBack, inFlight: false };
  if (!isToLookBack(state)) return;
  state.lookBack = null;
  if (lost !== null) adoptLostCycle(state, lost, now);
}

/** What cannot be read now may be read later; what rests there and proves nothing is told. */
export function receiveLookBackFailure(state: BotState, failure: Failure, now: number): void {
  const { lookBack, record } = state;
  if (lookBack === null) return;
  const failures = lookBack.failures + 1;
  state.lookBack = { inFlight: false, failures, notBefore: now + delayAfter(failures) };
  if (!isToLookBack(state)) return;
  const { code, message } = failure;
  // A key that opens nothing protects nothing either: whoever saves another one can start the bot, or press Recover.
  if (code === 'credentials' || code === 'permission' || code === 'unknown_symbol') state.lookBack = null;
  if (code !== UNPROVEN) return;
  state.lookBack = null;
  // An entry would be refused with the same words.
  if (record.desired === 'running') return;
  setRecord(state, { status: 'halted' });
  setError(state, { code: 'orders_from_before', message: sentence(message) }, now);
}
