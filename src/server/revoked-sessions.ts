/**
 * Sessions that were signed out before their time, so that a copied cookie is worthless afterwards.
 *
 * Kept in memory until the session would have ended anyway. After a restart of the server a copy made before
 * the sign-out counts again until then; changing the password ends every session for good.
 */
import { once } from './once.ts';

function revoked(): Map<string, number> {
  return once('revoked-sessions', () => new Map<string, number>());
}

/** `endsAt`: when the newest renewal of it ends, ms. */
export function revokeSession(id: string, endsAt: number, now: number): void {
  const sessions = revoked();
  for (const [known, end] of sessions) if (end <= now) sessions.delete(known);
  sessions.set(id, endsAt);
}

export function isRevoked(id: string): boolean {
  return revoked().has(id);
}
