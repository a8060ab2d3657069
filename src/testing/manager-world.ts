/** All bots of a server over scripted venues (one per user) and a real database, for the manager's own tests. */
import { onTestFinished } from 'vitest';
import { type Clock, systemClock } from '../bot/clock.ts';
import type { BotLog } from '../bot/bot.ts';
import { type BotsDeps, createBots } from '../bot/manager.ts';
import type { LadderSettings } from '../domain/settings.ts';
import type { VenueKey } from '../domain/venue-key.ts';
import { createStoredBots } from '../store/bots.ts';
import type { Database, Sql } from '../store/database.ts';
import { SqliteJournal } from '../store/journal.ts';
import { createStateChanges } from '../store/state-changes.ts';
import type { VenueDirectory } from '../venue/venue.ts';
import { QUIET, SETTINGS } from './bot-world.ts';
import { addUsers, scratchDatabase } from './scratch-database.ts';
import { ScriptedVenue } from './scripted-venue.ts';

/** What the store would hold; a test changes it at will. */
export interface StoredUser {
  key: VenueKey | null;
  accountUid: string | null;
  settings: LadderSettings;
  /** The refusal that saving an account's id meets. */
  taken: boolean;
}

/** Retries come soon, so that no test waits for them. */
const hurriedClock: Clock = {
  now: systemClock.now,
  after: (delayMs, callback) => systemClock.after(delayMs === 5_000 ? 20 : delayMs, callback),
};

export class ManagerWorld {
  readonly venues = new Map<number, ScriptedVenue>();
  readonly users = new Map<number, StoredUser>();
  /** How many venues are open now. */
  open = 0;
  readonly database: Database;

  constructor(database: Database, users: number) {
    this.database = database;
    for (let userId = 1; userId <= users; userId += 1) {
      this.venues.set(userId, new ScriptedVenue());
      this.users.set(userId, {
        key: keyOf(userId),
        accountUid: `${userId}`,
        settings: SETTINGS,
        taken: false,
      });
    }
  }

  venue(userId = 1): ScriptedVenue {
    const venue = this.venues.get(userId);
    if (venue === undefined) throw new Error(`there is no user ${userId}`);
    return venue;
  }

  user(userId = 1): StoredUser {
    const user = this.users.get(userId);
    if (user === undefined) throw new Error(`there is no user ${userId}`);
    return user;
  }

  /** A server's start on the same database and venues. */
  boot(sql: Sql = this.database.sql, options: Pick<BotsDeps, 'protectionAlertMs'> & { log?: BotLog } = {}) {
    const bots = createBots({
      journal: new SqliteJournal(sql),
      storedBots: createStoredBots(sql),
      stateChanges: createStateChanges(sql),
      settings: { read: async (userId) => this.user(userId).settings },
      credentials: {
        owners: async () => [...this.users].filter(([, { key }]) => key !== null).map(([userId]) => userId),
        open: async (userId) => this.user(userId).key,
        read: async (userId) => ({ accountUid: this.user(userId).accountUid }),
        save: async (userId, _key, accountUid) => this.#save(userId, accountUid),
      },
      venues: this.#directory(),
      clock: hurriedClock,
      log: QUIET,
      ...options,
    });
    onTestFinished(() => bots.shutdown());
    return bots;
  }

  async #save(userId: number, accountUid: string) {
    const user = this.user(userId);
    if (user.taken)
      return { ok: false as const, error: { code: 'account_taken', message: 'another user trades it' } };
    user.accountUid = accountUid;
    return { ok: true as const };
  }

  #directory(): VenueDirectory {
    return {
      open: (key) => {
        this.open += 1;
        const venue = this.venue(Number(key.apiKey.split('-')[0]));
        venue.close = async () => {
          this.open -= 1;
        };
        return venue;
      },
      marketData: () => this.venue().market,
      budgets: () => [],
      createPaperAccount: async () => ({ ok: false, code: 'network', message: 'not here' }),
      close: async () => undefined,
    };
  }
}

/** A key of the user's account; another `edition` is another key of the same account. */
export function keyOf(userId: number, edition = 1): VenueKey {
  return { venue: 'bybit', environment: 'paper', apiKey: `${userId}-${edition}`, apiSecret: 'secret' };
}

export async function managerWorld(users = 1): Promise<ManagerWorld> {
  const database = await scratchDatabase();
  await addUsers(database, users);
  return new ManagerWorld(database, users);
}
