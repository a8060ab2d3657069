/**
 * One session of one bot with the simulated exchange: the venue port over a network with weather.
 *
 * Two profiles: like Bybit (amends, client ids on everything, a duplicate is refused), and like BingX in hedge mode
 * (cancelled and placed anew, stop orders without a client id).
 */
import type { Instrument } from '../domain/instrument.ts';
import type { ObservedOrder, Prices } from '../domain/observation.ts';
import type { VenueTraits } from '../domain/words.ts';
import { amendOrder, cancelOrder } from '../paper/core/changing.ts';
import { marginsOf, settingOf } from '../paper/core/margin.ts';
import type { PlaceRequest } from '../paper/core/placing.ts';
import type { Result } from '../paper/core/refusal.ts';
import { setLeverage } from '../paper/core/settings.ts';
import type { Slot } from '../paper/core/state.ts';
import type { Effects } from '../paper/core/turn.ts';
import { dec } from '../paper/decimal.ts';
import type {
  Accepted,
  MarketData,
  OrderRequest,
  Outcome,
  SentOrder,
  Unwatch,
  Venue,
  VenueEvent,
} from '../venue/venue.ts';
import { ambiguous, Network, type NetworkDeps } from './network.ts';
import type { AccountBooks, SimExchange } from './sim-exchange.ts';
import { SimStream } from './sim-stream.ts';
import type { VenueReads } from './venue-reads.ts';
import { toExecution, toFunding, toObservedOrder, toPositionRead, toRejectCode } from './words.ts';

const ACK_LATER_MS = [20, 1_500] as const;

export type Profile = 'bybit' | 'bingx';

const TRAITS: Record<Profile, VenueTraits> = {
  bybit: { amends: true, namesStops: true },
  bingx: { amends: false, namesStops: false },
};

export interface SimVenueDeps extends NetworkDeps {
  exchange: SimExchange;
  books: AccountBooks;
  reads: VenueReads;
  instrument: Instrument;
  profile: Profile;
}

export class SimVenue implements Venue {
  readonly name;
  readonly environment = 'paper';
  readonly traits: VenueTraits;
  readonly market: MarketData;
  readonly #deps: SimVenueDeps;
  readonly #streams = new Set<SimStream>();
  /** Names of orders that the venue does not name itself, as far as this session knows them. */
  readonly #names = new Map<string, string>();
  readonly #network: Network;

  constructor(deps: SimVenueDeps) {
    this.#deps = deps;
    this.name = deps.profile;
    this.traits = TRAITS[deps.profile];
    this.#network = new Network(deps);
    this.market = {
      symbols: () => this.#network.read(() => [deps.instrument.symbol]),
      instrument: () => this.#network.read(() => deps.instrument),
      prices: () => this.#network.read(() => this.#prices()),
    };
  }

