/** Every fault that the paper exchange can make on its BingX wire, and the outcome that the port promises for it. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { PaperAccount } from '../paper-account.ts';
import type { SentOrder, Venue } from '../venue.ts';
import { BingxVenue } from './bingx.ts';
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

const ORDER = '/openApi/swap/v2/trade/order';
const STREAM = '/swap-market';
const positionMode = 'hedge';

let world: BingxWorld;
let venue: Venue;
let key: PaperAccount;

beforeAll(async () => {
  world = await openBingxWorld({ PAPER_BINGX_STRICT: 'on' }, { renewKeyEveryMs: 60_000 });
});

afterAll(() => world.close());

beforeEach(async () => {
  ({ venue, key } = await openBingxAccount(world, positionMode));
});

afterEach(async () => {
  await venue.close();
  await world.paper.control('DELETE', 'faults');
});

const onOrder = (fault: object) =>
  world.paper.control('POST', 'faults', { path: ORDER, method: 'POST', channel: 'rest', count: 1, ...fault });

const onStream = (fault: object) =>
  world.paper.control('POST', 'faults', { path: STREAM, channel: 'ws', count: 1, ...fault });

const FAULTS = [
  ['drop-before', 'network', 'absent'],
  ['http-503', 'server_error', 'absent'],
  ['maintenance', 'server_error', 'absent'],
  ['drop-after', 'network', 'there'],
  ['empty', 'bad_body', 'there'],
  ['garbage', 'bad_body', 'there'],
  ['disconnect', 'network', 'there'],
] as const;

describe('faults on an order', () => {
  test.each(FAULTS)('%s is ambiguous (%s), and the order is in truth %s', async (effect, cause, truth) => {
    const order = { ...(await restingBuy(world)), positionMode } as const;
    await onOrder({ effect });
    expect(await venue.place(order)).toMatchObject({ kind: 'ambiguous', cause });
    expect((await found(venue, order)) === null ? 'absent' : 'there').toBe(truth);
  });

  test.each(FAULTS)(
    '%s on a stop is ambiguous (%s), and it is found by its looks',
    async (effect, cause, truth) => {
      await accepted(venue, orderOf({ direction: 'buy', positionMode }));
      const triggerPrice = Math.floor((await lastPrice(world)) * 0.5);
      const stop = orderOf({ direction: 'sell', triggerPrice, reduceOnly: true, positionMode });
      const sent: SentOrder = { request: stop, sentAt: venue.venueNow(), exchangeOrderId: null, others: [] };
      await onOrder({ effect });
      expect(await venue.place(stop)).toMatchObject({ kind: 'ambiguous', cause });
      const open = valueOf(await venue.snapshot(SYMBOL, venue.venueNow())).orders;
      expect(open.map(({ clientOrderId }) => clientOrderId)).toEqual(
        truth === 'there' ? [stop.clientOrderId] : [],
      );
      const restarted = new BingxVenue({ ...world, environment: 'paper', ...key });
      const looked = valueOf(await restarted.findOrder(SYMBOL, stop.clientOrderId, sent));
      expect(looked === null ? 'absent' : 'there').toBe(truth);
      await restarted.close();
    },
  );

  test('a delay past the deadline is ambiguous, and the venue then refuses the late request', async () => {
    const order = { ...(await restingBuy(world)), positionMode } as const;
    await onOrder({ effect: 'delay', delayMs: 2500 });
    const outcome = await venue.place(order);
    expect(outcome).toMatchObject({ kind: 'ambiguous', cause: 'timeout' });
    const waitMs = outcome.kind === 'ambiguous' ? outcome.provableAfterMs : 0;
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    // Signed for two seconds: what is absent now stays absent.
    expect(await found(venue, order)).toBe(null);
  });

  test('a cancel that is lost is ambiguous, and a second one says what happened', async () => {
    const order = await accepted(venue, { ...(await restingBuy(world)), positionMode });
    await onOrder({ method: 'DELETE', effect: 'drop-after' });
    expect(await venue.cancel(cancelOf(order))).toMatchObject({ kind: 'ambiguous', cause: 'network' });
    expect(await venue.cancel(cancelOf(order))).toMatchObject({ kind: 'rejected', code: 'order_not_found' });
    expect(await found(venue, order)).toMatchObject({ status: 'cancelled' });
  });

  test('a read that fails is a failure, never an empty answer', async () => {
    await accepted(venue, { ...(await restingBuy(world)), positionMode });
    for (const effect of ['drop-before', 'http-503', 'empty', 'garbage']) {
      await onOrder({ path: '/openApi/swap/v2/trade/openOrders', method: 'GET', effect });
      expect(await venue.snapshot(SYMBOL, venue.venueNow())).toMatchObject({ ok: false });
    }
  });
});

describe('faults on the websocket', () => {
  test('after a disconnect, connected comes again, and a snapshot has what was missed', async () => {
    const { all, until, connected } = watching(venue);
    await connected();
    const before = venue.venueNow() - 60_000;
    await onStream({ method: 'ORDER_TRADE_UPDATE', effect: 'disconnect' });
    await accepted(venue, orderOf({ direction: 'buy', positionMode }));
    await until(() => all('disconnected').length === 1 && all('connected').length === 2);
    const { executions } = valueOf(await venue.snapshot(SYMBOL, before));
    expect(sum(executions.map(({ quantity }) => quantity))).toBe(0.01);
  });

  test('a refused door is tried again until it opens', async () => {
    await onStream({ method: 'upgrade', effect: 'http-503', count: 3 });
    const { all, connected } = watching(venue);
    await connected();
    expect(all('disconnected')).toHaveLength(1);
  });

  test('a repeated frame tells of no execution twice', async () => {
    const { all, until, connected } = watching(venue);
    await connected();
    await onStream({ method: 'ORDER_TRADE_UPDATE', effect: 'duplicate', count: 5 });
    await accepted(venue, orderOf({ direction: 'buy', positionMode }));
    await until(() => all('order').filter(({ order }) => order.status === 'filled').length > 0);
    expect(sum(all('execution').map(({ execution }) => execution.quantity))).toBe(0.01);
    expect(all('disconnected')).toHaveLength(0);
  });

  test('executions that the history shows late are waited for, and the order comes after them', async () => {
    const { all, until, connected } = watching(venue);
    await connected();
    const path = '/openApi/swap/v2/trade/fillHistory';
    await onOrder({ path, method: 'GET', effect: 'http-503', count: 2 });
    await accepted(venue, orderOf({ direction: 'buy', positionMode }));
    await until(() => all('order').some(({ order }) => order.status === 'filled'));
    expect(sum(all('execution').map(({ execution }) => execution.quantity))).toBe(0.01);
  });
});

describe('a listen key', () => {
  test('that expires is replaced, and the stream says that it was gone', { timeout: 60_000 }, async () => {
    const brief = await openBingxWorld({ PAPER_BINGX_STREAM_SECONDS: '2' }, { renewKeyEveryMs: 60_000 });
    const account = await openBingxAccount(brief, positionMode);
    const { all, until, connected } = watching(account.venue);
    await connected();
    await until(() => all('connected').length === 2);
    expect(all('disconnected')).toHaveLength(1);
    await account.venue.close();
    await brief.close();
  });

  test('is renewed in time, and the stream stays', { timeout: 60_000 }, async () => {
    const brief = await openBingxWorld({ PAPER_BINGX_STREAM_SECONDS: '2' }, { renewKeyEveryMs: 700 });
    const account = await openBingxAccount(brief, positionMode);
    const { all, until, connected } = watching(account.venue);
    await connected();
    await new Promise((resolve) => setTimeout(resolve, 4500));
    await accepted(account.venue, orderOf({ direction: 'buy', positionMode }));
    await until(() => all('order').some(({ order }) => order.status === 'filled'));
    expect(all('disconnected')).toHaveLength(0);
    await account.venue.close();
    await brief.close();
  });
});
