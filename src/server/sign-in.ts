/**
 * Checking a password, the only way in. An unknown address costs as much time as a wrong password, and both
 * look the same from outside. Attempts are limited per address and email, and per address.
 */
import { randomUUID } from 'node:crypto';
import { normalizeEmail } from '../store/users.ts';
import { Attempts } from './attempts.ts';
import { once } from './once.ts';
import { hashPassword, verifyPassword } from './password.ts';
import { type Answer, refuse } from './refusal.ts';
import { runtime } from './runtime.ts';

const MINUTE_MS = 60_000;
const PER_ACCOUNT = { most: 10, windowMs: 10 * MINUTE_MS };
/** Generous: a whole group may sit behind one address. */
const PER_ADDRESS = { most: 200, windowMs: 10 * MINUTE_MS };

export interface SignedIn {
  userId: number;
  sessionVersion: number;
}

export interface SignInAttempt {
  email: string;
  address: string;
}

/** Counts one attempt before its password is looked at. Errors: `rate_limited` with `retryAfterSeconds`. */
export function beginSignIn({ email, address }: SignInAttempt): Answer<null> {
  if (!runtime().config.rateLimits) return { ok: true, value: null };
  const now = Date.now();
  const waiting =
    accountAttempts().begin(accountKey({ email, address }), now) || addressAttempts().begin(address, now);
  return waiting > 0 ? tooMany(waiting) : { ok: true, value: null };
}

/** Whether this password opens this account, for an attempt that was begun. Errors: `wrong_credentials`. */
export async function finishSignIn(attempt: SignInAttempt, password: string): Promise<Answer<SignedIn>> {
  const user = await runtime().users.findByEmail(attempt.email);
  const right = await verifyPassword(user?.passwordHash ?? (await hashOfNobody()), password);
  if (user === null || user.disabledAt !== null || !right) {
    return refuse('wrong_credentials', 'The email or the password is wrong.');
  }
  accountAttempts().clear(accountKey(attempt));
  addressAttempts().giveBack(attempt.address);
  return { ok: true, value: { userId: user.id, sessionVersion: user.sessionVersion } };
}

/** The same limit for the current password that changing it asks for. Errors: `rate_limited`, `wrong_password`. */
export async function confirmPassword(
  user: { id: number; passwordHash: string },
  password: string,
): Promise<Answer<null>> {
  const key = `user ${user.id}`;
  const waiting = runtime().config.rateLimits ? accountAttempts().begin(key, Date.now()) : 0;
  if (waiting > 0) return tooMany(waiting);
  if (!(await verifyPassword(user.passwordHash, password))) {
    return refuse('wrong_password', 'The current password is wrong.');
  }
  accountAttempts().clear(key);
  return { ok: true, value: null };
}

/** One person may type an address in several ways; an endless one is not kept. */
function accountKey({ email, address }: SignInAttempt): string {
  return `${address} ${normalizeEmail(email).slice(0, 254)}`;
}

function tooMany(seconds: number): Answer<never> {
  const minutes = Math.ceil(seconds / 60);
  const message = `Too many attempts. Try again in ${minutes === 1 ? 'a minute' : `${minutes} minutes`}.`;
  return { ok: false, error: { code: 'rate_limited', message, retryAfterSeconds: seconds } };
}

function accountAttempts(): Attempts {
  return once('attempts-per-account', () => new Attempts(PER_ACCOUNT));
}

function addressAttempts(): Attempts {
  return once('attempts-per-address', () => new Attempts(PER_ADDRESS));
}

/** A hash that no password fits, made with the same parameters as real ones. */
function hashOfNobody(): Promise<string> {
  return once('hash-of-nobody', () => hashPassword(randomUUID()));
}
