/**
 * A user's key: written and used, never shown again. Before a key is stored the venue is asked whose account
 * it is, since one account belongs to one user, and whether it may trade.
 *
 * Entry points: getCredential, saveCredential, checkCredential, removeCredential, and whySealed for doors that found no key.
 */
import type { AccountInfo, Read, ReadFailure, Venue, VenueKey } from '../venue/venue.ts';
import { record } from './audit.ts';
import type { CredentialInput } from './inputs.ts';
import { askVenue } from './limits.ts';
import { once } from './once.ts';
import { newPaperKey } from './paper-accounts.ts';
import { type Answer, refuse, type Refusal } from './refusal.ts';
import { runtime } from './runtime.ts';
import { SharedAnswers } from './shared-answers.ts';

const CHECK_KEPT_MS = 10_000;

export interface CredentialInfo {
  venue: VenueKey['venue'];
  environment: VenueKey['environment'];
  /** The end of the key, never more than half of it. */
  keyHint: string;
  /** Null until the venue could be asked. */
  accountUid: string | null;
}

export interface CredentialCheck extends Omit<AccountInfo, 'accountUid'> {
  accountUid: string;
  /** For people: what is unwise about this key. */
  warnings: string[];
}

export function getCredential(userId: number): Promise<CredentialInfo | null> {
  return runtime().credentials.read(userId);
}

/**
 * Replaces the user's key; without one, the paper exchange gives out a funded account. A venue that cannot be
 * reached is no reason to refuse a key: it is stored unchecked, and checked before the bot starts.
 *
 * Errors: `venue_not_supported`, `invalid_credentials`, `account_taken`, `open_cycle`, `bot_running`, `venue_unavailable`,
 * `rate_limited`.
 */
export function saveCredential(userId: number, input: CredentialInput): Promise<Answer<CredentialInfo>> {
  return askVenue(userId, () => save(userId, input));
}

async function save(userId: number, input: CredentialInput): Promise<Answer<CredentialInfo>> {
  const key = await keyOf(userId, input);
  if (!key.ok) return key;
  const venue = openVenue(key.value);
  if (!venue.ok) return venue;
  const account = await askAccount(venue.value);
  if (!account.ok && isAboutTheKey(account)) return invalidKey(account);
  const accountUid = account.ok ? account.value.accountUid : null;
  const allowed = await mayReplace(userId, key.value, accountUid);
  if (!allowed.ok) return allowed;
  const saved = await runtime().credentials.save(userId, key.value, accountUid);
  if (!saved.ok) return refuse(saved.error.code, capitalise(saved.error.message));
  sharedChecks().forget(userId);
  await runtime().bots.credentialChanged(userId);
  const info = await getCredential(userId);
  await record('credential.save', { subjectId: userId, detail: { ...info } });
  return info === null ? refuse('not_found', 'The key was removed meanwhile.') : { ok: true, value: info };
}

/**
 * Whether the key works, asked of the venue once for all who ask together. Silence is not kept as an answer.
 *
 * Errors: `missing_credentials`, `sealed_elsewhere`, `invalid_credentials`, `venue_unavailable`, `account_taken`,
 * `rate_limited`.
 */
export function checkCredential(userId: number): Promise<Answer<CredentialCheck>> {
  const ask = () => askVenue(userId, () => check(userId));
  return sharedChecks().ask(
    userId,
    ask,
    (answer) => answer.ok || answer.error.code === 'invalid_credentials',
  );
}

/** What is wrong with a key that is stored and yet cannot be used; null when none is stored, or it can. */
export async function whySealed(userId: number): Promise<{ ok: false; error: Refusal } | null> {
  const { credentials, log } = runtime();
  if ((await credentials.read(userId)) === null || (await credentials.open(userId)) !== null) return null;
  log.error({ userId }, 'the stored exchange key cannot be opened with this secret key');
  return refuse(
    'sealed_elsewhere',
    "The stored exchange key cannot be opened with this server's secret key: the operator has to restore the secret.key that belongs to this database, or you save your key again.",
  );
}

