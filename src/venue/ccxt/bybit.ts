/**
 * Bybit (USDT perpetuals, unified account) as a `Venue`: one instance per account, cheap to keep.
 *
 * Bodies are built in bybit-requests.ts, rows read in bybit-parse.ts and bybit-reads.ts, outcomes decided in
 * ../errors.ts; this file only joins them to the port.
 */
import type { Execution, Funding, ObservedOrder, Snapshot } from '../../domain/observation.ts';
import type { Decimal } from '../../domain/words.ts';
import type { AccountWatchers } from '../account-watchers.ts';
import type { PriceHub } from '../market-data.ts';
import type { VenueLedger } from '../../domain/venue-check.ts';
import type { LedgerSpan } from '../venue.ts';
import { readLedger } from './bybit-ledger.ts';
import { toBybitId } from '../symbol.ts';
import type {
  Accepted,
  AccountInfo,
  AmendRequest,
  CancelRequest,
  EnvironmentName,
  OrderChannel,
  OrderRequest,
  Outcome,
  Purpose,
  Read,
  Prices,
  SymbolSetup,
  Unwatch,
  Venue,
  VenueEvent,
} from '../venue.ts';
import { readAccount, readMarginMode } from './bybit-account.ts';
import { bybitAccountStream } from './bybit-account-stream.ts';
import { BybitCalls } from './bybit-calls.ts';
import type { BybitExchange } from './bybit-exchange.ts';
import { BybitOrders } from './bybit-orders.ts';
import { positionModeOf } from './bybit-parse.ts';
import {
  findOrder,
  readEndedOrders,
  readExecutions,
  readFunding,
  readOpenOrders,
  readPositionRows,
  readPositions,
  readWallet,
} from './bybit-reads.ts';
import { amendBody, cancelBody, createBody } from './bybit-requests.ts';
import type { BybitSite } from './bybit-site.ts';
import { BybitTradeChannel } from './bybit-trade-channel.ts';
import { priceOf, type Row, textOf } from './row.ts';

export interface BybitVenueOptions {
  site: BybitSite;
  hub: PriceHub;
  /** Prices are asked once for all accounts. */
  prices: (symbol: string) => Promise<Read<Prices>>;
  environment: EnvironmentName;
  apiKey: string;
  apiSecret: string;
  /** `bot` by default. */
  purpose?: Purpose;
  /** `websocket` by default, where the environment has it. */
  orderChannel?: OrderChannel;
  onClosed?: () => void;
}

export class BybitVenue implements Venue {
  readonly name = 'bybit';
  readonly environment: EnvironmentName;
  readonly traits = { amends: true, namesStops: true };
  readonly #site: BybitSite;
  readonly #hub: PriceHub;
  readonly #prices: (symbol: string) => Promise<Read<Prices>>;
  readonly #calls: BybitCalls;
  readonly #orders: BybitOrders;
  readonly #stream: AccountWatchers;
  readonly #trade: BybitTradeChannel | null;
  readonly #priceWatches = new Set<Unwatch>();
  readonly #onClosed: () => void;
  #exchange: Promise<BybitExchange> | null = null;

  constructor(options: BybitVenueOptions) {
    const { site, hub, prices, environment, apiKey, apiSecret, purpose = 'bot', onClosed } = options;
    const { orderChannel = 'websocket' } = options;
    const key = { apiKey, apiSecret };
    const url = orderChannel === 'websocket' ? site.address.tradeSocket : null;
    this.#trade = url === null ? null : new BybitTradeChannel({ site, key, url });
    this.environment = environment;
    this.#onClosed = onClosed ?? (() => {});
    this.#site = site;
    this.#hub = hub;
    this.#prices = prices;
    const exchange = () => {
      this.#exchange ??= site.accountExchange(key);
      return this.#exchange;
    };
    const keyWindows = () => site.keyWindows.of(apiKey);
    this.#calls = new BybitCalls({ site, exchange, keyWindows, purpose });
    this.#orders = new BybitOrders({ site, key, exchange, trade: this.#trade, keyWindows });
    this.#stream = bybitAccountStream(site, key);
  }

  account(): Promise<Read<AccountInfo>> {
    return this.#calls.read('reading the account', readAccount);
  }

