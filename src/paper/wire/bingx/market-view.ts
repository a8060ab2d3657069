/** Public market data as BingX writes it. https://bingx-api.github.io/docs-v3/#/en/Swap/Market%20Data */
import { FEES } from '../../core/fees.ts';
import { FUNDING_INTERVAL_MS, nextFundingTime } from '../../core/funding.ts';
import type { Listed } from '../../core/market.ts';
import { fromInteger, ratioText } from '../../decimal.ts';
import { type DayStatistics, touch } from '../bybit/market-view.ts';
import { symbolText } from './params.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** Digits behind the point of a step: BingX writes precisions, not steps. */
export function digits(step: string): number {
  return step.includes('.') ? (step.replace(/0+$/, '').split('.')[1]?.length ?? 0) : 0;
}

export function contractView(listed: Listed) {
  const { instrument } = listed;
  return {
    contractId: '100',
    symbol: symbolText(instrument.id),
    size: instrument.lotSize,
    quantityPrecision: digits(instrument.lotSize),
    pricePrecision: digits(instrument.tickSize),
    feeRate: Number(FEES.taker.toString()),
    makerFeeRate: Number(FEES.maker.toString()),
    takerFeeRate: Number(FEES.taker.toString()),
    tradeMinLimit: 0,
    tradeMinQuantity: Number(instrument.minQuantity),
    tradeMinUSDT: Number(instrument.minNotional),
    maxLongLeverage: Number(instrument.maxLeverage),
    maxShortLeverage: Number(instrument.maxLeverage),
    currency: instrument.quote,
    asset: instrument.base,
    status: 1,
    apiStateOpen: 'true',
    apiStateClose: 'true',
    ensureTrigger: false,
    triggerFeeRate: '0',
    brokerState: true,
    launchTime: 1_585_526_400_000,
    maintainTime: 0,
    offTime: 0,
    displayName: symbolText(instrument.id),
  };
}

export function tickerView(listed: Listed, day: DayStatistics, now: number) {
  const price = (ticks: number) => listed.tick.times(fromInteger(ticks)).toString();
  const { bid, ask, size } = touch(listed);
  const { opened, volume, turnover } = day;
  return {
    symbol: symbolText(listed.instrument.id),
    priceChange: listed.last.minus(opened).toString(),
    priceChangePercent: `${ratioText(listed.last.minus(opened).times(fromInteger(100)), opened, 2)}%`,
    lastPrice: listed.last.toString(),
    lastQty: listed.lot.toString(),
    highPrice: price(Math.max(listed.lastTicks, day.highTicks)),
    lowPrice: price(Math.min(listed.lastTicks, day.lowTicks)),
    volume: volume.toString(),
    quoteVolume: turnover.round(4).toString(),
    openPrice: opened.toString(),
    openTime: now - DAY_MS,
    closeTime: now,
    askPrice: ask.toString(),
    askQty: size.toString(),
    bidPrice: bid.toString(),
    bidQty: size.toString(),
  };
}

export function premiumView(listed: Listed, marketTime: number) {
  return {
    symbol: symbolText(listed.instrument.id),
    markPrice: listed.last.toString(),
    indexPrice: listed.last.toString(),
    lastFundingRate: listed.fundingRate.toString(),
    nextFundingTime: nextFundingTime(marketTime),
    fundingIntervalHours: FUNDING_INTERVAL_MS / 3_600_000,
  };
}

const INTERVALS: Record<string, number> = {
  '1m': 1,
  '3m': 3,
  '5m': 5,
  '15m': 15,
  '30m': 30,
  '1h': 60,
  '2h': 120,
  '4h': 240,
  '6h': 360,
  '8h': 480,
  '12h': 720,
  '1d': 1_440,
  '3d': 4_320,
  '1w': 10_080,
};

/** Null for what is not offered. */
export function intervalMs(written: string): number | null {
  const minutes = INTERVALS[written];
  return minutes === undefined ? null : minutes * MINUTE_MS;
}
