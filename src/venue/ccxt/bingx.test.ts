import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createVenueDirectory } from '../directory.ts';
import type { OrderRequest, Venue, VenueDirectory } from '../venue.ts';
import { refusal, reply, ScriptedBingx, success } from './scripted-bingx.ts';
import { orderOf } from './wire-world.ts';

const KEY = { venue: 'bingx', environment: 'paper', apiKey: 'key', apiSecret: 'secret' } as const;
const PLACE = 'POST /swap/v2/trade/order';
const CANCEL = 'DELETE /swap/v2/trade/order';
const FIND = 'GET /swap/v2/trade/order';

let bingx: ScriptedBingx;
let directory: VenueDirectory;
let venue: Venue;

beforeEach(async () => {
  bingx = new ScriptedBingx();
  directory = createVenueDirectory({ paperUrl: await bingx.listen() });
  venue = directory.open(KEY);
});

afterEach(async () => {
  await directory.close();
  await bingx.close();
});

const hedge = { positionMode: 'hedge' } as const;

describe('a signed request', () => {
  test('carries the venue’s time, whatever ours is, and is admitted for two seconds when it changes something', async () => {
    bingx.aheadMs = 3_600_000;
    bingx.answers.set(PLACE, success({ order: { orderId: '17' } }));
    expect(await venue.place(orderOf({ direction: 'buy', ...hedge }))).toMatchObject({ kind: 'accepted' });
    const [query = {}] = bingx.sent(PLACE);
    expect(Math.abs(Number(query['timestamp']) - Date.now() - 3_600_000)).toBeLessThan(2000);
    expect(query['recvWindow']).toBe('2000');
    await venue.findOrder('BTC/USDT', 'sm_tp_42_BTCUSDT_2x');
    expect(bingx.sent(FIND)[0]?.['recvWindow']).toBe('5000');
  });

  test('is signed over all that it says', async () => {
    bingx.answers.set(PLACE, success({ order: { orderId: '17' } }));
    await venue.place(orderOf({ direction: 'buy', price: 100, ...hedge }));
    const { signature, ...query } = bingx.sent(PLACE)[0] ?? {};
    const text = Object.entries(query).map(([name, value]) => `${name}=${value}`);
    expect(signature).toBe(createHmac('sha256', 'secret').update(text.toSorted().join('&')).digest('hex'));
    expect(query).toMatchObject({ price: '100.0', quantity: '0.01' });
  });
});

