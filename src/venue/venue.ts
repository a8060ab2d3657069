/**
 * The port: an exchange as the bot sees it. Adapters live beside this file, only `server.ts` names them.
 *
 * Every call ends as a value, never as a throw: `accepted`, `rejected` or `ambiguous` for what changes the
 * venue, `ok` or not for what only reads. `ambiguous` means that the order may or may not exist: timeouts,
 * socket errors, 5xx, a venue's own "server timeout", empty or non-JSON bodies, a missing id and a
 * duplicate-id refusal all end there.
 */
import type { Instrument } from '../domain/instrument.ts';
import type {
  Execution,
  Funding,
  ObservedOrder,
  OrderType,
  PositionRead,
  Prices,
  Snapshot,
} from '../domain/observation.ts';
import type { VenueLedger } from '../domain/venue-check.ts';
import type { EnvironmentName, VenueKey, VenueName } from '../domain/venue-key.ts';
import type { Decimal, Direction, PositionMode, Side, VenueTraits } from '../domain/words.ts';

/** Why a venue said no, in words of ours; adapters map their codes to these in one place. */
export type RejectCode =
  | 'insufficient_balance'
  | 'reduce_only_refused'
  /** Other resting orders hold the quantity that it would close. */
  | 'quantity_held'
  | 'order_not_found'
  | 'trigger_passed'
  | 'not_modified'
  | 'invalid_order'
  | 'limit_exceeded'
  | 'rate_limited'
  | 'timestamp'
  | 'credentials'
  | 'permission'
  | 'maintenance'
  | 'unknown_symbol'
  | 'rejected';

export type AmbiguousCause =
  | 'timeout'
  | 'network'
  | 'server_error'
  | 'bad_body'
  | 'missing_id'
  | 'duplicate_id'
  | 'processing';

export type Outcome<T> =
  | { kind: 'accepted'; value: T }
  | { kind: 'rejected'; code: RejectCode; message: string; venueCode: string | null }
  | {
      kind: 'ambiguous';
      cause: AmbiguousCause;
      message: string;
      /** From now on, how long the venue may still admit the request: an absence read earlier proves nothing. */
      provableAfterMs: number;
    };

export type ReadFailure = { ok: false; code: RejectCode | AmbiguousCause; message: string };
export type Read<T> = { ok: true; value: T } | ReadFailure;

/** The six fields in which ccxt looks for a client order id; all carry the same text. */
export interface ClientOrderIdFields {
  text: string;
  clientOrderId: string;
  clientOrderID: string;
  newClientOrderId: string;
  orderLinkId: string;
  label: string;
}

export interface OrderRequest extends ClientOrderIdFields {
  symbol: string;
  direction: Direction;
  /** The position that the order opens or reduces. */
  side: Side;
  positionMode: PositionMode;
  type: OrderType;
  quantity: Decimal;
  /** Limit price; null for market and stop orders. */
  price: Decimal | null;
  /** Stop orders only: triggered by the mark price, then closed at market. */
  triggerPrice: Decimal | null;
  reduceOnly: boolean;
  /** Closes whatever is left of the position, however small; `quantity` is then ignored. */
  closeAll?: boolean;
}

/** An order that was sent, and whose fate is asked. */
export interface SentOrder {
  request: OrderRequest;
  /** Venue time, ms since 1970: it was not sent before. */
  sentAt: number;
  /** The venue's own id, where it is known. */
  exchangeOrderId: string | null;
  /** The venue's ids of our other orders: it is none of these. */
  others: readonly string[];
}

export interface AmendRequest {
  symbol: string;
  clientOrderId: string;
  exchangeOrderId: string | null;
  type: OrderType;
  direction: Direction;
  quantity?: Decimal;
  price?: Decimal;
  triggerPrice?: Decimal;
}

export interface CancelRequest {
  symbol: string;
  clientOrderId: string;
  exchangeOrderId: string | null;
  type: OrderType;
}

export interface Accepted {
  exchangeOrderId: string;
}

export interface AccountInfo {
  /** The venue's own id of the account behind the key. */
  accountUid: string;
  canTrade: boolean;
  /** Null when the key's restrictions could not be read. */
  canWithdraw: boolean | null;
  walletBalance: Decimal;
  availableBalance: Decimal;
}

/** Venue time, ms since 1970, both included. */
export interface LedgerSpan {
  fromMs: number;
  untilMs: number;
}

