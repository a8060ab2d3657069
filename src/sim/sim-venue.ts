/**
 * One session of one bot with the simulated exchange: the venue port over a network with weather.
 *
 * Two profiles: like Bybit (amends, client ids on everything, a duplicate is refused), and like BingX in hedge mode
 * (cancelled and placed anew, stop orders without a client id). Both refuse a request that arrives after its
 * receive window, and say of every lost answer from when on an absence proves anything.
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
  AmbiguousCause,
  MarketData,
  OrderRequest,
  Outcome,
  Read,
  SentOrder,
  Unwatch,
  Venue,
  VenueEvent,
} from '../venue/venue.ts';
import type { Random } from './random.ts';
import type { AccountBooks, SimExchange } from './sim-exchange.ts';
import { SimStream } from './sim-stream.ts';
import type { Timeline } from './timeline.ts';
import type { VenueReads } from './venue-reads.ts';
import type { Weather } from './weather.ts';
import { toExecution, toFunding, toObservedOrder, toPositionRead, toRejectCode } from './words.ts';

/** How long the venue admits a request, by its own clock. */
const RECEIVE_WINDOW_MS = 2_000;
const AHEAD_MS_MAX = 1_000;
const CLOCK_UNCERTAINTY_MS = 100;
/** Acknowledgements are asynchronous: what was admitted shows up a little later. */
const SETTLING_MS = 2_000;
const DEADLINE_MS = 4_000;
const LATENCY_MS = [8, 80] as const;
const DELAY_MS = [500, 6_000] as const;
const ACK_LATER_MS = [20, 1_500] as const;
const LAG_MS = [50, 1_500] as const;
const CLOCK_JUMP_MS = [-3_000, 3_000] as const;

export type Profile = 'bybit' | 'bingx';

const TRAITS: Record<Profile, VenueTraits> = {
  bybit: { amends: true, namesStops: true },
  bingx: { amends: false, namesStops: false },
};

export interface SimVenueDeps {
  exchange: SimExchange;
  books: AccountBooks;
  reads: VenueReads;
  timeline: Timeline;
  weather: Weather;
  random: Random;
  instrument: Instrument;
  profile: Profile;
  /** Every request that changes the venue, as it arrives there. */
  onRequest: (line: string) => void;
}

type Fate = { before: Outcome<never> | 'lost' } | { after: AmbiguousCause | null };

export class SimVenue implements Venue {
  readonly name;
  readonly environment = 'paper';
  readonly traits: VenueTraits;
  readonly market: MarketData;
  readonly #deps: SimVenueDeps;
  readonly #streams = new Set<SimStream>();
  /** Names of orders that the venue does not name itself, as far as this session knows them. */
  readonly #names = new Map<string, string>();
  #clockErrorMs: number;

  constructor(deps: SimVenueDeps) {
    this.#deps = deps;
    this.name = deps.profile;
    this.traits = TRAITS[deps.profile];
    this.#clockErrorMs = this.#measured();
    this.market = {
      symbols: () => this.#read(() => [deps.instrument.symbol]),
      instrument: () => this.#read(() => deps.instrument),
      prices: () => this.#read(() => this.#prices()),
    };
  }

  account: Venue['account'] = () =>
    this.#read(() => ({ accountUid: String(this.#deps.books.account.uid), canTrade: true, canWithdraw: false, ...this.#wallet() }));

