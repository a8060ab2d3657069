/**
 * Every way in which a request that changes something can end on BingX × place (orders with our id, stops without)
 * and cancel: accepted, rejected or ambiguous, sent once, and the wait after a lost answer counted from the
 * signature. BingX amends nothing (docs/decisions/0007-cancel-then-place.md); orders are never sent in batches.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { PriceHub } from '../market-data.ts';
import { budgetClock } from '../rate-budget.ts';
import { BingxVenue } from './bingx.ts';
import { bingxAddress } from './bingx-address.ts';
import { BingxSite } from './bingx-site.ts';
import { DEADLINE_MS, type Expected, expectWait, HTTP_PATHS, verdictOf } from './outcome-cases.ts';
import { type Answer, refusal, reply, ScriptedBingx, success } from './scripted-bingx.ts';
import { orderOf } from './wire-world.ts';

const hedge = { positionMode: 'hedge' } as const;
const ORDER = orderOf({ direction: 'sell', price: 26_123.5, reduceOnly: true, ...hedge });
const STOP = orderOf({ direction: 'sell', triggerPrice: 25_000, reduceOnly: true, ...hedge });

const OPERATIONS = {
  place: { call: 'POST /swap/v2/trade/order', run: (venue: BingxVenue) => venue.place(ORDER) },
  'place (a stop)': { call: 'POST /swap/v2/trade/order', run: (venue: BingxVenue) => venue.place(STOP) },
  cancel: {
    call: 'DELETE /swap/v2/trade/order',
    run: (venue: BingxVenue) =>
      venue.cancel({
        symbol: 'BTC/USDT',
        clientOrderId: ORDER.clientOrderId,
        exchangeOrderId: null,
        type: 'limit',
      }),
  },
};
type Operation = keyof typeof OPERATIONS;
const EACH = Object.keys(OPERATIONS) as Operation[];

const ANSWERS: [string, Answer, Expected][] = [
  ['without an id', success({ order: {} }), '?missing_id'],
  ['without data', reply({ code: 0, msg: '' }), '?bad_body'],
  ['without an order in it', reply({ code: 0, msg: '', data: null }), '?bad_body'],
];

const CODES: [number, string, Expected][] = [
  [80012, 'service unavailable', '?server_error'],
  [80001, 'service has some error', '?server_error'],
  [100500, 'internal system error', '?server_error'],
  [109500, 'The current system is busy, please try again later', '?server_error'],
  [109200, 'time out', '?timeout'],
  [101481, 'clientOrderID is used', '?duplicate_id'],
  [109201, 'The same order number is only allowed to be submitted once within 1 second', '?duplicate_id'],
  [101400, 'clientOrderID is duplicated', '?duplicate_id'],
  [100421, 'Null timestamp or timestamp mismatch', 'timestamp'],
  [100001, 'Signature verification failed', 'credentials'],
  [100413, 'Incorrect apiKey', 'credentials'],
  [100004, 'Permission denied', 'permission'],
  [100419, 'your current request IP does not match IP whitelist', 'permission'],
  [100410, 'rate limitation', 'rate_limited'],
  [429, 'too many', 'rate_limited'],
  [80014, 'Invalid parameters', 'invalid_order'],
  [80016, 'order does not exist', 'order_not_found'],
  [80017, 'order not found', 'order_not_found'],
  [109414, 'order not exist', 'order_not_found'],
  [109421, 'order not exist', 'order_not_found'],
  [101204, 'Insufficient margin', 'insufficient_balance'],
  [101253, 'margin is not enough', 'insufficient_balance'],
  [80012, '{"Code":101253,"Msg":"margin is not enough"}', 'insufficient_balance'],
  [101205, 'No corresponding position', 'reduce_only_refused'],
  [101212, 'available amount is insufficient: pending orders hold the rest', 'quantity_held'],
  [109400, "In the Hedge mode, the 'ReduceOnly' field can not be filled.", 'reduce_only_refused'],
  [110411, 'The stop price must be lower than the mark price', 'trigger_passed'],
  [999_999, 'something new', 'rejected'],
];

let bingx: ScriptedBingx;
let url: string;
let site: BingxSite;
let venue: BingxVenue;

beforeAll(async () => {
  bingx = new ScriptedBingx();
  url = await bingx.listen();
});

afterAll(() => bingx.close());

afterEach(async () => {
  await venue.close();
  await site.close();
});

async function ready(): Promise<void> {
  const address = bingxAddress('paper', url);
  if (address === null) throw new Error('the paper exchange has an address');
  site = new BingxSite({ address, limits: { orderDeadlineMs: DEADLINE_MS, readDeadlineMs: DEADLINE_MS } });
  const hub = new PriceHub(budgetClock);
  venue = new BingxVenue({ site, hub, environment: 'paper', apiKey: 'key', apiSecret: 'secret' });
  // The first call of an account loads what the wire needs.
  await venue.account();
  bingx.recorded.length = 0;
}

/** The verdict on one request, which was sent once. */
async function run(operation: Operation, answer: Answer): Promise<string> {
  await ready();
  const { call, run: send } = OPERATIONS[operation];
  bingx.answers.set(call, answer);
  const outcome = await send(venue);
  const [query, ...more] = bingx.sent(call);
  expect(more).toEqual([]);
  expectWait(outcome, { timestamp: Number(query?.['timestamp']), clock: site.clock });
  return verdictOf(outcome);
}

describe.each(EACH)('%s', (operation) => {
  test.each(HTTP_PATHS)('after %s', async (_, answer, expected) => {
    expect(await run(operation, answer)).toBe(expected);
  });

  test.each(ANSWERS)('answered %s', async (_, answer, expected) => {
    expect(await run(operation, answer)).toBe(expected);
  });

  test.each(CODES)('answered %i %s', async (code, text, expected) => {
    expect(await run(operation, refusal(code, text))).toBe(expected);
  });

  test('agreed to', async () => {
    expect(await run(operation, success({ order: { orderId: '17' } }))).toBe('accepted');
  });
});

test('an answer that names another order is ambiguous', async () => {
  const answer = success({ order: { orderId: '17', clientOrderID: 'other' } });
  expect(await run('place', answer)).toBe('?missing_id');
});

describe.each([
  ['says nothing', () => {}],
  ['stalls after its headers', (response) => response.writeHead(200, { 'content-length': '500' }).write('{')],
] as [string, Answer][])('a BingX that %s', (_, answer) => {
  test.each<[string, (venue: BingxVenue) => Promise<object>]>([
    ['account', (venue) => venue.account()],
    ['setup', (venue) => venue.setup('BTC/USDT')],
    ['findOrder', (venue) => venue.findOrder('BTC/USDT', ORDER.clientOrderId)],
    ['recentOrders', (venue) => venue.recentOrders('BTC/USDT')],
    ['executions', (venue) => venue.executions('BTC/USDT', venue.venueNow())],
    ['funding', (venue) => venue.funding('BTC/USDT', venue.venueNow())],
    ['snapshot', (venue) => venue.snapshot('BTC/USDT', venue.venueNow())],
    ['setLeverage', (venue) => venue.setLeverage('BTC/USDT', '10')],
  ])('keeps nobody waiting past the deadline: %s', async (_name, call) => {
    await ready();
    bingx.answers.clear();
    bingx.otherwise = answer;
    const ended = await call(venue);
    bingx.otherwise = null;
    if ('ok' in ended) expect(ended).toMatchObject({ ok: false });
    else expect(ended).toMatchObject({ kind: 'ambiguous' });
  });
});
