/** Orders over a websocket whose other side says what a test tells it to. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PriceHub } from '../market-data.ts';
import { budgetClock } from '../rate-budget.ts';
import type { OrderChannel, OrderRequest } from '../venue.ts';
import { BybitVenue } from './bybit.ts';
import { bybitAddress } from './bybit-address.ts';
import { BybitMarketData } from './bybit-market-data.ts';
import { BybitSite } from './bybit-site.ts';
import { ScriptedBybit, success, type TradeFrame } from './scripted-bybit.ts';

const ID = 'sm_tp_42_BTCUSDT_10pf';
const TAKE_PROFIT: OrderRequest = {
  ...{ text: ID, clientOrderId: ID, clientOrderID: ID, newClientOrderId: ID, orderLinkId: ID, label: ID },
  ...{ symbol: 'BTC/USDT', direction: 'sell', side: 'long', positionMode: 'hedge', type: 'limit' },
  ...{ quantity: '0.010', price: '26123.50', triggerPrice: null, reduceOnly: true },
};
const CHANGE = { symbol: 'BTC/USDT', clientOrderId: ID, exchangeOrderId: null, type: 'limit' } as const;

let bybit: ScriptedBybit;
let site: BybitSite;
let venue: BybitVenue;

beforeEach(async () => {
  bybit = new ScriptedBybit();
  bybit.answers.set('/v5/order/create', success({ orderId: 'by-rest', orderLinkId: ID }));
  const limits = { orderDeadlineMs: 100, pingEveryMs: 5000 };
  site = new BybitSite({ address: bybitAddress('paper', await bybit.listen()), limits });
});

afterEach(async () => {
  await venue.close();
  await site.close();
  await bybit.close();
});

function open(orderChannel: OrderChannel = 'websocket'): BybitVenue {
  const hub = new PriceHub(budgetClock);
  const key = { apiKey: 'key', apiSecret: 'secret' };
  const market = new BybitMarketData(site, hub, { purpose: 'bot' });
  const prices = (symbol: string) => market.prices(symbol);
  venue = new BybitVenue({ site, hub, prices, environment: 'paper', orderChannel, ...key });
  return venue;
}

async function until(satisfied: () => boolean): Promise<void> {
  while (!satisfied()) await new Promise((resolve) => setTimeout(resolve, 2));
}

/** Watched, with the channel open and an account that has sent before: nothing is left to wait for. */
async function ready(): Promise<BybitVenue> {
  open();
  venue.watch('BTC/USDT', () => {});
  await until(() => venue.orderChannel === 'websocket');
  await venue.cancel(CHANGE);
  bybit.recorded.length = 0;
  return venue;
}

const sent = () => bybit.recorded.filter(({ path }) => path.includes('order'));
const frameOf = (index: number) => sent()[index]?.body as unknown as TradeFrame;

test('create, amend and cancel travel with our time, the short window, and an id of their own', async () => {
  await ready();
  const outcomes = [
    await venue.place(TAKE_PROFIT),
    await venue.amend({ ...CHANGE, direction: 'sell', price: '26124' }),
    await venue.cancel(CHANGE),
  ];
  expect(outcomes).toEqual(Array(3).fill({ kind: 'accepted', value: { exchangeOrderId: 'e-1' } }));
  expect(sent().map(({ path }) => path)).toEqual(['order.create', 'order.amend', 'order.cancel']);
  expect(frameOf(0).args).toEqual([
    {
      ...{ category: 'linear', symbol: 'BTCUSDT', side: 'Sell', orderType: 'Limit', timeInForce: 'GTC' },
      ...{ qty: '0.010', price: '26123.50', positionIdx: 1, reduceOnly: true, closeOnTrigger: false },
      orderLinkId: ID,
    },
  ]);
  expect(frameOf(0).header['X-BAPI-RECV-WINDOW']).toBe('2000');
  expect(Math.abs(Number(frameOf(0).header['X-BAPI-TIMESTAMP']) - site.clock.now())).toBeLessThan(5000);
  const ids = [0, 1, 2].map((index) => frameOf(index).reqId);
  expect(new Set(ids).size).toBe(3);
  for (const id of ids) expect(id.length).toBeLessThanOrEqual(36);
});

