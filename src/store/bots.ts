/** Every bot as it was last stored, for overviews; the journal writes them. */
import type { BotRecord } from '../domain/records.ts';
import type { Sql } from './database.ts';
import { type BotRow, botColumns, toBot } from './journal-rows.ts';

export interface StoredBot extends BotRecord {
  /** A cycle of it is neither settled nor abandoned, so that the journal knows more about it. */
  hasOpenCycle: boolean;
}

export interface StoredBots {
  /** All of them in one query, by user id. */
  list(): StoredBot[];
}

interface Row extends BotRow {
  hasOpenCycle: number;
}

export function createStoredBots(sql: Sql): StoredBots {
  const all = sql.prepare(
    `SELECT ${botColumns.join(', ')}, EXISTS (
       SELECT 1 FROM Cycle WHERE Cycle.userId = Bot.userId AND settledAt IS NULL
         AND state NOT IN ('settled', 'abandoned')
     ) AS hasOpenCycle FROM Bot ORDER BY userId`,
  );
  return {
    list: () =>
      (all.all() as Row[]).map(({ hasOpenCycle, ...row }) => ({
        ...toBot(row),
        hasOpenCycle: hasOpenCycle === 1,
      })),
  };
}
