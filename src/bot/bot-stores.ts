/** What the bots need from the store; plain data in and out. */
import type { Journal } from '../domain/records.ts';
import type { LadderSettings } from '../domain/settings.ts';
import type { VenueKey } from '../domain/venue-key.ts';
import type { StoredBotLine } from './resting.ts';
import type { StateChange } from './state-log.ts';

export interface BotStores {
  journal: Journal;
  storedBots: { list(): StoredBotLine[] };
  stateChanges: { append(change: StateChange): void };
  settings: { read(userId: number): Promise<LadderSettings | null> };
  credentials: {
    /** Users who have a key. */
    owners(): Promise<number[]>;
    open(userId: number): Promise<VenueKey | null>;
    read(userId: number): Promise<{ accountUid: string | null } | null>;
    save(
      userId: number,
      key: VenueKey,
      accountUid: string,
    ): Promise<{ ok: true } | { ok: false; error: { code: string; message: string } }>;
  };
}