/** What this process has handed to its sockets so far. */
function bytesHandedOver(): number {
  const handles = (process as unknown as { _getActiveHandles(): object[] })._getActiveHandles();
  return handles.reduce(
    (total, handle) => total + ('bytesWritten' in handle ? Number(handle.bytesWritten) : 0),
    0,
  );
}

test.each(['websocket', 'rest'] as const)(
  'the request has left this process when the call returns: %s',
  async (channel) => {
    if (channel === 'websocket') await ready();
    else await open('rest').place(TAKE_PROFIT);
    const before = bytesHandedOver();
    const outcome = venue.place(TAKE_PROFIT);
    expect(bytesHandedOver()).toBeGreaterThan(before);
    expect(await outcome).toMatchObject({ kind: 'accepted' });
  },
);

describe('by REST goes an order', () => {
  test('while the channel is not open', async () => {
    open();
    expect(await venue.place(TAKE_PROFIT)).toMatchObject({ value: { exchangeOrderId: 'by-rest' } });
  });

  test('where the setting says so', async () => {
    open('rest');
    venue.watch('BTC/USDT', () => {});
    await until(() => bybit.connections > 0);
    expect(await venue.place(TAKE_PROFIT)).toMatchObject({ value: { exchangeOrderId: 'by-rest' } });
    expect(bybit.recorded.some(({ path }) => path.startsWith('order.'))).toBe(false);
  });

  test('on demo accounts, which have no such channel', () => {
    expect(bybitAddress('demo', '').tradeSocket).toBe(null);
    expect(bybitAddress('live', '').tradeSocket).toBe('wss://stream.bybit.com/v5/trade');
    expect(bybitAddress('testnet', '').tradeSocket).toBe('wss://stream-testnet.bybit.com/v5/trade');
  });

  test('after the channel broke, until it is open again', async () => {
    await ready();
    bybit.disconnect();
    await until(() => venue.orderChannel === 'rest');
    expect(await venue.place(TAKE_PROFIT)).toMatchObject({ value: { exchangeOrderId: 'by-rest' } });
    await until(() => venue.orderChannel === 'websocket');
    expect(await venue.place(TAKE_PROFIT)).toMatchObject({ value: { exchangeOrderId: 'e-1' } });
  });
});

describe('ambiguous, and sent on no other way, is an order', () => {
  test.each<[string, NonNullable<ScriptedBybit['onTrade']>, string]>([
    ['whose socket died after it left', (_, __, socket) => socket.terminate(), 'network'],
    ['that is never answered', () => {}, 'timeout'],
    ['answered without an id', (_, answer) => answer({}), 'missing_id'],
    ['answered without data', (_, answer) => answer({ data: null }), 'bad_body'],
    [
      'answered for another one',
      (_, answer) => answer({ data: { orderId: 'e-2', orderLinkId: 'sm_tp_7_BTCUSDT_1' } }),
      'missing_id',
    ],
    ['answered by no JSON', (_, __, socket) => socket.send('<html>'), 'network'],
    ['answered by nothing', (_, __, socket) => socket.send(''), 'network'],
    [
      'lost in the venue’s own timeout',
      (_, answer) => answer({ retCode: 10000, retMsg: 'Server Timeout' }),
      'timeout',
    ],
    [
      'refused by a service that restarts',
      (_, answer) => answer({ retCode: 10019, retMsg: 'restarting' }),
      'server_error',
    ],
    ['with a used id', (_, answer) => answer({ retCode: 110072, retMsg: 'duplicate' }), 'duplicate_id'],
    [
      'with a used request id',
      (_, answer) => answer({ retCode: 20006, retMsg: 'duplicated' }),
      'duplicate_id',
    ],
  ])('%s', async (_, onTrade, cause) => {
    await ready();
    bybit.onTrade = onTrade;
    const outcome = await venue.place(TAKE_PROFIT);
    expect(outcome).toMatchObject({ kind: 'ambiguous', cause });
    // 2 s recvWindow + 2 s settling + the clock's uncertainty, counted from the signature.
    const provableAfterMs = outcome.kind === 'ambiguous' ? outcome.provableAfterMs : Number.NaN;
    expect(provableAfterMs).toBeGreaterThan(3000);
    expect(provableAfterMs).toBeLessThan(5000);
    expect(sent().map(({ path }) => path)).toEqual(['order.create']);
  });
});

