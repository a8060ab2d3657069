/**
 * Who is behind what happens now, for the audit: set by the doors around each request, read where something is
 * recorded. It goes with the request through every await, so that no function in between has to hand it on.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { AuditVia } from '../store/audit-log.ts';
import { once } from './once.ts';
import type { Principal } from './principal.ts';
import type { Answer } from './refusal.ts';

export interface Actor {
  /** Null for somebody who is not signed in, and for the server itself. */
  id: number | null;
  email: string | null;
  via: AuditVia;
  address: string | null;
  /** Which access token, where it was one. */
  tokenId?: number;
}

const SYSTEM: Actor = { id: null, email: null, via: 'system', address: null };

export function actAs<T>(actor: Actor, work: () => T): T {
  return storage().run(actor, work);
}

/** The server itself when nobody asked. */
export function currentActor(): Actor {
  return storage().getStore() ?? SYSTEM;
}

/** Whoever asks at a door; a browser where nobody is signed in acts through a session too, without a name. */
export function actorOf(principal: Answer<Principal>, address: string): Actor {
  if (!principal.ok) return { id: null, email: null, via: 'session', address };
  const { userId, email, token } = principal.value;
  const actor = { id: userId, email, address };
  return token === null ? { ...actor, via: 'session' } : { ...actor, via: 'token', tokenId: token.id };
}

function storage(): AsyncLocalStorage<Actor> {
  return once('actor', () => new AsyncLocalStorage<Actor>());
}
