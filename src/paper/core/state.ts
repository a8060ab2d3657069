/**
 * What the exchange remembers: accounts, positions, orders, executions and ledger rows.
 *
 * The words are neutral; each wire translates them into its venue's. Times ending in `At` are real
 * milliseconds, `marketTime` is the feed's clock.
 */
import type { Direction, Side } from '../../domain/words.ts';
import type { Dec } from '../decimal.ts';
import type { RefusalReason } from './refusal.ts';

/** 0 is the one-way slot, 1 the long and 2 the short slot of hedge mode. */
export type Slot = 0 | 1 | 2;

export type OrderStatus = 'untriggered' | 'new' | 'partially-filled' | 'filled' | 'cancelled' | 'rejected';
export type TimeInForce = 'GTC' | 'IOC' | 'FOK' | 'PostOnly';
export type TriggerBy = 'LastPrice' | 'MarkPrice' | 'IndexPrice';
/** Rising: triggers when the price is at or above; falling: at or below. */
export type TriggerDirection = 'rising' | 'falling';
/**
 * Who made the order: a person, the position's own take-profit or stop-loss, or the exchange itself, which
 * reduces a position at the market (`liquidation`) or takes it over at its bankruptcy price (`takeover`).
 */
export type Origin = 'user' | 'take-profit' | 'stop-loss' | 'liquidation' | 'takeover';
export type EndReason =
  | 'none'
  | 'by-user'
  | 'reduce-only'
  | 'no-margin'
  | 'post-only-would-take'
  | 'no-immediate-quantity'
  | 'position-closed'
  | 'liquidation'
  | 'refused';

export interface Order {
  orderId: string;
  linkId: string;
  uid: number;
  symbol: string;
  slot: Slot;
  direction: Direction;
  type: 'market' | 'limit';
  /** Null for market orders. */
  price: Dec | null;
  quantity: Dec;
  filled: Dec;
  filledValue: Dec;
  fee: Dec;
  timeInForce: TimeInForce;
  reduceOnly: boolean;
  closeOnTrigger: boolean;
  /** Takes the whole position, whatever its size is at that moment; `quantity` is 0 until then. */
  closesAll: boolean;
  /** Only conditional orders have one; it stays after triggering. */
  trigger: { price: Dec; direction: TriggerDirection; by: TriggerBy } | null;
  origin: Origin;
  status: OrderStatus;
  endReason: EndReason;
  /** Why it was refused after it had been acknowledged. */
  refusal?: RefusalReason;
  lastPriceOnCreated: Dec;
  createdAt: number;
  updatedAt: number;
}

export interface Position {
  uid: number;
  symbol: string;
  slot: Slot;
  /** Null when flat. */
  side: Side | null;
  quantity: Dec;
  /** Exact Σ price × quantity of what is still held; the average is derived from it, never stored. */
  cost: Dec;
  /** Entry fees that belong to what is still held. */
  openFee: Dec;
  /** Since the position was opened: profit − fees ± funding. */
  currentRealized: Dec;
  /** For ever: profit − fees ± funding. */
  totalRealized: Dec;
  takeProfit: Dec | null;
  stopLoss: Dec | null;
  openedAt: number;
  createdAt: number;
  updatedAt: number;
}

export interface SymbolSetting {
  leverage: Dec;
  hedged: boolean;
}

export interface Account {
  uid: number;
  apiKey: string;
  apiSecret: string;
  /** A key that may look but not trade. */
  readOnly: boolean;
  /** Limit prices beyond the price band are refused instead of being set to its edge. */
  refusesFarPrices: boolean;
  wallet: Dec;
  /** For symbols without a setting of their own. */
  hedged: boolean;
  marginMode: 'cross' | 'isolated';
  settings: Map<string, SymbolSetting>;
  positions: Map<string, Position>;
  /** Live orders only (untriggered, new, partially filled), by order id, oldest first. */
  orders: Map<string, Order>;
  createdAt: number;
  updatedAt: number;
}

export interface Execution {
  execId: string;
  uid: number;
  symbol: string;
  orderId: string;
  linkId: string;
  direction: Direction;
  slot: Slot;
  kind: 'trade' | 'funding' | 'liquidation';
  price: Dec;
  quantity: Dec;
  /** Positive when paid. */
  fee: Dec;
  feeRate: Dec;
  isMaker: boolean;
  closedQuantity: Dec;
  /** Gross profit that this fill realised. */
  realized: Dec;
  orderPrice: Dec | null;
  orderQuantity: Dec;
  leavesQuantity: Dec;
  orderType: 'market' | 'limit';
  origin: Origin;
  conditional: boolean;
  markPrice: Dec;
  at: number;
  marketTime: number;
}

export interface LedgerRow {
  uid: number;
  kind: 'deposit' | 'trade' | 'funding' | 'liquidation';
  symbol: string;
  direction: Direction | null;
  quantity: Dec;
  /** Position size after the change, negative when short. */
  positionSize: Dec;
  price: Dec;
  /** Gross profit (or the deposit). */
  cashFlow: Dec;
  /** Positive when received. */
  funding: Dec;
  /** Positive when paid. */
  fee: Dec;
  feeRate: Dec;
  /** cashFlow + funding − fee: what the wallet gained. */
  change: Dec;
  balance: Dec;
  execId: string;
  orderId: string;
  linkId: string;
  at: number;
  marketTime: number;
}

/** What one closing order realised. */
export interface ClosedPnl {
  orderId: string;
  uid: number;
  symbol: string;
  direction: Direction;
  orderType: 'market' | 'limit';
  orderPrice: Dec | null;
  quantity: Dec;
  closedQuantity: Dec;
  entryValue: Dec;
  exitValue: Dec;
  openFee: Dec;
  closeFee: Dec;
  fills: number;
  /** Forced by the exchange. */
  liquidated: boolean;
  leverage: Dec;
  createdAt: number;
  updatedAt: number;
}

export function isLive(order: Order): boolean {
  return order.status === 'untriggered' || order.status === 'new' || order.status === 'partially-filled';
}

/** On the book and able to fill; untriggered stops are not. */
export function isActive(order: Order): boolean {
  return order.status === 'new' || order.status === 'partially-filled';
}

export function leavesOf(order: Order): Dec {
  return order.quantity.minus(order.filled);
}

export function positionKey(symbol: string, slot: Slot): string {
  return `${symbol}:${slot}`;
}
