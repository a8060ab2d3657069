/**
 * What a venue tells us, in our words. Adapters produce these, the domain reads them, nobody sends them.
 *
 * Executions are facts: unique by `executionId`, never rolled back. Orders and positions are reads that may
 * lag behind executions and behind each other.
 */
import type { Decimal, Direction, Side } from './words.ts';

/** `open` covers untriggered stops and partly filled orders: whatever can still fill. */
export type ObservedStatus = 'open' | 'filled' | 'cancelled' | 'rejected';

export type OrderType = 'market' | 'limit' | 'stop';

export interface ObservedOrder {
  symbol: string;
  /** Null where the venue reports none (orders placed by hand, or kinds that take no client id). */
  clientOrderId: string | null;
  exchangeOrderId: string;
  direction: Direction;
  /** The position slot in hedge mode, null in one-way mode. */
  side: Side | null;
  type: OrderType;
  reduceOnly: boolean;
  price: Decimal | null;
  triggerPrice: Decimal | null;
  quantity: Decimal;
  filledQuantity: Decimal;
  status: ObservedStatus;
  /** Venue clock, ms since 1970. */
  createdAt: number;
  updatedAt: number;
  /** Why the venue cancelled or rejected it, in the venue's words. */
  reason: string | null;
}

/** `delisting`: the venue closed the position because the symbol is traded no more. */
export type ExecutionKind = 'trade' | 'liquidation' | 'adl' | 'delisting';

export interface Execution {
  executionId: string;
  exchangeOrderId: string;
  clientOrderId: string | null;
  symbol: string;
  direction: Direction;
  kind: ExecutionKind;
  price: Decimal;
  quantity: Decimal;
  /** Positive when paid, negative when received. */
  fee: Decimal;
  feeCurrency: string;
  /** Venue clock, ms since 1970. */
  at: number;
}

/** One funding settlement of a position. `amount` is what the wallet gained: negative when paid. */
export interface Funding {
  fundingId: string;
  symbol: string;
  side: Side | null;
  amount: Decimal;
  at: number;
}

export interface PositionRead {
  symbol: string;
  side: Side;
  /** Never negative; "0" when flat. */
  quantity: Decimal;
  averageEntryPrice: Decimal | null;
  liquidationPrice: Decimal | null;
  unrealizedPnl: Decimal;
  leverage: Decimal | null;
}

export interface Prices {
  last: Decimal;
  mark: Decimal;
  /** Our clock, ms since 1970. */
  at: number;
}

/**
 * One REST reading of everything a bot needs. Every part was asked at or after `askedAt` (our clock), but the
 * prices, which are everybody's and carry their own moment.
 */
export interface Snapshot {
  askedAt: number;
  orders: ObservedOrder[];
  positions: PositionRead[];
  /** Since the time that the caller named, oldest first. */
  executions: Execution[];
  prices: Prices;
  /** Null where the wallet was not asked for: nothing that protects a position depends on it. */
  walletBalance: Decimal | null;
  availableBalance: Decimal | null;
}
