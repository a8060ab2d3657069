/**
 * Shutting users out, letting them in again, giving them another role, and removing them.
 *
 * Disabling is two steps, the user and then the bot, since no transaction spans both: disabled-bots.ts repeats
 * the second one wherever a crash or a failure came in between.
 */
import type { StopMode } from '../domain/words.ts';
import type { Role, UserAccount } from '../store/users.ts';
import { tellAccessEnded } from './access-ends.ts';
import { record } from './audit.ts';
import { once } from './once.ts';
import { type Answer, refuse } from './refusal.ts';
import { runtime } from './runtime.ts';

export interface Disabled {
  disabled: true;
  /** What became of the bot. */
  bot: 'stopped' | 'protecting' | 'not_running';
}

/**
 * Ends the user's sessions, tokens and open links at once and stops the bot in this mode; it does not start
 * again while the user is disabled. Errors: `not_found`, `last_admin`.
 */
export async function disableUser(userId: number, mode: StopMode): Promise<Answer<Disabled>> {
  const user = await findUser(userId);
  if (!user.ok) return user;
  const shut = await shutOut(user.value, mode);
  if (!shut.ok) return shut;
  const stopped = await runtime().bots.stop(userId, mode);
  const bot = stopped.ok ? stopped.value.status : 'not_running';
  await record('user.disable', { subjectId: userId, detail: { mode, bot } });
  return { ok: true, value: { disabled: true, bot } };
}

/** The bot stays stopped until somebody starts it. Errors: `not_found`, `being_removed`. */
export async function enableUser(userId: number): Promise<Answer<{ enabled: true }>> {
  const user = await findUser(userId);
  if (!user.ok) return user;
  if (removals().has(userId)) return refuseWhileRemoved(user.value.email);
  runtime().userStates.enable(userId);
  await record('user.enable', { subjectId: userId });
  return { ok: true, value: { enabled: true } };
}

/**
 * Makes a user an admin, or an admin a user. Sessions and access tokens end, since they were given for the role
 * before. Errors: `not_found`, `last_admin`, `role_unchanged`.
 */
export async function setUserRole(userId: number, role: Role): Promise<Answer<{ role: Role }>> {
  const user = await findUser(userId);
  if (!user.ok) return user;
  if (user.value.role === role) {
    return refuse('role_unchanged', `${user.value.email} is ${ROLE_WORDS[role]} already.`);
  }
  if (!runtime().userStates.setRole(userId, role)) return refuseLastAdmin();
  tellAccessEnded(userId);
  await record('user.role', { subjectId: userId, detail: { role } });
  return { ok: true, value: { role } };
}

const ROLE_WORDS: Record<Role, string> = { admin: 'an admin', user: 'a user without admin rights' };

/**
 * Removes the user and everything that is stored of them; the audit keeps what was done. Errors: `not_found`,
 * `confirm_email`, `bot_running`, `open_cycle`, `last_admin`, `being_removed`; then the user is as before.
 */
export async function removeUser(userId: number, confirmEmail: string): Promise<Answer<{ removed: true }>> {
  if (removals().has(userId)) return refuseWhileRemoved(`User ${userId}`);
  const removal: Removal = { disabledByAnother: false };
  removals().set(userId, removal);
  try {
    return await removeOnce(userId, confirmEmail, removal);
  } finally {
    removals().delete(userId);
  }
}

async function removeOnce(
  userId: number,
  confirmEmail: string,
  removal: Removal,
): Promise<Answer<{ removed: true }>> {
  const found = await findUser(userId);
  if (!found.ok) return found;
  const user = found.value;
  if (confirmEmail.trim().toLowerCase() !== user.email) return refuseConfirmation(user);
  const idle = await refuseWhileBusy(user);
  if (!idle.ok) return idle;
  const shut = await shutOut(user, user.disabledMode ?? 'protect', removal);
  if (!shut.ok) return shut;
  // Waits for a start that was under way, and lets go of the exchange account. After it nothing can start any more.
  await runtime().bots.credentialChanged(userId);
  const stillIdle = await refuseWhileBusy(user);
  if (!stillIdle.ok) {
    if (user.disabledAt === null && !removal.disabledByAnother) runtime().userStates.enable(userId);
    return stillIdle;
  }
  if (!(await runtime().userStates.remove(userId, Date.now()))) {
    return refuse(
      'being_removed',
      `${user.email} was enabled again or removed meanwhile, and this removal has stopped. Look at the list of users, and remove the user again if they are still there.`,
    );
  }
  await record('user.remove', { subjectId: userId, subjectEmail: user.email });
  return { ok: true, value: { removed: true } };
}

/** A removal that is under way. */
interface Removal {
  /** Somebody disabled the user in the middle of it: that stays, whatever becomes of the removal. */
  disabledByAnother: boolean;
}

function removals(): Map<number, Removal> {
  return once('removals', () => new Map<number, Removal>());
}

function refuseWhileRemoved(whom: string): Answer<never> {
  return refuse('being_removed', `${whom} is being removed at this moment. Look again in a few seconds.`);
}

async function shutOut({ id }: UserAccount, mode: StopMode, own?: Removal): Promise<Answer<null>> {
  if (!runtime().userStates.disable(id, mode, Date.now())) return refuseLastAdmin();
  const removal = removals().get(id);
  if (removal !== undefined && removal !== own) removal.disabledByAnother = true;
  await runtime().inviteLinks.revokeOf(id, Date.now());
  tellAccessEnded(id);
  return { ok: true, value: null };
}

async function findUser(userId: number): Promise<Answer<UserAccount>> {
  const user = await runtime().users.findById(userId);
  return user === null
    ? refuse('not_found', `There is no user with the id ${userId}.`)
    : { ok: true, value: user };
}

async function refuseWhileBusy({ id, email }: UserAccount): Promise<Answer<null>> {
  const { running, status, cycle } = await runtime().bots.status(id);
  if (cycle !== null && cycle.state !== 'settled') {
    return refuse(
      'open_cycle',
      `Cycle ${cycle.number} of ${email} is open. Stop the bot with "close", or close the position at the exchange and press Recover; remove the user when the cycle is settled.`,
    );
  }
  if (running || status === 'protecting' || status === 'starting') {
    return refuse('bot_running', `The bot of ${email} is running. Stop it first, then remove the user.`);
  }
  return { ok: true, value: null };
}

function refuseLastAdmin(): Answer<never> {
  return refuse(
    'last_admin',
    'This is the only admin who can sign in. Without one nobody could look after this server.',
  );
}

function refuseConfirmation({ email }: UserAccount): Answer<never> {
  const message = `does not match; type the user's email to confirm: ${email}`;
  const problem = { path: 'confirmEmail', code: 'confirm_email', message };
  return {
    ok: false,
    error: { code: 'confirm_email', message: `confirmEmail: ${message}`, errors: [problem] },
  };
}
