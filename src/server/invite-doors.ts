/**
 * Links that the admin hands out: to join, or to set a password. Whoever holds a link may use it once; the
 * link is shown when it is made and never again.
 *
 * Entry points for the admin: createInvite, listInvites, revokeInvite, passwordLink. Using one: invite-use.ts.
 */
import type { InviteLink, InviteLinks, LinkKind } from '../store/invite-links.ts';
import { record } from './audit.ts';
import { LINK_HOURS } from './people-inputs.ts';
import { type Answer, refuse } from './refusal.ts';
import { runtime } from './runtime.ts';

export interface MadeLink {
  id: number;
  url: string;
  /** ISO 8601. */
  expiresAt: string;
}

export interface ListedLink {
  id: number;
  kind: LinkKind;
  /** Who may use it: the address it is bound to, or whose password it sets; null for anybody. */
  email: string | null;
  userId: number | null;
  state: 'open' | 'used' | 'revoked' | 'expired';
  createdAt: string;
  expiresAt: string;
  usedAt: string | null;
}

const HOUR_MS = 60 * 60 * 1000;

/** Errors: `registration_closed`, `email_taken`. */
export async function createInvite(input: {
  email?: string | undefined;
  expiresInHours: number;
}): Promise<Answer<MadeLink>> {
  if (runtime().config.registration === 'closed') {
    return refuse(
      'registration_closed',
      'Nobody can join with a link while REGISTRATION=closed. Create the user yourself, or set REGISTRATION=invite and restart.',
    );
  }
  const email = input.email?.trim().toLowerCase() ?? null;
  if (email !== null && (await runtime().users.findByEmail(email)) !== null) {
    return refuse('email_taken', `There is already a user with the email ${email}.`);
  }
  const { inviteLinks, config } = runtime();
  const link = await makeLink(inviteLinks, config.publicUrl, {
    kind: 'join',
    email,
    hours: input.expiresInHours,
  });
  await record('invite.create', { subjectId: null, subjectEmail: email, detail: { linkId: link.id } });
  return { ok: true, value: link };
}

/**
 * A link with which the user sets a password; earlier ones stop working. Nothing else changes until it is used.
 * Errors: `not_found`, `user_disabled`.
 */
export async function passwordLink(userId: number): Promise<Answer<MadeLink>> {
  const user = await runtime().users.findById(userId);
  if (user === null) return refuse('not_found', `There is no user with the id ${userId}.`);
  if (user.disabledAt !== null) {
    return refuse('user_disabled', `${user.email} is disabled and could not sign in. Enable the user first.`);
  }
  const { inviteLinks, config } = runtime();
  const link = await makePasswordLink(inviteLinks, userId, config.publicUrl);
  await record('password.reset_link', {
    subjectId: userId,
    subjectEmail: user.email,
    detail: { linkId: link.id },
  });
  return { ok: true, value: link };
}

/** Newest first. */
export async function listInvites(): Promise<ListedLink[]> {
  const [links, users] = await Promise.all([runtime().inviteLinks.list(), runtime().users.list()]);
  const emails = new Map(users.map(({ id, email }) => [id, email]));
  const now = Date.now();
  return links.map((link) => ({
    id: link.id,
    kind: link.kind,
    email: link.email ?? (link.userId === null ? null : (emails.get(link.userId) ?? null)),
    userId: link.userId,
    state: stateOf(link, now),
    createdAt: new Date(link.createdAt).toISOString(),
    expiresAt: new Date(link.expiresAt).toISOString(),
    usedAt: link.usedAt === null ? null : new Date(link.usedAt).toISOString(),
  }));
}

/** Errors: `not_found`. */
export async function revokeInvite(id: number): Promise<Answer<{ revoked: true }>> {
  if (!(await runtime().inviteLinks.revoke(id, Date.now()))) {
    return refuse('not_found', 'There is no such link, or it was used, revoked or has expired already.');
  }
  await record('invite.revoke', { subjectId: null, detail: { linkId: id } });
  return { ok: true, value: { revoked: true } };
}

/** The link itself, for doors and for the command line that works without a server. */
export async function makePasswordLink(
  links: InviteLinks,
  userId: number,
  publicUrl: string,
): Promise<MadeLink> {
  await links.revokeOf(userId, Date.now());
  return makeLink(links, publicUrl, { kind: 'password', userId, hours: LINK_HOURS });
}

async function makeLink(
  links: InviteLinks,
  publicUrl: string,
  { hours, ...link }: { kind: LinkKind; email?: string | null; userId?: number; hours: number },
): Promise<MadeLink> {
  const now = Date.now();
  const expiresAt = now + hours * HOUR_MS;
  const { id, token } = await links.create({ ...link, now, expiresAt });
  return { id, url: `${publicUrl}/invite/${token}`, expiresAt: new Date(expiresAt).toISOString() };
}

function stateOf({ usedAt, revokedAt, expiresAt }: InviteLink, now: number): ListedLink['state'] {
  if (usedAt !== null) return 'used';
  if (revokedAt !== null) return 'revoked';
  return expiresAt <= now ? 'expired' : 'open';
}
