/** New funded accounts on the paper exchange: free for the user, but each one stays in its books for good. */
import type { VenueKey } from '../venue/venue.ts';
import { Attempts } from './attempts.ts';
import { once } from './once.ts';
import { type Answer, refuse } from './refusal.ts';
import { runtime } from './runtime.ts';

const HOUR_MS = 60 * 60 * 1000;
const PER_USER = { most: 5, windowMs: 24 * HOUR_MS };

/** Errors: `rate_limited`, `venue_unavailable`; only an account that was made counts. */
export async function newPaperKey(userId: number): Promise<Answer<Pick<VenueKey, 'apiKey' | 'apiSecret'>>> {
  const attempts = once('paper-accounts', () => new Attempts(PER_USER));
  const key = String(userId);
  const seconds = runtime().config.rateLimits ? attempts.begin(key, Date.now()) : 0;
  if (seconds > 0) return tooMany(seconds);
  const made = await runtime().venues.createPaperAccount();
  if (made.ok) return { ok: true, value: made.value };
  attempts.giveBack(key);
  return refuse('venue_unavailable', made.message);
}

function tooMany(seconds: number): Answer<never> {
  const hours = Math.ceil((seconds * 1000) / HOUR_MS);
  const message = `At most ${PER_USER.most} new paper accounts a day can be made. Enter the key of an earlier one, or try again in ${hours === 1 ? 'an hour' : `${hours} hours`}.`;
  return { ok: false, error: { code: 'rate_limited', message, retryAfterSeconds: seconds } };
}
