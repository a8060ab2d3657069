/** Rows as BingX's documents and ccxt's sources show them. */
import { describe, expect, test } from 'vitest';
import {
  parseFill,
  parseFunding,
  parseOrder,
  parsePosition,
  parsePushedFill,
  parsePushedOrder,
  parsePushedPosition,
  stopBehind,
} from './bingx-parse.ts';

const ORDER = {
  symbol: 'BTC-USDT',
  orderId: '1709036527545438208',
  side: 'SELL',
  positionSide: 'LONG',
  type: 'LIMIT',
  origQty: '0.0010',
  price: '22000.0',
  executedQty: '0.0004',
  avgPrice: '0.0',
  stopPrice: '',
  status: 'PENDING',
  time: '1696301035187',
  updateTime: '1696301035190',
  clientOrderId: 'smt21622x10btcusdt',
  reduceOnly: false,
};

describe('an order', () => {
  test('is read whole, under the id that we wrote', () => {
    expect(parseOrder(ORDER)).toEqual({
      symbol: 'BTC/USDT',
      clientOrderId: 'sm_tp_42_BTCUSDT_2x',
      exchangeOrderId: '1709036527545438208',
      direction: 'sell',
      side: 'long',
      type: 'limit',
      reduceOnly: true,
      price: '22000.0',
      triggerPrice: null,
      quantity: '0.0010',
      filledQuantity: '0.0004',
      status: 'open',
      createdAt: 1696301035187,
      updatedAt: 1696301035190,
      reason: null,
    });
  });

  test.each([
    ['NEW', 'open', null],
    ['PENDING', 'open', null],
    ['PARTIALLY_FILLED', 'open', null],
    ['FILLED', 'filled', null],
    ['CANCELED', 'cancelled', 'CancelledByUser'],
    ['CANCELLED', 'cancelled', 'CancelledByUser'],
    ['EXPIRED', 'cancelled', 'EXPIRED'],
    ['FAILED', 'rejected', null],
    ['SOMETHING_NEW', 'open', null],
  ])('that is %s is %s', (status, expected, reason) => {
    expect(parseOrder({ ...ORDER, status })).toMatchObject({ status: expected, reason });
  });

  test('at market whose rest was cancelled was ended by the venue', () => {
    expect(parseOrder({ ...ORDER, type: 'MARKET', status: 'CANCELLED' }).reason).toBe('CANCELLED');
  });

  test.each([
    ['STOP_MARKET', 'stop'],
    ['TAKE_PROFIT_MARKET', 'stop'],
    ['TRIGGER_LIMIT', 'stop'],
    ['TRAILING_STOP_MARKET', 'stop'],
    ['MARKET', 'market'],
    ['LIMIT', 'limit'],
    ['LIQUIDATION', 'market'],
  ])('of type %s is a %s order', (type, expected) => {
    expect(parseOrder({ ...ORDER, type, stopPrice: '21000' }).type).toBe(expected);
  });

  test('in one-way mode reduces when it says so', () => {
    const oneWay = { ...ORDER, positionSide: 'BOTH' };
    expect(parseOrder(oneWay)).toMatchObject({ side: null, reduceOnly: false });
    expect(parseOrder({ ...oneWay, reduceOnly: true })).toMatchObject({ side: null, reduceOnly: true });
  });

  test('of somebody else keeps the id that it has', () => {
    expect(parseOrder({ ...ORDER, clientOrderId: 'mine' }).clientOrderId).toBe('mine');
    expect(parseOrder({ ...ORDER, clientOrderId: '' }).clientOrderId).toBe(null);
  });

  test('whose id is no number of digits is nonsense', () => {
    expect(() => parseOrder({ ...ORDER, orderId: '1.7e18' })).toThrow('orderId');
  });

  test('that a stop became names it', () => {
    expect(stopBehind({ ...ORDER, triggerOrderId: '5' })).toBe('5');
    expect(stopBehind({ ...ORDER, triggerOrderId: '0' })).toBe(null);
    expect(stopBehind({ ...ORDER, triggerOrderId: ORDER.orderId })).toBe(null);
  });
});

const PUSH = {
  ...{ s: 'BTC-USDT', c: 'smt21622x10btcusdt', i: '1711312357852147712', S: 'SELL', o: 'LIMIT', ps: 'LONG' },
  ...{ q: '0.10', p: '64.35', sp: '0', ap: '64.36', x: 'TRADE', X: 'PARTIALLY_FILLED', N: 'USDT' },
  ...{
    n: '-0.003218',
    T: 1696843635400,
    wt: 'MARK_PRICE',
    rp: '0',
    z: '0.05',
    l: '0.05',
    L: '64.36',
    td: '99',
  },
};

