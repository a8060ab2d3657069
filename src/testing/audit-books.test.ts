import { describe, expect, it } from 'vitest';
import { auditBooks, type BookExecution, type BookOrder, type Books, type OurRows } from './audit-books.ts';

const KEY = 46_930;
const BUY = 'sm_leg_0_1_FILUSDT_107m';
const SELL = 'sm_tp_1_FILUSDT_107m';

function order(change: Partial<BookOrder>): BookOrder {
  const times = { createdTime: 1, updatedTime: 2 };
  return {
    orderId: 'o',
    orderLinkId: BUY,
    symbol: 'FILUSDT',
    side: 'Buy',
    qty: '10',
    status: 'Filled',
    cumExecQty: '10',
    ...times,
    ...change,
  };
}

function execution(change: Partial<BookExecution>): BookExecution {
  return {
    execId: 'x',
    orderId: 'o',
    orderLinkId: BUY,
    side: 'Buy',
    execPrice: '4',
    execQty: '10',
    execFee: '0.02',
    execType: 'Trade',
    execTime: 5,
    ...change,
  };
}

// bought 10 · 4 = 40, sold 10 · 4.1 = 41: gross 1, fees 0.03, funding −0.01, net 0.96
const BOOKS: Books = {
  wallet: '10000.96',
  positions: [{ size: '0' }],
  orders: [order({}), order({ orderLinkId: SELL, side: 'Sell', createdTime: 3, updatedTime: 9 })],
  executions: [
    execution({}),
    execution({ orderLinkId: '', execType: 'Funding', execFee: '0.01', execTime: 6 }),
    execution({ orderLinkId: SELL, side: 'Sell', execPrice: '4.1', execFee: '0.01', execTime: 9 }),
  ],
};

const ROWS: OurRows = {
  startBalance: '10000',
  intents: [BUY, SELL],
  cycles: [
    {
      cycleKey: KEY,
      state: 'settled',
      side: 'long',
      openedAt: 0,
      settledAt: 10,
      gross: '1',
      fees: '0.03',
      funding: '-0.01',
      net: '0.96',
    },
  ],
};

describe('the audit', () => {
  it('finds nothing where books and rows agree', () => {
    expect(auditBooks(BOOKS, ROWS)).toEqual([]);
  });

  it.each<[string, Books, OurRows, RegExp]>([
    [
      'a net that is off in the last digit',
      BOOKS,
      { ...ROWS, cycles: ROWS.cycles.map((cycle) => ({ ...cycle, net: '0.96000001' })) },
      /net is 0\.96000001/,
    ],
    ['a wallet that changed by more', { ...BOOKS, wallet: '10001' }, ROWS, /wallet changed by 1/],
    ['an order without an intent', BOOKS, { ...ROWS, intents: [BUY] }, /no intent/],
    ['an order without our tag', { ...BOOKS, orders: [order({ orderLinkId: 'x' })] }, ROWS, /no tag/],
    ['an order left open', { ...BOOKS, orders: [order({ status: 'New' })] }, ROWS, /is New/],
    [
      'a leg filled beyond its plan',
      { ...BOOKS, orders: [order({}), order({ orderLinkId: `${BUY}_1`, createdTime: 5 })] },
      { ...ROWS, intents: [BUY, `${BUY}_1`] },
      /filled 20 of 10/,
    ],
    [
      'two orders of a tag at once',
      {
        ...BOOKS,
        orders: [
          order({ updatedTime: 8 }),
          order({ orderLinkId: `${BUY}_1`, createdTime: 5, cumExecQty: '0' }),
        ],
      },
      { ...ROWS, intents: [BUY, `${BUY}_1`] },
      /lived at once/,
    ],
  ])('finds %s', (_what, books, rows, message) => {
    expect(auditBooks(books, rows).join('\n')).toMatch(message);
  });
});
