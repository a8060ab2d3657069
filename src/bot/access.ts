/**
 * Whether the exchange lets the bot in: a key that was revoked, or may not do what the bot needs. The bot keeps its
 * memory and asks again; people are told what happened and what to do, until a request of that kind is answered.
 */
import type { Problem } from '../domain/verdict.ts';
import type { Access, AccessKind, BotState } from './bot-state.ts';

/** Failed readings in a row that people hear of. */
const UNANSWERED_SHOWN = 3;

export function heedAccess(
  state: BotState,
  kind: AccessKind,
  { code, message }: { code: string; message: string },
): void {
  if (code === 'credentials' || code === 'permission') state.access = { kind, code, message };
}

/** An order that was taken proves more than a reading: that the key trades. */
export function regainAccess(state: BotState, kind: AccessKind): void {
  if (kind === 'order' || state.access?.kind === 'read') state.access = null;
}

export function accessProblems({ access, reading }: BotState): Problem[] {
  if (access !== null) return [{ code: access.code, message: wordsFor(access), attention: true }];
  if (reading.failures < UNANSWERED_SHOWN) return [];
  const message =
    'The exchange does not answer: it may be at its maintenance, or this machine’s network is down. What rests there keeps working; the bot asks again at least every half minute and goes on by itself.';
  return [{ code: 'venue_unavailable', message, attention: false }];
}

function wordsFor({ code, message }: Access): string {
  const what =
    code === 'credentials'
      ? 'The exchange refuses the key: it was deleted there, has expired, or is mistyped.'
      : 'The exchange does not let this key do what the bot needs: it may not trade contracts, or it is not allowed from this machine’s address.';
  return `${what} What rests on the exchange keeps working, but the bot can change nothing. Save a valid key of the same account: the bot remembers its cycle and goes on with it. The exchange says: ${message}`;
}
