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
import type { VenueName } from '../domain/venue-key.ts';
import type { PositionMode } from '../domain/words.ts';
import { bingxRequest } from '../venue/ccxt/bingx-request.ts';
import { createVenueDirectory } from '../venue/directory.ts';
import { auditUser } from './audit-user.ts';
import type { PaperAccount, PaperProcess } from './paper-process.ts';

const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };
const START_BALANCE = '10000';

/** On which wire the bots trade, and in which mode their accounts are. */
export interface Market {
  venue: VenueName;
  positionMode: PositionMode;
}

export const BYBIT: Market = { venue: 'bybit', positionMode: 'one-way' };

export interface Trader {
  userId: number;
  settings: LadderSettings;
  account: PaperAccount;
  venue: VenueName;
}

export async function createTraders(
  paper: PaperProcess,
  settings: readonly LadderSettings[],
  market: Market = BYBIT,
): Promise<Trader[]> {
  const accounts = await Promise.all(settings.map(() => paper.signUp()));
  if (market.venue === 'bingx') {
    const dualSidePosition = String(market.positionMode === 'hedge');
    const request = {
      method: 'POST',
      path: '/openApi/swap/v1/positionSide/dual',
      params: { dualSidePosition },
    };
    await Promise.all(accounts.map((account) => bingxRequest(paper.url, account, request)));
  }
  return accounts.map((account, index) => {
    const own = settings[index];
    if (own === undefined) throw new Error('every account has settings');
    return { userId: index + 1, settings: own, account, venue: market.venue };
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
      owners: async () => traders.map(({ userId }) => userId),
      open: async (userId) => {
        const found = trader(userId);
        return found === undefined ? null : { venue: found.venue, environment: 'paper', ...found.account };
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
  const found: string[] = [];
  for (const { userId, account, venue } of traders) {
    const user = { userId, venue, startBalance: START_BALANCE };
    const books = await paper.books(account.uid);
    found.push(...auditUser(database.sql, user, books).map((line) => `user ${userId}: ${line}`));
  }
  return found;
}

export function countSettled(database: Database): number {
  return database.sql.prepare("SELECT count(*) FROM Cycle WHERE state = 'settled'").pluck().get() as number;
}
