/**
 * Whether somebody signed in from this browser before, and as whom: a sealed cookie that lasts long and opens
 * nothing. It only chooses which count of attempts applies (sign-in.ts), so that a stranger who spends an
 * account's attempts does not shut out the people who use it.
 */
import { decode, encode } from 'next-auth/jwt';
import { normalizeEmail } from '../store/users.ts';
import type { HeaderReader } from './origin.ts';
import { runtime } from './runtime.ts';
import { readCookie } from './session.ts';

const COOKIE = 'blitz.known-browser';
const SECONDS = 180 * 24 * 60 * 60;
/** Seals it with a key of its own: neither a session nor this can pass for the other. */
const SALT = 'known-browser';

/** The email that was signed in with here; null for a browser that we do not know. */
export async function knownEmailOf(headers: HeaderReader): Promise<string | null> {
  const token = readCookie(headers.get('cookie') ?? '', COOKIE);
  if (token === null) return null;
  try {
    const claims = await decode({ token, secret: runtime().sessionSecret, salt: SALT });
    return claims?.email ?? null;
  } catch {
    return null; // Forged, cut off, expired, or sealed with an earlier secret: the same to us.
  }
}

/** A `Set-Cookie` value for the browser that has just signed in. Only sign-in ever sees it again. */
export async function knownBrowserCookie(email: string): Promise<string> {
  const { config, sessionSecret: secret } = runtime();
  const token = await encode({
    token: { email: normalizeEmail(email) },
    secret,
    salt: SALT,
    maxAge: SECONDS,
  });
  const secure = config.publicUrl.startsWith('https:') ? '; Secure' : '';
  return `${COOKIE}=${token}; Path=/api/auth; HttpOnly; SameSite=Lax; Max-Age=${SECONDS}${secure}`;
}
