/**
 * Who asks. `authenticate` is the one gate of REST and tRPC: it refuses other sites first, then reads the
 * access token or else the session cookie, then asks the database whether that user still exists, is enabled
 * and has not ended their sessions. A session is therefore over the moment its user is disabled, changes the
 * password or signs out.
 */
import { randomUUID } from 'node:crypto';
import { decode, encode } from 'next-auth/jwt';
import { bearerToken, grantOf, isStillGranted } from './bearer.ts';
import { clientAddress, networkOf } from './client-address.ts';
import { openedOnce } from './opened-tokens.ts';
import { crossSiteRefusal, foreignRefusal, type HeaderReader } from './origin.ts';
import type { Principal, Role, SessionToken } from './principal.ts';
import { type Answer, refuse } from './refusal.ts';
import { runtime } from './runtime.ts';

export type { Principal, Role, SessionToken };

export const SESSION_SECONDS = 14 * 24 * 60 * 60;

const UNAUTHORIZED = refuse(
  'unauthorized',
  'Sign in first: the session is missing, over, or was ended elsewhere.',
);

/** `__Host-` binds the cookie to this very host, over https only; browsers refuse it over plain http. */
export function sessionCookieName(publicUrl: string): string {
  return publicUrl.startsWith('https:') ? '__Host-next-auth.session-token' : 'next-auth.session-token';
}

/** Errors: `cross_site`, `unauthorized`, `rate_limited` for too many wrong tokens. */
export async function authenticate(headers: HeaderReader): Promise<Answer<Principal>> {
  const foreign = refuseOtherSites(headers);
  if (!foreign.ok) return foreign;
  const token = bearerToken(headers);
  if (token !== null) {
    const granted = grantOf(token, addressOf(headers));
    return granted.ok ? { ok: true, value: { ...granted.value, session: null } } : granted;
  }
  const session = await readSession(headers);
  return session === null ? UNAUTHORIZED : principalOf(session);
}

/** Errors: `cross_site`. For doors that need no session; `authenticate` includes it. */
export function refuseOtherSites(headers: HeaderReader): Answer<null> {
  const refusal = crossSiteRefusal(headers, runtime().config.publicUrl);
  return refusal === null ? { ok: true, value: null } : refuse('cross_site', refusal);
}

/** Errors: `cross_site`, cookie or not: for whatever makes or ends a session. */
export function refuseForeignPages(headers: HeaderReader): Answer<null> {
  const refusal = foreignRefusal(headers, runtime().config.publicUrl);
  return refusal === null ? { ok: true, value: null } : refuse('cross_site', refusal);
}

/** Whether who was let in would be let in again; for streams, which outlive the request that opened them. */
export function isStillAdmitted({ session, token }: Principal): boolean {
  if (token !== null) return isStillGranted(token);
  return session !== null && principalOf(session).ok;
}

/** The same for a request whose body was read in between: it may come long after the headers. Errors: `unauthorized`. */
export function admitAgain(principal: Principal): Answer<Principal> {
  return isStillAdmitted(principal) ? { ok: true, value: principal } : UNAUTHORIZED;
}

/** Whose session it is, while it is good. Errors: `unauthorized`. */
export function principalOf(session: SessionToken): Answer<Principal> {
  if (session.endsAt <= Date.now() || runtime().revokedSessions.isRevoked(session.id)) return UNAUTHORIZED;
  const { userId, version } = session;
  const user = runtime().userStates.standingOf(userId);
  if (user === null || user.disabled || user.sessionVersion !== version) return UNAUTHORIZED;
  const { email, role } = user;
  return { ok: true, value: { userId, email, role, session, token: null } };
}

export async function readSession(headers: HeaderReader): Promise<SessionToken | null> {
  const { config, sessionSecret } = runtime();
  const token = readCookie(headers.get('cookie') ?? '', sessionCookieName(config.publicUrl));
  if (token === null) return null;
  try {
    const open = async () => toSession(await decode({ token, secret: sessionSecret }));
    return await openedOnce(token, sessionSecret, open);
  } catch {
    return null; // Forged, cut off, expired, or sealed with an earlier secret: the same to us.
  }
}

/** Null unless every part is there and of its kind: a token of another maker is no session. */
export function toSession(token: Record<string, unknown> | null): SessionToken | null {
  if (token === null) return null;
  const { sid, sub, version, exp } = token;
  const userId = Number(sub);
  if (typeof sid !== 'string' || !Number.isSafeInteger(userId) || userId <= 0) return null;
  if (typeof version !== 'number' || typeof exp !== 'number') return null;
  return { id: sid, userId, version, endsAt: exp * 1000 };
}

/** The claims of a new session. */
export function newClaims(userId: number, version: number) {
  return { sub: String(userId), sid: randomUUID(), version };
}

/** A `Set-Cookie` value that signs this browser in anew, after everything older was ended. */
export async function sessionCookie(userId: number, version: number): Promise<string> {
  const { config, sessionSecret } = runtime();
  const token = await encode({
    token: newClaims(userId, version),
    secret: sessionSecret,
    maxAge: SESSION_SECONDS,
  });
  const name = sessionCookieName(config.publicUrl);
  const secure = config.publicUrl.startsWith('https:') ? '; Secure' : '';
  return `${name}=${token}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${SESSION_SECONDS}${secure}`;
}

/** The address, or for IPv6 the network, that attempts of this request count under. */
export function addressOf(headers: HeaderReader): string {
  return networkOf(clientAddress(headers, runtime().config.trustedProxies));
}

/** A cookie's value; null without it. */
export function readCookie(header: string, name: string): string | null {
  for (const pair of header.split(';')) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return null;
}
