/** The adapter against the paper exchange, a process of its own, over real REST and websockets. */
import { Big } from 'big.js';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ObservedOrder } from '../../domain/observation.ts';
import type { Direction, PositionMode, Side } from '../../domain/words.ts';
import { PriceHub } from '../market-data.ts';
import { createPaperAccount } from '../paper-account.ts';
import { budgetClock } from '../rate-budget.ts';
import type { MarketData, OrderRequest, Venue, VenueEvent } from '../venue.ts';
import { BybitVenue } from './bybit.ts';
import { bybitAddress } from './bybit-address.ts';
import { BybitCalls } from './bybit-calls.ts';
import { BybitMarketData } from './bybit-market-data.ts';
import { readPages } from './bybit-reads.ts';
import { BybitSite } from './bybit-site.ts';
import { BybitTickers } from './bybit-tickers.ts';
import { loadBybitPro } from './load.ts';
import { type PaperProcess, startPaper } from './paper-process.ts';

const SYMBOL = 'BTC/USDT';
const ORDER_DEADLINE_MS = 700;

let paper: PaperProcess;
let site: BybitSite;
let hub: PriceHub;
let market: MarketData;
let venue: Venue;
let key: { apiKey: string; apiSecret: string };
let counter = 0;

beforeAll(async () => {
  paper = await startPaper();
  site = new BybitSite({
    address: bybitAddress('paper', paper.url),
    limits: { orderDeadlineMs: ORDER_DEADLINE_MS },
  });
  hub = new PriceHub(budgetClock);
  hub.attach(new BybitTickers(site, hub));
  market = new BybitMarketData(site, hub);
});

afterAll(async () => {
  hub.close();
  await site.close();
  await paper.stop();
});

beforeEach(async () => {
  const account = await createPaperAccount(paper.url);
  key = valueOf(account);
  venue = new BybitVenue({ site, hub, environment: 'paper', ...key });
});

afterEach(async () => {
  await venue.close();
  await paper.control('DELETE', 'faults');
});

function valueOf<T>(read: { ok: true; value: T } | { ok: false; message: string }): T {
  if (!read.ok) throw new Error(read.message);
  return read.value;
}

interface Wish {
  direction: Direction;
  quantity?: string;
  side?: Side;
  positionMode?: PositionMode;
  price?: number;
  triggerPrice?: number;
  reduceOnly?: boolean;
  closeAll?: boolean;
}

function orderOf(wish: Wish): OrderRequest {
  counter += 1;
  const id = `sm_leg_1_7_BTCUSDT_${counter.toString(36)}`;
  const { price, triggerPrice, ...rest } = wish;
  return {
    ...{ text: id, clientOrderId: id, clientOrderID: id, newClientOrderId: id, orderLinkId: id, label: id },
    ...{ symbol: SYMBOL, side: 'long', positionMode: 'one-way', quantity: '0.01', reduceOnly: false },
    type: triggerPrice !== undefined ? 'stop' : price !== undefined ? 'limit' : 'market',
    price: price === undefined ? null : price.toFixed(1),
    triggerPrice: triggerPrice === undefined ? null : triggerPrice.toFixed(1),
    ...rest,
  };
}

async function lastPrice(): Promise<number> {
  return Number(valueOf(await market.prices(SYMBOL)).last);
}

/** Far below the market, so that it rests. */
async function restingBuy(): Promise<OrderRequest> {
  return orderOf({ direction: 'buy', price: Math.floor((await lastPrice()) * 0.9) });
}

async function accepted(order: OrderRequest): Promise<OrderRequest> {
  expect(await venue.place(order)).toMatchObject({ kind: 'accepted' });
  return order;
}

async function found(order: OrderRequest): Promise<ObservedOrder | null> {
  return valueOf(await venue.findOrder(SYMBOL, order.clientOrderId));
}

