/** GET /v5/market/*: what can be asked without a key. */
import type { Listed } from '../../core/market.ts';
import { bandOf } from '../../core/price-band.ts';
import { dec, ratioText } from '../../decimal.ts';
import { candleTexts, dayOf, depth, instrumentView, intervalMs, tickerView } from './market-view.ts';
import { listedSymbol } from './params.ts';
import { text, wholeNumber } from './query.ts';
import { badParameter, ok, type Reply } from './reply.ts';
import type { Route, RouteContext } from './routes.ts';

const MAX_KLINES = 1_000;
const MAX_DEPTH = 200;

export const MARKET_ROUTES: Record<string, Route> = {
  'GET /v5/market/time': { needsKey: false, run: serverTime },
  'GET /v5/market/instruments-info': { needsKey: false, run: instruments },
  'GET /v5/market/tickers': { needsKey: false, run: tickers },
  'GET /v5/market/kline': { needsKey: false, run: klines },
  'GET /v5/market/orderbook': { needsKey: false, run: orderBook },
  'GET /v5/market/price-limit': { needsKey: false, run: priceLimit },
  'GET /v5/market/risk-limit': { needsKey: false, run: riskLimits },
};

function serverTime({ now }: RouteContext): Reply {
  return ok({ timeSecond: String(Math.floor(now / 1000)), timeNano: `${now}000000` });
}

/** All listed contracts, or the one that is asked for; other categories are empty. */
function listedFor(context: RouteContext): Listed[] | Reply {
  const { exchange, query } = context;
  const category = text(query, 'category');
  if (category === null) return badParameter('params error: category is needed');
  if (category !== 'linear') return [];
  const symbol = text(query, 'symbol');
  if (symbol === null) return [...exchange.market.listed.values()];
  const listed = listedSymbol(exchange, symbol);
  return listed.ok ? [listed.value] : listed.reply;
}

function instruments(context: RouteContext): Reply {
  const listed = listedFor(context);
  if (!Array.isArray(listed)) return listed;
  const status = text(context.query, 'status') ?? 'Trading';
  const base = text(context.query, 'baseCoin');
  const shown = listed.filter(
    (each) => status === 'Trading' && (base === null || each.instrument.base === base),
  );
  return ok({
    category: text(context.query, 'category'),
    list: shown.map(instrumentView),
    nextPageCursor: '',
  });
}

function tickers(context: RouteContext): Reply {
  const listed = listedFor(context);
  if (!Array.isArray(listed)) return listed;
  const { feed, exchange, query } = context;
  const marketTime = exchange.market.time;
  const list = listed.map((each) => tickerView(each, marketTime, dayOf({ listed: each, feed, marketTime })));
  return ok({ category: text(query, 'category'), list });
}

function klines({ exchange, feed, query }: RouteContext): Reply {
  const listed = listedSymbol(exchange, text(query, 'symbol') ?? '');
  if (!listed.ok) return listed.reply;
  const interval = intervalMs(text(query, 'interval') ?? '');
  if (interval === null)
    return badParameter('params error: interval must be one of 1 3 5 15 30 60 120 240 360 720 D W');
  const [limit, start, end] = ['limit', 'start', 'end'].map((name) => wholeNumber(query, name));
  if (!limit?.ok || !start?.ok || !end?.ok)
    return badParameter('params error: limit, start and end must be whole numbers');
  const rows = Math.min(Math.max(1, limit.value ?? 200), MAX_KLINES);
  const now = exchange.market.time;
  const to = Math.floor(Math.min(end.value ?? now, now) / interval) * interval;
  const from = Math.max(Math.ceil((start.value ?? 0) / interval) * interval, to - (rows - 1) * interval);
  const candles = feed.candles({ symbol: listed.value.instrument.id, intervalMs: interval, from, to }, now);
  const list = candles.reverse().map((candle) => {
    const texts = candleTexts(listed.value, candle);
    return [
      String(candle.openTime),
      texts.open,
      texts.high,
      texts.low,
      texts.close,
      texts.volume,
      texts.turnover,
    ];
  });
  return ok({ category: 'linear', symbol: listed.value.instrument.id, list });
}

function orderBook({ exchange, query, now }: RouteContext): Reply {
  const listed = listedSymbol(exchange, text(query, 'symbol') ?? '');
  if (!listed.ok) return listed.reply;
  const limit = wholeNumber(query, 'limit');
  if (!limit.ok) return limit.reply;
  const levels = Math.min(Math.max(1, limit.value ?? 25), MAX_DEPTH);
  return ok({
    s: listed.value.instrument.id,
    ...depth(listed.value, levels),
    ts: now,
    u: now,
    seq: now,
    cts: now,
  });
}

function priceLimit({ exchange, query, now }: RouteContext): Reply {
  const listed = listedSymbol(exchange, text(query, 'symbol') ?? '');
  if (!listed.ok) return listed.reply;
  const { highestBuy, lowestSell } = bandOf(listed.value);
  return ok({
    symbol: listed.value.instrument.id,
    buyLmt: highestBuy.toString(),
    sellLmt: lowestSell.toString(),
    ts: String(now),
  });
}

function riskLimits(context: RouteContext): Reply {
  const listed = listedFor(context);
  if (!Array.isArray(listed)) return listed;
  const list = listed.flatMap(({ instrument, tiers }) =>
    tiers.map((tier) => ({
      id: tier.index + 1,
      symbol: instrument.id,
      riskLimitValue: tier.notionalMax.toString(),
      maintenanceMargin: tier.ratio.toString(),
      initialMargin: ratioText(dec('1'), tier.maxLeverage, 6),
      isLowestRisk: tier.index === 0 ? 1 : 0,
      maxLeverage: tier.maxLeverage.toString(),
      mmDeduction: tier.index === 0 ? '' : tier.deduction.toString(),
    })),
  );
  return ok({ category: 'linear', list, nextPageCursor: '' });
}
