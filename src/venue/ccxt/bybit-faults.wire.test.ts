/** Every fault that the paper exchange can make, and the outcome that the port promises for it. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Venue } from '../venue.ts';
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

beforeAll(async () => {
  world = await openWorld();
});

afterAll(() => world.close());

beforeEach(async () => {
  ({ venue } = await openAccount(world));
});

afterEach(async () => {
  await venue.close();
  await world.paper.control('DELETE', 'faults');
});

describe('faults of the exchange on an order', () => {
  const strike = (fault: object) =>
    world.paper.control('POST', 'faults', { path: '/v5/order/create', channel: 'rest', count: 1, ...fault });

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
    const order = await restingBuy(world);
    await strike({ effect });
    const outcome = await venue.place(order);
    expect(outcome).toMatchObject({ kind: 'ambiguous', cause });
    expect((await found(venue, order)) === null ? 'absent' : 'there').toBe(truth);
  });

  test('a delay past the deadline is ambiguous, and the venue then refuses the late request', async () => {
    const order = await restingBuy(world);
    await strike({ effect: 'delay', delayMs: 2500 });
    const outcome = await venue.place(order);
    expect(outcome).toMatchObject({ kind: 'ambiguous', cause: 'timeout' });
    const waitMs = outcome.kind === 'ambiguous' ? outcome.provableAfterMs : 0;
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    // Signed for two seconds: what is absent now stays absent.
    expect(await found(venue, order)).toBe(null);
  });

  test('a cancel that is lost is ambiguous, and a second one says what happened', async () => {
    const order = await accepted(venue, await restingBuy(world));
    await strike({ path: '/v5/order/cancel', effect: 'drop-after' });
    expect(await venue.cancel(cancelOf(order))).toMatchObject({ kind: 'ambiguous', cause: 'network' });
    expect(await venue.cancel(cancelOf(order))).toMatchObject({ kind: 'rejected', code: 'order_not_found' });
    expect(await found(venue, order)).toMatchObject({ status: 'cancelled' });
  });

  test('an amend that is lost is ambiguous, and the order shows the truth', async () => {
    const order = await accepted(venue, await restingBuy(world));
    const price = String(Number(order.price) - 50);
    await strike({ path: '/v5/order/amend', effect: 'drop-after' });
    const change = { symbol: SYMBOL, clientOrderId: order.clientOrderId, exchangeOrderId: null } as const;
    const outcome = await venue.amend({ ...change, type: 'limit', direction: 'buy', price });
    expect(outcome).toMatchObject({ kind: 'ambiguous', cause: 'network' });
    expect(await found(venue, order)).toMatchObject({ price });
  });

  test('a price that the exchange moved, and whose answer was lost, is found as it really stands', async () => {
    const last = await lastPrice(world);
    const order = orderOf({ direction: 'buy', price: Math.floor(last * 1.1) });
    await strike({ effect: 'drop-after' });
    expect(await venue.place(order)).toMatchObject({ kind: 'ambiguous' });
    const standing = await found(venue, order);
    // Ours named 10 % above the market, 1 % is allowed: the order stands lower, which is better for a buyer.
    expect(Number(standing?.price)).toBeLessThan(Number(order.price));
    expect(standing).toMatchObject({ clientOrderId: order.clientOrderId, quantity: order.quantity });
    expect(Number(standing?.createdAt)).toBeGreaterThan(venue.venueNow() - 60_000);
  });

  test('a read that fails is a failure, never an empty answer', async () => {
    await accepted(venue, await restingBuy(world));
    for (const effect of ['drop-before', 'http-503', 'empty', 'garbage']) {
      await strike({ path: '/v5/order/realtime', effect });
      expect(await venue.snapshot(SYMBOL, venue.venueNow())).toMatchObject({ ok: false });
    }
  });
});

describe('faults of the exchange on the websocket', () => {
  const strike = (fault: object) =>
    world.paper.control('POST', 'faults', { path: '/v5/private', channel: 'ws', count: 1, ...fault });

  test('after a disconnect, connected comes again, and a snapshot has what was missed', async () => {
    const { all, until, connected } = watching(venue);
    await connected();
    const before = venue.venueNow() - 60_000;
    await strike({ method: 'execution', effect: 'disconnect' });
    await accepted(venue, orderOf({ direction: 'buy' }));
    await until(() => all('disconnected').length === 1 && all('connected').length === 2);
    const { executions } = valueOf(await venue.snapshot(SYMBOL, before));
    expect(sum(executions.map(({ quantity }) => quantity))).toBe(0.01);
  });

  test('a refused door is tried again until it opens', async () => {
    await strike({ method: 'upgrade', effect: 'http-503', count: 3 });
    const { all, connected } = watching(venue);
    await connected();
    expect(all('disconnected')).toHaveLength(1);
  });

  test('repeated and swapped frames arrive as they came, told apart by their ids', async () => {
    const { all, until, connected } = watching(venue);
    await connected();
    await strike({ method: 'execution', effect: 'duplicate' });
    await accepted(venue, orderOf({ direction: 'buy' }));
    const unique = () =>
      new Map(all('execution').map(({ execution }) => [execution.executionId, execution.quantity]));
    await until(() => sum([...unique().values()]) === 0.01 && all('execution').length > unique().size);
    expect(all('disconnected')).toHaveLength(0);
  });
});
