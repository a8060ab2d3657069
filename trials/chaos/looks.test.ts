import { describe, expect, it } from 'vitest';
import { numberOf } from '../../src/paper/wire/bingx/ids.ts';
import { toBingxClientId } from '../../src/venue/ccxt/bingx-client-id.ts';
import { type Journal, lookOf, type Trader } from './looks.ts';

const LEG = 'sm_leg_1_7_BTCUSDT_10pf';
const STOP = 'sm_sl_7_BTCUSDT_10pf';
const ORDER_ID = '9b2f3c1d-4e5a-4f60-8123-456789abcdef';

const BYBIT: Trader = { userId: 7, uid: 1, venue: 'bybit', wantsStopLoss: false };
const BINGX: Trader = { ...BYBIT, venue: 'bingx' };

/** One intent, in a state. */
function journal(name: string, state: string, exchangeOrderId: string | null = null): Journal {
  return {
    byName: (asked) => (asked === name ? { state } : null),
    byExchangeId: (_userId, asked) => (asked === exchangeOrderId ? { state, clientOrderId: name } : null),
  };
}

const RESTS = {
  orderId: ORDER_ID,
  orderLinkId: LEG,
  symbol: 'BTCUSDT',
  positionIdx: 0,
  qty: '0.030',
  cumExecQty: '0.012',
  reduceOnly: false,
  status: 'PartiallyFilled',
};

function seen(order: Partial<typeof RESTS>, trader: Trader, known: Journal) {
  const books = [{ uid: 1, positions: [], orders: [{ ...RESTS, ...order }] }];
  const { accounts } = lookOf(books, { atMs: 1, traders: [trader], journal: known });
  return accounts[0]?.orders[0];
}

describe('an order at a look', () => {
  it.each(['in-flight', 'ambiguous', 'open'])('is expected to live while its intent is %s', (state) => {
    expect(seen({}, BYBIT, journal(LEG, state))).toMatchObject({ name: LEG, known: 'open', leaves: '0.018' });
  });

  it.each(['filled', 'cancelled', 'rejected'])('is taken for ended where its intent is %s', (state) => {
    expect(seen({}, BYBIT, journal(LEG, state))).toMatchObject({ name: LEG, known: 'ended' });
  });

  it('is unwritten without an intent', () => {
    expect(seen({}, BYBIT, journal('another', 'open'))).toMatchObject({ name: LEG, known: 'unwritten' });
  });

  it("is read back from BingX's alphabet", () => {
    const orderLinkId = toBingxClientId(LEG) ?? '';
    expect(seen({ orderLinkId }, BINGX, journal(LEG, 'open'))).toMatchObject({ name: LEG, known: 'open' });
  });

  it('is a stop of BingX, known by the number that the answer gave it, or nameless until then', () => {
    const stop = { orderLinkId: '', status: 'Untriggered', cumExecQty: '0', reduceOnly: true };
    expect(seen(stop, BINGX, journal(STOP, 'open', numberOf(ORDER_ID)))).toMatchObject({
      ...{ name: STOP, known: 'open', isStop: true, leaves: '0.03' },
    });
    expect(seen(stop, BINGX, journal(STOP, 'in-flight'))).toMatchObject({ name: '', known: 'nameless' });
  });

  it('counts no empty position', () => {
    const position = { symbol: 'BTCUSDT', positionIdx: 0 };
    const positions = [
      { ...position, size: '0' },
      { ...position, size: '0.03' },
    ];
    const look = lookOf([{ uid: 1, positions, orders: [] }], {
      ...{ atMs: 1, traders: [BYBIT], journal: journal(LEG, 'open') },
    });
    expect(look.accounts[0]?.positions).toEqual([{ ...position, size: '0.03' }]);
  });
});
