import { describe, expect, test } from 'vitest';
import type { OrderRequest } from '../venue.ts';
import { cancelParams, placeParams } from './bingx-requests.ts';

const ID = 'sm_leg_1_42_BTCUSDT_10pf';
const WIRE_ID = 'sml11216410pf10btcusdt';

const LIMIT: OrderRequest = {
  ...{ text: ID, clientOrderId: ID, clientOrderID: ID, newClientOrderId: ID, orderLinkId: ID, label: ID },
  symbol: 'BTC/USDT',
  direction: 'buy',
  side: 'long',
  positionMode: 'hedge',
  type: 'limit',
  quantity: '0.010',
  price: '26123.50',
  triggerPrice: null,
  reduceOnly: false,
};
const CLOSING = { direction: 'sell', reduceOnly: true } as const;

describe('placing', () => {
  test('a leg: exact strings, the long side, an id in BingX’s alphabet', () => {
    expect(placeParams(LIMIT)).toEqual({
      symbol: 'BTC-USDT',
      side: 'BUY',
      positionSide: 'LONG',
      type: 'LIMIT',
      timeInForce: 'GTC',
      quantity: '0.010',
      price: '26123.50',
      clientOrderID: WIRE_ID,
    });
  });

  test('a price below a millionth stays what it is', () => {
    expect(placeParams({ ...LIMIT, price: '0.00000012' })).toMatchObject({ price: '0.00000012' });
  });

  test.each([
    ['hedge', 'long', 'LONG', undefined],
    ['hedge', 'short', 'SHORT', undefined],
    ['one-way', 'long', 'BOTH', 'true'],
    ['one-way', 'short', 'BOTH', 'true'],
  ] as const)('in %s mode a closing order of a %s is of %s, with reduceOnly %s', (mode, side, slot, flag) => {
    const direction = side === 'long' ? 'sell' : 'buy';
    const params = placeParams({ ...LIMIT, ...CLOSING, direction, positionMode: mode, side });
    expect(params).toMatchObject({ positionSide: slot });
    expect(params?.['reduceOnly']).toBe(flag);
  });

  test('a stop triggers by the mark price and carries no id', () => {
    const stop = placeParams({ ...LIMIT, ...CLOSING, type: 'stop', price: null, triggerPrice: '25000.5' });
    expect(stop).toEqual({
      symbol: 'BTC-USDT',
      side: 'SELL',
      positionSide: 'LONG',
      type: 'STOP_MARKET',
      stopPrice: '25000.5',
      workingType: 'MARK_PRICE',
      quantity: '0.010',
    });
  });

  test('an id that cannot be written is not sent', () => {
    expect(placeParams({ ...LIMIT, clientOrderID: 'sm_leg_1_42_btcusdt_10pf' })).toBe(null);
  });
});

describe('cancelling', () => {
  const request = { symbol: 'BTC/USDT', clientOrderId: ID, exchangeOrderId: null, type: 'limit' } as const;

  test.each([
    { rule: 'by the venue’s id where it is known', request, id: '17', expected: { orderId: '17' } },
    { rule: 'else by ours', request, id: null, expected: { clientOrderID: WIRE_ID } },
    {
      rule: 'a stop only by the venue’s',
      request: { ...request, type: 'stop' as const },
      id: null,
      expected: null,
    },
  ])('$rule', ({ request: asked, id, expected }) => {
    expect(cancelParams(asked, id)).toEqual(expected === null ? null : { symbol: 'BTC-USDT', ...expected });
  });
});
