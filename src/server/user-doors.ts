/** Accounts: made by the admin, looked after by their owners. */
import type { BotView } from '../bot/bot-view.ts';
import type { StopMode } from '../domain/words.ts';
import { tellAccessEnded } from './access-ends.ts';
import { record } from './audit.ts';
import { passwordLink } from './invite-doors.ts';
import { hashPassword } from './password.ts';
import { type Answer, refuse } from './refusal.ts';
import { runtime } from './runtime.ts';
import { type Principal, type Role, sessionCookie } from './session.ts';
import { confirmPassword } from './sign-in.ts';

export interface ManagedUser {
  id: number;
  email: string;
  role: Role;
  disabled: boolean;
  /** How the bot of a disabled user was stopped. */
  disabledMode: StopMode | null;
  /** False while a new user has not set a first password. */
  hasPassword: boolean;
  createdAt: string;
  /** Null for a user whose bot never ran since the server started. */
  bot: BotView | null;
}

/** Every user with their bot, oldest first; bots come from memory. */
export async function listUsers(): Promise<ManagedUser[]> {
  const bots = new Map(
    runtime()
      .bots.overview()
      .map((view) => [view.userId, view]),
  );
  const users = await runtime().users.list();
  return users.map((user) => ({
    id: user.id,
    email: user.email,
    role: user.role,
    disabled: user.disabledAt !== null,
    disabledMode: user.disabledMode,
    hasPassword: user.passwordHash !== '',
    createdAt: new Date(user.createdAt).toISOString(),
    bot: bots.get(user.id) ?? null,
  }));
}

/**
 * Makes a user with the usual settings and a paper account. Without a password the answer has a link that lets
 * the user choose one. Errors: `email_taken`, `id_taken`.
 */
export async function createUser(input: {
  id?: number | undefined;
  email: string;
  password?: string | undefined;
}): Promise<Answer<{ id: number; inviteUrl?: string }>> {
  const { id, email, password } = input;
  const passwordHash = password === undefined ? '' : await hashPassword(password);
  const created = await runtime().users.create({
    ...(id === undefined ? {} : { id }),
    email,
    passwordHash,
    role: 'user',
  });
  if (!created.ok) return created;
  const user = created.value;
  await record('user.create', { subjectId: user.id, subjectEmail: user.email });
  await runtime().provisionUser(user.id);
  if (password !== undefined) return { ok: true, value: { id: user.id } };
  const link = await passwordLink(user.id);
  return link.ok ? { ok: true, value: { id: user.id, inviteUrl: link.value.url } } : link;
}

/** Errors: `not_found`. */
export async function requireUser(userId: number): Promise<Answer<null>> {
  const user = await runtime().users.findById(userId);
  return user === null
    ? refuse('not_found', `There is no user with the id ${userId}.`)
    : { ok: true, value: null };
}

/**
 * Ends every session of the user, and the access tokens too when that is asked for; else they go on working:
 * scripts know nothing of the password. Links that would set another password stop working. Gives back the cookie that keeps the asking browser signed in.
 * Errors: `wrong_password`, `rate_limited`, `unauthorized`.
 */
export async function changePassword(
  principal: Principal,
  input: { currentPassword: string; newPassword: string; revokeTokens: boolean },
): Promise<Answer<{ cookie: string; tokensRevoked: number }>> {
  const user = await runtime().users.findById(principal.userId);
  if (user === null) return refuse('unauthorized', 'Sign in first.');
  const confirmed = await confirmPassword(user, input.currentPassword);
  if (!confirmed.ok) return confirmed;
  await runtime().users.setPassword(user.id, await hashPassword(input.newPassword));
  const tokensRevoked = input.revokeTokens ? await runtime().apiTokens.revokeAll(user.id) : 0;
  await runtime().inviteLinks.revokeOf(user.id, Date.now());
  tellAccessEnded(user.id);
  await record('password.change', { detail: { tokensRevoked } });
  const changed = await runtime().users.findById(user.id);
  if (changed === null) return refuse('unauthorized', 'Sign in first.');
  const cookie = await sessionCookie(changed.id, changed.sessionVersion);
  return { ok: true, value: { cookie, tokensRevoked } };
}
