/** Outcomes over a real socket, where the other side misbehaves in ways that a healthy exchange never would. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createVenueDirectory } from '../directory.ts';
import { PriceHub } from '../market-data.ts';
import { budgetClock } from '../rate-budget.ts';
import type { OrderRequest, Outcome, Venue, VenueDirectory, VenueEvent } from '../venue.ts';
import { BybitVenue } from './bybit.ts';
import { bybitAddress } from './bybit-address.ts';
import { BybitMarketData } from './bybit-market-data.ts';
import { BybitSite } from './bybit-site.ts';
import { type Answer, reply, ScriptedBybit, success } from './scripted-bybit.ts';

const ID = 'sm_tp_42_BTCUSDT_10pf';
const TAKE_PROFIT: OrderRequest = {
  ...{ text: ID, clientOrderId: ID, clientOrderID: ID, newClientOrderId: ID, orderLinkId: ID, label: ID },
  ...{ symbol: 'BTC/USDT', direction: 'sell', side: 'long', positionMode: 'hedge', type: 'limit' },
  ...{ quantity: '0.010', price: '26123.50', triggerPrice: null, reduceOnly: true },
};

let bybit: ScriptedBybit;
let url: string;
let directory: VenueDirectory;
let venue: Venue;

beforeEach(async () => {
  bybit = new ScriptedBybit();
  url = await bybit.listen();
  directory = createVenueDirectory({ paperUrl: url });
  venue = directory.open({ venue: 'bybit', environment: 'paper', apiKey: 'key', apiSecret: 'secret' });
});

afterEach(async () => {
  await directory.close();
  await bybit.close();
});

function place(answer: Answer): Promise<Outcome<unknown>> {
  bybit.answers.set('/v5/order/create', answer);
  return venue.place(TAKE_PROFIT);
}

test('an order on the wire carries orderLinkId alone of the six id fields, and exact strings', async () => {
  const outcome = await place(success({ orderId: 'e-1', orderLinkId: ID }));
  expect(outcome).toEqual({ kind: 'accepted', value: { exchangeOrderId: 'e-1' } });
  const [sent] = bybit.recorded;
  expect(sent?.body).toEqual({
    ...{ category: 'linear', symbol: 'BTCUSDT', side: 'Sell', orderType: 'Limit', timeInForce: 'GTC' },
    ...{
      qty: '0.010',
      price: '26123.50',
      positionIdx: 1,
      reduceOnly: true,
      closeOnTrigger: false,
      orderLinkId: ID,
    },
  });
  expect(sent?.headers['x-bapi-recv-window']).toBe('2000');
  expect(sent?.headers['x-bapi-api-key']).toBe('key');
});

describe('an order whose outcome is unknown is ambiguous', () => {
  test.each<[string, Answer, string]>([
    ['a 200 without a body', (response) => response.writeHead(200).end(), 'bad_body'],
    [
      'a 200 with a page of HTML',
      (response) => response.writeHead(200).end('<html>hello</html>'),
      'bad_body',
    ],
    ['a 200 that is cut JSON', (response) => response.writeHead(200).end('{"retCode":0,"resu'), 'bad_body'],
    ['success without a result', reply({ retCode: 0, retMsg: 'OK' }), 'bad_body'],
    ['success without an id', success({}), 'missing_id'],
    [
      'success for another order',
      success({ orderId: 'e-2', orderLinkId: 'sm_tp_7_BTCUSDT_1' }),
      'missing_id',
    ],
    ['a gateway’s 502', (response) => response.writeHead(502).end('Bad Gateway'), 'server_error'],
    ['a 503 with a code inside', reply({ retCode: 110007, retMsg: 'ab not enough' }, 503), 'server_error'],
    ['the venue’s own timeout', reply({ retCode: 10000, retMsg: 'Server Timeout' }), 'timeout'],
    ['a duplicate id', reply({ retCode: 110072, retMsg: 'OrderLinkedID is duplicate' }), 'duplicate_id'],
    ['a socket killed before the answer', (response) => response.destroy(), 'network'],
    [
      'a socket killed inside the body',
      (response) => {
        response.writeHead(200, { 'content-length': '500' }).write('{"retCode":0,');
        setTimeout(() => response.destroy(), 20);
      },
      'network',
    ],
  ])('%s', async (_, answer, cause) => {
    const outcome = await place(answer);
    expect(outcome).toMatchObject({ kind: 'ambiguous', cause });
    // 2 s recvWindow + 2 s settling + the clock's uncertainty, counted from the signature.
    const provableAfterMs = outcome.kind === 'ambiguous' ? outcome.provableAfterMs : Number.NaN;
    expect(provableAfterMs).toBeGreaterThan(0);
    expect(provableAfterMs).toBeLessThan(5000);
  });

  test('nobody listens any more', async () => {
    await place(success({ orderId: 'e-1' }));
    await bybit.close();
    expect(await venue.place(TAKE_PROFIT)).toMatchObject({ kind: 'ambiguous', cause: 'network' });
  });
});

test.each([
  [110007, 'insufficient_balance'],
  [110017, 'reduce_only_refused'],
  [110092, 'trigger_passed'],
  [10004, 'credentials'],
])('the refusal %i is a rejection: %s', async (retCode, code) => {
  const outcome = await place(reply({ retCode, retMsg: 'no', result: {} }));
  expect(outcome).toEqual({ kind: 'rejected', code, message: 'no', venueCode: String(retCode) });
});

test('a refused timestamp has the venue’s time asked again before the next request', async () => {
  await place(reply({ retCode: 10002, retMsg: 'check your server timestamp', result: {} }));
  const askedBefore = bybit.timesAsked;
  expect(await place(success({ orderId: 'e-1' }))).toMatchObject({ kind: 'accepted' });
  expect(bybit.timesAsked).toBeGreaterThan(askedBefore);
});

test('no message quotes the key', async () => {
  const outcome = await place(
    reply({ retCode: 10004, retMsg: 'error sign! origin_string[17000key2000{}]', result: {} }),
  );
  expect(outcome).toMatchObject({ code: 'credentials', message: 'error sign! origin_string[17000…2000{}]' });
});

test('nothing is ever sent twice', async () => {
  await place((response) => response.destroy());
  await place((response) => response.writeHead(503).end());
  expect(bybit.recorded.filter(({ path }) => path === '/v5/order/create')).toHaveLength(2);
});

test('a leverage that is set already is done', async () => {
  bybit.answers.set(
    '/v5/position/set-leverage',
    reply({ retCode: 110043, retMsg: 'leverage not modified', result: {} }),
  );
  expect(await venue.setLeverage('BTC/USDT', '10')).toEqual({ kind: 'accepted', value: null });
});

test('a cancel of what is not there is a rejection that says so', async () => {
  bybit.answers.set(
    '/v5/order/cancel',
    reply({ retCode: 110001, retMsg: 'order not exists or too late to cancel', result: {} }),
  );
  const request = { symbol: 'BTC/USDT', clientOrderId: ID, exchangeOrderId: null, type: 'limit' } as const;
  expect(await venue.cancel(request)).toMatchObject({ kind: 'rejected', code: 'order_not_found' });
  expect(bybit.recorded[0]?.body).toEqual({ category: 'linear', symbol: 'BTCUSDT', orderLinkId: ID });
});

describe('finding an order', () => {
  const row = (orderLinkId: string) => ({
    ...{ orderId: 'e-9', orderLinkId, symbol: 'BTCUSDT', side: 'Sell', positionIdx: 1, orderStatus: 'New' },
    ...{ orderType: 'Limit', price: '1', qty: '1', createdTime: '1', updatedTime: '1' },
  });

  test('another order that comes back under our question is not ours', async () => {
    bybit.answers.set('/v5/order/realtime', success({ list: [row('sm_tp_7_BTCUSDT_1')] }));
    bybit.answers.set('/v5/order/history', success({ list: [row('sm_tp_8_BTCUSDT_1')] }));
    expect(await venue.findOrder('BTC/USDT', ID)).toEqual({ ok: true, value: null });
  });

  test('the history answers where the open orders do not', async () => {
    bybit.answers.set('/v5/order/realtime', success({ list: [] }));
    bybit.answers.set('/v5/order/history', success({ list: [row(ID)] }));
    expect(await venue.findOrder('BTC/USDT', ID)).toMatchObject({
      ok: true,
      value: { exchangeOrderId: 'e-9' },
    });
  });

  test('a failure of either look-up is a failure, never an absence', async () => {
    bybit.answers.set('/v5/order/realtime', success({ list: [] }));
    bybit.answers.set('/v5/order/history', (response) => response.writeHead(503).end());
    expect(await venue.findOrder('BTC/USDT', ID)).toMatchObject({ ok: false, code: 'server_error' });
  });

  test('rows that make no sense are a failure that names the field', async () => {
    bybit.answers.set('/v5/order/realtime', success({ list: [{ ...row(ID), qty: 'many' }] }));
    const read = await venue.findOrder('BTC/USDT', ID);
    expect(read).toMatchObject({ ok: false, code: 'bad_body' });
    expect(read.ok ? '' : read.message).toContain('"qty"');
  });
});

describe('what never answers', () => {
  const impatient = (orderDeadlineMs = 60) => {
    const address = bybitAddress('paper', url);
    const site = new BybitSite({
      address,
      limits: { readDeadlineMs: 80, orderDeadlineMs, pingEveryMs: 200 },
    });
    const hub = new PriceHub(budgetClock);
    const key = { apiKey: 'key', apiSecret: 'secret' };
    const market = new BybitMarketData(site, hub, { purpose: 'bot' });
    const prices = (symbol: string) => market.prices(symbol);
    venue = new BybitVenue({ site, hub, prices, environment: 'paper', ...key });
    return venue;
  };

  test('a body that stalls after its headers is given up at the deadline', async () => {
    impatient();
    const outcome = await place((response) =>
      response.writeHead(200, { 'content-length': '500' }).write('{"ret'),
    );
    expect(outcome).toMatchObject({ kind: 'ambiguous', cause: 'timeout' });
  });

  test('an order that our own budget has no room for is refused, and was never sent', async () => {
    impatient(700);
    bybit.answers.set('/v5/order/create', success({ orderId: 'e-1', orderLinkId: ID }));
    const outcomes = await Promise.all(Array.from({ length: 12 }, () => venue.place(TAKE_PROFIT)));
    const refused = outcomes.filter(
      (outcome) => outcome.kind === 'rejected' && outcome.code === 'rate_limited',
    );
    expect(refused).toHaveLength(3); // nine a second is the share of what protects
    expect(bybit.recorded).toHaveLength(9);
  });

  test('a read that stalls is a failure', async () => {
    bybit.answers.set('/v5/order/realtime', () => {});
    expect(await impatient().findOrder('BTC/USDT', ID)).toMatchObject({ ok: false, code: 'timeout' });
  });

  test('a half-open websocket is noticed by its missing pongs', async () => {
    impatient();
    const { until, count } = watch();
    await until(() => count('connected') >= 1);
    bybit.mute = true;
    await until(() => count('disconnected') >= 1);
    bybit.mute = false;
    await until(() => count('connected') >= 2);
    await venue.close();
    expect(count('disconnected')).toBeGreaterThanOrEqual(1);
  });
});

/** Collects events and lets a test wait for one. */
function watch() {
  const events: VenueEvent[] = [];
  let wake = () => {};
  const stop = venue.watch('BTC/USDT', (event) => {
    events.push(event);
    wake();
  });
  const until = async (satisfied: (events: VenueEvent[]) => boolean) => {
    while (!satisfied(events)) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  const count = (type: VenueEvent['type']) => events.filter((event) => event.type === type).length;
  return { events, until, count, stop };
}

describe('the private stream', () => {
  const execution = {
    ...{
      category: 'linear',
      symbol: 'BTCUSDT',
      execId: 'x-1',
      execType: 'Trade',
      side: 'Buy',
      orderId: 'e-1',
    },
    ...{ orderLinkId: ID, execPrice: '26000', execQty: '0.01', execFee: '0.05', execTime: '1700000000000' },
  };

  test('says connected only once the venue acknowledged login and topics', async () => {
    bybit.mute = true;
    const { count, until } = watch();
    while (bybit.recorded.every(({ path }) => path !== 'auth'))
      await new Promise((resolve) => setTimeout(resolve, 5));
    expect(count('connected')).toBe(0);
    bybit.mute = false;
    bybit.disconnect();
    await until(() => count('connected') > 0);
    const asked = bybit.recorded.filter(({ path }) => path === 'subscribe').map(({ body }) => body['args']);
    expect(asked).toContainEqual(['order', 'execution', 'position']);
  });

  test('rows arrive one by one, each as it came, for this symbol only', async () => {
    const { events, until, count } = watch();
    await until(() => count('connected') > 0);
    bybit.push('execution', [
      execution,
      { ...execution, execId: 'x-2' },
      { ...execution, symbol: 'ETHUSDT' },
    ]);
    await until(() => count('execution') === 2);
    const ids = events
      .map((event) => (event.type === 'execution' ? event.execution.executionId : null))
      .filter(Boolean);
    expect(ids).toEqual(['x-1', 'x-2']);
  });

  test('an execution overtakes what arrived with it; the others keep their order', async () => {
    const { events, until, count } = watch();
    await until(() => count('connected') > 0);
    const position = { symbol: 'BTCUSDT', side: 'Buy', size: '0.01', entryPrice: '26000', positionIdx: 1 };
    bybit.push('position', [position]);
    bybit.push('execution', [execution]);
    bybit.push('position', [{ ...position, size: '0.02' }]);
    await until(() => count('position') === 2);
    const told = events.filter(({ type }) => type === 'execution' || type === 'position');
    expect(told).toMatchObject([
      { type: 'execution' },
      { type: 'position', position: { quantity: '0.01' } },
      { type: 'position', position: { quantity: '0.02' } },
    ]);
  });

  test('a row that cannot be read ends the session where it had to wait, too', async () => {
    const { until, count } = watch();
    await until(() => count('connected') > 0);
    bybit.push('position', [{ symbol: 'BTCUSDT', side: 'Buy', size: 'lots', positionIdx: 1 }]);
    await until(() => count('connected') === 2);
    expect(count('disconnected')).toBe(1);
  });

  test('a broken line is told, and connected comes again by itself', async () => {
    const { until, count } = watch();
    await until(() => count('connected') > 0);
    bybit.disconnect();
    await until(() => count('connected') === 2);
    expect(count('disconnected')).toBe(1);
  });

  test('a row that cannot be read ends the session, so that a snapshot follows', async () => {
    const { until, count } = watch();
    await until(() => count('connected') > 0);
    bybit.push('execution', [{ ...execution, execQty: 'lots' }]);
    await until(() => count('connected') === 2);
    expect(count('disconnected')).toBe(1);
  });

  test('after the last listener left, the line is closed', async () => {
    const { until, count, stop } = watch();
    await until(() => count('connected') > 0);
    stop();
    while (bybit.connections > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(count('disconnected')).toBe(0);
  });
});

describe('prices', () => {
  test('a change of one price keeps the other', async () => {
    const { events, until, count } = watch();
    while (!bybit.recorded.some(({ body }) => String(body['args']) === 'tickers.BTCUSDT')) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    bybit.push('tickers.BTCUSDT', { symbol: 'BTCUSDT', lastPrice: '26000.5', markPrice: '26001' });
    await until(() => count('prices') === 1);
    bybit.push('tickers.BTCUSDT', { symbol: 'BTCUSDT', lastPrice: '26002' });
    await until(() => count('prices') === 2);
    const last = events.findLast((event) => event.type === 'prices');
    expect(last).toMatchObject({ prices: { last: '26002', mark: '26001' } });
  });
});

test('an environment that a venue does not have is refused with a code', () => {
  const key = { venue: 'bingx', environment: 'testnet', apiKey: 'k', apiSecret: 's' } as const;
  expect(() => directory.open(key)).toThrow(expect.objectContaining({ code: 'venue_not_supported' }));
});
