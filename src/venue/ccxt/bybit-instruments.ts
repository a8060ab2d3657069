/**
 * Instruments as Bybit states them: https://bybit-exchange.github.io/docs/v5/market/instrument and
 * …/v5/market/risk-limit for the margin tiers.
 */
import { Big } from 'big.js';
import type { Instrument, MarginTier } from '../../domain/instrument.ts';
import { toBybitId } from '../symbol.ts';
import type { Ask } from './bybit-calls.ts';
import { readPages } from './bybit-reads.ts';
import {
  decimalOf,
  isZero,
  optionalDecimalOf,
  type Row,
  requiredTextOf,
  rowsOf,
  textOf,
  toRow,
} from './row.ts';

const INSTRUMENTS_PER_PAGE = 1000;

/** Every USDT perpetual that may be traded now, as "BTC/USDT", sorted. */
export async function readSymbols(ask: Ask): Promise<string[]> {
  const params = { category: 'linear', limit: INSTRUMENTS_PER_PAGE };
  const rows = await readPages(ask, (exchange, query) => exchange.publicGetV5MarketInstrumentsInfo(query), {
    params,
  });
  return rows.filter(isTradable).map(symbolOf).toSorted();
}

/** Null where Bybit has no such USDT perpetual, or does not trade it now. */
export async function readInstrument(ask: Ask, symbol: string): Promise<Instrument | null> {
  const params = { category: 'linear', symbol: toBybitId(symbol) };
  const found = rowsOf(await ask((exchange) => exchange.publicGetV5MarketInstrumentsInfo(params)), 'list');
  const row = found.find((candidate) => textOf(candidate, 'symbol') === params.symbol);
  if (row === undefined || !isTradable(row)) return null;
  const tiers = rowsOf(await ask((exchange) => exchange.publicGetV5MarketRiskLimit(params)), 'list');
  return parseInstrument(row, tiers);
}

export function parseInstrument(row: Row, tierRows: Row[]): Instrument {
  const lots = toRow(row['lotSizeFilter'], 'lotSizeFilter');
  const maxQuantity = decimalOf(lots, 'maxOrderQty');
  return {
    symbol: symbolOf(row),
    id: requiredTextOf(row, 'symbol'),
    base: requiredTextOf(row, 'baseCoin'),
    quote: requiredTextOf(row, 'quoteCoin'),
    tickSize: decimalOf(toRow(row['priceFilter'], 'priceFilter'), 'tickSize'),
    lotSize: decimalOf(lots, 'qtyStep'),
    minQuantity: decimalOf(lots, 'minOrderQty'),
    maxQuantity,
    maxMarketQuantity: optionalDecimalOf(lots, 'maxMktOrderQty') ?? maxQuantity,
    minNotional: optionalDecimalOf(lots, 'minNotionalValue') ?? '0',
    maxLeverage: decimalOf(toRow(row['leverageFilter'], 'leverageFilter'), 'maxLeverage'),
    marginTiers: tierRows.map(parseTier).toSorted((a, b) => Number(a.notionalMax) - Number(b.notionalMax)),
  };
}

function parseTier(row: Row): MarginTier {
  const maxLeverage = decimalOf(row, 'maxLeverage');
  const maintenance = new Big(decimalOf(row, 'maintenanceMargin'));
  // Bybit has written these rates as ratios and as percentages: at full leverage the initial one is 1 or 100.
  const isPercent = new Big(decimalOf(row, 'initialMargin')).times(maxLeverage).gt(10);
  return {
    notionalMax: decimalOf(row, 'riskLimitValue'),
    maintenanceRatio: (isPercent ? maintenance.div(100) : maintenance).toFixed(),
    maxLeverage,
  };
}

function isTradable(row: Row): boolean {
  const settled = textOf(row, 'quoteCoin') === 'USDT' && textOf(row, 'settleCoin') === 'USDT';
  const tick = toRow(row['priceFilter'], 'priceFilter');
  const perpetual = textOf(row, 'contractType') === 'LinearPerpetual';
  return settled && perpetual && textOf(row, 'status') === 'Trading' && !isZero(textOf(tick, 'tickSize'));
}

function symbolOf(row: Row): string {
  return `${requiredTextOf(row, 'baseCoin')}/${requiredTextOf(row, 'quoteCoin')}`;
}
