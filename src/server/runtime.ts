/**
 * What exists once in the process. `server.ts`, `pages/api` and `app` evaluate modules separately, so a
 * plain module variable would exist three times: the one object hangs on `globalThis` instead.
 *
 * Everything on it takes and gives plain data; errors are told apart by `code`, never by `instanceof`.
 */
import type { Bots } from '../bot/bot-view.ts';
import type { ApiTokens } from '../store/api-tokens.ts';
import type { AuditLog } from '../store/audit-log.ts';
import type { StoredBots } from '../store/bots.ts';
import type { Credentials } from '../store/credentials.ts';
import type { CycleChecks } from '../store/cycle-checks.ts';
import type { Cycles } from '../store/cycles.ts';
import type { Fills } from '../store/fills.ts';
import type { InviteLinks } from '../store/invite-links.ts';
import type { Roster } from '../store/roster.ts';
import type { StateChanges } from '../store/state-changes.ts';
import type { PastTrades } from '../store/past-trades.ts';
import type { Pragmas } from '../store/pragmas.ts';
import type { RevokedSessions } from '../store/revoked-sessions.ts';
import type { SettingsStore } from '../store/settings.ts';
import type { UserData } from '../store/user-data.ts';
import type { UserStates } from '../store/user-states.ts';
import type { Users } from '../store/users.ts';
import type { VenueDirectory } from '../venue/venue.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { MachineWatch } from './machine-health.ts';

/** The part of the configuration that doors may see: no secrets. */
export interface DoorConfig {
  /** Origin without a trailing slash, for example "http://127.0.0.1:8000". */
  publicUrl: string;
  /** Addresses and networks in CIDR notation whose forwarding headers are believed. */
  trustedProxies: readonly string[];
  rateLimits: boolean;
  registration: Registration;
}

/** Who may make an account: anybody, whoever has an invite link, or nobody. */
export type Registration = 'open' | 'invite' | 'closed';

export interface Runtime {
  state: 'starting' | 'ready' | 'stopping';
  config: DoorConfig;
  log: Log;
  database: { path: string; pragmas(): Pragmas };
  users: Users;
  userStates: UserStates;
  userData: UserData;
  inviteLinks: InviteLinks;
  apiTokens: ApiTokens;
  auditLog: AuditLog;
  revokedSessions: RevokedSessions;
  credentials: Credentials;
  settings: SettingsStore;
  cycles: Cycles;
  cycleChecks: CycleChecks;
  fills: Fills;
  pastTrades: PastTrades;
  storedBots: StoredBots;
  /** All users in one query. */
  roster: Roster;
  stateChanges: StateChanges;
  machine: MachineWatch;
  venues: VenueDirectory;
  bots: Bots;
  metrics: Metrics;
  /** Derived from the master secret; signs sessions. */
  sessionSecret: string;
  /** Derived from the master secret; proves that a command line of this machine asks (operator-door.ts). */
  operatorSecret: string;
  /** Gives a new user settings and a paper account; what cannot be done now is done as soon as possible. */
  provisionUser(userId: number): Promise<void>;
}

const key = Symbol.for('blitz.runtime');

type Holder = typeof globalThis & { [key]?: Runtime };

export function installRuntime(runtime: Runtime): void {
  (globalThis as Holder)[key] = runtime;
}

/** People can use the pages, and every bot that should run was reconciled. */
export function isReady(): boolean {
  const installed = (globalThis as Holder)[key];
  return installed?.state === 'ready' && installed.bots.ready();
}

export function runtime(): Runtime {
  const installed = (globalThis as Holder)[key];
  if (installed !== undefined) return installed;
  throw new Error('there is no runtime: doors work only inside the server that server.ts composes');
}
