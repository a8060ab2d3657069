/** Whose order a fill was: asked about in as few requests as possible, since any that is lost costs the reading. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createVenueDirectory } from '../directory.ts';
import { valueOf } from './wire-world.ts';
import type { Venue, VenueDirectory } from '../venue.ts';
import { toBingxClientId } from './bingx-client-id.ts';
import { ScriptedBingx, success } from './scripted-bingx.ts';

const FILLS = 'GET /swap/v2/trade/fillHistory';
const ENDED = 'GET /swap/v2/trade/allOrders';
const ONE = 'GET /swap/v2/trade/order';
const FORCED = 'GET /swap/v2/trade/forceOrders';

let bingx: ScriptedBingx;
let directory: VenueDirectory;
let venue: Venue;

beforeEach(async () => {
  bingx = new ScriptedBingx();
  directory = createVenueDirectory({ paperUrl: await bingx.listen() });
  venue = directory.open({ venue: 'bingx', environment: 'paper', apiKey: 'key', apiSecret: 'secret' });
});

afterEach(async () => {
  await directory.close();
  await bingx.close();
});

const nameOf = (leg: number) => `sm_leg_${leg}_42_BTCUSDT_2x`;
const idOf = (leg: number) => String(1_709_036_527_545_438_000n + BigInt(leg));

function fill(leg: number) {
  return {
    ...{ symbol: 'BTC-USDT', qty: '0.01', price: '100', commission: '-0.001', commissionAsset: 'USDT' },
    ...{ orderId: idOf(leg), tradeId: `t${leg}`, side: 'BUY', positionSide: 'LONG' },
    filledTime: new Date().toISOString(),
  };
}

function order(leg: number, change: object = {}) {
  return {
    ...{ symbol: 'BTC-USDT', orderId: idOf(leg), side: 'BUY', positionSide: 'LONG', type: 'LIMIT' },
    ...{ origQty: '0.01', price: '100', executedQty: '0.01', avgPrice: '100', stopPrice: '' },
    ...{ status: 'FILLED', time: String(Date.now()), updateTime: String(Date.now()), reduceOnly: false },
    clientOrderId: toBingxClientId(nameOf(leg)),
    ...change,
  };
}

/** As after a restart: fills of these legs, and nobody knows whose orders they were. */
async function readLegs(legs: number[]) {
  bingx.answers.set(FILLS, success({ fill_history_orders: legs.map(fill) }));
  const read = valueOf(await venue.executions('BTC/USDT', Date.now() - 60_000));
  return read.map(({ clientOrderId }) => clientOrderId);
}

describe('fills of orders that nobody has heard of', () => {
  test('are named by one list of ended orders where they are many', async () => {
    const legs = [1, 2, 3, 4, 5];
    bingx.answers.set(ENDED, success({ orders: legs.map((leg) => order(leg)) }));
    expect(await readLegs(legs)).toEqual(legs.map(nameOf));
    expect(bingx.sent(ENDED)).toHaveLength(1);
    expect(bingx.sent(ONE)).toEqual([]);
  });

  test('are named by as many lists as it takes, each of what ended before the one before', async () => {
    const now = Date.now();
    const endedAt = (leg: number) => String(now - leg * 100);
    // Five hundred fit into a list; of every hundredth a fill is shown.
    const all = Array.from({ length: 1_200 }, (_, index) =>
      order(index + 1, { time: endedAt(index + 1), updateTime: endedAt(index + 1) }),
    );
    bingx.answers.set(ENDED, (response) => {
      const until = Number(bingx.sent(ENDED).at(-1)?.['endTime']);
      success({ orders: all.filter(({ time }) => Number(time) <= until).slice(0, 500) })(response);
    });
    const legs = Array.from({ length: 12 }, (_, index) => 100 + index * 100);
    const rows = legs.map((leg) => ({ ...fill(leg), filledTime: new Date(now - leg * 100).toISOString() }));
    bingx.answers.set(FILLS, success({ fill_history_orders: rows }));
    const read = valueOf(await venue.executions('BTC/USDT', now - 200_000));
    expect(read.map(({ clientOrderId }) => clientOrderId)).toEqual(legs.toReversed().map(nameOf));
    expect(bingx.sent(ENDED)).toHaveLength(3);
    expect(bingx.sent(ONE)).toEqual([]);
  });

  test('are asked about one by one where they are few', async () => {
    bingx.answers.set(ONE, success({ order: order(1) }));
    expect(await readLegs([1])).toEqual([nameOf(1)]);
    expect(bingx.sent(ENDED)).toEqual([]);
  });

  test('and so is what the list does not name: what a stop became carries no id', async () => {
    const became = { clientOrderId: '', type: 'MARKET', triggerOrderId: '9' };
    const legs = [1, 2, 3];
    bingx.answers.set(ENDED, success({ orders: [order(1), order(2), order(3, became)] }));
    bingx.answers.set(ONE, success({ order: order(3, became) }));
    bingx.answers.set(FORCED, success({ orders: [] }));
    expect(await readLegs(legs)).toEqual([nameOf(1), nameOf(2), null]);
    expect(bingx.sent(ONE).map(({ orderId }) => orderId)).toEqual([idOf(3)]);
    // The stop itself is how the bot knows it.
    const [, , last] = valueOf(await venue.executions('BTC/USDT', Date.now() - 60_000));
    expect(last?.exchangeOrderId).toBe('9');
  });
});