  account: Venue['account'] = () =>
    this.#network.read(() => ({
      accountUid: String(this.#deps.books.account.uid),
      canTrade: true,
      canWithdraw: false,
      ...this.#wallet(),
    }));

  setup: Venue['setup'] = () =>
    this.#network.read(() => {
      const { hedged, leverage } = settingOf(this.#deps.books.account, this.#deps.instrument.id);
      const positionMode = hedged ? ('hedge' as const) : ('one-way' as const);
      return { positionMode, marginMode: 'cross' as const, leverage: leverage.toString() };
    });

  setLeverage: Venue['setLeverage'] = (_symbol, leverage) =>
    this.#network.change(`leverage ${leverage}`, (): Outcome<null> => {
      const { exchange, books, instrument } = this.#deps;
      const request = { symbol: instrument.id, leverage: dec(leverage) };
      const set = exchange.act((turn) => setLeverage(turn, books.account, request));
      if (set.ok || set.error.reason === 'leverage_not_modified') return { kind: 'accepted', value: null };
      return rejected(set.error);
    });

  place(order: OrderRequest): Promise<Outcome<Accepted>> {
    const { orderLinkId, type, quantity, price, triggerPrice } = order;
    const line = `place ${orderLinkId} ${type} ${order.direction} ${quantity} @ ${price ?? triggerPrice ?? 'market'}`;
    return this.#network.change(line, () => this.#place(order));
  }

  amend: Venue['amend'] = (request) => {
    const { clientOrderId, quantity, price, triggerPrice } = request;
    const line = `amend ${clientOrderId} ${quantity ?? ''} @ ${price ?? triggerPrice ?? ''}`;
    return this.#network.change(line, () => {
      const { exchange, books } = this.#deps;
      const amended = exchange.act((turn) =>
        amendOrder(turn, books.account, {
          ...this.#reference(request),
          quantity: optional(quantity),
          price: optional(price),
          triggerPrice: optional(triggerPrice),
          triggerBy: null,
        }),
      );
      return amended.ok ? accepted(amended.value.orderId) : rejected(amended.error);
    });
  };

  cancel: Venue['cancel'] = (request) =>
    this.#network.change(`cancel ${request.clientOrderId}`, () => {
      const { exchange, books } = this.#deps;
      const cancelled = exchange.act((turn) => cancelOrder(turn, books.account, this.#reference(request)));
      return cancelled.ok ? accepted(cancelled.value.orderId) : rejected(cancelled.error);
    });

  findOrder: Venue['findOrder'] = (_symbol, clientOrderId, sent) => {
    const lagMs = this.#network.lagMs();
    return this.#network.read(() => {
      const found = this.#deps.reads
        .orders(lagMs)
        .map((order) => this.#named(order))
        .find((order) => isSent(order, clientOrderId, sent));
      if (found === undefined) return null;
      this.#learn(found.exchangeOrderId, clientOrderId);
      return { ...found, clientOrderId };
    });
  };

  recentOrders: Venue['recentOrders'] = () => {
    const lagMs = this.#network.lagMs();
    return this.#network.read(() => this.#deps.reads.orders(lagMs).map((order) => this.#named(order)));
  };

  executions: Venue['executions'] = (_symbol, sinceMs) => {
    const lagMs = this.#network.lagMs();
    return this.#network.read(() => this.#deps.reads.executions(lagMs, sinceMs));
  };

  funding: Venue['funding'] = (symbol, sinceMs) =>
    this.#network.read(() =>
      this.#deps.books.ledger
        .filter((row) => row.kind === 'funding' && row.at >= sinceMs)
        .map((row) => toFunding(row, symbol)),
    );

  ledger: Venue['ledger'] = (_symbol, { fromMs, untilMs }) =>
    this.#network.read(() => ({
      entries: this.#deps.books.ledger
        .filter(({ kind, at }) => kind !== 'deposit' && at >= fromMs && at <= untilMs)
        .map((row) => ({
          executionId: row.execId,
          amount: row.change.toString(),
          currency: 'USDT',
          at: row.at,
        })),
      closedPnl: null,
    }));

  /** Several requests at once: each sees the account at its own moment. */
  snapshot: Venue['snapshot'] = async (_symbol, executionsSinceMs, wish = { wallet: true }) => {
    const { reads } = this.#deps;
    const lagMs = this.#network.lagMs();
    const askedAt = this.#deps.timeline.now;
    const [orders, positions, executions, wallet] = await Promise.all([
      this.#network.read(() => reads.openOrders(lagMs).map((order) => this.#named(order))),
      this.#network.read(() => reads.positions(lagMs)),
      this.#network.read(() => reads.executions(lagMs, executionsSinceMs)),
      wish.wallet ? this.#network.read(() => this.#wallet()) : null,
    ]);
    if (!orders.ok) return orders;
    if (!positions.ok) return positions;
    if (!executions.ok) return executions;
    if (wallet !== null && !wallet.ok) return wallet;
    return {
      ok: true,
      value: {
        askedAt,
        orders: orders.value,
        positions: positions.value,
        executions: executions.value,
        prices: this.#prices(),
        walletBalance: wallet?.value.walletBalance ?? null,
        availableBalance: wallet?.value.availableBalance ?? null,
      },
    };
  };

  watch(_symbol: string, listener: (event: VenueEvent) => void): Unwatch {
    const { timeline, weather, random } = this.#deps;
    const named = (event: VenueEvent) =>
      listener(event.type === 'order' ? { ...event, order: this.#named(event.order) } : event);
    const stream = new SimStream({ timeline, weather, random, listener: named });
    this.#streams.add(stream);
    return () => {
      stream.close();
      this.#streams.delete(stream);
    };
  }

  venueNow(): number {
    return this.#network.venueNow();
  }

  async close(): Promise<void> {
    for (const stream of this.#streams) stream.close();
  }

  /** Something changed at the exchange: what concerns this account is pushed, topics in any order. */
  announce(effects: Effects): void {
    if (this.#streams.size === 0) return;
    const { books, instrument, exchange, random } = this.#deps;
    const { account } = books;
    const mine = <T extends { uid: number }>(rows: Iterable<T>) =>
      [...rows].filter(({ uid }) => uid === account.uid);
    const topics: VenueEvent[][] = [
      mine(effects.executions)
        .filter((row) => row.kind !== 'funding')
        .map((row) => ({ type: 'execution', execution: toExecution(row, instrument.symbol) })),
      mine(effects.orders).map((order) => ({
        type: 'order',
        order: toObservedOrder(order, instrument.symbol),
      })),
      mine(effects.positions).map((position) => ({
        type: 'position',
        position: toPositionRead(position, {
          market: exchange.market,
          symbol: instrument.symbol,
          leverage: settingOf(account, instrument.id).leverage,
        }),
      })),
    ];
    if (topics.every((topic) => topic.length === 0)) return;
    const first = random.int(0, topics.length - 1);
    for (let index = 0; index < topics.length; index += 1)
      for (const event of topics[(first + index) % topics.length] ?? []) this.#push(event);
  }

  announcePrices(): void {
    this.#push({ type: 'prices', prices: this.#prices() });
  }

  cutStreams(message: string): void {
    for (const stream of this.#streams) stream.cut(message);
  }

  jumpClock(): void {
    this.#network.jumpClock();
  }

  #push(event: VenueEvent): void {
    for (const stream of this.#streams) stream.push(event);
  }

  #place(order: OrderRequest): Outcome<Accepted> {
    const { exchange, books, weather, timeline, random } = this.#deps;
    const request = this.#toCore(order);
    const owner = { userId: ownerOf(order.orderLinkId), clientOrderId: order.orderLinkId };
    if (!weather.meets('async-ack')) {
      const placed = exchange.place(books, request, owner);
      return this.#answered(order, placed.ok ? { ok: true, value: placed.value.orderId } : placed);
    }
    const reserved = exchange.reserve(books.account.uid, request.linkId);
    if (reserved.ok) {
      const acknowledged = { ...request, orderId: reserved.value };
      timeline.after(random.int(...ACK_LATER_MS), () => {
        exchange.placeAcknowledged(books, acknowledged, owner);
      });
    }
    return this.#answered(order, reserved);
  }

  #answered(order: OrderRequest, placed: Result<string>): Outcome<Accepted> {
    if (placed.ok) {
      this.#learn(placed.value, order.orderLinkId);
      return accepted(placed.value);
    }
    return placed.error.reason === 'duplicate_link_id' ? ambiguous('duplicate_id') : rejected(placed.error);
  }

  #toCore(order: OrderRequest): PlaceRequest {
    const { instrument, profile } = this.#deps;
    const isStop = order.type === 'stop';
    const closesAll = order.closeAll === true;
    const slot: Slot = order.positionMode === 'one-way' ? 0 : order.side === 'long' ? 1 : 2;
    const nameless = profile === 'bingx' && isStop;
    return {
      symbol: instrument.id,
      direction: order.direction,
      slot,
      type: order.type === 'limit' ? 'limit' : 'market',
      quantity: dec(closesAll ? '0' : order.quantity),
      price: optional(order.price ?? undefined),
      timeInForce: order.type === 'limit' ? 'GTC' : 'IOC',
      reduceOnly: order.reduceOnly || closesAll,
      closeOnTrigger: isStop || closesAll,
      trigger:
        order.triggerPrice === null
          ? null
          : {
              price: dec(order.triggerPrice),
              direction: order.direction === 'sell' ? 'falling' : 'rising',
              by: 'MarkPrice',
            },
      linkId: nameless ? '' : order.orderLinkId,
      origin: 'user',
    };
  }

  #reference(request: { clientOrderId: string; exchangeOrderId: string | null }) {
    const { instrument } = this.#deps;
    const named = [...this.#names].find(([, name]) => name === request.clientOrderId)?.[0];
    const orderId = request.exchangeOrderId ?? named ?? '';
    return { symbol: instrument.id, orderId, linkId: request.clientOrderId };
  }

  #learn(exchangeOrderId: string, clientOrderId: string): void {
    if (!this.traits.namesStops && !this.#names.has(exchangeOrderId))
      this.#names.set(exchangeOrderId, clientOrderId);
  }

  #named(order: ObservedOrder): ObservedOrder {
    const name = order.clientOrderId === null ? this.#names.get(order.exchangeOrderId) : undefined;
    return name === undefined ? order : { ...order, clientOrderId: name };
  }

  #wallet() {
    const { account } = this.#deps.books;
    const { available } = marginsOf(account, this.#deps.exchange.market);
    return { walletBalance: account.wallet.toString(), availableBalance: available.toString() };
  }

  #prices(): Prices {
    const { exchange, instrument, timeline } = this.#deps;
    const last = exchange.listed(instrument.id).last.toString();
    return { last, mark: last, at: timeline.now };
  }
}

