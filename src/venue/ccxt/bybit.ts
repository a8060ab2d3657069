/**
 * Bybit (USDT perpetuals, unified account) as a `Venue`: one instance per account, cheap to keep.
 *
 * Bodies are built in bybit-requests.ts, rows read in bybit-parse.ts and bybit-reads.ts, outcomes decided in
 * ../errors.ts; this file only joins them to the port.
 */
import type { Execution, Funding, ObservedOrder, Snapshot } from '../../domain/observation.ts';
import type { Decimal } from '../../domain/words.ts';
import type { PriceHub } from '../market-data.ts';
import { toBybitId } from '../symbol.ts';
import type {
  Accepted,
  AccountInfo,
  AmendRequest,
  CancelRequest,
  EnvironmentName,
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
import { BybitAccountStream } from './bybit-account-stream.ts';
import { BybitCalls } from './bybit-calls.ts';
import type { BybitExchange } from './bybit-exchange.ts';
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
  onClosed?: () => void;
}

export class BybitVenue implements Venue {
  readonly name = 'bybit';
  readonly environment: EnvironmentName;
  readonly #site: BybitSite;
  readonly #hub: PriceHub;
  readonly #prices: (symbol: string) => Promise<Read<Prices>>;
  readonly #calls: BybitCalls;
  readonly #stream: BybitAccountStream;
  readonly #priceWatches = new Set<Unwatch>();
  readonly #onClosed: () => void;
  #exchange: Promise<BybitExchange> | null = null;

  constructor(options: BybitVenueOptions) {
    const { site, hub, prices, environment, apiKey, apiSecret, purpose = 'bot', onClosed } = options;
    this.environment = environment;
    this.#onClosed = onClosed ?? (() => {});
    this.#site = site;
    this.#hub = hub;
    this.#prices = prices;
    const exchange = () => {
      this.#exchange ??= site.accountExchange({ apiKey, apiSecret });
      return this.#exchange;
    };
    const keyWindows = () => site.keyWindows.of(apiKey);
    this.#calls = new BybitCalls({ site, exchange, keyWindows, purpose });
    this.#stream = new BybitAccountStream(site, exchange);
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
    const outcome = await this.#calls.order({
      name: 'setting the leverage',
      operation: 'settings',
      requestClass: 'order',
      send: (exchange) => exchange.privatePostV5PositionSetLeverage(body),
      parse: () => true,
    });
    const done =
      outcome.kind === 'accepted' || (outcome.kind === 'rejected' && outcome.code === 'not_modified');
    return done ? { kind: 'accepted', value: null } : outcome;
  }

  place(order: OrderRequest): Promise<Outcome<Accepted>> {
    const body = createBody(order);
    return this.#calls.order({
      name: `placing ${order.clientOrderId}`,
      operation: 'create',
      requestClass: body['reduceOnly'] === true ? 'protective' : 'order',
      send: (exchange) => exchange.privatePostV5OrderCreate(body),
      parse: (result) => acceptedOf(result, order.orderLinkId),
    });
  }

  amend(request: AmendRequest): Promise<Outcome<Accepted>> {
    const body = amendBody(request);
    return this.#calls.order({
      name: `amending ${request.clientOrderId}`,
      operation: 'amend',
      requestClass: 'protective',
      send: (exchange) => exchange.privatePostV5OrderAmend(body),
      parse: (result) => acceptedOf(result, request.clientOrderId),
    });
  }

  cancel(request: CancelRequest): Promise<Outcome<Accepted>> {
    const body = cancelBody(request);
    return this.#calls.order({
      name: `cancelling ${request.clientOrderId}`,
      operation: 'cancel',
      requestClass: 'protective',
      send: (exchange) => exchange.privatePostV5OrderCancel(body),
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
    const unwatchPrices = this.#hub.watch(symbol, (prices) => listener({ type: 'prices', prices }));
    this.#priceWatches.add(unwatchPrices);
    return () => {
      this.#priceWatches.delete(unwatchPrices);
      unwatchPrices();
      unwatchAccount();
    };
  }

  venueNow(): number {
    return this.#site.clock.now();
  }

  async close(): Promise<void> {
    this.#stream.close();
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
