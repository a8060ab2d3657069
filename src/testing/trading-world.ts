/**
 * Bots as the server runs them (manager, SQLite journal, ccxt adapter) against the paper exchange over its
 * wires, without pages. One user per settings, each with an account of its own.
 */
import { systemClock } from '../bot/clock.ts';
import { createBots } from '../bot/manager.ts';
import type { LadderSettings } from '../domain/settings.ts';
import { createStoredBots } from '../store/bots.ts';
import { createStateChanges } from '../store/state-changes.ts';
import type { Database } from '../store/database.ts';
import { SqliteJournal } from '../store/journal.ts';
import { createVenueDirectory } from '../venue/directory.ts';
import type { CycleRow } from './audit-books.ts';
import { auditBooks } from './audit-books.ts';
import type { PaperAccount, PaperProcess } from './paper-process.ts';

const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };
const START_BALANCE = '10000';

export interface Trader {
  userId: number;
  settings: LadderSettings;
  account: PaperAccount;
}

export async function createTraders(
  paper: PaperProcess,
  settings: readonly LadderSettings[],
): Promise<Trader[]> {
  const accounts = await Promise.all(settings.map(() => paper.signUp()));
  return accounts.map((account, index) => {
    const own = settings[index];
    if (own === undefined) throw new Error('every account has settings');
    return { userId: index + 1, settings: own, account };
  });
}

/** A server's worth of bots over one database; start it again on the same database to rehearse a restart. */
export function openBots(database: Database, paper: PaperProcess, traders: readonly Trader[]) {
  const trader = (userId: number) => traders.find((candidate) => candidate.userId === userId);
  const venues = createVenueDirectory({ paperUrl: paper.url });
  const bots = createBots({
    journal: new SqliteJournal(database.sql),
    storedBots: createStoredBots(database.sql),
    stateChanges: createStateChanges(database.sql),
    settings: { read: async (userId) => trader(userId)?.settings ?? null },
    credentials: {
      open: async (userId) => {
        const account = trader(userId)?.account;
        return account === undefined ? null : { venue: 'bybit', environment: 'paper', ...account };
      },
      read: async (userId) => ({ accountUid: trader(userId)?.account.uid ?? null }),
      save: async () => ({ ok: true }),
    },
    venues,
    clock: systemClock,
    log: QUIET,
  });
  const close = async () => {
    await bots.shutdown();
    await venues.close();
  };
  return { bots, close };
}

/** What the exchange's books have against our rows, for all traders; empty when everything agrees. */
export async function auditTraders(
  database: Database,
  paper: PaperProcess,
  traders: readonly Trader[],
): Promise<string[]> {
  const cycles = database.sql.prepare(
    'SELECT cycleKey, state, side, openedAt, settledAt, gross, fees, funding, net FROM Cycle WHERE userId = ?',
  );
  const intents = database.sql.prepare('SELECT clientOrderId FROM OrderIntent WHERE userId = ?').pluck();
  const found: string[] = [];
  for (const { userId, account } of traders) {
    const rows = {
      cycles: cycles.all(userId) as CycleRow[],
      intents: intents.all(userId) as string[],
      startBalance: START_BALANCE,
    };
    const books = await paper.books(account.uid);
    found.push(...auditBooks(books, rows).map((line) => `user ${userId}: ${line}`));
  }
  return found;
}

export function countSettled(database: Database): number {
  return database.sql.prepare("SELECT count(*) FROM Cycle WHERE state = 'settled'").pluck().get() as number;
}