  setup: Venue['setup'] = () =>
    this.#read(() => {
      const { hedged, leverage } = settingOf(this.#deps.books.account, this.#deps.instrument.id);
      const positionMode = hedged ? ('hedge' as const) : ('one-way' as const);
      return { positionMode, marginMode: 'cross' as const, leverage: leverage.toString() };
    });

  setLeverage: Venue['setLeverage'] = (_symbol, leverage) =>
    this.#change(`leverage ${leverage}`, (): Outcome<null> => {
      const { exchange, books, instrument } = this.#deps;
      const request = { symbol: instrument.id, leverage: dec(leverage) };
      const set = exchange.act((turn) => setLeverage(turn, books.account, request));
      if (set.ok || set.error.reason === 'leverage_not_modified') return { kind: 'accepted', value: null };
      return rejected(set.error);
    });

  place(order: OrderRequest): Promise<Outcome<Accepted>> {
    const { orderLinkId, type, quantity, price, triggerPrice } = order;
    const line = `place ${orderLinkId} ${type} ${order.direction} ${quantity} @ ${price ?? triggerPrice ?? 'market'}`;
    return this.#change(line, () => this.#place(order));
  }

  amend: Venue['amend'] = (request) => {
    const { clientOrderId, quantity, price, triggerPrice } = request;
    const line = `amend ${clientOrderId} ${quantity ?? ''} @ ${price ?? triggerPrice ?? ''}`;
    return this.#change(line, () => {
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
    this.#change(`cancel ${request.clientOrderId}`, () => {
      const { exchange, books } = this.#deps;
      const cancelled = exchange.act((turn) => cancelOrder(turn, books.account, this.#reference(request)));
      return cancelled.ok ? accepted(cancelled.value.orderId) : rejected(cancelled.error);
    });

  findOrder: Venue['findOrder'] = (_symbol, clientOrderId, sent) => {
    const lagMs = this.#lag();
    return this.#read(() => {
      const found = this.#deps.reads.orders(lagMs).map((order) => this.#named(order)).find((order) => isSent(order, clientOrderId, sent));
      if (found === undefined) return null;
      this.#learn(found.exchangeOrderId, clientOrderId);
      return { ...found, clientOrderId };
    });
  };

  recentOrders: Venue['recentOrders'] = () => {
    const lagMs = this.#lag();
    return this.#read(() => this.#deps.reads.orders(lagMs).map((order) => this.#named(order)));
  };

  executions: Venue['executions'] = (_symbol, sinceMs) => {
    const lagMs = this.#lag();
    return this.#read(() => this.#deps.reads.executions(lagMs, sinceMs));
  };

  funding: Venue['funding'] = (symbol, sinceMs) =>
    this.#read(() =>
      this.#deps.books.ledger
        .filter((row) => row.kind === 'funding' && row.at >= sinceMs)
        .map((row) => toFunding(row, symbol)),
    );

  /** Several requests at once: each sees the account at its own moment. */
  snapshot: Venue['snapshot'] = async (_symbol, executionsSinceMs, wish = { wallet: true }) => {
    const { reads } = this.#deps;
    const lagMs = this.#lag();
    const askedAt = this.#deps.timeline.now;
    const [orders, positions, executions, wallet] = await Promise.all([
      this.#read(() => reads.openOrders(lagMs).map((order) => this.#named(order))),
      this.#read(() => reads.positions(lagMs)),
      this.#read(() => reads.executions(lagMs, executionsSinceMs)),
      wish.wallet ? this.#read(() => this.#wallet()) : null,
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
    return this.#deps.timeline.now + this.#clockErrorMs;
  }

  async close(): Promise<void> {
    for (const stream of this.#streams) stream.close();
  }

  /** Something changed at the exchange: what concerns this account is pushed, topics in any order. */
  announce(effects: Effects): void {
    if (this.#streams.size === 0) return;
    const { books, instrument, exchange, random } = this.#deps;
    const { account } = books;
    const mine = <T extends { uid: number }>(rows: Iterable<T>) => [...rows].filter(({ uid }) => uid === account.uid);
    const topics: VenueEvent[][] = [
      mine(effects.executions)
        .filter((row) => row.kind !== 'funding')
        .map((row) => ({ type: 'execution', execution: toExecution(row, instrument.symbol) })),
      mine(effects.orders).map((order) => ({ type: 'order', order: toObservedOrder(order, instrument.symbol) })),
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

  /** Our idea of the venue's clock goes wrong, until a refusal makes us measure again. */
  jumpClock(): void {
    this.#clockErrorMs = this.#deps.random.int(...CLOCK_JUMP_MS);
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
    return placed.error.reason === 'duplicate_link_id' ? ambiguous('duplicate_id', 0) : rejected(placed.error);
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
          : { price: dec(order.triggerPrice), direction: order.direction === 'sell' ? 'falling' : 'rising', by: 'MarkPrice' },
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
    if (!this.traits.namesStops && !this.#names.has(exchangeOrderId)) this.#names.set(exchangeOrderId, clientOrderId);
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

  #latency(): number {
    const { random, weather } = this.#deps;
    return weather.meets('delay') ? random.int(...DELAY_MS) : random.int(...LATENCY_MS);
  }

  #lag(): number {
    const { weather, random } = this.#deps;
    return weather.meets('read-lag') ? random.int(...LAG_MS) : 0;
  }

  #measured(): number {
    return this.#deps.random.int(-CLOCK_UNCERTAINTY_MS, CLOCK_UNCERTAINTY_MS);
  }

  #read<T>(read: () => T): Promise<Read<T>> {
    const { timeline, weather } = this.#deps;
    const there = this.#latency();
    const back = this.#latency();
    const fails = this.#readFails();
    return new Promise((resolve) => {
      const answer = (value: Read<T>) => resolve(value);
      if (fails !== null) {
        timeline.after(fails === 'timeout' ? DEADLINE_MS : there + back, () => answer({ ok: false, code: fails, message: fails }));
        return;
      }
      if (there + back > DEADLINE_MS) {
        timeline.after(DEADLINE_MS, () => answer({ ok: false, code: 'timeout', message: 'timeout' }));
        return;
      }
      timeline.after(there, () => {
        if (weather.isActive('maintenance')) {
          timeline.after(back, () => answer({ ok: false, code: 'maintenance', message: 'maintenance' }));
          return;
        }
        const value = read();
        timeline.after(back, () => answer({ ok: true, value }));
      });
    });
  }

  #readFails(): 'timeout' | 'server_error' | 'bad_body' | 'rate_limited' | null {
    const { weather } = this.#deps;
    if (weather.meets('drop-before') || weather.meets('drop-after')) return 'timeout';
    if (weather.meets('server-error')) return 'server_error';
    if (weather.meets('garbage')) return 'bad_body';
    return weather.meets('rate-limit') ? 'rate_limited' : null;
  }

  /** One request that changes the venue: signed now, admitted within its window, answered or not. */
  #change<T>(line: string, act: () => Outcome<T>): Promise<Outcome<T>> {
    const { timeline, onRequest } = this.#deps;
    const signedAt = timeline.now;
    const timestamp = this.venueNow();
    const fate = this.#fate();
    const there = this.#latency();
    const back = this.#latency();
    const provable = () => Math.max(0, signedAt + RECEIVE_WINDOW_MS + CLOCK_UNCERTAINTY_MS + SETTLING_MS - timeline.now);
    return new Promise((resolve) => {
      let isOver = false;
      const answer = (outcome: Outcome<T>) => {
        if (isOver) return;
        isOver = true;
        resolve(outcome.kind === 'ambiguous' ? { ...outcome, provableAfterMs: provable() } : outcome);
      };
      const deadline = timeline.after(DEADLINE_MS, () => answer(ambiguous('timeout', 0)));
      timeline.after(there, () => {
        if ('before' in fate) {
          onRequest(`✗ ${line} (${fate.before === 'lost' ? 'lost' : fate.before.kind})`);
          const { before } = fate;
          if (before !== 'lost') timeline.after(back, () => answer(before));
          return;
        }
        const outcome = this.#admitted(timestamp) ? act() : tooLate();
        onRequest(`→ ${line} ⇒ ${describe(outcome)}${fate.after === null ? '' : `, answer ${fate.after}`}`);
        if (fate.after === 'timeout') return;
        timeline.after(back, () => {
          deadline();
          if (outcome.kind === 'rejected' && outcome.code === 'timestamp') this.#clockErrorMs = this.#measured();
          answer(fate.after === null ? outcome : ambiguous(fate.after, 0));
        });
      });
    });
  }

  #admitted(timestamp: number): boolean {
    const { now } = this.#deps.timeline;
    return now - timestamp <= RECEIVE_WINDOW_MS && timestamp - now <= AHEAD_MS_MAX;
  }

  #fate(): Fate {
    const { weather, random } = this.#deps;
    if (weather.isActive('maintenance')) {
      const refused: Outcome<never> = { kind: 'rejected', code: 'maintenance', message: 'maintenance', venueCode: null };
      return { before: random.chance(0.5) ? refused : ambiguous('server_error', 0) };
    }
    if (weather.meets('rate-limit'))
      return { before: { kind: 'rejected', code: 'rate_limited', message: 'too many', venueCode: '10006' } };
    if (weather.meets('drop-before')) return { before: 'lost' };
    if (weather.meets('drop-after')) return { after: 'timeout' };
    if (weather.meets('server-error')) {
      return random.chance(0.5) ? { before: ambiguous('server_error', 0) } : { after: 'server_error' };
    }
    if (weather.meets('garbage')) return { after: random.pick(['bad_body', 'missing_id', 'network'] as const) };
    return { after: null };
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

function rejected({ reason, message }: { reason: Parameters<typeof toRejectCode>[0]; message: string }): Outcome<never> {
  return { kind: 'rejected', code: toRejectCode(reason, message), message, venueCode: reason };
}

function tooLate(): Outcome<never> {
  return { kind: 'rejected', code: 'timestamp', message: 'outside of the receive window', venueCode: '10002' };
}

function ambiguous(cause: AmbiguousCause, provableAfterMs: number): Outcome<never> {
  return { kind: 'ambiguous', cause, message: cause, provableAfterMs };
}

function describe(outcome: Outcome<unknown>): string {
  if (outcome.kind === 'rejected') return `rejected ${outcome.code}`;
  return outcome.kind === 'ambiguous' ? outcome.cause : 'accepted';
}

/** By its name, else by the venue's id, else by what it looks like. */
function isSent(order: ObservedOrder, clientOrderId: string, sent?: SentOrder): boolean {
  if (order.clientOrderId !== null) return order.clientOrderId === clientOrderId;
  if (sent === undefined || sent.others.includes(order.exchangeOrderId)) return false;
  if (sent.exchangeOrderId !== null) return order.exchangeOrderId === sent.exchangeOrderId;
  const { type, direction, quantity, triggerPrice } = sent.request;
  const alike = order.type === type && order.direction === direction && dec(order.quantity).eq(dec(quantity));
  const sameTrigger = triggerPrice === null || (order.triggerPrice !== null && dec(order.triggerPrice).eq(dec(triggerPrice)));
  return alike && sameTrigger && order.createdAt >= sent.sentAt - 1_000;
}
