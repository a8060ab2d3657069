/**
 * What a bot remembers, as the journal stores it: decimals as strings, times in ms since 1970.
 *
 * A batch is written in one transaction or not at all. The journal is synchronous: when `commit` returns,
 * the batch survives the death of the process.
 */
import type { ExecutionKind, OrderType } from './observation.ts';
import type { ProtectionClock } from './protection-clock.ts';
import type { Decimal, Direction, Side } from './words.ts';

export type DesiredState = 'running' | 'stopped';
/** `hold`: an adopted cycle that nobody has agreed to go on with. It is protected, and resting legs stay. */
export type BotMode = 'run' | 'hold' | 'protect' | 'close' | 'leave';
export type OrderKind = 'leg' | 'tp' | 'sl';
export type IntentState = 'in-flight' | 'ambiguous' | 'open' | 'filled' | 'cancelled' | 'rejected';
export type CycleState = 'entering' | 'open' | 'flat' | 'settled' | 'abandoned';

export interface BotRecord {
  userId: number;
  desired: DesiredState;
  mode: BotMode;
  status: string;
  /** The number of the newest cycle, for people. */
  cycleNumber: number;
  /** The key of the newest cycle; never goes back. */
  cycleKey: number;
  cooldownUntil: number | null;
  startedAt: number | null;
  heartbeatAt: number | null;
  lastErrorCode: string | null;
  lastErrorMessage: string | null;
  lastErrorAt: number | null;
}

export interface CycleRecord {
  userId: number;
  cycleKey: number;
  number: number;
  venue: string;
  environment: string;
  accountUid: string;
  symbol: string;
  side: Side;
  /** JSON of the frozen plan. */
  plan: string;
  state: CycleState;
  openedAt: number;
  settledAt: number | null;
  reason: string | null;
  legsFilled: number;
  quantity: Decimal | null;
  averageEntryPrice: Decimal | null;
  averageExitPrice: Decimal | null;
  gross: Decimal | null;
  fees: Decimal | null;
  funding: Decimal | null;
  net: Decimal | null;
  partial: boolean;
  /** JSON of the executions that no longer count, since their position was closed outside; null when all do. */
  writtenOff: string | null;
  /** How long its position was not exactly covered; null until it ended. */
  uncoveredMs: number | null;
  /** How long nobody could say. */
  unknownMs: number | null;
  longestGapMs: number | null;
}

export interface IntentRecord {
  clientOrderId: string;
  userId: number;
  cycleKey: number;
  tag: string;
  kind: OrderKind;
  /** 0 for TP and SL. */
  leg: number;
  replacement: number;
  symbol: string;
  direction: Direction;
  type: OrderType;
  price: Decimal | null;
  triggerPrice: Decimal | null;
  quantity: Decimal;
  reduceOnly: boolean;
  closeAll: boolean;
  adopted: boolean;
  state: IntentState;
  /** JSON of an amend or cancel under way, null when there is none. */
  pending: string | null;
  exchangeOrderId: string | null;
  filledQuantity: Decimal;
  reason: string | null;
  createdAt: number;
  updatedAt: number;
}

export interface FillRecord {
  executionId: string;
  userId: number;
  cycleKey: number;
  clientOrderId: string;
  exchangeOrderId: string;
  tag: string;
  kind: OrderKind;
  leg: number;
  executionKind: ExecutionKind;
  direction: Direction;
  price: Decimal;
  quantity: Decimal;
  fee: Decimal;
  feeCurrency: string;
  at: number;
}

export interface FundingRecord {
  fundingId: string;
  userId: number;
  cycleKey: number;
  symbol: string;
  amount: Decimal;
  at: number;
}

export interface EventRecord {
  userId: number;
  cycleKey: number;
  type: string;
  /** JSON. */
  data: string;
  at: number;
}

export interface JournalBatch {
  bot?: BotRecord;
  cycle?: CycleRecord;
  /** Inserted, or replaced under the same client order id. */
  intents?: IntentRecord[];
  /** A known execution id is ignored. */
  fills?: FillRecord[];
  fundings?: FundingRecord[];
  events?: EventRecord[];
  protection?: { userId: number; clock: ProtectionClock };
}

/** What a bot needs to go on after a restart. */
export interface BotMemory {
  bot: BotRecord | null;
  /** The newest cycle that is neither settled nor abandoned. */
  cycle: CycleRecord | null;
  intents: IntentRecord[];
  fills: FillRecord[];
  fundings: FundingRecord[];
  /** As it was last written. */
  protection?: ProtectionClock | undefined;
}

/** Write-ahead memory of the bots. Synchronous; throws only when the database itself fails. */
export interface Journal {
  load(userId: number): BotMemory;
  /** Whether there is a cycle of this key, ended ones too. */
  hasCycle(userId: number, cycleKey: number): boolean;
  commit(batch: JournalBatch): void;
  /** Users whose bot should run, or whose cycle is still open. */
  unfinished(): number[];
}
