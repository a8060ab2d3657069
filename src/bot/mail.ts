/** Everything that can happen to a bot. Each is processed to its end before the next one is looked at. */
import type { Answer, Found } from '../domain/apply.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { Funding, Snapshot } from '../domain/observation.ts';
import type { RebuildInput } from '../domain/rebuild.ts';
import type { LadderSettings } from '../domain/settings.ts';
import type { StopMode, VenueTraits } from '../domain/words.ts';
import type { SymbolSetup, VenueEvent } from '../venue/venue.ts';

/** One fresh reading of all that a new cycle depends on. */
export interface Preparation {
  symbol: string;
  leverage: number;
  instrument: Instrument;
  setup: SymbolSetup;
  traits: VenueTraits;
  snapshot: Snapshot;
  /** Venue time before which no execution can belong to the new cycle. */
  executionsUntil: number;
  /** The highest cycle key among the venue's recent orders; 0 where the journal knows the predecessor. */
  highestKey: number;
  /** A cycle of ours that the venue shows and the journal lacks; null where there is none. */
  lost: LostCycle | null;
}

/** What a cycle that the journal lost is rebuilt from: plain data, so that a replay rebuilds the same. */
export interface LostCycle {
  input: RebuildInput;
  /** The reading that everything in it came with. */
  reading: Reading;
  /** True where the newest execution is so old that a reading of the position cannot lag behind it. */
  isSettled: boolean;
}

/** A snapshot, and what was asked. */
export interface Reading {
  symbol: string;
  /** Venue time at which it was asked: every earlier execution since the time that was named is in it. */
  executionsUntil: number;
  /** True where the bot's own loop asked, and waits. */
  requested: boolean;
  snapshot: Snapshot;
}

export interface Failure {
  code: string;
  message: string;
}

/** What people ask of a bot, as data: carried out between two events, written down, and replayed like any mail. */
export type Command =
  | { name: 'start'; adoptPosition: boolean }
  /** What rests on the venue and is not in the journal is taken over; with a Start where one asked for it. */
  | { name: 'adopt'; lost: LostCycle; start: { adoptPosition: boolean } | null }
  | { name: 'stop'; mode: StopMode }
  /** A recover plan of so many actions is about to be carried out. */
  | { name: 'recover'; actions: number }
  | { name: 'settings'; settings: LadderSettings };

export type Mail =
  | { type: 'venue'; event: VenueEvent }
  | {
      type: 'answer';
      op: 'place' | 'amend' | 'cancel';
      clientOrderId: string;
      attempt: number;
      answer: Answer;
    }
  | ({ type: 'lookup'; clientOrderId: string } & Found)
  | { type: 'lookup-failed'; clientOrderId: string; askedAt: number; failure: Failure }
  | { type: 'snapshot'; reading: Reading }
  | { type: 'snapshot-failed'; failure: Failure }
  | { type: 'prepared'; ordinal: number; preparation: Preparation }
  /** `refused`: the venue said no, and will again; else it could not be read. */
  | { type: 'prepare-failed'; ordinal: number; failure: Failure; refused: boolean }
  /** What came of looking for a cycle that the journal lost. */
  | { type: 'looked-back'; lost: LostCycle | null }
  | { type: 'look-back-failed'; failure: Failure }
  | { type: 'funding'; cycleKey: number; rows: Funding[] }
  | { type: 'funding-failed'; cycleKey: number; failure: Failure }
  | { type: 'tick' }
  /** The market reached these orders, and no news of them came since (our clock). */
  | { type: 'unheard'; clientOrderIds: string[]; since: number }
  /** A person's wish, carried out between two events. */
  | { type: 'command'; command: Command };
