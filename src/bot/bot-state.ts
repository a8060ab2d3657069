/**
 * All that one bot knows, in one object. `receive` and `decide` change it, the journal gets what changed, the
 * view is built from it. The values inside are immutable; only the fields of this object are replaced.
 */
import type { Cycle } from '../domain/cycle.ts';
import type { Intent } from '../domain/intent.ts';
import { NOTHING_OBSERVED, type Observed } from '../domain/observed.ts';
import { newClock, type ProtectionClock, restoredClock } from '../domain/protection-clock.ts';
import type {
  BotMemory,
  BotRecord,
  CycleRecord,
  EventRecord,
  FillRecord,
  FundingRecord,
} from '../domain/records.ts';
import type { LadderSettings } from '../domain/settings.ts';
import type { AccountIdentity } from '../domain/settlement.ts';
import type { Lots } from '../domain/units.ts';
import type { Problem } from '../domain/verdict.ts';
import type { PositionMode } from '../domain/words.ts';
import { restoreCycle } from './codec.ts';

/** What was refused: reading the account, or an order. */
export type AccessKind = 'read' | 'order';

export interface Access {
  kind: AccessKind;
  code: 'credentials' | 'permission';
  /** The exchange's own words. */
  message: string;
}

/** The way to the next cycle. */
export interface EntryWork {
  /** Which preparation is under way; the answer to an older one counts for nothing. */
  preparing: number | null;
  /** Entries in a row that were refused or bought nothing. */
  failures: number;
  /** Those among them that would be refused again: their number is bounded. */
  blamed: number;
  /** Readings in a row that failed; the exchange's trouble, not ours. */
  unreadable: number;
  notBefore: number;
  adoptPosition: boolean;
}

export function newEntryWork(adoptPosition = false): EntryWork {
  return { preparing: null, failures: 0, blamed: 0, unreadable: 0, notBefore: 0, adoptPosition };
}

/** The look for a cycle that rests on the exchange and that the journal lost. */
export interface LookBack {
  inFlight: boolean;
  failures: number;
  notBefore: number;
}

const LOOK_BACK: LookBack = { inFlight: false, failures: 0, notBefore: 0 };

/** What waits for the next commit. */
export interface Unsaved {
  fills: FillRecord[];
  fundings: FundingRecord[];
  events: EventRecord[];
  /** A cycle that has just ended, and its books. */
  ended: { cycle: Cycle; record: CycleRecord } | null;
}

/** What the journal has, to tell what changed. */
export interface Saved {
  record: BotRecord | null;
  cycleSummary: string;
  legsFilled: number;
  protection: ProtectionClock | null;
  intents: Map<string, Intent>;
}

export interface BotState {
  readonly userId: number;
  account: AccountIdentity;
  record: BotRecord;
  settings: LadderSettings;
  positionMode: PositionMode;
  cycle: Cycle | null;
  observed: Observed;
  /** Others' orders that were there at the start; null until the first reading. */
  baseline: ReadonlySet<string> | null;
  /** True from a restart until the first reading: ids of the open cycle that the journal lacks are adopted. */
  restored: boolean;
  problems: Problem[];
  wakeAt: number | null;
  reading: {
    inFlight: boolean;
    failures: number;
    notBefore: number;
    burst: { since: number; count: number };
  };
  entry: EntryWork;
  /** Preparations asked for since this bot was made. */
  preparations: number;
  /** Venue time up to which every execution of the open cycle has been read; null after a restart. */
  executionsReadUntil: number | null;
  /** Why the exchange does not let the bot in; null while it does. */
  access: Access | null;
  settling: { inFlight: boolean; failures: number; notBefore: number } | null;
  /** Until it is done, or proves to be needless. */
  lookBack: LookBack | null;
  /** The newest pushed position of our side, and when it came. */
  pushed: { quantity: Lots; at: number } | null;
  /** Client order ids and executions of the cycle before: their late echoes belong to nobody. */
  former: { orders: ReadonlySet<string>; executions: ReadonlySet<string> };
  protection: ProtectionClock;
  /** How long protection may be unproven before people are alarmed. */
  alertAfterMs: number;
  /** True while they are. */
  alerted: boolean;
  lastSettled: CycleRecord | null;
  unsaved: Unsaved;
  saved: Saved;
}

/** Of a bot that was never started. */
export function newRecord(userId: number): BotRecord {
  return {
    userId,
    desired: 'stopped',
    mode: 'run',
    status: 'not_running',
    cycleNumber: 0,
    cycleKey: 0,
    cooldownUntil: null,
    startedAt: null,
    heartbeatAt: null,
    lastErrorCode: null,
    lastErrorMessage: null,
    lastErrorAt: null,
  };
}

/** A reading that begins once the private stream stands misses nothing; none waits longer for it. */
const STREAM_FIRST_MS = 3_000;

export interface StateOrigin {
  userId: number;
  account: AccountIdentity;
  memory: BotMemory;
  settings: LadderSettings;
  alertAfterMs: number;
  /** The server has just started: the journal may be older than the account. */
  lookBack: boolean;
  now: number;
}

export function createState(origin: StateOrigin): BotState {
  const { userId, account, memory, settings, alertAfterMs, lookBack, now } = origin;
  const cycle = restoreCycle(memory, now);
  const notBefore = cycle === null ? 0 : now + STREAM_FIRST_MS;
  return {
    userId,
    account,
    record: memory.bot ?? newRecord(userId),
    settings,
    positionMode: cycle?.plan.positionMode ?? 'one-way',
    cycle,
    observed: NOTHING_OBSERVED,
    baseline: null,
    restored: cycle !== null,
    problems: [],
    wakeAt: null,
    reading: { inFlight: false, failures: 0, notBefore, burst: { since: 0, count: 0 } },
    entry: newEntryWork(),
    preparations: 0,
    executionsReadUntil: null,
    access: null,
    settling: null,
    lookBack: lookBack ? LOOK_BACK : null,
    pushed: null,
    former: { orders: new Set(), executions: new Set() },
    protection: memory.protection === undefined ? newClock(now) : restoredClock(memory.protection, now),
    alertAfterMs,
    alerted: false,
    lastSettled: null,
    unsaved: nothingUnsaved(),
    saved: {
      record: memory.bot,
      cycleSummary: '',
      legsFilled: 0,
      protection: memory.protection ?? null,
      intents: new Map(),
    },
  };
}

export function nothingUnsaved(): Unsaved {
  return { fills: [], fundings: [], events: [], ended: null };
}

/** Appends to the bot's own log of what it saw and decided. */
export function note(state: BotState, type: string, data: unknown, now: number): void {
  const cycleKey = state.cycle?.key ?? state.record.cycleKey;
  state.unsaved.events.push({ userId: state.userId, cycleKey, type, data: JSON.stringify(data), at: now });
}

export function setRecord(state: BotState, change: Partial<BotRecord>): void {
  state.record = { ...state.record, ...change };
}

export function setError(state: BotState, problem: { code: string; message: string }, now: number): void {
  setRecord(state, { lastErrorCode: problem.code, lastErrorMessage: problem.message, lastErrorAt: now });
}

/** The symbol that is watched and read: the open cycle's, else the one of the settings. */
export function symbolOf(state: BotState): string {
  return state.cycle?.plan.symbol ?? state.settings.symbol;
}
