/**
 * Access tokens at the door: `Authorization: Bearer blitz_…`. What a token allows is decided here, for REST and
 * tRPC alike; managing the account, keys, tokens and users needs a session.
 *
 * Wrong tokens are limited per address. Right ones are not: nobody can guess 256 bits, and a colleague's script
 * with an old token must not shut out the others behind the same address.
 */
import type { Scope } from '../store/api-tokens.ts';
import { Attempts } from './attempts.ts';
import { once } from './once.ts';
import type { HeaderReader } from './origin.ts';
import type { GrantedToken, Principal } from './principal.ts';
import { type Answer, refuse } from './refusal.ts';
import { runtime } from './runtime.ts';

/** Wrong tokens from one address. */
const WRONG_TOKENS = { most: 30, windowMs: 10 * 60_000 };

/** The token, null without one. Other schemes are for whoever stands before us, a proxy for example. */
export function bearerToken(headers: HeaderReader): string | null {
  return /^Bearer(?:\s+(.*))?$/i.exec(headers.get('authorization')?.trim() ?? '')?.[1]?.trim() ?? null;
}

/** Errors: `unauthorized`, `rate_limited`. */
export function grantOf(token: string, address: string): Answer<Omit<Principal, 'session'>> {
  const owner = runtime().apiTokens.find(token, Date.now());
  if (owner === null) return refuseWrong(address);
  const { userId, email, role, tokenId, scopes } = owner;
  return { ok: true, value: { userId, email, role, token: { id: tokenId, scopes } } };
}

/** Also after it was revoked, or its user disabled. */
export function isStillGranted({ id }: GrantedToken): boolean {
  return runtime().apiTokens.isValid(id, Date.now());
}

/** Errors: `forbidden`. `needs`: null for what no token opens. */
export function checkScope({ token }: Principal, needs: Scope | null): Answer<null> {
  if (token === null) return { ok: true, value: null };
  if (needs === null) {
    return refuse('forbidden', 'No access token may do this: sign in on the page for it.');
  }
  if (token.scopes.includes(needs)) return { ok: true, value: null };
  return refuse('forbidden', `This access token may only read; make one with the scope "${needs}" for this.`);
}

function refuseWrong(address: string): Answer<never> {
  if (runtime().config.rateLimits) {
    const attempts = once('wrong-tokens', () => new Attempts(WRONG_TOKENS));
    const seconds = attempts.begin(address, Date.now());
    if (seconds > 0) {
      const message = `Too many wrong access tokens from this address. Try again in ${seconds} seconds, with a right one.`;
      return { ok: false, error: { code: 'rate_limited', message, retryAfterSeconds: seconds } };
    }
  }
  return refuse(
    'unauthorized',
    'The access token is unknown, expired or revoked. Make a new one on your page.',
  );
}