/** How the account trades one symbol. */
export interface SymbolSetup {
  positionMode: PositionMode;
  marginMode: 'cross' | 'isolated';
  leverage: Decimal | null;
}

export type VenueEvent =
  | { type: 'order'; order: ObservedOrder }
  | { type: 'execution'; execution: Execution }
  | { type: 'position'; position: PositionRead }
  | { type: 'prices'; prices: Prices }
  /** Subscribed (again): nothing that happened in between is replayed, so a snapshot must follow. */
  | { type: 'connected' }
  | { type: 'disconnected'; message: string };

export type Unwatch = () => void;

/** One account at one venue. All methods are safe to call in parallel. */
export interface Venue {
  readonly name: VenueName;
  readonly environment: EnvironmentName;
  readonly traits: VenueTraits;
  account(): Promise<Read<AccountInfo>>;
  setup(symbol: string): Promise<Read<SymbolSetup>>;
  /** Accepts "not modified" as done. */
  setLeverage(symbol: string, leverage: Decimal): Promise<Outcome<null>>;
  place(order: OrderRequest): Promise<Outcome<Accepted>>;
  /** Only where the traits say that the venue can. */
  amend(request: AmendRequest): Promise<Outcome<Accepted>>;
  cancel(request: CancelRequest): Promise<Outcome<Accepted>>;
  /**
   * The order under this client id, open or past; null when the venue has none (a proof only after
   * `provableAfterMs`). What was sent is needed where the venue's orders do not all carry our id.
   */
  findOrder(symbol: string, clientOrderId: string, sent?: SentOrder): Promise<Read<ObservedOrder | null>>;
  /** Open and recently ended orders of the symbol, for adoption. */
  recentOrders(symbol: string): Promise<Read<ObservedOrder[]>>;
  /** Executions of ours and of the user since a venue time in ms, oldest first, complete (paged through). */
  executions(symbol: string, sinceMs: number): Promise<Read<Execution[]>>;
  funding(symbol: string, sinceMs: number): Promise<Read<Funding[]>>;
  /** What the venue itself booked of a symbol, to compare our books with; a bounded number of requests. */
  ledger(symbol: string, span: LedgerSpan): Promise<Read<VenueLedger>>;
  /** With the wallet, unless told otherwise: each part is a request, and a restart of many bots needs many. */
  snapshot(symbol: string, executionsSinceMs: number, wish?: { wallet: boolean }): Promise<Read<Snapshot>>;
  /** Private orders, executions and positions of one symbol, and its prices, as they come. */
  watch(symbol: string, listener: (event: VenueEvent) => void): Unwatch;
  /** The venue's clock now, ms since 1970, from our clock and the measured offset. */
  venueNow(): number;
  close(): Promise<void>;
}

/** What can be asked without a key. One per venue and environment, shared by all users. */
export interface MarketData {
  symbols(): Promise<Read<string[]>>;
  instrument(symbol: string): Promise<Read<Instrument>>;
  prices(symbol: string): Promise<Read<Prices>>;
}

/** Who asks: a bot that runs, or a page (a key's check, a preview), whose reads never hold up a bot's. */
export type Purpose = 'bot' | 'door';

/** How much of what a venue allows per address is used just now. */
export interface BudgetUsage {
  venue: VenueName;
  environment: EnvironmentName;
  /** Requests of the last window. */
  used: number;
  limit: number;
  /** Requests that wait for room. */
  waiting: number;
}

/** How orders reach a venue that offers both; a websocket that is not open is stood in for by REST. */
export type OrderChannel = 'websocket' | 'rest';

/** How the composition root hands adapters to the bots. The purpose is `bot` unless it is told. */
export interface VenueDirectory {
  open(key: VenueKey, options?: { purpose: Purpose }): Venue;
  marketData(venue: VenueName, environment: EnvironmentName, options?: { purpose: Purpose }): MarketData;
  /** Makes a funded account on the paper exchange and returns its key. */
  createPaperAccount(): Promise<Read<{ apiKey: string; apiSecret: string }>>;
  /** Of every venue that was used since the start. */
  budgets(): BudgetUsage[];
  close(): Promise<void>;
}

export type { EnvironmentName, VenueKey, VenueName };
export type { Execution, Funding, ObservedOrder, PositionRead, Prices, Snapshot };
