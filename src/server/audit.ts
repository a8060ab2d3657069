/**
 * Writing down who did what, and reading it. What happened has happened: an entry that cannot be written goes
 * to the log and stops nothing.
 */
import type { AuditEntry, AuditRequest } from '../store/audit-log.ts';
import type { Page, PageRequest } from '../store/pages.ts';
import { type Actor, currentActor } from './actor.ts';
import { runtime } from './runtime.ts';

/** Every action there is. Those of one kind begin alike, so that they can be listed together. */
export type AuditAction =
  | 'session.sign_in'
  | 'session.sign_in_failed'
  | 'session.sign_out'
  | 'password.change'
  | 'password.reset_link'
  | 'password.set_by_link'
  | 'invite.create'
  | 'invite.revoke'
  | 'user.register'
  | 'user.create'
  | 'user.disable'
  | 'user.enable'
  | 'user.role'
  | 'user.export'
  | 'user.remove'
  | 'token.create'
  | 'token.revoke'
  | 'credential.save'
  | 'credential.remove'
  | 'settings.save'
  | 'bot.start'
  | 'bot.stop'
  | 'bot.recover';

export interface AuditNote {
  /** To whom it was done; the actor when it is left out. */
  subjectId?: number | null;
  subjectEmail?: string | null;
  detail?: Record<string, unknown>;
  actor?: Partial<Actor>;
}

/** Detail never holds a password, a token, a key or a secret. */
export async function record(action: AuditAction, note: AuditNote = {}): Promise<void> {
  const actor = { ...currentActor(), ...note.actor };
  const { detail = {}, subjectId = actor.id } = note;
  try {
    const subjectEmail = note.subjectEmail ?? (await emailOf(subjectId, actor));
    runtime().auditLog.write({
      at: Date.now(),
      actorId: actor.id,
      actorEmail: actor.email,
      via: actor.via,
      address: actor.address,
      action,
      subjectId,
      subjectEmail,
      detail: actor.tokenId === undefined ? detail : { ...detail, byToken: actor.tokenId },
    });
  } catch (error) {
    runtime().log.error({ err: error, action, subjectId }, 'the audit could not be written');
  }
}

export function listAudit(request: AuditRequest): Page<AuditEntry> {
  return runtime().auditLog.list(request);
}

/** What a user may see of what concerns them. */
export interface Activity {
  id: number;
  at: string;
  action: string;
  /** `you`, `admin` for whoever else it was, `server` when nobody asked for it. */
  by: 'you' | 'admin' | 'server' | 'somebody';
  via: AuditEntry['via'];
  /** Of one's own doing and of sign-ins; where the admin was stays with the admin. */
  address: string | null;
  subjectId: number | null;
  subjectEmail: string | null;
  detail: Record<string, unknown>;
}

export function listActivity(userId: number, request: PageRequest): Page<Activity> {
  const page = runtime().auditLog.list({ ...request, userId });
  return { ...page, items: page.items.map((entry) => toActivity(userId, entry)) };
}

function toActivity(userId: number, entry: AuditEntry): Activity {
  const { id, at, action, via, address, actorId, subjectId, subjectEmail, detail } = entry;
  const by = byWhom(userId, entry);
  const shown = by === 'you' || actorId === null ? address : null;
  return { id, at, action, by, via, address: shown, subjectId, subjectEmail, detail };
}

function byWhom(userId: number, { actorId, via }: AuditEntry): Activity['by'] {
  if (actorId === userId) return 'you';
  if (actorId !== null || via === 'cli') return 'admin';
  return via === 'system' ? 'server' : 'somebody';
}

async function emailOf(subjectId: number | null, actor: Actor): Promise<string | null> {
  if (subjectId === null) return null;
  if (subjectId === actor.id) return actor.email;
  return (await runtime().users.findById(subjectId))?.email ?? null;
}
