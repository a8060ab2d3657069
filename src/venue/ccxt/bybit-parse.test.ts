import { describe, expect, test } from 'vitest';
import { parseExecution, parseFunding, parseOrder, parsePositions } from './bybit-parse.ts';
import { MalformedRow } from './row.ts';

/** A row of /v5/order/realtime, shortened to what differs from Bybit's documentation sample. */
const ORDER_ROW = {
  orderId: 'fd4300ae-7847-404e-b947-b46980a4d140',
  orderLinkId: 'sm_tp_42_BTCUSDT_10pf',
  symbol: 'BTCUSDT',
  price: '26123.50',
  qty: '0.010',
  side: 'Sell',
  positionIdx: 1,
  orderStatus: 'PartiallyFilled',
  cancelType: 'UNKNOWN',
  rejectReason: 'EC_NoError',
  avgPrice: '26123.5',
  cumExecQty: '0.004',
  timeInForce: 'GTC',
  orderType: 'Limit',
  stopOrderType: '',
  triggerPrice: '',
  reduceOnly: true,
  createdTime: '1684738540559',
  updatedTime: '1684738540561',
};

const EXECUTION_ROW = {
  symbol: 'ETHPERP',
  category: 'linear',
  orderId: '8c065341-7b52-4ca9-ac2c-37e31ac55c94',
  orderLinkId: '',
  side: 'Buy',
  execType: 'Trade',
  execPrice: '1183.54',
  execQty: '0.1',
  execFee: '0.071409',
  execId: 'e0cbe81d-0f18-5866-9415-cf319b5dab3b',
  execTime: '1672282722429',
};

const POSITION_ROW = {
  positionIdx: 2,
  symbol: 'XRPUSDT',
  side: 'Sell',
  size: '90',
  avgPrice: '0.3615',
  liqPrice: '',
  unrealisedPnl: '-1.8075',
  leverage: '10',
};

describe('orders', () => {
  test('a partly filled take-profit of the long slot', () => {
    expect(parseOrder(ORDER_ROW)).toEqual({
      symbol: 'BTC/USDT',
      clientOrderId: 'sm_tp_42_BTCUSDT_10pf',
      exchangeOrderId: 'fd4300ae-7847-404e-b947-b46980a4d140',
      direction: 'sell',
      side: 'long',
      type: 'limit',
      reduceOnly: true,
      price: '26123.50',
      triggerPrice: null,
      quantity: '0.010',
      filledQuantity: '0.004',
      status: 'open',
      createdAt: 1684738540559,
      updatedAt: 1684738540561,
      reason: null,
    });
  });

  test('a stop keeps its trigger and has no price', () => {
    const row = {
      ...ORDER_ROW,
      orderType: 'Market',
      stopOrderType: 'Stop',
      price: '0',
      triggerPrice: '25000',
    };
    expect(parseOrder({ ...row, orderStatus: 'Untriggered' })).toMatchObject({
      type: 'stop',
      price: null,
      triggerPrice: '25000',
      status: 'open',
    });
  });

  test.each([
    ['New', 'open'],
    ['Untriggered', 'open'],
    ['Triggered', 'open'],
    ['Filled', 'filled'],
    ['Cancelled', 'cancelled'],
    ['PartiallyFilledCanceled', 'cancelled'],
    ['Deactivated', 'cancelled'],
    ['Rejected', 'rejected'],
    ['SomethingNew', 'open'],
  ])('status %s reads as %s', (orderStatus, status) => {
    expect(parseOrder({ ...ORDER_ROW, orderStatus }).status).toBe(status);
  });

  test('a cancelled order says why, in the venue’s words', () => {
    const row = {
      ...ORDER_ROW,
      orderStatus: 'Cancelled',
      cancelType: 'CancelByUser',
      rejectReason: 'EC_PerCancelRequest',
    };
    expect(parseOrder(row).reason).toBe('CancelByUser EC_PerCancelRequest');
  });

  test('an order placed by hand has no client id, one-way mode no slot', () => {
    expect(parseOrder({ ...ORDER_ROW, orderLinkId: '', positionIdx: 0 })).toMatchObject({
      clientOrderId: null,
      side: null,
    });
  });

  test.each(['orderId', 'side', 'qty', 'positionIdx', 'createdTime'])(
    'an order without %s is refused',
    (field) => {
      expect(() => parseOrder({ ...ORDER_ROW, [field]: '' })).toThrow(MalformedRow);
    },
  );
});

describe('executions', () => {
  test('a trade', () => {
    expect(parseExecution({ ...EXECUTION_ROW, symbol: 'ETHUSDT' })).toEqual({
      executionId: 'e0cbe81d-0f18-5866-9415-cf319b5dab3b',
      exchangeOrderId: '8c065341-7b52-4ca9-ac2c-37e31ac55c94',
      clientOrderId: null,
      symbol: 'ETH/USDT',
      direction: 'buy',
      kind: 'trade',
      price: '1183.54',
      quantity: '0.1',
      fee: '0.071409',
      feeCurrency: 'USDT',
      at: 1672282722429,
    });
  });

  test.each([
    ['BustTrade', 'liquidation'],
    ['AdlTrade', 'adl'],
    ['Settle', 'delisting'],
    ['Delivery', 'delisting'],
  ])('%s is kind %s', (execType, kind) => {
    expect(parseExecution({ ...EXECUTION_ROW, execType })?.kind).toBe(kind);
  });

  test('funding is no execution, and what was paid leaves the wallet', () => {
    const paid = { ...EXECUTION_ROW, symbol: 'ETHUSDT', execType: 'Funding', execFee: '0.12', side: 'Sell' };
    expect(parseExecution(paid)).toBe(null);
    expect(parseFunding(paid)).toEqual({
      fundingId: 'e0cbe81d-0f18-5866-9415-cf319b5dab3b',
      symbol: 'ETH/USDT',
      side: 'short',
      amount: '-0.12',
      at: 1672282722429,
    });
    expect(parseFunding({ ...paid, execFee: '-0.12' })?.amount).toBe('0.12');
    expect(parseFunding({ ...paid, execFee: '0.000' })?.amount).toBe('0');
    expect(parseFunding(EXECUTION_ROW)).toBe(null);
  });
});

describe('positions', () => {
  test('a hedge row speaks for its own slot', () => {
    expect(parsePositions(POSITION_ROW)).toEqual([
      {
        symbol: 'XRP/USDT',
        side: 'short',
        quantity: '90',
        averageEntryPrice: '0.3615',
        liquidationPrice: null,
        unrealizedPnl: '-1.8075',
        leverage: '10',
      },
    ]);
  });

  test('a one-way row speaks for both sides', () => {
    const sides = parsePositions({ ...POSITION_ROW, positionIdx: 0 });
    expect(sides.map(({ side, quantity }) => [side, quantity])).toEqual([
      ['long', '0'],
      ['short', '90'],
    ]);
  });

  test('flat reads as zero without an average', () => {
    const flat = { ...POSITION_ROW, positionIdx: 0, side: '', size: '0', avgPrice: '0', unrealisedPnl: '' };
    for (const position of parsePositions(flat)) {
      expect(position).toMatchObject({ quantity: '0', averageEntryPrice: null, unrealizedPnl: '0' });
    }
  });

  test('the websocket’s entryPrice is the average too', () => {
    const { avgPrice: _, ...row } = POSITION_ROW;
    expect(parsePositions({ ...row, entryPrice: '0.3615' })[0]?.averageEntryPrice).toBe('0.3615');
  });
});