async function check(userId: number): Promise<Answer<CredentialCheck>> {
  const key = await runtime().credentials.open(userId);
  if (key === null) {
    return (await whySealed(userId)) ?? refuse('missing_credentials', 'There is no key yet; save one first.');
  }
  const venue = openVenue(key);
  if (!venue.ok) return venue;
  const account = await askAccount(venue.value);
  if (!account.ok)
    return isAboutTheKey(account) ? invalidKey(account) : refuse('venue_unavailable', account.message);
  const known = await getCredential(userId);
  if (known?.accountUid === null) {
    const saved = await runtime().credentials.save(userId, key, account.value.accountUid);
    if (!saved.ok) return refuse(saved.error.code, capitalise(saved.error.message));
  }
  return { ok: true, value: { ...account.value, warnings: warnAbout(account.value) } };
}

/** Errors: `missing_credentials`, `open_cycle`, `bot_running`. */
export async function removeCredential(userId: number): Promise<Answer<{ removed: true }>> {
  const idle = await refuseWhileInUse(userId);
  if (!idle.ok) return idle;
  const removed = await runtime().credentials.remove(userId, Date.now());
  sharedChecks().forget(userId);
  if (removed) {
    await runtime().bots.credentialChanged(userId);
    await record('credential.remove', { subjectId: userId });
  }
  return removed
    ? { ok: true, value: { removed: true } }
    : refuse('missing_credentials', 'There is no key to remove.');
}

async function keyOf(userId: number, input: CredentialInput): Promise<Answer<VenueKey>> {
  const { venue, environment, apiKey, apiSecret } = input;
  if (apiKey !== undefined && apiSecret !== undefined) {
    return { ok: true, value: { venue, environment, apiKey, apiSecret } };
  }
  // A new account is never the one that is in use.
  const idle = await refuseWhileInUse(userId);
  if (!idle.ok) return idle;
  const made = await newPaperKey(userId);
  return made.ok ? { ok: true, value: { venue, environment, ...made.value } } : made;
}

async function askAccount(venue: Venue): Promise<Read<AccountInfo>> {
  try {
    return await venue.account();
  } finally {
    await venue.close();
  }
}

/** Errors: `venue_not_supported`, as the directory throws it: told apart by its code. */
function openVenue(key: VenueKey): Answer<Venue> {
  try {
    return { ok: true, value: runtime().venues.open(key, { purpose: 'door' }) };
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'venue_not_supported')) throw error;
    return refuse('venue_not_supported', `environment: ${error.message}.`);
  }
}

/** An open cycle was made with one account, and only that account can end it. */
async function mayReplace(userId: number, key: VenueKey, accountUid: string | null): Promise<Answer<null>> {
  const current = await getCredential(userId);
  const sameAccount =
    current !== null &&
    accountUid !== null &&
    current.venue === key.venue &&
    current.environment === key.environment &&
    current.accountUid === accountUid;
  return sameAccount ? { ok: true, value: null } : refuseWhileInUse(userId);
}

async function refuseWhileInUse(userId: number): Promise<Answer<null>> {
  const { running, cycle } = await runtime().bots.status(userId);
  if (cycle !== null && cycle.state !== 'settled') {
    return refuse(
      'open_cycle',
      'A cycle is open on this account. Let it end first; until then only another key of the same account is accepted.',
    );
  }
  if (running) return refuse('bot_running', 'The bot is running with this key. Stop it first.');
  return { ok: true, value: null };
}

function isAboutTheKey({ code }: ReadFailure): boolean {
  return code === 'credentials' || code === 'permission';
}

function invalidKey({ message }: ReadFailure): Answer<never> {
  return refuse(
    'invalid_credentials',
    `The exchange does not accept this key: ${message}. Nothing was saved.`,
  );
}

function warnAbout({ canTrade, canWithdraw }: AccountInfo): string[] {
  const warnings: string[] = [];
  if (!canTrade) warnings.push('This key may not trade: allow contract orders for it at the exchange.');
  if (canWithdraw === true)
    warnings.push('This key may withdraw money: make one that cannot, the bot never needs it.');
  return warnings;
}

function sharedChecks(): SharedAnswers<Answer<CredentialCheck>> {
  return once('credential-checks', () => new SharedAnswers(CHECK_KEPT_MS));
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
