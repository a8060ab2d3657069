/**
 * Using a link, and registering without one. Whoever does is signed in by it.
 *
 * What is said to strangers is the same for every link that does not work, and nobody learns here whether an
 * address has an account: a taken one is refused like anything else that went wrong.
 */
import type { InviteLink } from '../store/invite-links.ts';
import type { UserAccount } from '../store/users.ts';
import { type AttemptLimit, Attempts } from './attempts.ts';
import { record } from './audit.ts';
import { knownBrowserCookie } from './known-browser.ts';
import { once } from './once.ts';
import { hashPassword } from './password.ts';
import { type Answer, refuse } from './refusal.ts';
import { runtime } from './runtime.ts';
import { sessionCookie } from './session.ts';
import { tellAccessEnded } from './access-ends.ts';

export interface LinkInfo {
  kind: 'join' | 'password';
  /** The address that the link is for; null when the one who joins chooses. */
  email: string | null;
  expiresAt: string;
  /** Whether there are access tokens that a reset could revoke too. */
  hasTokens: boolean;
}

/** Somebody who has just made an account or set a password: the cookies sign this browser in. */
export interface Entered {
  userId: number;
  cookies: string[];
}

export interface AcceptInput {
  token: string;
  email?: string | undefined;
  password: string;
  revokeTokens?: boolean;
}

const MINUTE_MS = 60_000;
const LIMITS = {
  /** Links that do not work, per address. */
  'wrong-links': { most: 30, windowMs: 10 * MINUTE_MS },
  /** Tries with a link that does, per link: each costs a hash. */
  'link-uses': { most: 20, windowMs: 10 * MINUTE_MS },
  /** Registrations without a link, per address and over all of them. */
  registrations: { most: 10, windowMs: 60 * MINUTE_MS },
  'all-registrations': { most: 200, windowMs: 60 * MINUTE_MS },
} satisfies Record<string, AttemptLimit>;

const CLOSED = refuse(
  'registration_closed',
  'This server takes no new accounts. Ask the person who runs it.',
);
const INVITE_ONLY = refuse(
  'registration_closed',
  'An account is made with an invite link here. Ask the person who runs this server for one.',
);

/** Errors: `invalid_link`, `registration_closed`, `rate_limited`. */
export async function inspectInvite(token: string, address: string): Promise<Answer<LinkInfo>> {
  const link = await findLink(token, address);
  if (!link.ok) return link;
  const { kind, email, userId, expiresAt } = link.value;
  const user = userId === null ? null : await runtime().users.findById(userId);
  const hasTokens = userId !== null && (await runtime().apiTokens.list(userId)).length > 0;
  const info = { kind, email: user?.email ?? email, expiresAt: new Date(expiresAt).toISOString(), hasTokens };
  return { ok: true, value: info };
}

/** Errors: `invalid_link`, `invalid_input`, `cannot_register`, `registration_closed`, `rate_limited`. */
export async function acceptInvite(input: AcceptInput, address: string): Promise<Answer<Entered>> {
  const found = await findLink(input.token, address);
  if (!found.ok) return found;
  const link = found.value;
  const allowed = count('link-uses', String(link.id));
  if (!allowed.ok) return allowed;
  return link.kind === 'join' ? joinBy(link, input) : setPasswordBy(link, input);
}

/** Without a link, where the operator allows it. Errors: `cannot_register`, `registration_closed`, `rate_limited`. */
export async function register(
  { email, password }: { email: string; password: string },
  address: string,
): Promise<Answer<Entered>> {
  const { registration } = runtime().config;
  if (registration !== 'open') return registration === 'closed' ? CLOSED : INVITE_ONLY;
  const allowed = count('registrations', address);
  if (!allowed.ok) return allowed;
  const some = count('all-registrations', 'everybody');
  return some.ok ? makeAccount({ email, passwordHash: await hashPassword(password) }) : some;
}

async function findLink(token: string, address: string): Promise<Answer<InviteLink>> {
  const link = await runtime().inviteLinks.find(token, Date.now());
  const usable = link !== null && (link.kind === 'join' || (await isEnabled(link.userId)));
  if (link === null || !usable) {
    const allowed = count('wrong-links', address);
    return allowed.ok ? invalidLink() : allowed;
  }
  return link.kind === 'join' && runtime().config.registration === 'closed'
    ? CLOSED
    : { ok: true, value: link };
}