function optional(text: string | undefined) {
  return text === undefined ? null : dec(text);
}

/** The user that a client order id names; null where it names none. */
function ownerOf(clientOrderId: string): number | null {
  const match = /^sm_(?:leg_\d+|tp|sl)_(\d+)_/.exec(clientOrderId);
  return match === null ? null : Number(match[1]);
}

function accepted(exchangeOrderId: string): Outcome<Accepted> {
  return { kind: 'accepted', value: { exchangeOrderId } };
}

function rejected({
  reason,
  message,
}: {
  reason: Parameters<typeof toRejectCode>[0];
  message: string;
}): Outcome<never> {
  return { kind: 'rejected', code: toRejectCode(reason, message), message, venueCode: reason };
}

/** By its name, else by the venue's id, else by what it looks like. */
function isSent(order: ObservedOrder, clientOrderId: string, sent?: SentOrder): boolean {
  if (order.clientOrderId !== null) return order.clientOrderId === clientOrderId;
  if (sent === undefined || sent.others.includes(order.exchangeOrderId)) return false;
  if (sent.exchangeOrderId !== null) return order.exchangeOrderId === sent.exchangeOrderId;
  const { type, direction, quantity, triggerPrice } = sent.request;
  const alike = order.type === type && order.direction === direction && dec(order.quantity).eq(dec(quantity));
  const sameTrigger =
    triggerPrice === null || (order.triggerPrice !== null && dec(order.triggerPrice).eq(dec(triggerPrice)));
  return alike && sameTrigger && order.createdAt >= sent.sentAt - 1_000;
}
