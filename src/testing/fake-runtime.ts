/**
 * A runtime over a real database in a temporary folder, with fake bots and a venue that answers what it is
 * told: for tests of doors. `close` removes everything.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createLog } from '../server/log.ts';
import { createMetrics } from '../server/metrics.ts';
import { watchMachine } from '../server/machine-health.ts';
import { hashPassword } from '../server/password.ts';
import { installRuntime, type Runtime } from '../server/runtime.ts';
import { newClaims, sessionCookieName } from '../server/session.ts';
import { createApiTokens } from '../store/api-tokens.ts';
import { createAuditLog } from '../store/audit-log.ts';
import { createStoredBots } from '../store/bots.ts';
import { createCredentials } from '../store/credentials.ts';
import { createCycleChecks } from '../store/cycle-checks.ts';
import { createCycles } from '../store/cycles.ts';
import { type Database, openDatabase } from '../store/database.ts';
import { createFills } from '../store/fills.ts';
import { createInviteLinks } from '../store/invite-links.ts';
import { createPastTrades } from '../store/past-trades.ts';
import { createSettingsStore } from '../store/settings.ts';
import { createRevokedSessions } from '../store/revoked-sessions.ts';
import { createUserData } from '../store/user-data.ts';
import { createUserStates } from '../store/user-states.ts';
import { createRoster } from '../store/roster.ts';
import { createStateChanges } from '../store/state-changes.ts';
import { createUsers } from '../store/users.ts';
import { createVault } from '../store/vault.ts';
import type { AccountInfo, Read, VenueDirectory, VenueKey } from '../venue/venue.ts';
import { createFakeBots, type FakeBots } from './fake-bots.ts';
import { encode } from 'next-auth/jwt';

export const SECRET = 'a secret of forty characters, for tests.';
export const PASSWORD = 'correct horse battery';

export interface FakeRuntime {
  runtime: Runtime;
  database: Database;
  bots: FakeBots;
  /** What the venue answers for a key; `account-of-{apiKey}` unless told otherwise. */
  accounts: Map<string, Read<AccountInfo>>;
  addUser(email: string, role?: 'user' | 'admin'): Promise<number>;
  /** A `Cookie` header that signs this user in. */
  cookieOf(userId: number, change?: { version?: number; secret?: string; maxAge?: number }): Promise<string>;
  close(): Promise<void>;
}

export async function createFakeRuntime(config: Partial<Runtime['config']> = {}): Promise<FakeRuntime> {
  const folder = mkdtempSync(path.join(tmpdir(), 'blitz-doors-'));
  const opened = await openDatabase(path.join(folder, 'users.db'), path.resolve('prisma/migrations'));
  if (!opened.ok) throw new Error(opened.error.message);
  const database = opened.value;
  const bots = createFakeBots();
  const accounts = new Map<string, Read<AccountInfo>>();
  const apiTokens = createApiTokens(database.prisma, database.sql);
  const machine = watchMachine({
    databasePath: database.path,
    paperUrl: 'http://127.0.0.1:9',
    version: 'test',
  });
  const runtime: Runtime = {
    state: 'ready',
    config: {
      publicUrl: 'http://127.0.0.1:8000',
      trustedProxies: [],
      rateLimits: true,
      registration: 'invite',
      ...config,
    },
    log: createLog('silent'),
    database: { path: database.path, pragmas: () => database.pragmas() },
    users: createUsers(database.prisma),
    userStates: createUserStates(database.sql),
    userData: createUserData(database.sql),
    inviteLinks: createInviteLinks(database.prisma, database.sql),
    apiTokens,
    auditLog: createAuditLog(database.sql),
    revokedSessions: createRevokedSessions(database.sql),
    credentials: createCredentials(database.prisma, createVault(SECRET)),
    settings: createSettingsStore(database.prisma),
    cycles: createCycles(database.prisma),
    cycleChecks: createCycleChecks(database.sql),
    fills: createFills(database.prisma),
    pastTrades: createPastTrades(database.prisma),
    storedBots: createStoredBots(database.sql),
    roster: createRoster(database.sql),
    stateChanges: createStateChanges(database.sql),
    machine,
    venues: createFakeVenues(accounts),
    bots,
    metrics: createMetrics(),
    sessionSecret: SECRET,
    operatorSecret: SECRET,
    provisionUser: async () => undefined,
  };
  installRuntime(runtime);
  return {
    runtime,
    database,
    bots,
    accounts,
    async addUser(email, role = 'user') {
      const created = await runtime.users.create({ email, role, passwordHash: await hashPassword(PASSWORD) });
      if (!created.ok) throw new Error(created.error.message);
      return created.value.id;
    },
    async cookieOf(userId, { version, secret = SECRET, maxAge = 60 } = {}) {
      const present = (await runtime.users.findById(userId))?.sessionVersion ?? 1;
      const token = await encode({ token: newClaims(userId, version ?? present), secret, maxAge });
      return `${sessionCookieName(runtime.config.publicUrl)}=${token}`;
    },
    async close() {
      apiTokens.close();
      machine.stop();
      await database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function createFakeVenues(accounts: Map<string, Read<AccountInfo>>): VenueDirectory {
  const unused = () => {
    throw new Error('doors ask a venue for its account only');
  };
  return {
    open: (key: VenueKey) => {
      if (key.venue === 'bingx' && key.environment === 'testnet')
        throw Object.assign(new Error('it has no test network'), { code: 'venue_not_supported' });
      return {
        name: key.venue,
        environment: key.environment,
        traits: { amends: true, namesStops: true },
        account: async () => accounts.get(key.apiKey) ?? { ok: true, value: accountOf(key.apiKey) },
        setup: unused,
        setLeverage: unused,
        place: unused,
        amend: unused,
        cancel: unused,
        findOrder: unused,
        recentOrders: unused,
        executions: unused,
        funding: unused,
        ledger: unused,
        snapshot: unused,
        watch: unused,
        venueNow: unused,
        close: async () => undefined,
      };
    },
    marketData: unused,
    budgets: () => [{ venue: 'bybit', environment: 'paper', used: 3, limit: 560, waiting: 0 }],
    createPaperAccount: async () => ({ ok: true, value: { apiKey: 'paper-key', apiSecret: 'paper-secret' } }),
    close: async () => undefined,
  };
}

function accountOf(apiKey: string): AccountInfo {
  return {
    accountUid: `account-of-${apiKey}`,
    canTrade: true,
    canWithdraw: false,
    walletBalance: '1000',
    availableBalance: '1000',
  };
}
