/** Every bot as it was last stored, for overviews; the journal writes them. */
import type { ProtectionClock } from '../domain/protection-clock.ts';
import type { BotRecord } from '../domain/records.ts';
import type { Sql } from './database.ts';
import {
  type BotRow,
  botColumns,
  type ProtectionRow,
  protectionColumns,
  toBot,
  toProtection,
} from './journal-rows.ts';

export interface StoredBot extends BotRecord {
  /** A cycle of it is neither settled nor abandoned, so that the journal knows more about it. */
  hasOpenCycle: boolean;
  /** Its protection clock, once it ran. */
  protection?: ProtectionClock | undefined;
}

export interface StoredBots {
  /** All of them in two queries, by user id. */
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
  const clocks = sql.prepare(`SELECT ${protectionColumns.join(', ')} FROM ProtectionClock`);
  return {
    list: () => {
      const protection = new Map(
        (clocks.all() as ProtectionRow[]).map((row) => [row.userId, toProtection(row)]),
      );
      return (all.all() as Row[]).map(({ hasOpenCycle, ...row }) => ({
        ...toBot(row),
        hasOpenCycle: hasOpenCycle === 1,
        protection: protection.get(row.userId),
      }));
    },
  };
}
