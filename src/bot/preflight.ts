/** Everything that would refuse the first entry, asked before a bot says that it runs; and refusals in its words. */
import type { BotFailure, BotResult } from './bot-view.ts';
import { type LostDeps, sentence, UNPROVEN } from './lost-cycle.ts';
import type { Failure, LostCycle } from './mail.ts';
import { decideOn, type EntryWish, readWithLost } from './preparation.ts';

export const NOTHING_LOST = { ok: true, value: { lost: null } } as const;

/** With the cycle that the journal lost, where what stands on the account is one. */
export async function preflight(
  deps: LostDeps,
  wish: EntryWish,
): Promise<BotResult<{ lost: LostCycle | null }>> {
  const read = await readWithLost(deps, wish);
  if (!read.ok)
    return read.code === 'unknown_symbol' ? failure('invalid_settings', read.message) : unreadable(read);
  if (read.value.lost !== null) return { ok: true, value: { lost: read.value.lost } };
  const decision = decideOn(read.value, wish);
  return decision.ok ? NOTHING_LOST : failure(decision.refusal.code, decision.refusal.message);
}

export function failure(error: string, message: string): BotFailure {
  return { ok: false, error, message };
}

/** What was read and cannot be adopted is told apart from what could not be read. */
export function unreadable({ code, message }: Failure): BotFailure {
  if (code === UNPROVEN) return failure('orders_from_before', sentence(message));
  return failure('venue_unavailable', `The exchange could not be read: ${message}`);
}
