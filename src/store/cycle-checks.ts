/** What comes of comparing settled cycles with their venue's own rows; kept with the cycle. */
import type { SettledBooks, VenueCheck } from '../domain/venue-check.ts';
import type { Sql } from './database.ts';
import { toStoredTime } from './time.ts';

export interface StoredUnchecked extends SettledBooks {
  userId: number;
  cycleKey: number;
  number: number;
  symbol: string;
  venue: string;
  environment: string;
  accountUid: string;
}

export interface CycleChecks {
  /** Settled between the two moments (ms, our clock) and not compared yet, oldest first. */
  unchecked(span: { since: number; until: number; limit: number }): StoredUnchecked[];
  save(cycle: { userId: number; cycleKey: number }, check: VenueCheck, at: number): void;
  /** Cycles by what came of it. */
  counts(): Record<VenueCheck['state'], number>;
}

type Row = Omit<StoredUnchecked, 'fills' | 'adopted' | 'partial'> & { plan: string; partial: number };

export function createCycleChecks(sql: Sql): CycleChecks {
  const unchecked = sql.prepare(
    `SELECT userId, cycleKey, number, symbol, venue, environment, accountUid, gross, fees, net, plan, partial
     FROM Cycle WHERE venueCheck IS NULL AND settledAt >= ? AND settledAt <= ? AND state = 'settled'
     ORDER BY settledAt LIMIT ?`,
  );
  const fills = sql.prepare(
    'SELECT executionId, feeCurrency, at FROM Fill WHERE userId = ? AND cycleKey = ?',
  );
  const save = sql.prepare(
    `UPDATE Cycle SET venueCheck = @state, venueDifference = @difference, venueCheckReason = @reason,
       venueCheckedAt = @at WHERE userId = @userId AND cycleKey = @cycleKey AND state = 'settled'`,
  );
  const counts = sql.prepare(
    'SELECT venueCheck AS state, count(*) AS count FROM Cycle WHERE venueCheck IS NOT NULL GROUP BY venueCheck',
  );
  return {
    unchecked: ({ since, until, limit }) =>
      (unchecked.all(toStoredTime(since), toStoredTime(until), limit) as Row[]).map(
        ({ plan, partial, ...row }) => ({
          ...row,
          adopted: (JSON.parse(plan) as { adopted: object | null }).adopted !== null,
          partial: partial === 1,
          fills: fills.all(row.userId, row.cycleKey) as SettledBooks['fills'],
        }),
      ),
    save: ({ userId, cycleKey }, check, at) => {
      save.run({ userId, cycleKey, ...check, at: toStoredTime(at) });
    },
    counts: () => {
      const none = { agrees: 0, differs: 0, 'not-comparable': 0 };
      const rows = counts.all() as { state: VenueCheck['state']; count: number }[];
      return { ...none, ...Object.fromEntries(rows.map(({ state, count }) => [state, count])) };
    },
  };
}
