/** The adapter against the paper exchange, a process of its own, over real REST and websockets. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { PaperAccount } from '../paper-account.ts';
import type { Venue } from '../venue.ts';
import { BybitVenue } from './bybit.ts';
import { BybitCalls } from './bybit-calls.ts';
import { readPages } from './bybit-reads.ts';
import { loadBybitPro } from './load.ts';
import {
  accepted,
  cancelOf,
  found,
  lastPrice,
  openAccount,
  openWorld,
  orderOf,
  restingBuy,
  SYMBOL,
  sum,
  valueOf,
  watching,
  type World,
} from './wire-world.ts';

let world: World;
let venue: Venue;
let key: PaperAccount;

beforeAll(async () => {
  world = await openWorld();
});

afterAll(() => world.close());

beforeEach(async () => {
  ({ venue, key } = await openAccount(world));
});

afterEach(async () => {
  await venue.close();
});

describe('reading', () => {
  test('a new account can trade, cannot withdraw and holds what the paper exchange gave it', async () => {
    const account = valueOf(await venue.account());
    expect(account).toMatchObject({ canTrade: true, canWithdraw: false });
    expect(account.accountUid).toMatch(/^\d+$/);
    expect(Number(account.walletBalance)).toBeGreaterThan(0);
    expect(account.availableBalance).toBe(account.walletBalance);
  });

  test('instruments come with their steps, limits and tiers; unknown ones are told', async () => {
    expect(valueOf(await world.market.symbols())).toContain(SYMBOL);
    const instrument = valueOf(await world.market.instrument(SYMBOL));
    expect(instrument).toMatchObject({ symbol: SYMBOL, id: 'BTCUSDT', tickSize: '0.1', lotSize: '0.001' });
    expect(Number(instrument.marginTiers[0]?.maintenanceRatio)).toBeLessThan(0.1);
    expect(await world.market.instrument('NOPE/USDT')).toMatchObject({ ok: false, code: 'unknown_symbol' });
  });

  test('leverage is set once and then found set', async () => {
    expect(await venue.setLeverage(SYMBOL, '17')).toEqual({ kind: 'accepted', value: null });
    expect(await venue.setLeverage(SYMBOL, '17')).toEqual({ kind: 'accepted', value: null });
    const setup = valueOf(await venue.setup(SYMBOL));
    expect(setup).toEqual({ positionMode: 'one-way', marginMode: 'cross', leverage: '17' });
    expect(await venue.setLeverage(SYMBOL, '1000')).toMatchObject({ kind: 'rejected' });
  });

  test('a wrong key is refused as such', async () => {
    const stranger = new BybitVenue({ ...world, environment: 'paper', apiKey: 'nobody', apiSecret: 'x' });
    expect(await stranger.account()).toMatchObject({ ok: false, code: 'credentials' });
    const forged = new BybitVenue({ ...world, environment: 'paper', apiKey: key.apiKey, apiSecret: 'wrong' });
    expect(await forged.place(orderOf({ direction: 'buy' }))).toMatchObject({
      kind: 'rejected',
      code: 'credentials',
    });
  });
});

describe('trading', () => {
  test('a market order is seen as executions, order and position over the websocket, and the same by REST', async () => {
    const { all, until, connected } = watching(venue);
    await connected();
    const before = venue.venueNow() - 60_000;
    const entry = await accepted(venue, orderOf({ direction: 'buy' }));
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
    const order = await accepted(venue, await restingBuy(world));
    const amended = String(Number(order.price) - 100);
    const change = { symbol: SYMBOL, clientOrderId: order.clientOrderId, exchangeOrderId: null } as const;
    expect(
      await venue.amend({ ...change, type: 'limit', direction: 'buy', price: amended, quantity: '0.02' }),
    ).toMatchObject({
      kind: 'accepted',
    });
    expect(await found(venue, order)).toMatchObject({
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
    expect(await found(venue, order)).toMatchObject({ status: 'cancelled' });
    expect(await venue.cancel(cancelOf(order))).toMatchObject({ kind: 'rejected', code: 'order_not_found' });
  });

  test('a used id is ambiguous, an order that nobody placed is not found', async () => {
    const order = await accepted(venue, await restingBuy(world));
    expect(await venue.place(order)).toMatchObject({ kind: 'ambiguous', cause: 'duplicate_id' });
    expect(await found(venue, orderOf({ direction: 'buy' }))).toBe(null);
  });

  test('open and ended orders are both recent', async () => {
    const [open, ended] = [
      await accepted(venue, await restingBuy(world)),
      await accepted(venue, await restingBuy(world)),
    ];
    await venue.cancel(cancelOf(ended));
    const recent = valueOf(await venue.recentOrders(SYMBOL));
    const statuses = Object.fromEntries(recent.map(({ clientOrderId, status }) => [clientOrderId, status]));
    expect(statuses).toEqual({ [open.clientOrderId]: 'open', [ended.clientOrderId]: 'cancelled' });
  });

  test('closing all leaves nothing; closing nothing is refused', async () => {
    await accepted(venue, orderOf({ direction: 'buy', quantity: '0.013' }));
    await accepted(venue, orderOf({ direction: 'sell', quantity: '0', closeAll: true, reduceOnly: true }));
    const [long] = valueOf(await venue.snapshot(SYMBOL, venue.venueNow())).positions;
    expect(Number(long?.quantity)).toBe(0);
    const again = await venue.place(orderOf({ direction: 'sell', reduceOnly: true }));
    expect(again).toMatchObject({ kind: 'rejected', code: 'reduce_only_refused' });
  });

  test('a stop follows its amend, refuses a passed trigger, and closes at its mark price', async () => {
    await accepted(venue, orderOf({ direction: 'buy' }));
    const price = await lastPrice(world);
    const passed = orderOf({ direction: 'sell', triggerPrice: price * 1.1, reduceOnly: true });
    expect(await venue.place(passed)).toMatchObject({ kind: 'rejected', code: 'trigger_passed' });
    const stop = await accepted(
      venue,
      orderOf({ direction: 'sell', triggerPrice: price * 0.5, reduceOnly: true }),
    );
    const triggerPrice = (price * 0.999).toFixed(1);
    const change = { symbol: SYMBOL, clientOrderId: stop.clientOrderId, exchangeOrderId: null } as const;
    expect(await venue.amend({ ...change, type: 'stop', direction: 'sell', triggerPrice })).toMatchObject({
      kind: 'accepted',
    });
    expect(await found(venue, stop)).toMatchObject({ type: 'stop', status: 'open', price: null });
    // A seeded walk: sooner or later it is a tenth of a percent lower.
    for (let i = 0; i < 100 && (await found(venue, stop))?.status === 'open'; i++) {
      await world.paper.control('POST', 'feed', { action: 'step', candles: 20 });
    }
    expect(await found(venue, stop)).toMatchObject({ status: 'filled', filledQuantity: '0.01' });
  });

  test('what the account cannot pay for is refused', async () => {
    const order = { ...(await restingBuy(world)), quantity: '100' };
    expect(await venue.place(order)).toMatchObject({ kind: 'rejected', code: 'insufficient_balance' });
  });
});

describe('hedge mode', () => {
  beforeEach(async () => {
    const Bybit = await loadBybitPro();
    const client = new Bybit({ apiKey: key.apiKey, secret: key.apiSecret });
    client.urls['api'] = { private: world.paper.url };
    await client.privatePostV5PositionSwitchMode({ category: 'linear', symbol: 'BTCUSDT', mode: 3 });
  });

  test('both sides live beside each other, and a reduce-only order reduces its own', async () => {
    expect(valueOf(await venue.setup(SYMBOL)).positionMode).toBe('hedge');
    const positionMode = 'hedge';
    await accepted(venue, orderOf({ direction: 'buy', side: 'long', positionMode, quantity: '0.02' }));
    await accepted(venue, orderOf({ direction: 'sell', side: 'short', positionMode, quantity: '0.03' }));
    await accepted(
      venue,
      orderOf({ direction: 'buy', side: 'short', positionMode, quantity: '0.01', reduceOnly: true }),
    );
    const { positions } = valueOf(await venue.snapshot(SYMBOL, venue.venueNow()));
    expect(positions.map(({ side, quantity }) => [side, Number(quantity)])).toEqual([
      ['long', 0.02],
      ['short', 0.02],
    ]);
  });
});

test('pages are followed with the exchange’s own cursors', async () => {
  for (let i = 0; i < 3; i++) await accepted(venue, orderOf({ direction: 'buy', quantity: '0.02' }));
  const exchange = () => world.site.accountExchange(key);
  const keyWindows = () => world.site.keyWindows.of(key.apiKey);
  const calls = new BybitCalls({ site: world.site, exchange, keyWindows, purpose: 'bot' });
  const params = { category: 'linear', symbol: 'BTCUSDT', limit: 1 };
  const readAll = async () =>
    valueOf(
      await calls.read('paging', (ask) =>
        readPages(ask, (exchange, query) => exchange.privateGetV5ExecutionList(query), { params }),
      ),
    );
  // An acknowledged order fills in its own time, and the list shows it in its own.
  let rows = await readAll();
  while (sum(rows.map((row) => String(row['execQty']))) < 0.06) rows = await readAll();
  expect(rows.length).toBeGreaterThanOrEqual(3);
  expect(new Set(rows.map((row) => row['execId'])).size).toBe(rows.length);
  expect(sum(rows.map((row) => String(row['execQty'])))).toBe(0.06);
});

test('prices are shared: two accounts, one public subscription', async () => {
  const other = new BybitVenue({ ...world, environment: 'paper', ...key });
  const [mine, theirs] = [watching(venue), watching(other)];
  await world.paper.control('POST', 'feed', { action: 'step', candles: 5 });
  await Promise.all([mine, theirs].map(({ until, all }) => until(() => all('prices').length > 0)));
  expect(mine.all('prices').at(-1)?.prices.mark).toMatch(/^\d+(\.\d+)?$/);
  await other.close();
});

test('the venue’s clock is measured and certain to a few milliseconds', async () => {
  await venue.account();
  expect(world.site.clock.measured).toBe(true);
  expect(Math.abs(venue.venueNow() - Date.now())).toBeLessThan(1000);
});

test('the ledger of a symbol sums up to what the wallet gained, execution by execution', async () => {
  const before = valueOf(await venue.account()).walletBalance;
  const fromMs = venue.venueNow() - 1000;
  await accepted(venue, orderOf({ direction: 'buy' }));
  await accepted(venue, orderOf({ direction: 'sell', reduceOnly: true }));
  const done = async () => valueOf(await venue.executions(SYMBOL, fromMs));
  await expect.poll(async () => (await done()).length).toBeGreaterThanOrEqual(2);
  await expect
    .poll(async () =>
      valueOf(await venue.snapshot(SYMBOL, fromMs)).positions.every((held) => Number(held.quantity) === 0),
    )
    .toBe(true);
  const executions = await done();
  const untilMs = Math.max(...executions.map(({ at }) => at)) + 999;
  const ledger = valueOf(await venue.ledger(SYMBOL, { fromMs, untilMs }));
  const change = sum([valueOf(await venue.account()).walletBalance, `-${before}`]);
  expect(change).toBeLessThan(0);
  expect(sum(ledger.entries.map(({ amount }) => amount))).toBe(change);
  expect(new Set(ledger.entries.map(({ currency }) => currency))).toEqual(new Set(['USDT']));
  const ids = new Set(ledger.entries.map(({ executionId }) => executionId));
  expect(executions.every(({ executionId }) => ids.has(executionId))).toBe(true);
  expect(sum([ledger.closedPnl ?? 'none'])).toBeCloseTo(change, 8);
  expect(
    valueOf(await venue.ledger(SYMBOL, { fromMs: fromMs - 60_000, untilMs: fromMs - 1 })).entries,
  ).toEqual([]);
});
