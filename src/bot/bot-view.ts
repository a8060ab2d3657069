/**
 * The bots' surface: plain data only, so that doors, pages and metrics never hold a bot itself and the bots
 * can move to a thread or another machine. Errors are told apart by `code`.
 */
import type { ProtectionPhase, ProtectionTimes } from '../domain/protection-clock.ts';
import type { LadderSettings, SettingsPreview } from '../domain/settings.ts';
import type { Decimal, Direction, Side, StopMode } from '../domain/words.ts';
import type { EnvironmentName, VenueName } from '../venue/venue.ts';

export const BOT_STATUSES = [
  'not_running',
  'starting',
  'running',
  'protecting',
  'stopped',
  'halted',
  'needs_attention',
] as const;

export type BotStatusName = (typeof BOT_STATUSES)[number];

export interface BotProblem {
  code: string;
  /** For people: what happened and what to do. */
  message: string;
  at: string;
}

export interface OrderView {
  tag: string;
  clientOrderId: string;
  exchangeOrderId: string | null;
  kind: 'leg' | 'tp' | 'sl';
  leg: number | null;
  direction: Direction;
  type: 'market' | 'limit' | 'stop';
  price: Decimal | null;
  triggerPrice: Decimal | null;
  quantity: Decimal;
  filledQuantity: Decimal;
  state: string;
}

export interface PositionView {
  symbol: string;
  side: Side;
  quantity: Decimal;
  averageEntryPrice: Decimal;
  markPrice: Decimal | null;
  liquidationPrice: Decimal | null;
  unrealizedPnl: Decimal | null;
}

export interface CycleView {
  number: number;
  cycleKey: string;
  symbol: string;
  side: Side;
  state: 'entering' | 'open' | 'flat' | 'settled';
  leverage: number;
  openedAt: string;
  legsFilled: number;
  legsTotal: number;
  takeProfitPrice: Decimal | null;
  stopLossPrice: Decimal | null;
}

export interface ProtectionView {
  /** True while live TP (and SL, if set) covers exactly the own quantity, or nothing is owned. */
  covered: boolean;
  /** `unknown`: a position is open and nobody can say, since nobody watches or the exchange cannot be read. */
  state: ProtectionPhase;
  /** Why not, in words; null while covered. */
  cause: string | null;
  /** Since when it is uncovered, or unknown. */
  uncoveredSince: string | null;
  /** Milliseconds that the current (or newest) cycle's position was not exactly covered so far. */
  uncoveredMs: number;
  /** Milliseconds of it that nobody could say; not in `uncoveredMs`. */
  unknownMs: number;
  longestGapMs: number;
  /** Protection has been unproven for longer than the server's bound (PROTECTION_ALERT_SECONDS). */
  alert: boolean;
  /** The same of all cycles of this bot. */
  total: ProtectionTimes;
}

export interface BotView {
  userId: number;
  running: boolean;
  status: BotStatusName;
  /** Seconds since the bot was started; 0 when it is not running. */
  uptime: number;
  message: string;
  venue: VenueName | null;
  environment: EnvironmentName | null;
  connected: boolean;
  cycle: CycleView | null;
  /** When the next cycle may begin, ISO; null outside a cooldown. */
  cooldownUntil: string | null;
  position: PositionView | null;
  lastPrice: Decimal | null;
  orders: OrderView[];
  protection: ProtectionView;
  walletBalance: Decimal | null;
  lastError: BotProblem | null;
  warnings: BotProblem[];
  heartbeatAt: string | null;
  /** When the exchange was asked for what is shown of a left position; null while somebody looks after it. */
  askedAt: string | null;
}

/** A bot in one line of an overview. */
export interface BotSummary
  extends Pick<
    BotView,
    'userId' | 'running' | 'status' | 'message' | 'connected' | 'lastError' | 'heartbeatAt'
  > {
  /** Null while it does not run. */
  startedAt: string | null;
  cycle: Pick<CycleView, 'number' | 'symbol' | 'side'> | null;
  position: Pick<PositionView, 'quantity' | 'unrealizedPnl'> | null;
  protection: ProtectionView;
}

