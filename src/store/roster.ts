/** Every user as the console lists them, with whose key and which symbol, in one query and without secrets. */
import type { EnvironmentName, VenueName } from '../domain/venue-key.ts';
import type { Side } from '../domain/words.ts';
import type { Sql } from './database.ts';
import type { Role } from './users.ts';
import { fromStoredTime } from './time.ts';

export interface RosterUser {
  id: number;
  email: string;
  role: Role;
  disabled: boolean;
  /** Ms since 1970. */
  createdAt: number;
  /** Null without a key. */
  venue: VenueName | null;
  environment: EnvironmentName | null;
  /** As saved; null while a new user's settings are in the making. */
  symbol: string | null;
  side: Side | null;
  /** Settled cycles whose books the venue's own rows do not bear out. */
  differing: number;
}

export interface Roster {
  /** By id. */
  list(): RosterUser[];
}

interface Row extends Omit<RosterUser, 'role' | 'disabled' | 'createdAt'> {
  role: string;
  disabledAt: string | null;
  createdAt: string;
}

export function createRoster(sql: Sql): Roster {
  const all = sql.prepare(
    `SELECT User.id, email, role, disabledAt, User.createdAt, venue, environment, symbol, side,
       COALESCE(differing, 0) AS differing
     FROM User
       LEFT JOIN Credential ON Credential.userId = User.id
       LEFT JOIN BotSettings ON BotSettings.userId = User.id
       LEFT JOIN (SELECT userId, count(*) AS differing FROM Cycle WHERE venueCheck = 'differs' GROUP BY userId)
         AS Checked ON Checked.userId = User.id
     ORDER BY User.id`,
  );
  return { list: () => (all.all() as Row[]).map(toUser) };
}

function toUser({ role, disabledAt, createdAt, ...row }: Row): RosterUser {
  return {
    ...row,
    role: role === 'admin' ? 'admin' : 'user',
    disabled: disabledAt !== null,
    createdAt: fromStoredTime(createdAt),
  };
}
