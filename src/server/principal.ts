/** Who asks, once a door has let them in. */
import type { Scope } from '../store/api-tokens.ts';

export type Role = 'user' | 'admin';

export interface Principal {
  userId: number;
  email: string;
  role: Role;
  /** Null when a script asks with an access token. */
  session: SessionToken | null;
  /** What a token allows; null for a session, which allows everything that its user may do. */
  token: GrantedToken | null;
}

/** What the cookie carries, encrypted. `version` must equal the user's own; `id` outlives its renewals. */
export interface SessionToken {
  id: string;
  userId: number;
  version: number;
  /** Ms since 1970. */
  endsAt: number;
}

export interface GrantedToken {
  id: number;
  scopes: readonly Scope[];
}