const cancelOf = ({ clientOrderId, type }: OrderRequest) => {
  return { symbol: SYMBOL, clientOrderId, exchangeOrderId: null, type };
};

/** Collects events; `until` waits for a moment at which they satisfy. */
function watching(of: Venue = venue) {
  const events: VenueEvent[] = [];
  let wake = () => {};
  of.watch(SYMBOL, (event) => {
    events.push(event);
    wake();
  });
  const all = <T extends VenueEvent['type']>(type: T) =>
    events.filter((event): event is Extract<VenueEvent, { type: T }> => event.type === type);
  const until = async (satisfied: () => boolean) => {
    while (!satisfied()) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return { all, until, connected: () => until(() => all('connected').length > 0) };
}

const sum = (decimals: string[]) => {
  return decimals.reduce((total, decimal) => total.plus(decimal), new Big(0)).toNumber();
};

describe('reading', () => {
  test('a new account can trade, cannot withdraw and holds what the paper exchange gave it', async () => {
    const account = valueOf(await venue.account());
    expect(account).toMatchObject({ canTrade: true, canWithdraw: false });
    expect(account.accountUid).toMatch(/^\d+$/);
    expect(Number(account.walletBalance)).toBeGreaterThan(0);
    expect(account.availableBalance).toBe(account.walletBalance);
  });

  test('instruments come with their steps, limits and tiers; unknown ones are told', async () => {
    expect(valueOf(await market.symbols())).toContain(SYMBOL);
    const instrument = valueOf(await market.instrument(SYMBOL));
    expect(instrument).toMatchObject({ symbol: SYMBOL, id: 'BTCUSDT', tickSize: '0.1', lotSize: '0.001' });
    expect(Number(instrument.marginTiers[0]?.maintenanceRatio)).toBeLessThan(0.1);
    expect(await market.instrument('NOPE/USDT')).toMatchObject({ ok: false, code: 'unknown_symbol' });
  });

  test('leverage is set once and then found set', async () => {
    expect(await venue.setLeverage(SYMBOL, '17')).toEqual({ kind: 'accepted', value: null });
    expect(await venue.setLeverage(SYMBOL, '17')).toEqual({ kind: 'accepted', value: null });
    const setup = valueOf(await venue.setup(SYMBOL));
    expect(setup).toEqual({ positionMode: 'one-way', marginMode: 'cross', leverage: '17' });
    expect(await venue.setLeverage(SYMBOL, '1000')).toMatchObject({ kind: 'rejected' });
  });

  test('a wrong key is refused as such', async () => {
    const stranger = new BybitVenue({ site, hub, environment: 'paper', apiKey: 'nobody', apiSecret: 'x' });
    expect(await stranger.account()).toMatchObject({ ok: false, code: 'credentials' });
    const forged = new BybitVenue({
      site,
      hub,
      environment: 'paper',
      apiKey: key.apiKey,
      apiSecret: 'wrong',
    });
    expect(await forged.place(orderOf({ direction: 'buy' }))).toMatchObject({
      kind: 'rejected',
      code: 'credentials',
    });
  });
});

describe('trading', () => {
  test('a market order is seen as executions, order and position over the websocket, and the same by REST', async () => {
    const { all, until, connected } = watching();
    await connected();
    const before = venue.venueNow() - 60_000;
    const entry = await accepted(orderOf({ direction: 'buy' }));
    await until(() => sum(all('execution').map(({ execution }) => execution.quantity)) === 0.01);
    await until(() => all('order').some(({ order }) => order.status === 'filled'));
    await until(() => all('position').some(({ position }) => Number(position.quantity) === 0.01));
    const snapshot = valueOf(await venue.snapshot(SYMBOL, before));
    expect(snapshot.executions).toEqual(all('execution').map(({ execution }) => execution));
    expect(snapshot.executions.every(({ clientOrderId }) => clientOrderId === entry.clientOrderId)).toBe(
      true,
    );
    expect(snapshot.positions.map(({ side, quantity }) => [side, Number(quantity)])).toEqual([
      ['long', 0.01],
      ['short', 0],
    ]);
    expect(snapshot.orders).toEqual([]);
    const fees = sum(snapshot.executions.map(({ fee }) => fee));
    expect(fees).toBeGreaterThan(0);
    expect(10_000 - Number(snapshot.walletBalance)).toBeCloseTo(fees, 8);
  });

  test('a resting order is placed, found, amended and cancelled under our id', async () => {
    const order = await accepted(await restingBuy());
    const amended = String(Number(order.price) - 100);
    const change = { symbol: SYMBOL, clientOrderId: order.clientOrderId, exchangeOrderId: null } as const;
    expect(
      await venue.amend({ ...change, type: 'limit', direction: 'buy', price: amended, quantity: '0.02' }),
    ).toMatchObject({
      kind: 'accepted',
    });
    expect(await found(order)).toMatchObject({
      status: 'open',
      type: 'limit',
      price: amended,
      quantity: '0.02',
    });
    expect(await venue.amend({ ...change, type: 'limit', direction: 'buy', price: amended })).toMatchObject({
      kind: 'rejected',
      code: 'not_modified',
    });
    expect(await venue.cancel(cancelOf(order))).toMatchObject({ kind: 'accepted' });
    expect(await found(order)).toMatchObject({ status: 'cancelled' });
    expect(await venue.cancel(cancelOf(order))).toMatchObject({ kind: 'rejected', code: 'order_not_found' });
  });

  test('a used id is ambiguous, an order that nobody placed is not found', async () => {
    const order = await accepted(await restingBuy());
    expect(await venue.place(order)).toMatchObject({ kind: 'ambiguous', cause: 'duplicate_id' });
    expect(await found(orderOf({ direction: 'buy' }))).toBe(null);
  });

  test('open and ended orders are both recent', async () => {
    const [open, ended] = [await accepted(await restingBuy()), await accepted(await restingBuy())];
    await venue.cancel(cancelOf(ended));
    const recent = valueOf(await venue.recentOrders(SYMBOL));
    const statuses = Object.fromEntries(recent.map(({ clientOrderId, status }) => [clientOrderId, status]));
    expect(statuses).toEqual({ [open.clientOrderId]: 'open', [ended.clientOrderId]: 'cancelled' });
  });

  test('closing all leaves nothing; closing nothing is refused', async () => {
    await accepted(orderOf({ direction: 'buy', quantity: '0.013' }));
    await accepted(orderOf({ direction: 'sell', quantity: '0', closeAll: true, reduceOnly: true }));
    const [long] = valueOf(await venue.snapshot(SYMBOL, venue.venueNow())).positions;
    expect(Number(long?.quantity)).toBe(0);
    const again = await venue.place(orderOf({ direction: 'sell', reduceOnly: true }));
    expect(again).toMatchObject({ kind: 'rejected', code: 'reduce_only_refused' });
  });

  test('a stop follows its amend, refuses a passed trigger, and closes at its mark price', async () => {
    await accepted(orderOf({ direction: 'buy' }));
    const price = await lastPrice();
    const passed = orderOf({ direction: 'sell', triggerPrice: price * 1.1, reduceOnly: true });
    expect(await venue.place(passed)).toMatchObject({ kind: 'rejected', code: 'trigger_passed' });
    const stop = await accepted(orderOf({ direction: 'sell', triggerPrice: price * 0.5, reduceOnly: true }));
    const triggerPrice = (price * 0.999).toFixed(1);
    const change = { symbol: SYMBOL, clientOrderId: stop.clientOrderId, exchangeOrderId: null } as const;
    expect(await venue.amend({ ...change, type: 'stop', direction: 'sell', triggerPrice })).toMatchObject({
      kind: 'accepted',
    });
    expect(await found(stop)).toMatchObject({ type: 'stop', status: 'open', price: null });
    // A seeded walk: sooner or later it is a tenth of a percent lower.
    for (let i = 0; i < 100 && (await found(stop))?.status === 'open'; i++) {
      await paper.control('POST', 'feed', { action: 'step', candles: 20 });
    }
    expect(await found(stop)).toMatchObject({ status: 'filled', filledQuantity: '0.01' });
  });

  test('what the account cannot pay for is refused', async () => {
    const order = { ...(await restingBuy()), quantity: '100' };
    expect(await venue.place(order)).toMatchObject({ kind: 'rejected', code: 'insufficient_balance' });
  });
});

describe('hedge mode', () => {
  beforeEach(async () => {
    const Bybit = await loadBybitPro();
    const client = new Bybit({ apiKey: key.apiKey, secret: key.apiSecret });
    client.urls['api'] = { private: paper.url };
    await client.privatePostV5PositionSwitchMode({ category: 'linear', symbol: 'BTCUSDT', mode: 3 });
  });

  test('both sides live beside each other, and a reduce-only order reduces its own', async () => {
    expect(valueOf(await venue.setup(SYMBOL)).positionMode).toBe('hedge');
    const positionMode = 'hedge';
    await accepted(orderOf({ direction: 'buy', side: 'long', positionMode, quantity: '0.02' }));
    await accepted(orderOf({ direction: 'sell', side: 'short', positionMode, quantity: '0.03' }));
    await accepted(
      orderOf({ direction: 'buy', side: 'short', positionMode, quantity: '0.01', reduceOnly: true }),
    );
    const { positions } = valueOf(await venue.snapshot(SYMBOL, venue.venueNow()));
    expect(positions.map(({ side, quantity }) => [side, Number(quantity)])).toEqual([
      ['long', 0.02],
      ['short', 0.02],
    ]);
  });
});

describe('faults of the exchange on an order', () => {
  const strike = (fault: object) =>
    paper.control('POST', 'faults', { path: '/v5/order/create', channel: 'rest', count: 1, ...fault });

  test.each([
    ['drop-before', 'network', 'absent'],
    ['http-503', 'server_error', 'absent'],
    ['maintenance', 'server_error', 'absent'],
    ['drop-after', 'network', 'there'],
    ['empty', 'bad_body', 'there'],
    ['garbage', 'bad_body', 'there'],
    ['disconnect', 'network', 'there'],
    ['duplicate', 'duplicate_id', 'there'],
  ])('%s is ambiguous (%s), and the order is in truth %s', async (effect, cause, truth) => {
    const order = await restingBuy();
    await strike({ effect });
    const outcome = await venue.place(order);
    expect(outcome).toMatchObject({ kind: 'ambiguous', cause });
    expect((await found(order)) === null ? 'absent' : 'there').toBe(truth);
  });

  test('a delay past the deadline is ambiguous, and the venue then refuses the late request', async () => {
    const order = await restingBuy();
    await strike({ effect: 'delay', delayMs: 2500 });
    const outcome = await venue.place(order);
    expect(outcome).toMatchObject({ kind: 'ambiguous', cause: 'timeout' });
    const waitMs = outcome.kind === 'ambiguous' ? outcome.provableAfterMs : 0;
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    // Signed for two seconds: what is absent now stays absent.
    expect(await found(order)).toBe(null);
  });

  test('a cancel that is lost is ambiguous, and a second one says what happened', async () => {
    const order = await accepted(await restingBuy());
    await strike({ path: '/v5/order/cancel', effect: 'drop-after' });
    expect(await venue.cancel(cancelOf(order))).toMatchObject({ kind: 'ambiguous', cause: 'network' });
    expect(await venue.cancel(cancelOf(order))).toMatchObject({ kind: 'rejected', code: 'order_not_found' });
    expect(await found(order)).toMatchObject({ status: 'cancelled' });
  });

  test('an amend that is lost is ambiguous, and the order shows the truth', async () => {
    const order = await accepted(await restingBuy());
    const price = String(Number(order.price) - 50);
    await strike({ path: '/v5/order/amend', effect: 'drop-after' });
    const change = { symbol: SYMBOL, clientOrderId: order.clientOrderId, exchangeOrderId: null } as const;
    const outcome = await venue.amend({ ...change, type: 'limit', direction: 'buy', price });
    expect(outcome).toMatchObject({ kind: 'ambiguous', cause: 'network' });
    expect(await found(order)).toMatchObject({ price });
  });

  test('a read that fails is a failure, never an empty answer', async () => {
    await accepted(await restingBuy());
    for (const effect of ['drop-before', 'http-503', 'empty', 'garbage']) {
      await strike({ path: '/v5/order/realtime', effect });
      expect(await venue.snapshot(SYMBOL, venue.venueNow())).toMatchObject({ ok: false });
    }
  });
});

describe('faults of the exchange on the websocket', () => {
  const strike = (fault: object) =>
    paper.control('POST', 'faults', { path: '/v5/private', channel: 'ws', count: 1, ...fault });

  test('after a disconnect, connected comes again, and a snapshot has what was missed', async () => {
    const { all, until, connected } = watching();
    await connected();
    const before = venue.venueNow() - 60_000;
    await strike({ method: 'execution', effect: 'disconnect' });
    await accepted(orderOf({ direction: 'buy' }));
    await until(() => all('disconnected').length === 1 && all('connected').length === 2);
    const { executions } = valueOf(await venue.snapshot(SYMBOL, before));
    expect(sum(executions.map(({ quantity }) => quantity))).toBe(0.01);
  });

  test('a refused door is tried again until it opens', async () => {
    await strike({ method: 'upgrade', effect: 'http-503', count: 3 });
    const { all, connected } = watching();
    await connected();
    expect(all('disconnected')).toHaveLength(1);
  });

  test('repeated and swapped frames arrive as they came, told apart by their ids', async () => {
    const { all, until, connected } = watching();
    await connected();
    await strike({ method: 'execution', effect: 'duplicate' });
    await accepted(orderOf({ direction: 'buy' }));
    const unique = () =>
      new Map(all('execution').map(({ execution }) => [execution.executionId, execution.quantity]));
    await until(() => sum([...unique().values()]) === 0.01 && all('execution').length > unique().size);
    expect(all('disconnected')).toHaveLength(0);
  });
});

test('pages are followed with the exchange’s own cursors', async () => {
  await accepted(orderOf({ direction: 'buy', quantity: '0.05' }));
  const calls = new BybitCalls(site, () => site.accountExchange(key));
  const params = { category: 'linear', symbol: 'BTCUSDT', limit: 1 };
  const rows = valueOf(
    await calls.read('paging', (ask) =>
      readPages(ask, (exchange, query) => exchange.privateGetV5ExecutionList(query), { params }),
    ),
  );
  expect(rows.length).toBeGreaterThan(1);
  expect(new Set(rows.map((row) => row['execId'])).size).toBe(rows.length);
  expect(sum(rows.map((row) => String(row['execQty'])))).toBe(0.05);
});

test('prices are shared: two accounts, one public subscription', async () => {
  const other = new BybitVenue({ site, hub, environment: 'paper', ...key });
  const [mine, theirs] = [watching(), watching(other)];
  await paper.control('POST', 'feed', { action: 'step', candles: 5 });
  await Promise.all([mine, theirs].map(({ until, all }) => until(() => all('prices').length > 0)));
  expect(mine.all('prices').at(-1)?.prices.mark).toMatch(/^\d+(\.\d+)?$/);
  await other.close();
});

test('the venue’s clock is measured and certain to a few milliseconds', async () => {
  await venue.account();
  expect(site.clock.measured).toBe(true);
  expect(Math.abs(venue.venueNow() - Date.now())).toBeLessThan(1000);
});
