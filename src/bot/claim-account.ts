/** One venue account belongs to one user, also where the key was saved while the venue could not be asked. */
import type { VenueKey } from '../domain/venue-key.ts';
import type { Venue } from '../venue/venue.ts';
import type { LadderBot } from './bot.ts';
import type { BotResult } from './bot-view.ts';
import type { BotStores } from './bot-stores.ts';

interface Claim {
  userId: number;
  bot: LadderBot;
  venue: Venue;
  key: VenueKey;
}

/** Errors: `invalid_credentials`, `venue_unavailable`, `missing_credentials`, and those of saving a key. */
export async function claimAccount(
  credentials: BotStores['credentials'],
  { userId, bot, venue, key }: Claim,
): Promise<BotResult<null>> {
  const known = await credentials.read(userId);
  if (known?.accountUid != null) return { ok: true, value: null };
  const account = await venue.account();
  if (!account.ok) {
    const code = account.code === 'credentials' ? 'invalid_credentials' : 'venue_unavailable';
    return { ok: false, error: code, message: `The exchange did not accept the key: ${account.message}` };
  }
  const current = await credentials.open(userId);
  if (current?.apiKey !== key.apiKey) {
    const message = 'The key was changed meanwhile: start again.';
    return { ok: false, error: 'missing_credentials', message };
  }
  const saved = await credentials.save(userId, key, account.value.accountUid);
  if (!saved.ok) return { ok: false, error: saved.error.code, message: saved.error.message };
  bot.accountIs(account.value.accountUid);
  return { ok: true, value: null };
}
