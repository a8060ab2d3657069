/** The adapter against the paper exchange's BingX wire, a process of its own, over real REST and websockets. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { PositionMode } from '../../domain/words.ts';
import type { PaperAccount } from '../paper-account.ts';
import type { OrderRequest, SentOrder, Venue } from '../venue.ts';
import { BingxVenue } from './bingx.ts';
import { bingxRequest } from './bingx-request.ts';
import { type BingxWorld, openBingxAccount, openBingxWorld } from './bingx-wire-world.ts';
import {
  accepted,
  cancelOf,
  found,
  lastPrice,
  orderOf,
  restingBuy,
  SYMBOL,
  sum,
  valueOf,
  watching,
} from './wire-world.ts';

let world: BingxWorld;
let venue: Venue;
let key: PaperAccount;

beforeAll(async () => {
  world = await openBingxWorld({ PAPER_BINGX_STRICT: 'on' });
});

afterAll(() => world.close());

async function open(positionMode: PositionMode): Promise<void> {
  ({ venue, key } = await openBingxAccount(world, positionMode));
}

beforeEach(() => open('one-way'));

afterEach(async () => {
  await venue.close();
});

function sentOf(request: OrderRequest, sentAt: number): SentOrder {
  return { request, sentAt, exchangeOrderId: null, others: [] };
}

describe('reading', () => {
  test('a new account can trade and holds what the paper exchange gave it', async () => {
    const account = valueOf(await venue.account());
    expect(account).toMatchObject({ canTrade: true, canWithdraw: false });
    expect(account.accountUid).toMatch(/^\d+$/);
    expect(Number(account.walletBalance)).toBeGreaterThan(0);
    expect(Number(account.availableBalance)).toBe(Number(account.walletBalance));
  });

  test('instruments come with their steps and limits; unknown ones are told', async () => {
    expect(valueOf(await world.market.symbols())).toContain(SYMBOL);
    const instrument = valueOf(await world.market.instrument(SYMBOL));
    expect(instrument).toMatchObject({ symbol: SYMBOL, id: 'BTC-USDT', tickSize: '0.1', lotSize: '0.001' });
    expect(await world.market.instrument('NOPE/USDT')).toMatchObject({ ok: false, code: 'unknown_symbol' });
  });

  test.each(['one-way', 'hedge'] as const)('leverage is set in %s mode, and then found set', async (mode) => {
    await open(mode);
    expect(await venue.setLeverage(SYMBOL, '17')).toEqual({ kind: 'accepted', value: null });
    expect(await venue.setLeverage(SYMBOL, '17')).toEqual({ kind: 'accepted', value: null });
    const setup = valueOf(await venue.setup(SYMBOL));
    expect(setup).toEqual({ positionMode: mode, marginMode: 'cross', leverage: '17' });
    expect(await venue.setLeverage(SYMBOL, '1000')).toMatchObject({ kind: 'rejected' });
  });

  test('a wrong key is refused as such', async () => {
    const stranger = new BingxVenue({ ...world, environment: 'paper', apiKey: 'nobody', apiSecret: 'x' });
    expect(await stranger.account()).toMatchObject({ ok: false, code: 'credentials' });
    const forged = new BingxVenue({ ...world, environment: 'paper', apiKey: key.apiKey, apiSecret: 'wrong' });
    expect(await forged.place(orderOf({ direction: 'buy' }))).toMatchObject({
      kind: 'rejected',
      code: 'credentials',
    });
  });
});

describe.each(['one-way', 'hedge'] as const)('trading in %s mode', (positionMode) => {
  beforeEach(() => open(positionMode));

  test('a market order is seen as executions, order and position over the websocket, and the same by REST', async () => {
    const { all, until, connected } = watching(venue);
    await connected();
    const before = venue.venueNow() - 60_000;
    const entry = await accepted(venue, orderOf({ direction: 'buy', positionMode }));
    await until(() => all('order').some(({ order }) => order.status === 'filled'));
    await until(() => all('position').some(({ position }) => Number(position.quantity) === 0.01));
    expect(sum(all('execution').map(({ execution }) => execution.quantity))).toBe(0.01);
    const snapshot = valueOf(await venue.snapshot(SYMBOL, before));
    const byTime = all('execution')
      .map(({ execution }) => execution)
      .toSorted((a, b) => a.at - b.at);
    expect(new Map(snapshot.executions.map((execution) => [execution.executionId, execution]))).toEqual(
      new Map(byTime.map((execution) => [execution.executionId, execution])),
    );
    expect(snapshot.executions.every(({ clientOrderId }) => clientOrderId === entry.clientOrderId)).toBe(
      true,
    );
    expect(snapshot.positions.map(({ side, quantity }) => [side, Number(quantity)])).toEqual([
      ['long', 0.01],
      ['short', 0],
    ]);
    const fees = sum(snapshot.executions.map(({ fee }) => fee));
    expect(fees).toBeGreaterThan(0);
    expect(10_000 - Number(snapshot.walletBalance)).toBeCloseTo(fees, 8);
  });

  test('a resting order is placed, found and cancelled under our id, and a second cancel finds nothing', async () => {
    const order = await accepted(venue, { ...(await restingBuy(world)), positionMode });
    expect(await found(venue, order)).toMatchObject({
      clientOrderId: order.clientOrderId,
      status: 'open',
      type: 'limit',
      price: String(Number(order.price)),
      side: positionMode === 'hedge' ? 'long' : null,
      reduceOnly: false,
    });
    expect(await venue.cancel(cancelOf(order))).toMatchObject({ kind: 'accepted' });
    expect(await found(venue, order)).toMatchObject({ status: 'cancelled' });
    expect(await venue.cancel(cancelOf(order))).toMatchObject({ kind: 'rejected', code: 'order_not_found' });
  });

  test('a used id is ambiguous, an order that nobody placed is not found', async () => {
    const order = await accepted(venue, { ...(await restingBuy(world)), positionMode });
    expect(await venue.place(order)).toMatchObject({ kind: 'ambiguous', cause: 'duplicate_id' });
    expect(await found(venue, orderOf({ direction: 'buy', positionMode }))).toBe(null);
  });

  test('a stop has no id on the venue: it is known by the answer, by its looks, and in a new session by neither', async () => {
    const { all, until, connected } = watching(venue);
    await connected();
    await accepted(venue, orderOf({ direction: 'buy', positionMode }));
    const triggerPrice = Math.floor((await lastPrice(world)) * 0.5);
    const wish = { direction: 'sell', triggerPrice, reduceOnly: true, positionMode } as const;
    const sentAt = venue.venueNow();
    const stop = await accepted(venue, orderOf(wish));
    await until(() => all('order').some(({ order }) => order.clientOrderId === stop.clientOrderId));
    const shown = valueOf(await venue.snapshot(SYMBOL, sentAt)).orders;
    expect(shown).toMatchObject([{ clientOrderId: stop.clientOrderId, type: 'stop', reduceOnly: true }]);

    const later = new BingxVenue({ ...world, environment: 'paper', ...key });
    expect(valueOf(await later.findOrder(SYMBOL, stop.clientOrderId))).toBe(null);
    const looked = valueOf(await later.findOrder(SYMBOL, stop.clientOrderId, sentOf(stop, sentAt)));
    expect(looked).toMatchObject({ clientOrderId: stop.clientOrderId, status: 'open', price: null });
    const others = [looked?.exchangeOrderId ?? ''];
    const stranger = new BingxVenue({ ...world, environment: 'paper', ...key });
    const excluded = { ...sentOf(stop, sentAt), others };
    expect(valueOf(await stranger.findOrder(SYMBOL, stop.clientOrderId, excluded))).toBe(null);

    const exchangeOrderId = looked?.exchangeOrderId ?? null;
    expect(await stranger.cancel({ ...cancelOf(stop), exchangeOrderId })).toMatchObject({ kind: 'accepted' });
    const ended = { ...sentOf(stop, sentAt), exchangeOrderId };
    expect(valueOf(await stranger.findOrder(SYMBOL, stop.clientOrderId, ended))).toMatchObject({
      status: 'cancelled',
    });
    await Promise.all([later.close(), stranger.close()]);
  });

  test('a stop refuses a passed trigger, and closes at its mark price under our id', async () => {
    const { all, until, connected } = watching(venue);
    await connected();
    await accepted(venue, orderOf({ direction: 'buy', positionMode }));
    const price = await lastPrice(world);
    const stopAt = (triggerPrice: number) =>
      orderOf({ direction: 'sell', triggerPrice, reduceOnly: true, positionMode });
    expect(await venue.place(stopAt(price * 1.1))).toMatchObject({
      kind: 'rejected',
      code: 'trigger_passed',
    });
    const stop = await accepted(venue, stopAt(price * 0.999));
    // A seeded walk: sooner or later it is a tenth of a percent lower.
    for (let i = 0; i < 100 && (await found(venue, stop))?.status === 'open'; i++) {
      await world.paper.control('POST', 'feed', { action: 'step', candles: 20 });
    }
    expect(await found(venue, stop)).toMatchObject({ status: 'filled', filledQuantity: '0.01' });
    const sold = () =>
      all('execution').filter(({ execution }) => execution.clientOrderId === stop.clientOrderId);
    await until(() => sum(sold().map(({ execution }) => execution.quantity)) === 0.01);
  });

  test('closing the rest leaves nothing; closing nothing is refused', async () => {
    await accepted(venue, orderOf({ direction: 'buy', quantity: '0.013', positionMode }));
    const rest = {
      direction: 'sell',
      quantity: '0.013',
      closeAll: true,
      reduceOnly: true,
      positionMode,
    } as const;
    await accepted(venue, orderOf(rest));
    const [long] = valueOf(await venue.snapshot(SYMBOL, venue.venueNow())).positions;
    expect(Number(long?.quantity)).toBe(0);
    expect(await venue.place(orderOf({ ...rest, closeAll: false }))).toMatchObject({
      kind: 'rejected',
      code: 'reduce_only_refused',
    });
  });

  test('what a person does by hand is seen, and is nobody’s of ours', async () => {
    const { all, until, connected } = watching(venue);
    await connected();
    const positionSide = positionMode === 'hedge' ? 'LONG' : 'BOTH';
    const params = { symbol: 'BTC-USDT', side: 'BUY', positionSide, type: 'MARKET', quantity: '0.002' };
    await bingxRequest(world.paper.url, key, {
      method: 'POST',
      path: '/openApi/swap/v2/trade/order',
      params,
    });
    await until(() => sum(all('execution').map(({ execution }) => execution.quantity)) === 0.002);
    expect(all('execution').every(({ execution }) => execution.clientOrderId === null)).toBe(true);
  });

  test('what the account cannot pay for is refused', async () => {
    const order = { ...(await restingBuy(world)), quantity: '100', positionMode };
    expect(await venue.place(order)).toMatchObject({ kind: 'rejected', code: 'insufficient_balance' });
  });
});

test('in hedge mode both sides live beside each other, and each order reduces its own', async () => {
  await open('hedge');
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

test('open and ended orders are both recent', async () => {
  const open = await accepted(venue, await restingBuy(world));
  const ended = await accepted(venue, await restingBuy(world));
  await venue.cancel(cancelOf(ended));
  const recent = valueOf(await venue.recentOrders(SYMBOL));
  const statuses = Object.fromEntries(recent.map(({ clientOrderId, status }) => [clientOrderId, status]));
  expect(statuses).toEqual({ [open.clientOrderId]: 'open', [ended.clientOrderId]: 'cancelled' });
});

test('prices are shared: two accounts, one public subscription', async () => {
  const other = new BingxVenue({ ...world, environment: 'paper', ...key });
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
  expect(ledger.closedPnl).toBeNull();
  expect(
    valueOf(await venue.ledger(SYMBOL, { fromMs: fromMs - 60_000, untilMs: fromMs - 1 })).entries,
  ).toEqual([]);
});
