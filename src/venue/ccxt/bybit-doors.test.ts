/** What pages ask of a venue, beside what bots ask, and what both count against. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createVenueDirectory } from '../directory.ts';
import { PriceHub } from '../market-data.ts';
import { budgetClock } from '../rate-budget.ts';
import type { MarketData, OrderRequest, Read, VenueDirectory, VenueKey } from '../venue.ts';
import { BybitVenue } from './bybit.ts';
import { bybitAddress } from './bybit-address.ts';
import { BybitMarketData } from './bybit-market-data.ts';
import { BybitSite } from './bybit-site.ts';
import { ScriptedBybit, success } from './scripted-bybit.ts';

const ID = 'sm_tp_42_BTCUSDT_10pf';
const TAKE_PROFIT: OrderRequest = {
  ...{ text: ID, clientOrderId: ID, clientOrderID: ID, newClientOrderId: ID, orderLinkId: ID, label: ID },
  ...{ symbol: 'BTC/USDT', direction: 'sell', side: 'long', positionMode: 'hedge', type: 'limit' },
  ...{ quantity: '0.010', price: '26123.50', triggerPrice: null, reduceOnly: true },
};

let bybit: ScriptedBybit;
let url: string;
let directory: VenueDirectory;

beforeEach(async () => {
  bybit = new ScriptedBybit();
  url = await bybit.listen();
  directory = createVenueDirectory({ paperUrl: url });
});

afterEach(async () => {
  await directory.close();
  await bybit.close();
});

const keyOf = (apiKey: string): VenueKey => ({
  ...{ venue: 'bybit', environment: 'paper' },
  ...{ apiKey, apiSecret: 'secret' },
});
const asked = (path: string) => bybit.recorded.filter((recorded) => recorded.path === path).length;

/** Many pages ask for their users' accounts at once; resolves with the first refusal. */
function crowdOfPages(): Promise<Read<unknown>> {
  return new Promise((refused) => {
    for (let i = 0; i < 200; i++) {
      const venue = directory.open(keyOf(`key-${i}`), { purpose: 'door' });
      void venue.account().then((read) => !read.ok && read.code === 'rate_limited' && refused(read));
    }
  });
}

test('a crowd of pages is refused as busy, and a bot beside it still reads at once', async () => {
  const silent = () => {};
  bybit.answers.set('/v5/user/query-api', silent);
  bybit.answers.set('/v5/account/wallet-balance', silent);
  bybit.answers.set('/v5/order/realtime', success({ list: [] }));
  bybit.answers.set('/v5/order/history', success({ list: [] }));
  expect(await crowdOfPages()).toMatchObject({ ok: false, message: expect.stringContaining('busy') });
  const bot = directory.open(keyOf('bot'));
  for (let i = 0; i < 15; i++) expect(await bot.findOrder('BTC/USDT', ID)).toEqual({ ok: true, value: null });
});

function pricesOf(site: BybitSite, hub: PriceHub): MarketData['prices'] {
  const market = new BybitMarketData(site, hub, { purpose: 'door' });
  return (symbol) => market.prices(symbol);
}

test('pages never put more than their hundred into five seconds', async () => {
  const frozen = { nowMs: () => 0, after: () => () => {} };
  const site = new BybitSite({ address: bybitAddress('paper', url), budgetClock: frozen });
  const hub = new PriceHub(budgetClock);
  const prices = pricesOf(site, hub);
  bybit.answers.set('/v5/position/list', success({ list: [] }));
  const reads = Array.from({ length: 200 }, (_, i) => {
    const key = { apiKey: `key-${i}`, apiSecret: 'secret' };
    const venue = new BybitVenue({ site, hub, prices, environment: 'paper', ...key, purpose: 'door' });
    return venue.snapshot('BTC/USDT', 0);
  });
  while (bybit.recorded.length < 100) await new Promise((resolve) => setTimeout(resolve, 5));
  await site.close();
  await Promise.all(reads);
  expect(bybit.recorded).toHaveLength(100);
});

test('a page that asks for the market is not waited for by a bot that asks the same', async () => {
  bybit.answers.set('/v5/market/tickers', () => {});
  const doors = directory.marketData('bybit', 'paper', { purpose: 'door' });
  void doors.prices('BTC/USDT');
  while (asked('/v5/market/tickers') === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  const row = { symbol: 'BTCUSDT', lastPrice: '26000', markPrice: '26001' };
  bybit.answers.set('/v5/market/tickers', success({ list: [row] }));
  const prices = await directory.marketData('bybit', 'paper').prices('BTC/USDT');
  expect(prices).toMatchObject({ ok: true, value: { last: '26000' } });
});

test('a symbol that does not exist is asked for once, however many try it', async () => {
  bybit.answers.set('/v5/market/instruments-info', success({ list: [] }));
  const market = directory.marketData('bybit', 'paper', { purpose: 'door' });
  for (let i = 0; i < 20; i++)
    expect(await market.instrument('NOPE/USDT')).toMatchObject({ ok: false, code: 'unknown_symbol' });
  expect(asked('/v5/market/instruments-info')).toBe(1);
});

test('a key’s limit holds over all venues that are opened with it', async () => {
  const frozen = { nowMs: () => 0, after: () => () => {} };
  const site = new BybitSite({ address: bybitAddress('paper', url), budgetClock: frozen });
  const hub = new PriceHub(budgetClock);
  const prices = pricesOf(site, hub);
  bybit.answers.set('/v5/order/create', success({ orderId: 'e-1', orderLinkId: ID }));
  const open = (apiKey: string) =>
    new BybitVenue({ site, hub, prices, environment: 'paper', apiKey, apiSecret: 'secret' });
  const outcomes = Array.from({ length: 12 }, () => open('one').place(TAKE_PROFIT));
  expect(await open('other').place(TAKE_PROFIT)).toMatchObject({ kind: 'accepted' });
  while (asked('/v5/order/create') < 10) await new Promise((resolve) => setTimeout(resolve, 5));
  await site.close();
  const refused = (await Promise.all(outcomes)).filter(({ kind }) => kind === 'rejected');
  expect(refused).toHaveLength(3); // nine a second is the share of what protects
});
