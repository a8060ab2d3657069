/** How many requests a restart of many bots takes, against the venue's limit for one address. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PriceHub } from '../market-data.ts';
import { budgetClock } from '../rate-budget.ts';
import { BybitVenue } from './bybit.ts';
import { bybitAddress } from './bybit-address.ts';
import { BybitMarketData } from './bybit-market-data.ts';
import { BybitSite } from './bybit-site.ts';
import { ScriptedBybit, success } from './scripted-bybit.ts';

const BOTS = 100;
const WALLET = { totalAvailableBalance: '1', coin: [{ coin: 'USDT', walletBalance: '2' }] };

let bybit: ScriptedBybit;
let site: BybitSite;
let open: (bot: number) => BybitVenue;

beforeEach(async () => {
  bybit = new ScriptedBybit();
  const url = await bybit.listen();
  const position = { symbol: 'BTCUSDT', positionIdx: 0, side: '', size: '0' };
  const ticker = { symbol: 'BTCUSDT', lastPrice: '26000', markPrice: '26001' };
  bybit.answers.set('/v5/order/realtime', success({ list: [] }));
  bybit.answers.set('/v5/position/list', success({ list: [position] }));
  bybit.answers.set('/v5/execution/list', success({ list: [] }));
  bybit.answers.set('/v5/market/tickers', success({ list: [ticker] }));
  bybit.answers.set('/v5/account/wallet-balance', success({ list: [WALLET] }));
  // Time stands still: what does not fit into one window of the venue never goes out.
  const frozen = { nowMs: () => 0, after: () => () => {} };
  site = new BybitSite({ address: bybitAddress('paper', url), budgetClock: frozen });
  const hub = new PriceHub(budgetClock);
  const market = new BybitMarketData(site, hub, { purpose: 'bot' });
  const prices = (symbol: string) => market.prices(symbol);
  open = (bot) =>
    new BybitVenue({ site, hub, prices, environment: 'paper', apiKey: `key-${bot}`, apiSecret: 'secret' });
});

afterEach(async () => {
  await site.close();
  await bybit.close();
});

test('the first readings of a hundred bots fit into one window, three requests each', async () => {
  const readings = Array.from({ length: BOTS }, (_, bot) =>
    open(bot).snapshot('BTC/USDT', Date.now(), { wallet: false }),
  );
  for (const read of await Promise.all(readings)) {
    expect(read).toMatchObject({ ok: true, value: { walletBalance: null, prices: { last: '26000' } } });
  }
  const asked = Map.groupBy(bybit.recorded, ({ path }) => path);
  expect(Object.fromEntries([...asked].map(([path, { length }]) => [path, length]))).toEqual({
    '/v5/order/realtime': BOTS,
    '/v5/position/list': BOTS,
    '/v5/execution/list': BOTS,
    '/v5/market/tickers': 1,
  });
});

test('a reading has the wallet unless it is told otherwise', async () => {
  const read = await open(0).snapshot('BTC/USDT', Date.now());
  expect(read).toMatchObject({ ok: true, value: { availableBalance: '1', walletBalance: '2' } });
});
