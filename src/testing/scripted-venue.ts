/**
 * A venue whose every fill, answer and silence the test decides. It keeps an honest book (orders, position,
 * executions) and answers at once unless told otherwise; it has no market of its own.
 */
import { assert } from '../domain/assert.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { Execution, Funding, ObservedOrder, PositionRead, Snapshot } from '../domain/observation.ts';
import { add, compare, multiply, type Ratio, ratio, subtract, toDecimal, ZERO } from '../domain/ratio.ts';
import type { Decimal, VenueTraits } from '../domain/words.ts';
import type {
  Accepted,
  MarketData,
  OrderRequest,
  Outcome,
  Read,
  SentOrder,
  Venue,
  VenueEvent,
} from '../venue/venue.ts';

export const BTC: Instrument = {
  symbol: 'BTC/USDT',
  id: 'BTCUSDT',
  base: 'BTC',
  quote: 'USDT',
  tickSize: '0.1',
  lotSize: '0.001',
  minQuantity: '0.001',
  maxQuantity: '1000',
  maxMarketQuantity: '100',
  minNotional: '5',
  maxLeverage: '100',
  marginTiers: [{ notionalMax: '10000000', maintenanceRatio: '0.005', maxLeverage: '100' }],
};

function cashOf({ direction, price, quantity, fee }: Execution): Decimal {
  const value = multiply(ratio(price), ratio(quantity));
  return toDecimal(subtract(direction === 'buy' ? subtract(ZERO, value) : value, ratio(fee)), 12);
}

type Listener = (event: VenueEvent) => void;
type Lost = 'before' | 'after';

const STREAM_EVENTS = {
  stands: { type: 'connected' },
  fails: { type: 'disconnected', message: 'refused' },
} as const;

export class ScriptedVenue implements Venue {
  readonly name = 'bybit';
  readonly environment = 'paper';
  traits: VenueTraits = { amends: true, namesStops: true };
  readonly orders: ObservedOrder[] = [];
  readonly executionsSeen: Execution[] = [];
  /** Every change that reached the venue, in order: "place sm_tp_…", "amend …", "cancel …". */
  readonly calls: string[] = [];
  fundings: Funding[] = [];
  last: Decimal = '20000';
  held: Ratio = ZERO;
  /** The next order call is lost before or after the venue has acted on it. */
  loseNext: Lost | null = null;
  /** What becomes of a private stream that is opened. */
  stream: 'stands' | 'fails' | 'silent' = 'stands';
  /** Every reading that was asked for. */
  readonly readings: { wallet: boolean }[] = [];
  /** Called before anything is done for an order call: a test looks at the journal here. */
  onCall: () => void = () => undefined;
  readonly #listeners = new Set<Listener>();
  #ids = 0;
  #time = 1_000;

  readonly market: MarketData = {
    symbols: () => read(['BTC/USDT']),
    instrument: () => read(BTC),
    prices: () => read({ last: this.last, mark: this.last, at: 0 }),
  };

  account: Venue['account'] = () =>
    read({
      accountUid: '7',
      canTrade: true,
      canWithdraw: false,
      walletBalance: '10000',
      availableBalance: '10000',
    });
  setup: Venue['setup'] = () => read({ positionMode: 'hedge', marginMode: 'cross', leverage: '10' });
  setLeverage: Venue['setLeverage'] = async () => ({ kind: 'accepted', value: null });
  funding: Venue['funding'] = () => read(this.fundings);
  /** What was paid and got for each execution: over a whole cycle the same as what the wallet gained. */
  ledger: Venue['ledger'] = (_symbol, { fromMs, untilMs }) =>
    read({
      entries: this.executionsSeen
        .filter(({ at }) => at >= fromMs && at <= untilMs)
        .map((execution) => ({
          executionId: execution.executionId,
          amount: cashOf(execution),
          currency: 'USDT',
          at: execution.at,
        })),
      closedPnl: null,
    });
  recentOrders: Venue['recentOrders'] = () => read(this.orders);
  executions: Venue['executions'] = () => read(this.executionsSeen);
  venueNow = () => this.#time;
  close = async () => undefined;

  watch(_symbol: string, listener: Listener): () => void {
    this.#listeners.add(listener);
    const { stream } = this;
    if (stream !== 'silent') queueMicrotask(() => listener(STREAM_EVENTS[stream]));
    return () => this.#listeners.delete(listener);
  }

