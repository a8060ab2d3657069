/**
 * Every way in which a request that changes something can end on Bybit × place, amend, cancel × both channels:
 * accepted, rejected or ambiguous, sent once, and the wait after a lost answer counted from the signature.
 * Orders are never sent in batches, so no item of one can fail alone.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { PriceHub } from '../market-data.ts';
import { budgetClock } from '../rate-budget.ts';
import type { OrderChannel, Outcome } from '../venue.ts';
import { VenueClock } from '../venue-clock.ts';
import { BybitVenue } from './bybit.ts';
import { bybitAddress } from './bybit-address.ts';
import { BybitSite } from './bybit-site.ts';
import { DEADLINE_MS, type Expected, expectWait, HTTP_PATHS, verdictOf } from './outcome-cases.ts';
import { type Answer, reply, ScriptedBybit, success, type TradeFrame } from './scripted-bybit.ts';
import { orderOf } from './wire-world.ts';

type OnTrade = NonNullable<ScriptedBybit['onTrade']>;

const ORDER = orderOf({ direction: 'sell', price: 26_123.5, reduceOnly: true });
const ID = ORDER.clientOrderId;
const CHANGE = { symbol: 'BTC/USDT', clientOrderId: ID, exchangeOrderId: null, type: 'limit' } as const;

const OPERATIONS = {
  create: (venue: BybitVenue) => venue.place(ORDER),
  amend: (venue: BybitVenue) => venue.amend({ ...CHANGE, direction: 'sell', price: '26124' }),
  cancel: (venue: BybitVenue) => venue.cancel(CHANGE),
};
type Operation = keyof typeof OPERATIONS;
const EACH = Object.keys(OPERATIONS) as Operation[];

/** The venue's own words, the same on both channels. */
const CODES: [number, string, Expected][] = [
  [10000, 'Server Timeout', '?timeout'],
  [10016, 'Internal server error', '?server_error'],
  [10019, 'ws trade service is restarting', '?server_error'],
  [110079, 'The order is processing and can not be operated', '?processing'],
  [777, 'Internal error, please try again', '?server_error'],
  [10002, 'invalid request, please check your server timestamp', 'timestamp'],
  [10003, 'API key is invalid.', 'credentials'],
  [10004, 'error sign!', 'credentials'],
  [33004, 'Your api key has expired.', 'credentials'],
  [10005, 'Permission denied', 'permission'],
  [10010, 'Unmatched IP', 'permission'],
  [10006, 'Too many visits!', 'rate_limited'],
  [10018, 'Exceeded the IP Rate Limit.', 'rate_limited'],
  [10429, 'System level frequency protection', 'rate_limited'],
  [110001, 'order not exists or too late to cancel', 'order_not_found'],
  [110007, 'ab not enough for new order', 'insufficient_balance'],
  [110012, 'Insufficient available balance.', 'insufficient_balance'],
  [110017, 'orderQty will be truncated to zero', 'reduce_only_refused'],
  [110020, 'Not allowed to have more than 500 active orders', 'limit_exceeded'],
  [110092, 'expect Rising', 'trigger_passed'],
  [110094, 'Order notional value below the lower limit', 'invalid_order'],
  [34040, 'not modified', 'not_modified'],
  [110063, 'Settlement in progress! not available for trading.', 'maintenance'],
  [987654, 'something new', 'rejected'],
];

let bybit: ScriptedBybit;
let url: string;
let site: BybitSite;
let venue: BybitVenue;

beforeAll(async () => {
  bybit = new ScriptedBybit();
  url = await bybit.listen();
});

afterAll(() => bybit.close());

afterEach(async () => {
  bybit.onTrade = null;
  await venue.close();
  await site.close();
});

/** An account of its own, whose clock is known and whose next request goes this way. */
async function ready(channel: OrderChannel, at = url, clock = new VenueClock()): Promise<void> {
  const limits = { orderDeadlineMs: DEADLINE_MS, readDeadlineMs: DEADLINE_MS };
  site = new BybitSite({ address: bybitAddress('paper', at), limits, clock });
  const prices = async () => ({ ok: false, code: 'network', message: 'nobody asks' }) as const;
  const key = { apiKey: 'key', apiSecret: 'secret', environment: 'paper', orderChannel: channel } as const;
  venue = new BybitVenue({ site, hub: new PriceHub(budgetClock), prices, ...key });
  if (channel === 'websocket') {
    venue.watch('BTC/USDT', () => {});
    while (venue.orderChannel !== 'websocket') await new Promise((resolve) => setTimeout(resolve, 2));
  } else {
    await site.ensureClock();
  }
  bybit.recorded.length = 0;
}

const sent = () => bybit.recorded.filter(({ path }) => path.includes('order'));

/** The verdict on one request, which was sent once. */
async function run(operation: Operation): Promise<string> {
  const outcome = await OPERATIONS[operation](venue);
  const [request, ...more] = sent();
  expect(more).toEqual([]);
  const header = (request?.body['header'] ?? {}) as Record<string, string>;
  const timestamp = Number(header['X-BAPI-TIMESTAMP'] ?? request?.headers['x-bapi-timestamp']);
  expectWait(outcome, { timestamp, clock: site.clock });
  return verdictOf(outcome);
}

