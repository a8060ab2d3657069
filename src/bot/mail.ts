/** Everything that can happen to a bot. Each is processed to its end before the next one is looked at. */
import type { Answer } from '../domain/apply.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { Funding, ObservedOrder, Snapshot } from '../domain/observation.ts';
import type { SymbolSetup, VenueEvent } from '../venue/venue.ts';

/** One fresh reading of all that a new cycle depends on. */
export interface Preparation {
  symbol: string;
  instrument: Instrument;
  setup: SymbolSetup;
  snapshot: Snapshot;
  /** The highest cycle key among the venue's recent orders; 0 where the journal knows the predecessor. */
  highestKey: number;
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
  | { type: 'snapshot'; snapshot: Snapshot }
  | { type: 'snapshot-failed'; failure: Failure }
  | { type: 'prepared'; preparation: Preparation }
  | { type: 'prepare-failed'; failure: Failure }
  | { type: 'funding'; cycleKey: number; rows: Funding[] }
  | { type: 'funding-failed'; failure: Failure }
  | { type: 'tick' }
  /** A person's wish, carried out between two events. */
  | { type: 'command'; run: () => void };
