/**
 * BingX (USDT perpetuals, hedge and one-way mode) as a `Venue`: one instance per account, cheap to keep.
 *
 * Parameters are built in bingx-requests.ts, orders sent in bingx-orders.ts, rows read in bingx-parse.ts,
 * bingx-reads.ts and bingx-fills.ts, outcomes decided in ../errors.ts; this file only joins them to the port.
 */
import type { Execution, Funding, ObservedOrder, Snapshot } from '../../domain/observation.ts';
import type { Decimal } from '../../domain/words.ts';
import type { AccountWatchers } from '../account-watchers.ts';
import type { PriceHub } from '../market-data.ts';
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
  SentOrder,
  SymbolSetup,
  Unwatch,
  Venue,
  VenueEvent,
} from '../venue.ts';
import type { VenueLedger } from '../../domain/venue-check.ts';
import type { LedgerSpan } from '../venue.ts';
import { readLedger } from './bingx-ledger.ts';
import { readAccount, readSetup } from './bingx-account.ts';
import { bingxAccountStream } from './bingx-account-stream.ts';
import { BingxCalls } from './bingx-calls.ts';
import type { BingxExchange } from './bingx-exchange.ts';
import { BingxFills } from './bingx-fills.ts';
import { BingxNames } from './bingx-names.ts';
import { BingxOrders } from './bingx-orders.ts';
import {
  findOrder,
  readEndedOrders,
  readFunding,
  readOpenOrders,
  readPositions,
  readPrices,
  readWalletRow,
  walletOf,
} from './bingx-reads.ts';
import type { BingxSite } from './bingx-site.ts';

/** How far back the executions of one order are looked for, and ended orders for adoption: within what is answered at once. */
const LOOK_BACK_MS = 6 * 86_400_000;

export interface BingxVenueOptions {
  site: BingxSite;
  hub: PriceHub;
  environment: EnvironmentName;
  apiKey: string;
  apiSecret: string;
  /** `bot` by default. */
  purpose?: Purpose;
  onClosed?: () => void;
}

export class BingxVenue implements Venue {
  readonly name = 'bingx';
  readonly environment: EnvironmentName;
  readonly traits = { amends: false, namesStops: false };
  readonly #site: BingxSite;
  readonly #hub: PriceHub;
  readonly #calls: BingxCalls;
  readonly #names = new BingxNames();
  readonly #orders: BingxOrders;
  readonly #fills = new BingxFills(this.#names);
  readonly #stream: AccountWatchers;
  readonly #priceWatches = new Set<Unwatch>();
  readonly #onClosed: () => void;
  #exchange: Promise<BingxExchange> | null = null;

  constructor(options: BingxVenueOptions) {
    const { site, hub, environment, apiKey, apiSecret, purpose = 'bot', onClosed } = options;
    this.environment = environment;
    this.#onClosed = onClosed ?? (() => {});
    this.#site = site;
    this.#hub = hub;
    const exchange = () => {
      this.#exchange ??= site.accountExchange({ apiKey, apiSecret });
      return this.#exchange;
    };
    const names = this.#names;
    const calls = new BingxCalls(site.callSite(apiKey, exchange), purpose);
    this.#calls = calls;
    this.#orders = new BingxOrders({ calls, names, clock: site.clock });
    const askFills = (order: ObservedOrder) => this.#fillsOf(order);
    this.#stream = bingxAccountStream({ site, exchange, names, askFills });
  }

  account(): Promise<Read<AccountInfo>> {
    return this.#calls.read('reading the account', readAccount);
  }

  setup(symbol: string): Promise<Read<SymbolSetup>> {
    return this.#calls.read('reading the account’s modes', (ask) => readSetup(ask, symbol));
  }

  setLeverage(symbol: string, leverage: Decimal): Promise<Outcome<null>> {
    return this.#orders.setLeverage(symbol, leverage);
  }

  place(order: OrderRequest): Promise<Outcome<Accepted>> {
    return this.#orders.place(order);
  }

  /** See `traits`: the only change that BingX makes in place is of a quantity, and a take-profit's price moves too. */
  async amend({ clientOrderId }: AmendRequest): Promise<Outcome<Accepted>> {
    const message = `BingX cannot amend ${clientOrderId}: cancel it and place the next one`;
    return { kind: 'rejected', code: 'invalid_order', message, venueCode: null };
  }

  cancel(request: CancelRequest): Promise<Outcome<Accepted>> {
    return this.#orders.cancel(request);
  }

  findOrder(symbol: string, clientOrderId: string, sent?: SentOrder): Promise<Read<ObservedOrder | null>> {
    const wanted = { symbol, clientOrderId, nowMs: this.venueNow(), ...(sent === undefined ? {} : { sent }) };
    return this.#calls.read(`finding ${clientOrderId}`, (ask) => findOrder(ask, this.#names, wanted));
  }

  recentOrders(symbol: string): Promise<Read<ObservedOrder[]>> {
    return this.#calls.read('reading the orders', async (ask) => {
      const span = { symbol, ...this.#since(this.venueNow() - LOOK_BACK_MS) };
      const [ended, open] = await Promise.all([
        readEndedOrders(ask, this.#names, span),
        readOpenOrders(ask, this.#names, symbol),
      ]);
      // One that ended between the two reads is listed once, as ended.
      const byId = new Map([...open, ...ended].map((order) => [order.exchangeOrderId, order]));
      return [...byId.values()];
    });
  }

  executions(symbol: string, sinceMs: number): Promise<Read<Execution[]>> {
    return this.#calls.read('reading the executions', (ask) =>
      this.#fills.read(ask, symbol, this.#since(sinceMs)),
    );
  }

  funding(symbol: string, sinceMs: number): Promise<Read<Funding[]>> {
    return this.#calls.read('reading the funding', (ask) => readFunding(ask, symbol, this.#since(sinceMs)));
  }

  ledger(symbol: string, span: LedgerSpan): Promise<Read<VenueLedger>> {
    return this.#calls.read('reading the ledger', (ask) => readLedger(ask, symbol, span));
  }

  snapshot(symbol: string, executionsSinceMs: number): Promise<Read<Snapshot>> {
    const askedAt = Date.now();
    return this.#calls.read('reading the state', async (ask) => {
      const [orders, positions, executions, prices, wallet] = await Promise.all([
        readOpenOrders(ask, this.#names, symbol),
        readPositions(ask, symbol),
        this.#fills.read(ask, symbol, this.#since(executionsSinceMs)),
        readPrices(ask, symbol),
        readWalletRow(ask).then(walletOf),
      ]);
      return { askedAt, orders, positions, executions, prices, ...wallet };
    });
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

  async #fillsOf({ symbol, exchangeOrderId }: ObservedOrder): Promise<Execution[] | null> {
    const since = this.#since(this.venueNow() - LOOK_BACK_MS);
    const read = await this.#calls.read('reading the fills of an order', (ask) =>
      this.#fills.read(ask, symbol, since, exchangeOrderId),
    );
    return read.ok ? read.value : null;
  }

  #since(sinceMs: number) {
    return { sinceMs, nowMs: this.venueNow() };
  }
}
