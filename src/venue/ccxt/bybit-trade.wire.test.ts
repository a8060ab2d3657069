/** Orders over the websocket of the paper exchange: the same outcomes as by REST, in health and under its faults. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { BybitVenue } from './bybit.ts';
import {
  accepted,
  cancelOf,
  found,
  lastPrice,
  openAccount,
  openWorld,
  orderOf,
  overWebsocket,
  restingBuy,
  SYMBOL,
  type World,
} from './wire-world.ts';

let world: World;
let venue: BybitVenue;
let seen: Awaited<ReturnType<typeof overWebsocket>>;

beforeAll(async () => {
  world = await openWorld();
});

afterAll(() => world.close());

beforeEach(async () => {
  ({ venue } = await openAccount(world));
  seen = await overWebsocket(venue);
});

afterEach(async () => {
  await venue.close();
  await world.paper.control('DELETE', 'faults');
});

const strike = (fault: object) =>
  world.paper.control('POST', 'faults', { path: '/v5/trade', channel: 'ws', count: 1, ...fault });
/** Whatever goes by REST all the same fails at once. */
const forbidRest = () =>
  world.paper.control('POST', 'faults', {
    path: '/v5/order/create',
    channel: 'rest',
    effect: 'http-503',
    count: 9,
  });

const changeOf = (clientOrderId: string) =>
  ({ symbol: SYMBOL, clientOrderId, exchangeOrderId: null, type: 'limit', direction: 'buy' }) as const;

test('a resting order is placed, amended and cancelled, and each change is seen', async () => {
  await forbidRest();
  const order = await accepted(venue, await restingBuy(world));
  const price = String(Number(order.price) - 50);
  expect(await venue.amend({ ...changeOf(order.clientOrderId), price })).toMatchObject({ kind: 'accepted' });
  await seen.until(() => seen.all('order').some((event) => event.order.price === price));
  expect(await venue.cancel(cancelOf(order))).toMatchObject({ kind: 'accepted' });
  expect(await found(venue, order)).toMatchObject({ status: 'cancelled', price });
});

test('a market order fills, and a stop rests at its trigger', async () => {
  await forbidRest();
  const bought = await accepted(venue, orderOf({ direction: 'buy' }));
  await seen.until(() =>
    seen.all('execution').some(({ execution }) => execution.clientOrderId === bought.clientOrderId),
  );
  const triggerPrice = Math.floor((await lastPrice(world)) * 0.9);
  const stop = await accepted(venue, orderOf({ direction: 'sell', triggerPrice, reduceOnly: true }));
  expect(await found(venue, stop)).toMatchObject({ status: 'open', type: 'stop', reduceOnly: true });
});

test('what the exchange refuses is refused as by REST', async () => {
  await forbidRest();
  const order = await accepted(venue, await restingBuy(world));
  expect(await venue.place(order)).toMatchObject({ kind: 'ambiguous', cause: 'duplicate_id' });
  expect(await venue.place(orderOf({ direction: 'buy', quantity: '50' }))).toMatchObject({
    kind: 'rejected',
    code: 'insufficient_balance',
  });
  expect(await venue.place(orderOf({ direction: 'sell', reduceOnly: true }))).toMatchObject({
    kind: 'rejected',
    code: 'reduce_only_refused',
  });
  const never = orderOf({ direction: 'buy', price: 1 });
  expect(await venue.cancel(cancelOf(never))).toMatchObject({ kind: 'rejected', code: 'order_not_found' });
});

describe('a fault of the exchange on an order', () => {
  test.each([
    ['drop-before', 'timeout', 'absent'],
    ['drop-after', 'timeout', 'there'],
    ['garbage', 'network', 'there'],
    ['empty', 'network', 'there'],
    ['disconnect', 'network', 'there'],
    ['maintenance', 'network', 'there'],
  ])('%s is ambiguous (%s), and the order is in truth %s', async (effect, cause, truth) => {
    const order = await restingBuy(world);
    await strike({ method: 'order.create', effect });
    await forbidRest();
    expect(await venue.place(order)).toMatchObject({ kind: 'ambiguous', cause });
    expect((await found(venue, order)) === null ? 'absent' : 'there').toBe(truth);
  });

  test('an answer that comes after the deadline is ambiguous, and the order is there', async () => {
    const order = await restingBuy(world);
    await strike({ method: 'order.create', effect: 'delay', delayMs: 2000 });
    expect(await venue.place(order)).toMatchObject({ kind: 'ambiguous', cause: 'timeout' });
    expect(await found(venue, order)).toMatchObject({ status: 'open' });
  });

  test('an answer that comes twice counts once', async () => {
    await strike({ method: 'order.create', effect: 'duplicate' });
    const order = await accepted(venue, await restingBuy(world));
    await strike({ method: 'order.cancel', effect: 'duplicate' });
    expect(await venue.cancel(cancelOf(order))).toMatchObject({ kind: 'accepted' });
    expect(venue.orderChannel).toBe('websocket');
  });

  test('a lost amend and a lost cancel are ambiguous, and the order shows the truth', async () => {
    const order = await accepted(venue, await restingBuy(world));
    const price = String(Number(order.price) - 50);
    await strike({ method: 'order.amend', effect: 'disconnect' });
    const outcome = await venue.amend({ ...changeOf(order.clientOrderId), price });
    expect(outcome).toMatchObject({ kind: 'ambiguous', cause: 'network' });
    expect(await found(venue, order)).toMatchObject({ price });
    await seen.until(() => venue.orderChannel === 'rest');
    // Straight after: by REST, since the channel is not open again yet.
    expect(await venue.cancel(cancelOf(order))).toMatchObject({ kind: 'accepted' });
  });

  test('a door that stays shut leaves REST, and the channel opens once it can', async () => {
    await strike({ method: 'upgrade', effect: 'http-503', count: 2 });
    await strike({ method: 'order.create', effect: 'disconnect' });
    expect(await venue.place(await restingBuy(world))).toMatchObject({ kind: 'ambiguous' });
    await accepted(venue, await restingBuy(world));
    while (venue.orderChannel === 'rest') await new Promise((resolve) => setTimeout(resolve, 20));
    await forbidRest();
    await accepted(venue, await restingBuy(world));
  });
});
