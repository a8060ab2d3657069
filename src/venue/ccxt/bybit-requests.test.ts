import { describe, expect, test } from 'vitest';
import type { OrderRequest } from '../venue.ts';
import { amendBody, cancelBody, createBody } from './bybit-requests.ts';

const ID = 'sm_leg_1_42_BTCUSDT_10pf';

const LIMIT: OrderRequest = {
  text: ID,
  clientOrderId: ID,
  clientOrderID: ID,
  newClientOrderId: ID,
  orderLinkId: ID,
  label: ID,
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

describe('placing', () => {
  test('a leg: exact strings, the long slot, one id field', () => {
    expect(createBody(LIMIT)).toEqual({
      category: 'linear',
      symbol: 'BTCUSDT',
      side: 'Buy',
      orderType: 'Limit',
      timeInForce: 'GTC',
      qty: '0.010',
      price: '26123.50',
      positionIdx: 1,
      reduceOnly: false,
      closeOnTrigger: false,
      orderLinkId: ID,
    });
  });

  test.each([
    ['hedge', 'long', 1],
    ['hedge', 'short', 2],
    ['one-way', 'long', 0],
    ['one-way', 'short', 0],
  ] as const)('in %s mode the %s side is slot %i', (positionMode, side, positionIdx) => {
    expect(createBody({ ...LIMIT, positionMode, side })).toMatchObject({ positionIdx });
  });

  test('a market order is IOC and carries no price', () => {
    const body = createBody({ ...LIMIT, type: 'market', price: null });
    expect(body).toMatchObject({ orderType: 'Market', timeInForce: 'IOC' });
    expect(body).not.toHaveProperty('price');
  });

  test.each([
    ['long', 'sell', 'Sell', 2],
    ['short', 'buy', 'Buy', 1],
  ] as const)(
    'the stop of a %s triggers on the mark, the losing way',
    (side, direction, wireSide, triggerDirection) => {
      const stop = {
        ...LIMIT,
        side,
        direction,
        type: 'stop',
        price: null,
        triggerPrice: '25000.0',
        reduceOnly: true,
      } as const;
      expect(createBody(stop)).toMatchObject({
        side: wireSide,
        orderType: 'Market',
        triggerPrice: '25000.0',
        triggerBy: 'MarkPrice',
        triggerDirection,
        reduceOnly: true,
        closeOnTrigger: true,
      });
    },
  );

  test('closing all sends quantity 0 with both flags, whatever the quantity says', () => {
    const body = createBody({ ...LIMIT, direction: 'sell', type: 'market', price: null, closeAll: true });
    expect(body).toMatchObject({ qty: '0', reduceOnly: true, closeOnTrigger: true, positionIdx: 1 });
  });
});

describe('changing', () => {
  const request = { symbol: 'BTC/USDT', clientOrderId: ID, exchangeOrderId: 'x', direction: 'sell' } as const;

  test('an amend names only what changes', () => {
    expect(amendBody({ ...request, type: 'limit', price: '26500' })).toEqual({
      category: 'linear',
      symbol: 'BTCUSDT',
      orderLinkId: ID,
      price: '26500',
    });
  });

  test('a new trigger repeats what triggers it', () => {
    expect(amendBody({ ...request, type: 'stop', triggerPrice: '25100', quantity: '0.02' })).toMatchObject({
      qty: '0.02',
      triggerPrice: '25100',
      triggerBy: 'MarkPrice',
    });
  });

  test('a cancel goes by our id', () => {
    expect(cancelBody({ ...request, type: 'limit' })).toEqual({
      category: 'linear',
      symbol: 'BTCUSDT',
      orderLinkId: ID,
    });
  });
});
