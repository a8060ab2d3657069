/** Which symbols the user's venue offers, for the form to suggest. */
import { toRefusal } from './bot-doors.ts';
import { askVenue } from './limits.ts';
import type { Answer } from './refusal.ts';
import { runtime } from './runtime.ts';

/** Errors: `missing_credentials`, `venue_unavailable`, `rate_limited`. */
export function tradedSymbols(userId: number): Promise<Answer<string[]>> {
  return askVenue(userId, async () => {
    const symbols = await runtime().bots.symbols(userId);
    return symbols.ok ? symbols : toRefusal(symbols);
  });
}
