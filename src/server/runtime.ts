/**
 * What exists once in the process. `server.ts`, `pages/api` and `app` evaluate modules separately, so a
 * plain module variable would exist three times: the one object hangs on `globalThis` instead.
 *
 * Everything on it takes and gives plain data; errors are told apart by `code`, never by `instanceof`.
 */
import type { Bots } from '../bot/bot-view.ts';
import type { StoredBots } from '../store/bots.ts';
import type { Credentials } from '../store/credentials.ts';
import type { Cycles } from '../store/cycles.ts';
import type { Fills } from '../store/fills.ts';
import type { Pragmas } from '../store/pragmas.ts';
import type { RevokedSessions } from '../store/revoked-sessions.ts';
import type { SettingsStore } from '../store/settings.ts';
import type { Users } from '../store/users.ts';
import type { VenueDirectory } from '../venue/venue.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';

/** The part of the configuration that doors may see: no secrets. */
export interface DoorConfig {
  /** Origin without a trailing slash, for example "http://127.0.0.1:8000". */
  publicUrl: string;
  /** Addresses and networks in CIDR notation whose forwarding headers are believed. */
  trustedProxies: readonly string[];
  rateLimits: boolean;
}

export interface Runtime {
  state: 'starting' | 'ready' | 'stopping';
  config: DoorConfig;
  log: Log;
  database: { path: string; pragmas(): Pragmas };
  users: Users;
  revokedSessions: RevokedSessions;
  credentials: Credentials;
  settings: SettingsStore;
  cycles: Cycles;
  fills: Fills;
  storedBots: StoredBots;
  venues: VenueDirectory;
  bots: Bots;
  metrics: Metrics;
  /** Derived from the master secret; signs sessions. */
  sessionSecret: string;
  /** Gives a new user settings and a paper account; what cannot be done now is done as soon as possible. */
  provisionUser(userId: number): Promise<void>;
}

const key = Symbol.for('blitz.runtime');

type Holder = typeof globalThis & { [key]?: Runtime };

export function installRuntime(runtime: Runtime): void {
  (globalThis as Holder)[key] = runtime;
}

export function runtime(): Runtime {
  const installed = (globalThis as Holder)[key];
  if (installed !== undefined) return installed;
  throw new Error('there is no runtime: doors work only inside the server that server.ts composes');
}
