/**
 * One turn: everything that a single command or price step changes, committed as one transaction.
 *
 * Core functions change the state in memory and note what they touched in `effects`; the exchange writes
 * that to disk before anybody hears of it. Nothing is changed before everything was checked.
 */
import type { Dec } from '../decimal.ts';
import type { Switches } from '../switches.ts';
import type { Book } from './book.ts';
import type { Market } from './market.ts';
import type { Account, ClosedPnl, Execution, LedgerRow, Order, Position } from './state.ts';

export interface Effects {
  accounts: Set<Account>;
  positions: Set<Position>;
  orders: Set<Order>;
  executions: Execution[];
  ledger: LedgerRow[];
  closed: Map<string, ClosedPnl>;
  /** Wallets that people should hear about. */
  wallets: Set<Account>;
}

export interface Turn {
  /** Real time, ms. */
  now: number;
  market: Market;
  book(symbol: string): Book;
  newId(): string;
  switches: Readonly<Switches>;
  /** True when the account may not use this client order id (again). */
  isUsed(uid: number, linkId: string): boolean;
  /** What this order has realised so far, if it has closed anything. */
  closedPnl(orderId: string): ClosedPnl | null;
  fees: { maker: Dec; taker: Dec };
  effects: Effects;
}

export function noEffects(): Effects {
  return {
    accounts: new Set(),
    positions: new Set(),
    orders: new Set(),
    executions: [],
    ledger: [],
    closed: new Map(),
    wallets: new Set(),
  };
}

export function isEmpty(effects: Effects): boolean {
  return (
    effects.accounts.size === 0 &&
    effects.positions.size === 0 &&
    effects.orders.size === 0 &&
    effects.executions.length === 0 &&
    effects.ledger.length === 0
  );
}
