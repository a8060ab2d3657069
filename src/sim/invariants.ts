/** What must hold for every account at every step (docs/ARCHITECTURE.md), by the numbers that a failing seed names. */

export const INVARIANTS = [
  'a bot goes on, and comes to rest',
  'at most one live order of a tag',
  'the take-profit and the stop-loss cover exactly the own quantity, or for a bounded time not',
  'no order without an intent committed before it, or adopted',
  'all orders of a leg together fill at most its plan',
  'after a settlement nothing of the cycle rests on the venue',
  'recover plans nothing on a converged account',
  "what is not the bot's is never touched",
  "a bot acts with its own user's key alone",
  'from flat to flat the books are what the wallet gained, to the last digit',
] as const;

/** 1 to 9, and 0: the bot stopped by an error of its own, or never comes to rest. */
export type InvariantNumber = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;

export interface Violation {
  invariant: InvariantNumber;
  /** The account; 0 where all are meant. */
  uid: number;
  message: string;
}
