/**
 * Checking a password, the only way in. An unknown address costs as much time as a wrong password, and both
 * look the same from outside.
 *
 * Attempts are limited per address, per address and account, and per account over all addresses. The last one
 * cannot spare the right password, or it would answer every guess; it would let a stranger shut people out.
 * So a browser where the account was signed in before has counts of its own, which strangers cannot spend;
 * from a new browser the account may have to wait until the guessing has been over for an hour.
 */
import { randomUUID } from 'node:crypto';
import { normalizeEmail } from '../store/users.ts';
import { Attempts } from './attempts.ts';
import { record } from './audit.ts';
import { once } from './once.ts';
import { hashPassword, verifyPassword } from './password.ts';
import { type Answer, refuse } from './refusal.ts';
import { runtime } from './runtime.ts';

const MINUTE_MS = 60_000;
/** Per address and account. */
const PER_PAIR = { most: 10, windowMs: 10 * MINUTE_MS };
/** Over all addresses: whoever guesses may have many. */
const PER_ACCOUNT = { most: 100, windowMs: 60 * MINUTE_MS };
/** Generous: a whole group may sit behind one address. */
const PER_ADDRESS = { most: 200, windowMs: 10 * MINUTE_MS };

export interface SignedIn {
  userId: number;
  sessionVersion: number;
}

export interface SignInAttempt {
  email: string;
  address: string;
  /** Who signed in from this browser before (known-browser.ts); null when nobody did. */
  knownEmail: string | null;
}

/** Whether an attempt may begin; counts nothing. Errors: `rate_limited` with `retryAfterSeconds`. */
export function askSignIn(attempt: SignInAttempt): Answer<null> {
  if (!runtime().config.rateLimits) return { ok: true, value: null };
  const now = Date.now();
  const waits = countsOf(attempt).map(({ attempts, key }) => attempts.waiting(key, now));
  const longest = Math.max(...waits);
  return longest > 0 ? tooMany(longest) : { ok: true, value: null };
}

/** Counts one attempt before its password is looked at; a refused one counts nowhere. Errors: `rate_limited`. */
export function beginSignIn(attempt: SignInAttempt): Answer<null> {
  const allowed = askSignIn(attempt);
  if (!allowed.ok || !runtime().config.rateLimits) return allowed;
  for (const { attempts, key } of countsOf(attempt)) attempts.begin(key, Date.now());
  return allowed;
}

/** Whether this password opens this account, for an attempt that was begun. Errors: `wrong_credentials`. */
export async function finishSignIn(attempt: SignInAttempt, password: string): Promise<Answer<SignedIn>> {
  const user = await runtime().users.findByEmail(attempt.email);
  // Also for somebody who has not set a password yet: no password fits, and none takes longer than another.
  const right = await verifyPassword(user?.passwordHash || (await hashOfNobody()), password);
  const nobody = { id: null, email: null, via: 'session', address: attempt.address } as const;
  if (user === null || user.disabledAt !== null || !right) {
    const [subjectId, subjectEmail] = [user?.id ?? null, user?.email ?? null];
    const detail = { email: auditedEmail(attempt), ...(right ? { reason: 'disabled' } : {}) };
    await record('session.sign_in_failed', { subjectId, subjectEmail, detail, actor: nobody });
    return refuse('wrong_credentials', 'The email or the password is wrong.');
  }
  for (const { attempts, key } of countsOf(attempt)) attempts.giveBack(key);
  pairAttempts().clear(pairKey(attempt));
  await record('session.sign_in', { actor: { ...nobody, id: user.id, email: user.email } });
  return { ok: true, value: { userId: user.id, sessionVersion: user.sessionVersion } };
}

/** The same limit for the current password that changing it asks for. Errors: `rate_limited`, `wrong_password`. */
export async function confirmPassword(
  user: { id: number; passwordHash: string },
  password: string,
): Promise<Answer<null>> {
  const key = `user ${user.id}`;
  const waiting = runtime().config.rateLimits ? pairAttempts().begin(key, Date.now()) : 0;
  if (waiting > 0) return tooMany(waiting);
  if (!(await verifyPassword(user.passwordHash, password))) {
    return refuse('wrong_password', 'The current password is wrong.');
  }
  pairAttempts().clear(key);
  return { ok: true, value: null };
}

/** What an attempt counts under. A known browser shares nothing with strangers, not even their address. */
function countsOf(attempt: SignInAttempt): { attempts: Attempts; key: string }[] {
  const own = [
    { attempts: pairAttempts(), key: pairKey(attempt) },
    { attempts: accountAttempts(), key: accountKey(attempt) },
  ];
  return isKnown(attempt) ? own : [{ attempts: addressAttempts(), key: attempt.address }, ...own];
}

function pairKey(attempt: SignInAttempt): string {
  return `${attempt.address} ${accountKey(attempt)}`;
}

function accountKey(attempt: SignInAttempt): string {
  return `${isKnown(attempt) ? 'known ' : ''}${emailOf(attempt)}`;
}

function isKnown(attempt: SignInAttempt): boolean {
  return attempt.knownEmail === emailOf(attempt);
}

/** One person may type an address in several ways; an endless one is not kept. */
function emailOf({ email }: SignInAttempt): string {
  return normalizeEmail(email).slice(0, 254);
}

/** People mistake one field for the other: what is no address may be a password. */
function auditedEmail(attempt: SignInAttempt): string | null {
  const email = emailOf(attempt);
  return /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(email) ? email : null;
}

function tooMany(seconds: number): Answer<never> {
  const minutes = Math.ceil(seconds / 60);
  const message = `Too many attempts. Try again in ${minutes === 1 ? 'a minute' : `${minutes} minutes`}.`;
  return { ok: false, error: { code: 'rate_limited', message, retryAfterSeconds: seconds } };
}

function pairAttempts(): Attempts {
  return once('attempts-per-pair', () => new Attempts(PER_PAIR));
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
