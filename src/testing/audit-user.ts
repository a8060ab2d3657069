/** The audit of one user: the exchange's books against the rows in a database of the server's. */
import type Database from 'better-sqlite3';
import type { VenueName } from '../domain/venue-key.ts';
import { auditBooks, type Books, type CycleRow } from './audit-books.ts';
import { type IntentName, withOurIds } from './bingx-books.ts';

export interface AuditedUser {
  userId: number;
  venue: VenueName;
  /** Decimal text, USDT. */
  startBalance: string;
}

/** Everything that does not hold, in words. `sql`: any connection to the database, a reading one is enough. */
export function auditUser(sql: Database.Database, user: AuditedUser, written: Books): string[] {
  const { userId, venue, startBalance } = user;
  const cycles = sql
    .prepare(
      'SELECT cycleKey, state, side, openedAt, settledAt, gross, fees, funding, net FROM Cycle WHERE userId = ?',
    )
    .all(userId) as CycleRow[];
  const own = sql
    .prepare('SELECT clientOrderId, exchangeOrderId FROM OrderIntent WHERE userId = ?')
    .all(userId) as IntentName[];
  const rows = { cycles, intents: own.map(({ clientOrderId }) => clientOrderId), startBalance };
  return auditBooks(venue === 'bingx' ? withOurIds(written, own) : written, rows);
}