test.each([
  [110007, 'insufficient_balance'],
  [110017, 'reduce_only_refused'],
  [110001, 'order_not_found'],
  [10403, 'rate_limited'],
  [10404, 'invalid_order'],
])('the refusal %i is a rejection: %s', async (retCode, code) => {
  await ready();
  bybit.onTrade = (_, answer) => answer({ retCode, retMsg: 'no, key' });
  const venueCode = String(retCode);
  expect(await venue.cancel(CHANGE)).toEqual({ kind: 'rejected', code, message: 'no, …', venueCode });
});

test('a request that was never answered has the next one go by REST, then by a new session', async () => {
  await ready();
  bybit.onTrade = () => {};
  expect(await venue.place(TAKE_PROFIT)).toMatchObject({ kind: 'ambiguous', cause: 'timeout' });
  expect(await venue.place(TAKE_PROFIT)).toMatchObject({ value: { exchangeOrderId: 'by-rest' } });
  bybit.onTrade = null;
  await until(() => venue.orderChannel === 'websocket');
  expect(await venue.place(TAKE_PROFIT)).toMatchObject({ value: { exchangeOrderId: 'e-1' } });
});

test('a service that restarts gets no further request, and answers what it has', async () => {
  await ready();
  const late: (() => void)[] = [];
  bybit.onTrade = ({ op }, answer) =>
    op === 'order.amend'
      ? void late.push(() => answer({ data: { orderId: 'e-1', orderLinkId: ID } }))
      : answer({ retCode: 10019, retMsg: 'restarting' });
  const amended = venue.amend({ ...CHANGE, direction: 'sell', price: '26124' });
  expect(await venue.cancel(CHANGE)).toMatchObject({ kind: 'ambiguous' });
  expect(venue.orderChannel).toBe('rest');
  for (const answer of late) answer();
  expect(await amended).toMatchObject({ kind: 'accepted' });
  bybit.onTrade = null;
  await until(() => venue.orderChannel === 'websocket');
});

test('late and repeated answers are nobody’s', async () => {
  await ready();
  bybit.onTrade = ({ args }, answer) => {
    const data = { orderId: 'e-1', orderLinkId: args[0]?.['orderLinkId'] };
    answer({ data });
    answer({ retCode: 110007, retMsg: 'no' });
    answer({ reqId: 'somebody-else', data });
  };
  for (let i = 0; i < 3; i++) expect(await venue.place(TAKE_PROFIT)).toMatchObject({ kind: 'accepted' });
});

describe('the budget', () => {
  test('of the account counts on this channel too', async () => {
    await ready();
    const outcomes = await Promise.all(Array.from({ length: 12 }, () => venue.place(TAKE_PROFIT)));
    // Nine a second is the share of what protects; the deadline of 100 ms is all the patience there is.
    expect(outcomes.filter(({ kind }) => kind === 'accepted')).toHaveLength(9);
    expect(sent()).toHaveLength(9);
  });

  test('that the venue announces as used up is heeded', async () => {
    await ready();
    const header = { 'X-Bapi-Limit': '10', 'X-Bapi-Limit-Status': '0' };
    bybit.onTrade = ({ args }, answer) =>
      answer({
        data: { orderId: 'e-1', orderLinkId: args[0]?.['orderLinkId'] },
        header: { ...header, 'X-Bapi-Limit-Reset-Timestamp': String(site.clock.now() + 3000) },
      });
    expect(await venue.place(TAKE_PROFIT)).toMatchObject({ kind: 'accepted' });
    expect(await venue.place(TAKE_PROFIT)).toMatchObject({ kind: 'rejected', code: 'rate_limited' });
    expect(await venue.cancel(CHANGE)).toMatchObject({ kind: 'accepted' });
  });
});

test('the channel closes with the last listener', async () => {
  open();
  const stop = venue.watch('BTC/USDT', () => {});
  await until(() => venue.orderChannel === 'websocket');
  stop();
  expect(venue.orderChannel).toBe('rest');
  await until(() => bybit.connections === 0);
});
