/**
 * What the observer sees: the exchange's own books at one moment, every order under the name that we gave it,
 * with what the server's journal says of it. Plain data, so that the auditor can be shown a planted look.
 */
import Big from 'big.js';
import type { StandingBooks } from '../../bench/paper-control.ts';
import { numberOf } from '../../src/paper/wire/bingx/ids.ts';
import { fromBingxClientId } from '../../src/venue/ccxt/bingx-client-id.ts';

/**
 * What the journal, read after the books, says of an order that lives in them: `open` it expects it to live,
 * `ended` it takes it for ended, `unwritten` there is no intent, `nameless` the order carries no id of a client
 * and no intent knows it by the exchange's.
 */
export type Known = 'open' | 'ended' | 'unwritten' | 'nameless';

export interface SeenOrder {
  orderId: string;
  /** Our client order id; empty for a stop on BingX, which has none. */
  name: string;
  symbol: string;
  positionIdx: number;
  reduceOnly: boolean;
  isStop: boolean;
  /** What is left of it, a decimal; 0 for an order that closes all there is. */
  leaves: string;
  known: Known;
}

export interface SeenPosition {
  symbol: string;
  positionIdx: number;
  size: string;
}

export interface SeenAccount {
  userId: number;
  wantsStopLoss: boolean;
  /** Without empty ones. */
  positions: SeenPosition[];
  orders: SeenOrder[];
}

export interface Look {
  type: 'look';
  atMs: number;
  accounts: SeenAccount[];
}

export interface Trader {
  userId: number;
  uid: number;
  venue: 'bybit' | 'bingx';
  wantsStopLoss: boolean;
}

/** The journal as the observer asks it: null where there is no such intent. */
export interface Journal {
  byName(clientOrderId: string): IntentState | null;
  byExchangeId(userId: number, exchangeOrderId: string): (IntentState & { clientOrderId: string }) | null;
}

export interface IntentState {
  state: string;
}

const LIVING = new Set(['in-flight', 'ambiguous', 'open']);

/** The journal is asked here, hence after the books were read: what was sent before them was written before. */
export function lookOf(
  books: readonly StandingBooks[],
  seen: { atMs: number; traders: readonly Trader[]; journal: Journal },
): Look {
  const { atMs, traders, journal } = seen;
  const accounts = traders.flatMap((trader) => {
    const own = books.find(({ uid }) => uid === trader.uid);
    return own === undefined ? [] : [accountOf(own, trader, journal)];
  });
  return { type: 'look', atMs, accounts };
}

function accountOf(books: StandingBooks, trader: Trader, journal: Journal): SeenAccount {
  const { userId, wantsStopLoss } = trader;
  const positions = books.positions
    .filter(({ size }) => Number(size) !== 0)
    .map(({ symbol, positionIdx, size }) => ({ symbol, positionIdx, size }));
  const orders = books.orders.map((order) => {
    const { orderId, symbol, positionIdx, reduceOnly } = order;
    const isStop = order.status === 'Untriggered';
    const leaves = new Big(order.qty).minus(order.cumExecQty).toFixed();
    return {
      ...{ orderId, symbol, positionIdx, reduceOnly, isStop, leaves },
      ...nameAndKnown(order, trader, journal),
    };
  });
  return { userId, wantsStopLoss, positions, orders };
}

function nameAndKnown(
  { orderId, orderLinkId }: { orderId: string; orderLinkId: string },
  { userId, venue }: Trader,
  journal: Journal,
): { name: string; known: Known } {
  if (orderLinkId === '') {
    const found = journal.byExchangeId(userId, venue === 'bingx' ? numberOf(orderId) : orderId);
    if (found === null) return { name: '', known: 'nameless' };
    return { name: found.clientOrderId, known: LIVING.has(found.state) ? 'open' : 'ended' };
  }
  const name = venue === 'bingx' ? (fromBingxClientId(orderLinkId) ?? orderLinkId) : orderLinkId;
  const found = journal.byName(name);
  if (found === null) return { name, known: 'unwritten' };
  return { name, known: LIVING.has(found.state) ? 'open' : 'ended' };
}
