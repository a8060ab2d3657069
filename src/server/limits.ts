/**
 * How much one user may ask of the server, or one address where nobody is signed in, so that nobody's
 * requests delay somebody else's orders. REST and tRPC both come here: `admit` for every request or
 * procedure, `askVenue` for what asks an exchange, `openStream` for what stays open.
 *
 * The pages' own use stays far below: they ask for a preview at most every 350 ms while somebody types, and
 * for the bot once a second. Stopping a bot is never limited. All of it is off with RATE_LIMITS=off.
 */
import { type AttemptLimit, Attempts } from './attempts.ts';
import { once } from './once.ts';
import { type Answer, refuse } from './refusal.ts';
import { runtime } from './runtime.ts';
import type { Principal } from './session.ts';
import { Turns } from './turns.ts';

const LIMITS = {
  request: { most: 300, windowMs: 10_000 },
  preview: { most: 30, windowMs: 10_000 },
  venue: { most: 60, windowMs: 60_000 },
} satisfies Record<string, AttemptLimit>;

const TURNS = { atOnce: 3, waiting: 20 };
const STREAMS_MAX = 10;
const STREAM_RETRY_SECONDS = 10;

/**
 * The caller, counted; who is not signed in counts under the address. Errors: those of `principal`, and
 * `rate_limited`.
 */
export function admit(
  principal: Answer<Principal>,
  address: string,
  { users }: { users: 'limited' | 'unlimited' } = { users: 'limited' },
): Answer<Principal> {
  if (principal.ok && users === 'unlimited') return principal;
  const counted = count('request', principal.ok ? `user ${principal.value.userId}` : address);
  return counted.ok ? principal : counted;
}

/** For doors that nobody is signed in for. Errors: `rate_limited`. */
export function admitAddress(address: string): Answer<null> {
  return count('request', address);
}

/**
 * Work that asks an exchange for this user: a few at a time, the others wait their turn.
 * Errors: those of `work`, and `rate_limited`; then `work` did not run.
 */
export async function askVenue<T>(
  userId: number,
  work: () => Promise<Answer<T>>,
  kind: 'venue' | 'preview' = 'venue',
): Promise<Answer<T>> {
  if (!runtime().config.rateLimits) return work();
  const key = `user ${userId}`;
  const counted = count(kind, key);
  if (!counted.ok) return counted;
  const turns = once('venue-turns', () => new Turns(TURNS));
  return (await turns.run(key, work)) ?? tooMany(1);
}

/** One more stream for this user, until `value` is called. Errors: `rate_limited`. */
export function openStream(userId: number): Answer<() => void> {
  const open = once('open-streams', () => new Map<number, number>());
  const others = open.get(userId) ?? 0;
  if (runtime().config.rateLimits && others >= STREAMS_MAX) {
    const refusal = refuse('rate_limited', `At most ${STREAMS_MAX} streams may be open: close another page.`);
    return { ok: false, error: { ...refusal.error, retryAfterSeconds: STREAM_RETRY_SECONDS } };
  }
  open.set(userId, others + 1);
  const close = () => {
    const left = (open.get(userId) ?? 1) - 1;
    if (left > 0) open.set(userId, left);
    else open.delete(userId);
  };
  return { ok: true, value: close };
}

function count(kind: keyof typeof LIMITS, key: string): Answer<null> {
  if (!runtime().config.rateLimits) return { ok: true, value: null };
  const attempts = once(`limit-${kind}`, () => new Attempts(LIMITS[kind]));
  const seconds = attempts.begin(key, Date.now());
  return seconds > 0 ? tooMany(seconds) : { ok: true, value: null };
}

function tooMany(seconds: number): Answer<never> {
  const message = `Too many requests at once. Try again in ${seconds === 1 ? 'a second' : `${seconds} seconds`}.`;
  return { ok: false, error: { code: 'rate_limited', message, retryAfterSeconds: seconds } };
}
