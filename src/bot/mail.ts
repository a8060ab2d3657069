/** Everything that can happen to a bot. Each is processed to its end before the next one is looked at. */
import type { Answer } from '../domain/apply.ts';
import type { Cycle } from '../domain/cycle.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { Funding, ObservedOrder, Snapshot } from '../domain/observation.ts';
import type { PositionMode, VenueTraits } from '../domain/words.ts';
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

/** A cycle that was rebuilt from the venue, and the reading that it was rebuilt from. */
export interface LostCycle {
  cycle: Cycle;
  positionMode: PositionMode;
  reading: Reading;
  /** For people: what nobody can know any more. */
  unknown: string[];
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

export type Mail =
  | { type: 'venue'; event: VenueEvent }
  | {
      type: 'answer';
      op: 'place' | 'amend' | 'cancel';
      clientOrderId: string;
      attempt: number;
      answer: Answer;
    }
  | { type: 'lookup'; clientOrderId: string; order: ObservedOrder | null; askedAt: number }
  | { type: 'lookup-failed'; clientOrderId: string; askedAt: number; failure: Failure }
  | { type: 'snapshot'; reading: Reading }
  | { type: 'snapshot-failed'; failure: Failure }
  | { type: 'prepared'; ordinal: number; preparation: Preparation }
  /** `refused`: the venue said no, and will again; else it could not be read. */
  | { type: 'prepare-failed'; ordinal: number; failure: Failure; refused: boolean }
  | { type: 'funding'; cycleKey: number; rows: Funding[] }
  | { type: 'funding-failed'; cycleKey: number; failure: Failure }
  | { type: 'tick' }
  /** A person's wish, carried out between two events. */
  | { type: 'command'; run: () => void };