async function isEnabled(userId: number | null): Promise<boolean> {
  const user = userId === null ? null : await runtime().users.findById(userId);
  return user !== null && user.disabledAt === null;
}

async function joinBy(link: InviteLink, input: AcceptInput): Promise<Answer<Entered>> {
  const email = link.email ?? input.email;
  if (email === undefined) return invalidEmail('is missing; enter the address you want to sign in with');
  if (input.email !== undefined && link.email !== null && input.email.trim().toLowerCase() !== link.email) {
    return invalidEmail(`this link is for ${link.email} only`);
  }
  const passwordHash = await hashPassword(input.password);
  const joined = runtime().inviteLinks.join(link.id, { email, passwordHash }, Date.now());
  if (!joined.ok) return joined.code === 'spent' ? invalidLink() : cannotRegister();
  const user = await runtime().users.findById(joined.userId);
  return user === null ? invalidLink() : welcome(user, { linkId: link.id });
}

async function setPasswordBy(
  link: InviteLink,
  { password, revokeTokens }: AcceptInput,
): Promise<Answer<Entered>> {
  const { inviteLinks, users, apiTokens } = runtime();
  const passwordHash = await hashPassword(password);
  const used = inviteLinks.setPassword(link.id, passwordHash, Date.now());
  if (!used.ok) return invalidLink();
  const { userId } = used;
  const tokensRevoked = revokeTokens === true ? await apiTokens.revokeAll(userId) : 0;
  await inviteLinks.revokeOf(userId, Date.now());
  tellAccessEnded(userId);
  const user = await users.findById(userId);
  if (user === null) return invalidLink();
  const actor = { id: user.id, email: user.email };
  await record('password.set_by_link', { actor, detail: { linkId: link.id, tokensRevoked } });
  return enter(user);
}

async function makeAccount(account: { email: string; passwordHash: string }): Promise<Answer<Entered>> {
  const created = await runtime().users.create({ ...account, role: 'user' });
  return created.ok ? welcome(created.value, {}) : cannotRegister();
}

/** What a crash leaves out here is made up for: every start provides for users who lack something. */
async function welcome(user: UserAccount, detail: { linkId?: number }): Promise<Answer<Entered>> {
  await record('user.register', { actor: { id: user.id, email: user.email }, detail });
  await runtime().provisionUser(user.id);
  return enter(user);
}

function cannotRegister(): Answer<never> {
  return refuse(
    'cannot_register',
    'No account could be made with this address. If you have one already, sign in; else ask the person who runs this server.',
  );
}

async function enter(user: Pick<UserAccount, 'id' | 'email' | 'sessionVersion'>): Promise<Answer<Entered>> {
  const cookies = [await sessionCookie(user.id, user.sessionVersion), await knownBrowserCookie(user.email)];
  return { ok: true, value: { userId: user.id, cookies } };
}

function count(kind: keyof typeof LIMITS, key: string): Answer<null> {
  if (!runtime().config.rateLimits) return { ok: true, value: null };
  const attempts = once(`invite-${kind}`, () => new Attempts(LIMITS[kind]));
  const seconds = attempts.begin(key, Date.now());
  if (seconds === 0) return { ok: true, value: null };
  const minutes = Math.ceil(seconds / 60);
  const message = `Too many attempts. Try again in ${minutes === 1 ? 'a minute' : `${minutes} minutes`}.`;
  return { ok: false, error: { code: 'rate_limited', message, retryAfterSeconds: seconds } };
}

function invalidLink(): Answer<never> {
  return refuse(
    'invalid_link',
    'This link does not work: it was used, revoked, has expired, or was not copied whole. Ask for a new one.',
  );
}

function invalidEmail(message: string): Answer<never> {
  const problem = { path: 'email', code: 'invalid_input', message };
  return { ok: false, error: { code: 'invalid_input', message: `email: ${message}`, errors: [problem] } };
}