describe('an answer', () => {
  test('with an id that no number holds keeps all its digits', async () => {
    bingx.answers.set(
      PLACE,
      reply(
        '{"code":0,"msg":"","data":{"order":{"symbol":"BTC-USDT","orderId":1709036527545438209,"side":"BUY"}}}',
      ),
    );
    expect(await venue.place(orderOf({ direction: 'buy', ...hedge }))).toEqual({
      kind: 'accepted',
      value: { exchangeOrderId: '1709036527545438209' },
    });
  });

  test.each([
    {
      rule: 'without an id',
      answer: success({ order: {} }),
      expected: { kind: 'ambiguous', cause: 'missing_id' },
    },
    {
      rule: 'that names another order',
      answer: success({ order: { orderId: '17', clientOrderID: 'other' } }),
      expected: { kind: 'ambiguous', cause: 'missing_id' },
    },
    {
      rule: 'without data',
      answer: reply({ code: 0, msg: '' }),
      expected: { kind: 'ambiguous', cause: 'bad_body' },
    },
    { rule: 'that is no JSON', answer: reply('<html>'), expected: { kind: 'ambiguous', cause: 'bad_body' } },
    {
      rule: 'of a broken gateway',
      answer: reply('', 504),
      expected: { kind: 'ambiguous', cause: 'server_error' },
    },
    {
      rule: 'that the id was used',
      answer: refusal(101400, 'clientOrderID duplicated'),
      expected: { kind: 'ambiguous', cause: 'duplicate_id' },
    },
    {
      rule: 'that there is no margin',
      answer: refusal(101204, 'Insufficient margin'),
      expected: { kind: 'rejected', code: 'insufficient_balance', venueCode: '101204' },
    },
  ])('$rule is $expected.kind', async ({ answer, expected }) => {
    bingx.answers.set(PLACE, answer);
    expect(await venue.place(orderOf({ direction: 'buy', ...hedge }))).toMatchObject(expected);
  });

  test('that the time is wrong makes the clock be measured again', async () => {
    bingx.answers.set(PLACE, refusal(100421, 'timestamp mismatch'));
    expect(await venue.place(orderOf({ direction: 'buy', ...hedge }))).toMatchObject({ code: 'timestamp' });
    bingx.aheadMs = 60_000;
    bingx.answers.set(PLACE, success({ order: { orderId: '17' } }));
    await venue.place(orderOf({ direction: 'buy', ...hedge }));
    expect(Number(bingx.sent(PLACE)[1]?.['timestamp']) - Date.now()).toBeGreaterThan(50_000);
  });

  test('that requests were too many holds back this endpoint until then, and no other', async () => {
    const text = `will be unblocked after ${Date.now() + 60_000}`;
    bingx.answers.set(FIND, refusal(100410, text));
    expect(await venue.findOrder('BTC/USDT', 'sm_tp_42_BTCUSDT_2x')).toMatchObject({ code: 'rate_limited' });
    bingx.answers.set(CANCEL, success({ order: { orderId: '17' } }));
    const request = { symbol: 'BTC/USDT', clientOrderId: 'sm_tp_42_BTCUSDT_2x', exchangeOrderId: '17' };
    expect(await venue.cancel({ ...request, type: 'limit' })).toMatchObject({ kind: 'accepted' });
    expect(bingx.sent(FIND)).toHaveLength(1);
  });
});

describe('closing a rest that is too small for an order', () => {
  const rest: OrderRequest = orderOf({ direction: 'sell', reduceOnly: true, closeAll: true, ...hedge });
  const CLOSE = 'POST /swap/v1/trade/closePosition';

  test('closes its position, and the order that this makes is known as ours', async () => {
    bingx.answers.set(PLACE, refusal(110425, 'the minimum nominal value must be greater than 2u'));
    const held = { symbol: 'BTC-USDT', positionSide: 'LONG', positionAmt: '0.01', positionId: '99' };
    bingx.answers.set(
      'GET /swap/v2/user/positions',
      success([{ ...held, positionSide: 'SHORT', positionId: '98' }, held]),
    );
    bingx.answers.set(CLOSE, success({ orderId: '18', positionId: '99' }));
    expect(await venue.place(rest)).toEqual({ kind: 'accepted', value: { exchangeOrderId: '18' } });
    expect(bingx.sent(CLOSE)).toMatchObject([{ positionId: '99' }]);
    const order = { symbol: 'BTC-USDT', orderId: '18', side: 'SELL', positionSide: 'LONG', type: 'MARKET' };
    bingx.answers.set(
      FIND,
      success({ order: { ...order, status: 'FILLED', origQty: '0.01', time: '1', executedQty: '0.01' } }),
    );
    expect(await venue.findOrder('BTC/USDT', rest.clientOrderId)).toMatchObject({
      ok: true,
      value: { clientOrderId: rest.clientOrderId, status: 'filled' },
    });
  });

  test('is tried as an order first, and an order that is refused for another reason closes nothing', async () => {
    bingx.answers.set(PLACE, refusal(101204, 'Insufficient margin'));
    expect(await venue.place(rest)).toMatchObject({ kind: 'rejected', code: 'insufficient_balance' });
    expect(bingx.sent(CLOSE)).toEqual([]);
  });
});

