/**
 * Sessions that were signed out before their time, so that a copied cookie is worthless afterwards, over
 * restarts too. Synchronous: one look-up by key for every request.
 */
import type { Sql } from './database.ts';

export interface RevokedSessions {
  /** `endsAt`: when the session would have ended anyway, ms since 1970; forgotten after that. */
  revoke(id: string, endsAt: number, now: number): void;
  isRevoked(id: string): boolean;
}

export function createRevokedSessions(sql: Sql): RevokedSessions {
  const insert = sql.prepare(
    'INSERT INTO RevokedSession (id, endsAt) VALUES (?, ?) ON CONFLICT (id) DO NOTHING',
  );
  const forget = sql.prepare('DELETE FROM RevokedSession WHERE endsAt <= ?');
  const find = sql.prepare('SELECT 1 FROM RevokedSession WHERE id = ?');
  return {
    revoke: (id, endsAt, now) => {
      forget.run(now);
      insert.run(id, endsAt);
    },
    isRevoked: (id) => find.get(id) !== undefined,
  };
}
