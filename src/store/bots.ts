/** Every bot as it was last stored, for overviews; the journal writes them. */
import type { BotRecord } from '../domain/records.ts';
import type { Sql } from './database.ts';
import { type BotRow, botColumns, toBot } from './journal-rows.ts';

export interface StoredBots {
  /** By user id. */
  list(): BotRecord[];
}

export function createStoredBots(sql: Sql): StoredBots {
  const all = sql.prepare(`SELECT ${botColumns.join(', ')} FROM Bot ORDER BY userId`);
  return { list: () => (all.all() as BotRow[]).map(toBot) };
}