describe('a pushed order', () => {
  const order = parsePushedOrder(PUSH, { E: 1696843635475, T: 1696843635470 });

  test('is read with the newest of its times', () => {
    expect(order).toMatchObject({
      clientOrderId: 'sm_tp_42_BTCUSDT_2x',
      status: 'open',
      filledQuantity: '0.05',
      reduceOnly: true,
      updatedAt: 1696843635475,
    });
  });

  test('tells of its execution where it names one', () => {
    expect(parsePushedFill(order, PUSH)).toMatchObject({
      ...{ executionId: '99', price: '64.36', quantity: '0.05', fee: '0.003218', at: 1696843635400 },
    });
    expect(parsePushedFill(order, { ...PUSH, td: '' })).toBe(null);
    expect(parsePushedFill(order, { ...PUSH, l: '0' })).toBe(null);
  });
});

describe('a fill', () => {
  const FILL = {
    ...{ symbol: 'BTC-USDT', qty: '0.5', price: '106.75', commission: '-0.0053', commissionAsset: 'USDT' },
    ...{ orderId: '1676213270274379776', tradeId: '7', side: 'BUY', positionSide: 'LONG', role: 'taker' },
    filledTime: '2023-07-04T20:56:01.000+0800',
  };

  test('pays its commission, and its time is not ours', () => {
    expect(parseFill(FILL)).toMatchObject({
      ...{ executionId: '7', direction: 'buy', quantity: '0.5', fee: '0.0053', feeCurrency: 'USDT' },
      at: Date.UTC(2023, 6, 4, 12, 56, 1),
    });
  });

  test('in virtual USDT is a fill in USDT; a rebate is a negative fee', () => {
    const rebate = { ...FILL, commission: '0.01', commissionAsset: 'VST' };
    expect(parseFill(rebate)).toMatchObject({ fee: '-0.01', feeCurrency: 'USDT' });
  });

  test('without a name is nonsense', () => {
    expect(() => parseFill({ ...FILL, tradeId: '' })).toThrow('tradeId');
  });
});

test('funding is what the wallet gained, and other income is none', () => {
  const row = {
    symbol: 'LDO-USDT',
    incomeType: 'FUNDING_FEE',
    income: '-0.0292',
    asset: 'USDT',
    time: '1702713615000',
  };
  expect(parseFunding({ ...row, tranId: '17' })).toEqual({
    ...{ fundingId: '17', symbol: 'LDO/USDT', side: null, amount: '-0.0292', at: 1702713615000 },
  });
  expect(parseFunding({ ...row, incomeType: 'TRADING_FEE' })).toBe(null);
});

describe('a position', () => {
  const ROW = {
    symbol: 'BTC-USDT',
    positionAmt: '0.1',
    positionSide: 'SHORT',
    avgPrice: '83.53',
    leverage: '6',
  };

  test.each([
    { row: ROW, expected: { side: 'short', quantity: '0.1' } },
    { row: { ...ROW, positionSide: 'BOTH' }, expected: { side: 'long', quantity: '0.1' } },
    {
      row: { ...ROW, positionSide: 'BOTH', positionAmt: '-0.1' },
      expected: { side: 'short', quantity: '0.1' },
    },
  ])('$row.positionSide $row.positionAmt', ({ row, expected }) => {
    expect(parsePosition(row)).toMatchObject({ ...expected, averageEntryPrice: '83.53', leverage: '6' });
  });

  test('that is flat in one-way mode speaks of no side', () => {
    expect(parsePosition({ ...ROW, positionSide: 'BOTH', positionAmt: '0' })).toBe(null);
  });

  test('pushed in one-way mode speaks for both sides, in hedge mode for its own', () => {
    const pushed = { s: 'BTC-USDT', pa: '-5', ep: '11.2', up: '0.5', ps: 'BOTH' };
    expect(parsePushedPosition(pushed).map(({ side, quantity }) => [side, quantity])).toEqual([
      ['long', '0'],
      ['short', '5'],
    ]);
    expect(parsePushedPosition({ ...pushed, pa: '5', ps: 'SHORT' })).toMatchObject([
      { side: 'short', quantity: '5', averageEntryPrice: '11.2' },
    ]);
  });
});