export const RECOVER_TYPES = [
  'keep',
  'adopt',
  'place',
  'amend',
  'cancel',
  'look-up',
  'read',
  'settle',
  'halt',
] as const;

/**
 * One line of a recover plan: `type` is what is done, `reason` why, for people. `keep` leaves an order as it is,
 * `adopt` takes one into the bot's books that rests on the exchange and was not in them.
 */
export interface RecoverAction {
  type: (typeof RECOVER_TYPES)[number];
  /** Empty where it is not about one order. */
  tag: string;
  clientOrderId: string;
  /** As it will be; of a stop-loss the trigger. */
  price: Decimal | null;
  quantity: Decimal | null;
  reason: string;
  /** What the exchange showed; null where it shows no such order. */
  onVenue: { price: Decimal | null; quantity: Decimal; filledQuantity: Decimal; state: string } | null;
  /** What should be there; null where nothing should. */
  wanted: { price: Decimal | null; quantity: Decimal } | null;
}

export interface RecoverPlan {
  /** For people: what was found, in a sentence or two. */
  message: string;
  /** What is done; nothing where all is in place. */
  actions: RecoverAction[];
  /** Every order that was looked at, what is kept included. */
  checked: RecoverAction[];
  /** For people: what was checked beside orders, and what nobody can know any more. */
  notes: string[];
}

export type BotFailure = { ok: false; error: string; message: string };
export type BotResult<T> = { ok: true; value: T } | BotFailure;

export interface StopResult {
  status: 'stopped' | 'protecting';
  /** It was stopping in this very way already: nothing happened. */
  unchanged?: true;
}

/** Everything that doors may do with bots. Calls of one user are serialised, users run in parallel. */
export interface Bots {
  /**
   * Errors: `already_running`, `missing_credentials`, `invalid_credentials`, `account_taken`, `other_account`,
   * `invalid_settings`, `existing_position` and `orders_from_before` (start again with `adoptPosition`), `opposite_position`,
   * `venue_unavailable`, `internal_error`.
   */
  start(userId: number, options?: { adoptPosition?: boolean }): Promise<BotResult<{ view: BotView }>>;
  /** Errors: `not_running`. While protecting it changes the mode. */
  stop(userId: number, mode: StopMode): Promise<BotResult<StopResult>>;
  /**
   * Also adopts a cycle that rests on the exchange and is not in the journal. A dry run changes nothing.
   * Errors: `missing_credentials`, `invalid_settings`, `other_account`, `venue_unavailable`, `orders_from_before`
   * (what rests there cannot be adopted), `internal_error`.
   */
  recover(userId: number, options: { dryRun: boolean }): Promise<BotResult<RecoverPlan>>;
  status(userId: number): Promise<BotView>;
  /**
   * The same; where a cycle was left on the exchange, the exchange is asked what became of it, and nothing is
   * stored or sent. Errors: `missing_credentials`, `other_account`, `venue_unavailable`.
   */
  look(userId: number): Promise<BotResult<{ view: BotView }>>;
  /** Every user that has a bot, running or not, by user id; from memory and one query. */
  overview(): BotView[];
  /** The same in one line each, for lists of many; made in slices, so that it holds up no bot. */
  summaries(): Promise<BotSummary[]>;
  /**
   * Saved settings reach a running bot: percentages, repeat and guard now, the rest with the next cycle.
   * `before`: what was saved until then; the answer names what changed.
   */
  settingsChanged(
    userId: number,
    before: LadderSettings | null,
  ): Promise<{ now: string[]; nextCycle: string[] }>;
  /** The user's key was replaced or removed: an open cycle goes on with the new one. */
  credentialChanged(userId: number): Promise<void>;
  preview(userId: number, settings: LadderSettings): Promise<BotResult<SettingsPreview>>;
  symbols(userId: number): Promise<BotResult<string[]>>;
  /** Called for every visible change of a bot, at most a few times a second per bot. */
  onChange(listener: (view: BotView) => void): () => void;
  /** True once every bot that should run was reconciled after the start. */
  ready(): boolean;
  shutdown(): Promise<void>;
}
