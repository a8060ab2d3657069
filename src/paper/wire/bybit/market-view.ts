/** Public market data as Bybit writes it. https://bybit-exchange.github.io/docs/v5/market/tickers */
import { FUNDING_INTERVAL_MS, nextFundingTime } from '../../core/funding.ts';
import type { Listed } from '../../core/market.ts';
import { bandRatios } from '../../core/price-band.ts';
import { type Dec, fromInteger, ratioText, sum, ZERO } from '../../decimal.ts';
import type { Candle, Feed } from '../../feed/feed.ts';

const LAUNCHED = '1585526400000';
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

export function instrumentView(listed: Listed) {
  const { instrument } = listed;
  const { x, y } = bandRatios(listed);
  return {
    symbol: instrument.id,
    symbolId: 0,
    contractType: 'LinearPerpetual',
    status: 'Trading',
    baseCoin: instrument.base,
    quoteCoin: instrument.quote,
    symbolType: '',
    launchTime: LAUNCHED,
    deliveryTime: '0',
    deliveryFeeRate: '',
    priceScale: String(instrument.tickSize.split('.')[1]?.length ?? 0),
    leverageFilter: { minLeverage: '1', maxLeverage: instrument.maxLeverage, leverageStep: '0.01' },
    priceFilter: {
      minPrice: instrument.tickSize,
      maxPrice: listed.maxPrice.toString(),
      tickSize: instrument.tickSize,
    },
    lotSizeFilter: {
      maxOrderQty: instrument.maxQuantity,
      minOrderQty: instrument.minQuantity,
      qtyStep: instrument.lotSize,
      postOnlyMaxOrderQty: instrument.maxQuantity,
      maxMktOrderQty: instrument.maxMarketQuantity,
      minNotionalValue: instrument.minNotional,
    },
    unifiedMarginTrade: true,
    fundingInterval: FUNDING_INTERVAL_MS / 60_000,
    settleCoin: instrument.quote,
    copyTrading: 'none',
    upperFundingRate: '0.005',
    lowerFundingRate: '-0.005',
    isPreListing: false,
    preListingInfo: null,
    riskParameters: { priceLimitRatioX: x, priceLimitRatioY: y },
    displayName: '',
  };
}

export interface TickerContext {
  listed: Listed;
  feed: Feed;
  marketTime: number;
}

/** Touch prices are one tick either side; the size shown there is nominal. */
export function touch(listed: Listed): { bid: Dec; ask: Dec; size: Dec } {
  return {
    bid: listed.last.minus(listed.tick),
    ask: listed.last.plus(listed.tick),
    size: listed.lot.times(fromInteger(1_000)),
  };
}

export interface DayStatistics {
  opened: Dec;
  openedHour: Dec;
  highTicks: number;
  lowTicks: number;
  volume: Dec;
  turnover: Dec;
}

/** What the last 24 hours of market time were like. */
export function dayOf({ listed, feed, marketTime }: TickerContext): DayStatistics {
  const symbol = listed.instrument.id;
  const from = Math.floor((marketTime - DAY_MS) / HOUR_MS) * HOUR_MS;
  const hours = feed.candles({ symbol, intervalMs: HOUR_MS, from, to: marketTime }, marketTime);
  const price = (ticks: number) => listed.tick.times(fromInteger(ticks));
  const volumes = hours.map((each) => listed.lot.times(fromInteger(each.volume)));
  return {
    opened: price(hours[0]?.open ?? listed.lastTicks),
    openedHour: price(hours.at(-1)?.open ?? listed.lastTicks),
    highTicks: Math.max(0, ...hours.map((each) => each.high)),
    lowTicks: Math.min(Number.MAX_SAFE_INTEGER, ...hours.map((each) => each.low)),
    volume: sum(volumes),
    turnover: sum(hours.map((each, index) => price(each.close).times(volumes[index] ?? ZERO))),
  };
}

export function tickerView(listed: Listed, marketTime: number, day: DayStatistics) {
  const symbol = listed.instrument.id;
  const price = (ticks: number) => listed.tick.times(fromInteger(ticks));
  const high = Math.max(listed.lastTicks, day.highTicks);
  const low = Math.min(listed.lastTicks, day.lowTicks);
  const { opened, volume, turnover } = day;
  const { bid, ask, size } = touch(listed);
  const last = listed.last.toString();
  return {
    symbol,
    lastPrice: last,
    indexPrice: last,
    markPrice: last,
    prevPrice24h: opened.toString(),
    price24hPcnt: ratioText(listed.last.minus(opened), opened, 6),
    highPrice24h: price(high).toString(),
    lowPrice24h: price(low).toString(),
    prevPrice1h: day.openedHour.toString(),
    openInterest: '0',
    openInterestValue: '0',
    turnover24h: turnover.round(4).toString(),
    volume24h: volume.toString(),
    fundingRate: listed.fundingRate.toString(),
    nextFundingTime: String(nextFundingTime(marketTime)),
    predictedDeliveryPrice: '',
    basisRate: '',
    basis: '',
    basisRateYear: '',
    deliveryFeeRate: '',
    deliveryTime: '0',
    ask1Size: size.toString(),
    bid1Price: bid.toString(),
    ask1Price: ask.toString(),
    bid1Size: size.toString(),
    preOpenPrice: '',
    preQty: '',
    curPreListingPhase: '',
    fundingIntervalHour: String(FUNDING_INTERVAL_MS / HOUR_MS),
    fundingCap: '0.005',
  };
}

export function candleTexts(listed: Listed, candle: Candle) {
  const price = (ticks: number) => listed.tick.times(fromInteger(ticks));
  const volume = listed.lot.times(fromInteger(candle.volume));
  return {
    open: price(candle.open).toString(),
    high: price(candle.high).toString(),
    low: price(candle.low).toString(),
    close: price(candle.close).toString(),
    volume: volume.toString(),
    turnover: volume.times(price(candle.close)).round(4).toString(),
  };
}

/** Minutes by their number, and D, W as Bybit names them. Null for what is not offered. */
export function intervalMs(interval: string): number | null {
  if (['1', '3', '5', '15', '30', '60', '120', '240', '360', '720'].includes(interval))
    return Number(interval) * 60_000;
  if (interval === 'D') return DAY_MS;
  return interval === 'W' ? 7 * DAY_MS : null;
}

/** A book around the price for clients that want one: so many levels, a tick apart. */
export function depth(listed: Listed, levels: number): { b: [string, string][]; a: [string, string][] } {
  const { size } = touch(listed);
  const level = (index: number, away: 1 | -1): [string, string] => [
    listed.tick.times(fromInteger(listed.lastTicks + away * (index + 1))).toString(),
    size.toString(),
  ];
  const most = Math.min(levels, listed.lastTicks - 1);
  return {
    b: Array.from({ length: most }, (_, index) => level(index, -1)),
    a: Array.from({ length: levels }, (_, index) => level(index, 1)),
  };
}