describe.each(EACH)('%s by REST', (operation) => {
  const answerWith = (answer: Answer) => bybit.answers.set(`/v5/order/${operation}`, answer);

  test.each(HTTP_PATHS)('after %s', async (_, answer, expected) => {
    await ready('rest');
    answerWith((response) => answer(response));
    expect(await run(operation)).toBe(expected);
  });

  test.each([
    ['without an id', success({}), '?missing_id'],
    ['without a result', reply({ retCode: 0, retMsg: 'OK' }), '?bad_body'],
    ['for another order', success({ orderId: 'e-2', orderLinkId: 'sm_tp_7_BTCUSDT_1' }), '?missing_id'],
    ['with a used id', reply({ retCode: 110072, retMsg: 'OrderLinkedID is duplicate' }), '?duplicate_id'],
  ] as [string, Answer, Expected][])('answered %s', async (_, answer, expected) => {
    await ready('rest');
    answerWith(answer);
    expect(await run(operation)).toBe(expected);
  });

  test.each(CODES)('answered %i %s', async (retCode, retMsg, expected) => {
    await ready('rest');
    answerWith(reply({ retCode, retMsg, result: {} }));
    expect(await run(operation)).toBe(expected);
  });

  test('agreed to', async () => {
    await ready('rest');
    answerWith(success({ orderId: 'e-1', orderLinkId: ID }));
    expect(await OPERATIONS[operation](venue)).toEqual({
      kind: 'accepted',
      value: { exchangeOrderId: 'e-1' },
    });
  });

  test('where nothing listens', async () => {
    await ready('rest', 'http://127.0.0.1:9');
    expect(await OPERATIONS[operation](venue)).toMatchObject({ kind: 'ambiguous', cause: 'network' });
  });
});

describe.each(EACH)('%s by websocket', (operation) => {
  const SOCKET_PATHS: [string, OnTrade, Expected][] = [
    ['no answer at all', () => {}, '?timeout'],
    ['a socket killed before the answer', (_, __, socket) => socket.terminate(), '?network'],
    ['a page of HTML', (_, __, socket) => socket.send('<html>'), '?network'],
    ['an empty frame', (_, __, socket) => socket.send(''), '?network'],
    ['an answer to somebody else', (_, answer) => answer({ reqId: 'another' }), '?timeout'],
    ['an answer without an id', (_, answer) => answer({}), '?missing_id'],
    ['an answer without data', (_, answer) => answer({ data: null }), '?bad_body'],
    [
      'an answer for another order',
      (_, answer) => answer({ data: { orderId: 'e-2', orderLinkId: 'sm_tp_7_BTCUSDT_1' } }),
      '?missing_id',
    ],
    [
      'a used id',
      (_, answer) => answer({ retCode: 110072, retMsg: 'OrderLinkedID is duplicate' }),
      '?duplicate_id',
    ],
    ['a used request id', (_, answer) => answer({ retCode: 20006, retMsg: 'reqId' }), '?duplicate_id'],
  ];

  test.each(SOCKET_PATHS)('after %s', async (_, onTrade, expected) => {
    await ready('websocket');
    bybit.onTrade = onTrade;
    expect(await run(operation)).toBe(expected);
  });

  test.each(CODES)('answered %i %s', async (retCode, retMsg, expected) => {
    await ready('websocket');
    bybit.onTrade = (_: TradeFrame, answer) => answer({ retCode, retMsg });
    expect(await run(operation)).toBe(expected);
  });

  test('agreed to', async () => {
    await ready('websocket');
    expect(await OPERATIONS[operation](venue)).toEqual({
      kind: 'accepted',
      value: { exchangeOrderId: 'e-1' },
    });
    expect(sent().map(({ path }) => path)).toEqual([`order.${operation}`]);
  });
});

test.each(['rest', 'websocket'] as const)(
  'a machine whose clock is an hour slow signs with the venue’s time, and waits no longer for it: %s',
  async (channel) => {
    const slow = { monotonicMs: () => performance.now(), wallMs: () => Date.now() - 3_600_000 };
    await ready(channel, url, new VenueClock(slow));
    bybit.answers.set('/v5/order/create', (response) => response.destroy());
    bybit.onTrade = (_, __, socket) => socket.terminate();
    expect(await run('create')).toBe('?network');
    const header = (sent()[0]?.body['header'] ?? {}) as Record<string, string>;
    const timestamp = Number(header['X-BAPI-TIMESTAMP'] ?? sent()[0]?.headers['x-bapi-timestamp']);
    expect(Math.abs(timestamp - Date.now())).toBeLessThan(60_000);
  },
);

describe.each([
  ['says nothing', () => {}],
  ['stalls after its headers', (response) => response.writeHead(200, { 'content-length': '500' }).write('{')],
] as [string, Answer][])('a Bybit that %s', (_, answer) => {
  test.each<[string, (venue: BybitVenue) => Promise<{ ok: boolean } | Outcome<unknown>>]>([
    ['account', (venue) => venue.account()],
    ['setup', (venue) => venue.setup('BTC/USDT')],
    ['findOrder', (venue) => venue.findOrder('BTC/USDT', ID)],
    ['recentOrders', (venue) => venue.recentOrders('BTC/USDT')],
    ['executions', (venue) => venue.executions('BTC/USDT', venue.venueNow())],
    ['funding', (venue) => venue.funding('BTC/USDT', venue.venueNow())],
    ['snapshot', (venue) => venue.snapshot('BTC/USDT', venue.venueNow())],
    ['setLeverage', (venue) => venue.setLeverage('BTC/USDT', '10')],
  ])('keeps nobody waiting past the deadline: %s', async (_name, call) => {
    await ready('rest');
    bybit.otherwise = answer;
    const ended = await call(venue);
    bybit.otherwise = null;
    if ('ok' in ended) expect(ended).toMatchObject({ ok: false });
    else expect(ended).toMatchObject({ kind: 'ambiguous', cause: 'timeout' });
  });
});
