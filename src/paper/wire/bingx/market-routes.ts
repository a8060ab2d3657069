/** What can be asked without a key: /openApi/swap/v2/quote/* and what loading markets asks besides. */
import type { Listed } from '../../core/market.ts';
import { candleTexts, dayOf, depth } from '../bybit/market-view.ts';
import { contractView, intervalMs, premiumView, tickerView } from './market-view.ts';
import { listedSymbol, optionalSymbol, sizeWithin, symbolText, text, wholeNumbers } from './params.ts';
import { badParameter, ok, type Reply } from './reply.ts';
import type { PublicRoute, RouteContext } from './routes.ts';

const MAX_KLINES = 1_440;
const MAX_DEPTH = 1_000;

const open = (run: PublicRoute['run']): PublicRoute => ({ needs: 'nothing', run });

export const MARKET_ROUTES: Record<string, PublicRoute> = {
  'GET /openApi/swap/v2/server/time': open(({ now }) => ok({ serverTime: now })),
  'GET /openApi/swap/v2/quote/contracts': open(contracts),
  'GET /openApi/swap/v2/quote/ticker': open((context) => oneOrAll(context, ticker)),
  'GET /openApi/swap/v2/quote/price': open((context) => oneOrAll(context, price)),
  'GET /openApi/swap/v1/ticker/price': open((context) => oneOrAll(context, price)),
  'GET /openApi/swap/v2/quote/premiumIndex': open((context) => oneOrAll(context, premium)),
  'GET /openApi/swap/v2/quote/bookTicker': open((context) => oneOrAll(context, bookTicker)),
  'GET /openApi/swap/v2/quote/depth': open(orderBook),
  'GET /openApi/swap/v3/quote/klines': open(klines),
  'GET /openApi/swap/v2/quote/klines': open(klines),
  // Coin-margined and spot markets are not traded here; clients ask for them all the same.
  'GET /openApi/cswap/v1/market/contracts': open(() => ok([])),
  'GET /openApi/spot/v1/common/symbols': open(() => ok({ symbols: [] })),
};

function contracts({ exchange, query }: RouteContext): Reply {
  const symbol = optionalSymbol(exchange, query);
  if (!symbol.ok) return symbol.reply;
  const shown = symbol.value === null ? [...exchange.market.listed.values()] : [symbol.value];
  return ok(shown.map(contractView));
}

/** With a symbol one object, without one a list of all. */
function oneOrAll(context: RouteContext, view: (context: RouteContext, listed: Listed) => object): Reply {
  const symbol = optionalSymbol(context.exchange, context.query);
  if (!symbol.ok) return symbol.reply;
  if (symbol.value !== null) return ok(view(context, symbol.value));
  return ok([...context.exchange.market.listed.values()].map((listed) => view(context, listed)));
}

function ticker({ exchange, feed, now }: RouteContext, listed: Listed): object {
  return tickerView(listed, dayOf({ listed, feed, marketTime: exchange.market.time }), now);
}

function price({ now }: RouteContext, listed: Listed): object {
  return { symbol: symbolText(listed.instrument.id), price: listed.last.toString(), time: now };
}

function premium({ exchange }: RouteContext, listed: Listed): object {
  return premiumView(listed, exchange.market.time);
}

function bookTicker(context: RouteContext, listed: Listed): object {
  const [bid, ask] = [depth(listed, 1).b[0], depth(listed, 1).a[0]];
  const symbol = symbolText(listed.instrument.id);
  return {
    book_ticker: { symbol, bid_price: bid?.[0], bid_qty: bid?.[1], ask_price: ask?.[0], ask_qty: ask?.[1] },
    time: context.now,
  };
}

function orderBook({ exchange, query, now }: RouteContext): Reply {
  const listed = listedSymbol(exchange, text(query, 'symbol'));
  if (!listed.ok) return listed.reply;
  const numbers = wholeNumbers(query, ['limit']);
  if (!numbers.ok) return numbers.reply;
  const { b, a } = depth(listed.value, sizeWithin(numbers.value[0] ?? null, 20, MAX_DEPTH));
  return ok({ T: now, bids: b, asks: a.reverse() });
}

/** Newest first, the unfinished candle on top. */
function klines({ exchange, feed, query }: RouteContext): Reply {
  const listed = listedSymbol(exchange, text(query, 'symbol'));
  if (!listed.ok) return listed.reply;
  const interval = intervalMs(text(query, 'interval') ?? '');
  if (interval === null) {
    return badParameter('interval must be one of 1m 3m 5m 15m 30m 1h 2h 4h 6h 8h 12h 1d 3d 1w');
  }
  const numbers = wholeNumbers(query, ['limit', 'startTime', 'endTime']);
  if (!numbers.ok) return numbers.reply;
  const [limit, start, end] = numbers.value;
  const rows = sizeWithin(limit ?? null, 500, MAX_KLINES);
  const now = exchange.market.time;
  const last = Math.floor(Math.min(end ?? now, now) / interval) * interval;
  const first = Math.ceil((start ?? 0) / interval) * interval;
  // From a start time on the oldest rows come, else the latest.
  const to = start === null || start === undefined ? last : Math.min(last, first + (rows - 1) * interval);
  const from = Math.max(first, to - (rows - 1) * interval);
  const symbol = listed.value.instrument.id;
  const candles = feed.candles({ symbol, intervalMs: interval, from, to }, now);
  return ok(
    candles.reverse().map((candle) => {
      const { open: opened, close, high, low, volume } = candleTexts(listed.value, candle);
      return { open: opened, close, high, low, volume, time: candle.openTime };
    }),
  );
}