describe('the leverage', () => {
  const SET = 'POST /swap/v2/trade/leverage';

  test.each([
    { dual: 'true', sides: ['LONG', 'SHORT'] },
    { dual: 'false', sides: ['BOTH'] },
  ])('is set of $sides', async ({ dual, sides }) => {
    bingx.answers.set('GET /swap/v1/positionSide/dual', success({ dualSidePosition: dual }));
    bingx.answers.set(SET, success({ leverage: 10 }));
    expect(await venue.setLeverage('BTC/USDT', '10')).toEqual({ kind: 'accepted', value: null });
    expect(bingx.sent(SET).map(({ side }) => side)).toEqual(sides);
  });

  test('of the second side that is refused is refused', async () => {
    bingx.answers.set('GET /swap/v1/positionSide/dual', success({ dualSidePosition: true }));
    bingx.answers.set(SET, refusal(101414, 'the maximum leverage is 125'));
    expect(await venue.setLeverage('BTC/USDT', '200')).toMatchObject({
      kind: 'rejected',
      code: 'invalid_order',
    });
  });
});

describe('instruments', () => {
  const CONTRACT = {
    ...{
      symbol: 'BTC-USDT',
      quantityPrecision: 4,
      pricePrecision: 1,
      tradeMinQuantity: 0.0001,
      tradeMinUSDT: 2,
    },
    ...{ maxLongLeverage: 125, maxShortLeverage: 100, currency: 'USDT', asset: 'BTC', status: 1 },
    ...{ apiStateOpen: 'true', apiStateClose: 'true' },
  };
  const show = (...rows: object[]) => bingx.answers.set('GET /swap/v2/quote/contracts', success(rows));
  const market = () => directory.marketData('bingx', 'paper');

  test('have steps from their precisions, and the lower of the two leverages', async () => {
    show(CONTRACT);
    expect(await market().instrument('BTC/USDT')).toMatchObject({
      ok: true,
      value: {
        ...{ id: 'BTC-USDT', tickSize: '0.1', lotSize: '0.0001', minQuantity: '0.0001', minNotional: '2' },
        ...{ maxLeverage: '100', marginTiers: [{ maintenanceRatio: '0.005', maxLeverage: '100' }] },
      },
    });
  });

  test('are refused where their price steps are too fine, where they are closed, and in other names', async () => {
    show({ ...CONTRACT, pricePrecision: 7 });
    expect(await market().instrument('BTC/USDT')).toMatchObject({
      ok: false,
      code: 'unknown_symbol',
      message: expect.stringContaining('too fine'),
    });
    const closed = { ...CONTRACT, symbol: 'ETH-USDT', apiStateOpen: 'false' };
    show(
      CONTRACT,
      closed,
      { ...CONTRACT, symbol: 'SOL-USDC' },
      { ...CONTRACT, symbol: 'X-USDT', pricePrecision: 8 },
    );
    expect(await market().symbols()).toEqual({ ok: true, value: ['BTC/USDT'] });
  });
});

test('funding is asked in halves where a page is full, and nothing is lost', async () => {
  const all = Array.from({ length: 1500 }, (_, index) => ({ at: 1_000_000 + index, id: String(index) }));
  bingx.answers.set('GET /swap/v2/user/income', (response) => {
    const { startTime, endTime } = bingx.recorded.at(-1)?.query ?? {};
    const found = all.filter(({ at }) => at >= Number(startTime) && at <= Number(endTime)).slice(0, 1000);
    const rows = found.map(({ at, id }) => ({
      symbol: 'BTC-USDT',
      incomeType: 'FUNDING_FEE',
      income: '-1',
      time: at,
      tranId: id,
    }));
    success(rows)(response);
  });
  bingx.aheadMs = 1_100_000 - Date.now();
  await venue.account();
  const read = await venue.funding('BTC/USDT', 900_000);
  expect(read.ok && read.value.length).toBe(1500);
});

test.each([
  ['demo', true],
  ['live', true],
  ['testnet', false],
] as const)('the %s environment is offered: %s', (environment, offered) => {
  const open = () => directory.marketData('bingx', environment);
  if (offered) expect(open).not.toThrow();
  else expect(open).toThrow(expect.objectContaining({ code: 'venue_not_supported' }));
});