  setup(symbol: string): Promise<Read<SymbolSetup>> {
    return this.#calls.read('reading the position mode', async (ask) => {
      const [rows, marginMode] = await Promise.all([readPositionRows(ask, symbol), readMarginMode(ask)]);
      const leverages = new Set(rows.map((row) => priceOf(row, 'leverage')));
      const [leverage = null] = leverages.size === 1 ? leverages : [];
      const [first] = rows;
      return { positionMode: first === undefined ? 'one-way' : positionModeOf(first), marginMode, leverage };
    });
  }

  async setLeverage(symbol: string, leverage: Decimal): Promise<Outcome<null>> {
    const body = {
      category: 'linear',
      symbol: toBybitId(symbol),
      buyLeverage: leverage,
      sellLeverage: leverage,
    };
    const outcome = await this.#orders.order({
      name: 'setting the leverage',
      operation: 'settings',
      requestClass: 'order',
      body,
      parse: () => true,
    });
    const done =
      outcome.kind === 'accepted' || (outcome.kind === 'rejected' && outcome.code === 'not_modified');
    return done ? { kind: 'accepted', value: null } : outcome;
  }

  place(order: OrderRequest): Promise<Outcome<Accepted>> {
    const body = createBody(order);
    return this.#orders.order({
      name: `placing ${order.clientOrderId}`,
      operation: 'create',
      requestClass: body['reduceOnly'] === true ? 'protective' : 'order',
      body,
      parse: (result) => acceptedOf(result, order.orderLinkId),
    });
  }

  amend(request: AmendRequest): Promise<Outcome<Accepted>> {
    const body = amendBody(request);
    return this.#orders.order({
      name: `amending ${request.clientOrderId}`,
      operation: 'amend',
      requestClass: 'protective',
      body,
      parse: (result) => acceptedOf(result, request.clientOrderId),
    });
  }

  cancel(request: CancelRequest): Promise<Outcome<Accepted>> {
    const body = cancelBody(request);
    return this.#orders.order({
      name: `cancelling ${request.clientOrderId}`,
      operation: 'cancel',
      requestClass: 'protective',
      body,
      parse: (result) => acceptedOf(result, request.clientOrderId),
    });
  }

  findOrder(symbol: string, clientOrderId: string): Promise<Read<ObservedOrder | null>> {
    return this.#calls.read(`finding ${clientOrderId}`, (ask) => findOrder(ask, symbol, clientOrderId));
  }

  recentOrders(symbol: string): Promise<Read<ObservedOrder[]>> {
    return this.#calls.read('reading the orders', async (ask) => {
      const [ended, open] = await Promise.all([readEndedOrders(ask, symbol), readOpenOrders(ask, symbol)]);
      // One that ended between the two reads is listed once, as ended.
      const byId = new Map([...open, ...ended].map((order) => [order.exchangeOrderId, order]));
      return [...byId.values()];
    });
  }

  executions(symbol: string, sinceMs: number): Promise<Read<Execution[]>> {
    return this.#calls.read('reading the executions', (ask) =>
      readExecutions(ask, symbol, this.#since(sinceMs)),
    );
  }

  funding(symbol: string, sinceMs: number): Promise<Read<Funding[]>> {
    return this.#calls.read('reading the funding', (ask) => readFunding(ask, symbol, this.#since(sinceMs)));
  }

  ledger(symbol: string, span: LedgerSpan): Promise<Read<VenueLedger>> {
    return this.#calls.read('reading the ledger', (ask) => readLedger(ask, symbol, span));
  }

  async snapshot(
    symbol: string,
    executionsSinceMs: number,
    { wallet: withWallet } = { wallet: true },
  ): Promise<Read<Snapshot>> {
    const askedAt = Date.now();
    const [prices, account] = await Promise.all([
      this.#prices(symbol),
      this.#calls.read('reading the state', async (ask) => {
        const [orders, positions, executions, wallet] = await Promise.all([
          readOpenOrders(ask, symbol),
          readPositions(ask, symbol),
          readExecutions(ask, symbol, this.#since(executionsSinceMs)),
          withWallet ? readWallet(ask) : NO_WALLET,
        ]);
        return { askedAt, orders, positions, executions, ...wallet };
      }),
    ]);
    if (!account.ok) return account;
    return prices.ok ? { ok: true, value: { ...account.value, prices: prices.value } } : prices;
  }

  watch(symbol: string, listener: (event: VenueEvent) => void): Unwatch {
    const unwatchAccount = this.#stream.watch(symbol, listener);
    const releaseTrade = this.#trade?.hold();
    const unwatchPrices = this.#hub.watch(symbol, (prices) => listener({ type: 'prices', prices }));
    this.#priceWatches.add(unwatchPrices);
    return () => {
      this.#priceWatches.delete(unwatchPrices);
      unwatchPrices();
      unwatchAccount();
      releaseTrade?.();
    };
  }

  /** How an order that is sent now would travel. */
  get orderChannel(): OrderChannel {
    return this.#trade?.isOpen === true ? 'websocket' : 'rest';
  }

  venueNow(): number {
    return this.#site.clock.now();
  }

  async close(): Promise<void> {
    this.#stream.close();
    this.#trade?.close();
    for (const unwatch of this.#priceWatches) unwatch();
    this.#priceWatches.clear();
    this.#onClosed();
  }

  #since(sinceMs: number) {
    return { sinceMs, nowMs: this.#site.clock.now() };
  }
}

const NO_WALLET = { walletBalance: null, availableBalance: null };

/** Null unless the venue names its order, and names ours. */
function acceptedOf(result: Row, clientOrderId: string): Accepted | null {
  const exchangeOrderId = textOf(result, 'orderId');
  const echoed = textOf(result, 'orderLinkId');
  if (exchangeOrderId === '' || (echoed !== '' && echoed !== clientOrderId)) return null;
  return { exchangeOrderId };
}