  place(order: OrderRequest): Promise<Outcome<Accepted>> {
    return this.#answer(`place ${order.orderLinkId}`, () => {
      if (this.order(order.orderLinkId) !== undefined) return lost('duplicate_id');
      const placed = this.#add(order);
      if (order.type === 'market') this.fill(order.orderLinkId, order.quantity, this.last);
      else this.#push({ type: 'order', order: placed });
      return accepted(placed);
    });
  }

  amend: Venue['amend'] = (request) =>
    this.#answer(`amend ${request.clientOrderId}`, () => {
      const order = this.#open(request.clientOrderId);
      if (order === undefined) return notFound();
      const changed = {
        ...order,
        quantity: request.quantity ?? order.quantity,
        price: request.price ?? order.price,
        triggerPrice: request.triggerPrice ?? order.triggerPrice,
      };
      this.#change(changed);
      return accepted(changed);
    });

  cancel: Venue['cancel'] = (request) =>
    this.#answer(`cancel ${request.clientOrderId}`, () => {
      const order = this.#open(request.clientOrderId, request.exchangeOrderId);
      if (order === undefined) return notFound();
      this.#change({ ...order, status: 'cancelled', reason: 'CancelByUser' });
      return accepted(order);
    });

  findOrder: Venue['findOrder'] = (_symbol, clientOrderId, sent) =>
    read(this.order(clientOrderId) ?? this.orders.find((order) => isSent(order, sent)) ?? null);

  /** `askedAt` is a clock of the venue's adapter, not the bot's: a bot must not rely on it. */
  async snapshot(
    _symbol: string,
    executionsSinceMs: number,
    { wallet } = { wallet: true },
  ): Promise<Read<Snapshot>> {
    const askedAt = this.#time;
    this.readings.push({ wallet });
    return read({
      askedAt,
      orders: this.orders.filter((order) => order.status === 'open'),
      positions: [this.#position()],
      executions: this.executionsSeen.filter((execution) => execution.at >= executionsSinceMs),
      prices: { last: this.last, mark: this.last, at: askedAt },
      walletBalance: wallet ? '10000' : null,
      availableBalance: wallet ? '10000' : null,
    });
  }

  order(clientOrderId: string): ObservedOrder | undefined {
    return this.orders.find((order) => order.clientOrderId === clientOrderId);
  }

  /** A new session of an adapter: what the venue itself does not name has no name any more. */
  forgetStops(): void {
    for (const [index, order] of this.orders.entries())
      if (order.type === 'stop') this.orders[index] = { ...order, clientOrderId: null };
  }

  /** Live orders by tag, in the order of their placing. */
  live(): string[] {
    return this.orders.flatMap((order) =>
      order.status === 'open' ? [order.clientOrderId ?? 'stranger'] : [],
    );
  }

  /** One execution of an order; pushed like a real venue does: the execution first, then the order. */
  fill(clientOrderId: string, quantity: Decimal, price?: Decimal): Execution {
    const order = this.order(clientOrderId);
    assert(order !== undefined, 'the order to fill exists');
    const filled = add(ratio(order.filledQuantity), ratio(quantity));
    const done = compare(filled, ratio(order.quantity)) === 0;
    const execution = this.#execute(order, quantity, price ?? order.price ?? this.last);
    this.#push({ type: 'execution', execution });
    this.#change({ ...order, filledQuantity: toDecimal(filled), status: done ? 'filled' : 'open' });
    return execution;
  }

  /** The venue closes so much of the position by itself, at this price. */
  settleAt(quantity: Decimal, price: Decimal, kind: Execution['kind'] = 'delisting'): Execution {
    const order = { ...this.#blank(), direction: 'sell', type: 'market' } as const;
    const execution = { ...this.#execute(order, quantity, price), kind };
    this.executionsSeen[this.executionsSeen.length - 1] = execution;
    this.#push({ type: 'execution', execution });
    return execution;
  }

  /** The same while nobody is listening: only reads tell of it. */
  fillUnseen(clientOrderId: string, quantity: Decimal): void {
    const listeners = [...this.#listeners];
    this.#listeners.clear();
    this.fill(clientOrderId, quantity);
    for (const listener of listeners) this.#listeners.add(listener);
  }

  /** The venue's clock goes on. */
  passTime(ms: number): void {
    this.#time += ms;
  }

  /** The user buys, or with a negative quantity sells, by hand. */
  handOver(quantity: Decimal): void {
    this.held = add(this.held, ratio(quantity));
  }

  /** An order that somebody else placed. */
  addStranger(): void {
    this.orders.push({
      ...this.#blank(),
      clientOrderId: null,
      direction: 'buy',
      type: 'limit',
      quantity: '1',
      price: '1',
    });
  }

  push(event: VenueEvent): void {
    this.#push(event);
  }

  #execute(order: ObservedOrder, quantity: Decimal, price: Decimal): Execution {
    const signed = multiply(ratio(quantity), ratio(order.direction === 'buy' ? 1 : -1));
    this.held = add(this.held, signed);
    const execution: Execution = {
      executionId: `x${++this.#ids}`,
      exchangeOrderId: order.exchangeOrderId,
      clientOrderId: order.clientOrderId,
      symbol: order.symbol,
      direction: order.direction,
      kind: 'trade',
      price,
      quantity,
      fee: '0.01',
      feeCurrency: 'USDT',
      at: ++this.#time,
    };
    this.executionsSeen.push(execution);
    return execution;
  }

  #add(request: OrderRequest): ObservedOrder {
    const { direction, side, type, reduceOnly, price, triggerPrice, quantity } = request;
    const order = {
      ...this.#blank(),
      clientOrderId: request.orderLinkId,
      direction,
      side,
      type,
      reduceOnly,
      price,
      triggerPrice,
      quantity,
    };
    this.orders.push(order);
    return order;
  }

  #blank(): ObservedOrder {
    const id = ++this.#ids;
    const at = ++this.#time;
    const empty = {
      clientOrderId: null,
      side: 'long',
      reduceOnly: false,
      triggerPrice: null,
      reason: null,
    } as const;
    return {
      ...empty,
      symbol: 'BTC/USDT',
      exchangeOrderId: `o${id}`,
      direction: 'buy',
      type: 'limit',
      price: null,
      quantity: '0',
      filledQuantity: '0',
      status: 'open',
      createdAt: at,
      updatedAt: at,
    };
  }

  #open(clientOrderId: string, exchangeOrderId?: string | null): ObservedOrder | undefined {
    const byVenue = this.orders.find((order) => order.exchangeOrderId === exchangeOrderId);
    const order = this.order(clientOrderId) ?? byVenue;
    return order?.status === 'open' ? order : undefined;
  }

  #change(next: ObservedOrder): void {
    const index = this.orders.findIndex((order) => order.exchangeOrderId === next.exchangeOrderId);
    const changed = { ...next, updatedAt: ++this.#time };
    this.orders[index] = changed;
    this.#push({ type: 'order', order: changed });
  }

  #position(): PositionRead {
    const quantity = this.held.n < 0n ? subtract(ZERO, this.held) : this.held;
    return {
      symbol: 'BTC/USDT',
      side: 'long',
      quantity: toDecimal(quantity),
      averageEntryPrice: quantity.n === 0n ? null : this.last,
      liquidationPrice: null,
      unrealizedPnl: '0',
      leverage: '10',
    };
  }

  #push(event: VenueEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  async #answer(call: string, act: () => Outcome<Accepted>): Promise<Outcome<Accepted>> {
    this.onCall();
    const fate = this.loseNext;
    this.loseNext = null;
    if (fate === 'before') return lost('timeout');
    this.calls.push(call);
    const outcome = act();
    return fate === 'after' ? lost('timeout') : outcome;
  }
}

/** By the venue's id, else by what it looks like. */
function isSent(order: ObservedOrder, sent?: SentOrder): boolean {
  if (sent === undefined || order.clientOrderId !== null) return false;
  if (sent.exchangeOrderId !== null) return order.exchangeOrderId === sent.exchangeOrderId;
  const { type, quantity, triggerPrice } = sent.request;
  const alike = order.type === type && order.quantity === quantity && order.triggerPrice === triggerPrice;
  return alike && !sent.others.includes(order.exchangeOrderId);
}

async function read<T>(value: T): Promise<Read<T>> {
  return { ok: true, value };
}

function accepted(order: ObservedOrder): Outcome<Accepted> {
  return { kind: 'accepted', value: { exchangeOrderId: order.exchangeOrderId } };
}

function notFound(): Outcome<Accepted> {
  return { kind: 'rejected', code: 'order_not_found', message: 'order not exists', venueCode: '110001' };
}

function lost(cause: 'timeout' | 'duplicate_id'): Outcome<Accepted> {
  return { kind: 'ambiguous', cause, message: cause, provableAfterMs: 20 };
}
