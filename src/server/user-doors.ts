/** Accounts: made by the admin, looked after by their owners. */
import type { BotView } from '../bot/bot-view.ts';
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
    createdAt: new Date(user.createdAt).toISOString(),
    bot: bots.get(user.id) ?? null,
  }));
}

/** Makes a user with the usual settings and a paper account. Errors: `email_taken`, `id_taken`. */
export async function createUser(input: {
  id?: number | undefined;
  email: string;
  password: string;
}): Promise<Answer<{ id: number }>> {
  const { id, email, password } = input;
  const passwordHash = await hashPassword(password);
  const created = await runtime().users.create({
    ...(id === undefined ? {} : { id }),
    email,
    passwordHash,
    role: 'user',
  });
  if (!created.ok) return created;
  await runtime().provisionUser(created.value.id);
  return { ok: true, value: { id: created.value.id } };
}

/** Errors: `not_found`. */
export async function requireUser(userId: number): Promise<Answer<null>> {
  const user = await runtime().users.findById(userId);
  return user === null
    ? refuse('not_found', `There is no user with the id ${userId}.`)
    : { ok: true, value: null };
}

/**
 * Ends every session of the user and gives back the cookie that keeps the asking browser signed in.
 * Errors: `wrong_password`, `rate_limited`, `unauthorized`.
 */
export async function changePassword(
  principal: Principal,
  input: { currentPassword: string; newPassword: string },
): Promise<Answer<{ cookie: string }>> {
  const user = await runtime().users.findById(principal.userId);
  if (user === null) return refuse('unauthorized', 'Sign in first.');
  const confirmed = await confirmPassword(user, input.currentPassword);
  if (!confirmed.ok) return confirmed;
  await runtime().users.setPassword(user.id, await hashPassword(input.newPassword));
  const changed = await runtime().users.findById(user.id);
  if (changed === null) return refuse('unauthorized', 'Sign in first.');
  return { ok: true, value: { cookie: await sessionCookie(changed.id, changed.sessionVersion) } };
}
