/** An exchange in memory for the core's tests: one account, prices moved by hand, a clock that stands. */
import { amendOrder, cancelOrder } from './core/changing.ts';
import type { Liquidity } from './core/market.ts';
import { placeOrder, type PlaceRequest } from './core/placing.ts';
import type { Result } from './core/refusal.ts';
import { setLeverage, setPositionMode } from './core/settings.ts';
import {
  type Account,
  type Execution,
  leavesOf,
  type Order,
  type Position,
  positionKey,
  type Slot,
} from './core/state.ts';
import { dec, stepsIn } from './decimal.ts';
import { Exchange } from './exchange.ts';
import { BUNDLED_INSTRUMENTS } from './instruments.ts';
import { WHOLE_HISTORY } from './store/history.ts';
import { openPaperDb } from './store/paper-db.ts';

export const SYMBOL = 'FILUSDT';
export const NOW = 1_800_000_000_000;

type Text<T> = { [K in keyof T]?: K extends 'quantity' | 'price' ? string : T[K] };
export type Ask = Omit<Text<PlaceRequest>, 'trigger'> & {
  trigger?: { price: string; direction: 'rising' | 'falling' };
};

export interface Bench {
  exchange: Exchange;
  account: Account;
  place(ask: Ask): Result<Order>;
  amend(linkId: string, change: { quantity?: string; price?: string; triggerPrice?: string }): Result<Order>;
  cancel(linkId: string): Result<Order>;
  /** Moves the price; the market's clock moves on by `ms`. */
  move(price: string, options?: { liquidity?: Liquidity; ms?: number }): void;
  order(linkId: string): Order;
  position(slot?: Slot): Position | undefined;
  executions(): Execution[];
  hedge(): void;
  leverage(value: string): Result<null>;
}

/** FIL at the given price: tick 0.001, lot 0.1, least value 5 USDT, leverage 10 unless set. */
export function bench(price = '4.000', balance = '10000', now: () => number = () => NOW): Bench {
  const opened = openPaperDb(':memory:');
  if (!opened.ok) throw new Error(opened.message);
  const instruments = BUNDLED_INSTRUMENTS.map((instrument) => ({
    instrument,
    ticks: stepsIn(dec(instrument.id === SYMBOL ? price : instrument.basePrice), dec(instrument.tickSize)),
  }));
  const exchange = new Exchange({
    db: opened.db,
    instruments,
    market: { time: NOW, started: true, paused: false, feed: 'test' },
    now,
    onFatal: () => undefined,
  });
  const account = exchange.open({ apiKey: 'k', apiSecret: 's', balance: dec(balance), readOnly: false });
  if (account === null) throw new Error('no account');
  const tick = dec('0.001');
  const optional = (text: string | undefined) => (text === undefined ? null : dec(text));
  const executions = () =>
    exchange.history
      .executions(
        account.uid,
        { symbol: null, orderId: null, linkId: null, kind: null },
        { ...WHOLE_HISTORY, limit: 100_000 },
      )
      .rows.reverse();
  return {
    exchange,
    account,
    executions,
    place: (ask) => exchange.act((turn) => placeOrder(turn, account, request(ask))),
    amend: (linkId, change) =>
      exchange.act((turn) =>
        amendOrder(turn, account, {
          symbol: SYMBOL,
          orderId: '',
          linkId,
          quantity: optional(change.quantity),
          price: optional(change.price),
          triggerPrice: optional(change.triggerPrice),
          triggerBy: null,
        }),
      ),
    cancel: (linkId) =>
      exchange.act((turn) => cancelOrder(turn, account, { symbol: SYMBOL, orderId: '', linkId })),
    move: (to, options = {}) =>
      exchange.stepTo(exchange.market.time + (options.ms ?? 1), [
        { symbol: SYMBOL, ticks: stepsIn(dec(to), tick), liquidity: options.liquidity ?? null },
      ]),
    order: (linkId) => {
      const filter = { symbol: null, orderId: null, linkId, live: null };
      const found = exchange.history.orders(account.uid, filter, { ...WHOLE_HISTORY, limit: 1 }).rows[0];
      if (found === undefined) throw new Error(`no order ${linkId}`);
      return found;
    },
    position: (slot = 0) => account.positions.get(positionKey(SYMBOL, slot)),
    hedge: () => {
      exchange.act((turn) => setPositionMode(turn, account, { symbol: null, hedged: true }));
    },
    leverage: (value) =>
      exchange.act((turn) => setLeverage(turn, account, { symbol: SYMBOL, leverage: dec(value) })),
  };
}

export function request(ask: Ask): PlaceRequest {
  return {
    symbol: ask.symbol ?? SYMBOL,
    direction: ask.direction ?? 'buy',
    slot: ask.slot ?? 0,
    type: ask.type ?? (ask.price === undefined ? 'market' : 'limit'),
    quantity: dec(ask.quantity ?? '10'),
    price: ask.price === undefined ? null : dec(ask.price),
    timeInForce: ask.timeInForce ?? 'GTC',
    reduceOnly: ask.reduceOnly ?? false,
    closeOnTrigger: ask.closeOnTrigger ?? false,
    trigger:
      ask.trigger === undefined ? null : { ...ask.trigger, price: dec(ask.trigger.price), by: 'MarkPrice' },
    linkId: ask.linkId ?? '',
    origin: 'user',
  };
}

/** The reason of a refusal, or "ok". */
export function verdict(result: Result<unknown>): string {
  return result.ok ? 'ok' : result.error.reason;
}

/** What is still to fill, as text. */
export function leaves(order: Order): string {
  return leavesOf(order).toString();
}
