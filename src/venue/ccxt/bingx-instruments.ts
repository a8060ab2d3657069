/**
 * Instruments as BingX states them: https://bingx-api.github.io/docs-v3/#/en/Swap/Market%20Data
 *
 * It publishes no largest quantity and no margin tiers, and the highest leverage only at times: what is unknown is
 * left to the venue's own refusal, and the maintenance margin to an estimate.
 */
import { Big } from 'big.js';
import type { Instrument } from '../../domain/instrument.ts';
import type { Decimal } from '../../domain/words.ts';
import { fromBingxId, toBingxId } from '../symbol.ts';
import type { Ask } from './bingx-calls.ts';
import { decimalOf, isZero, optionalDecimalOf, type Row, requiredTextOf, rowsOf, textOf } from './row.ts';

/** Prices in smaller steps are written as 1.2e-7 in places: such instruments are refused. */
const SMALLEST_TICK = new Big('0.000001');
const MAX_LEVERAGE_UNKNOWN = '150';
/** No limit is known: as many lots as the domain can surely count. */
const LOTS_MAX = new Big(10).pow(12);
const NOTIONAL_MAX = '1000000000';
/** Only such a name survives in a client order id that the venue makes lowercase. */
const TRADABLE_NAME = /^[0-9A-Z]+-USDT$/;

/** Every USDT perpetual that may be traded now, as "BTC/USDT", sorted. */
export async function readSymbols(ask: Ask): Promise<string[]> {
  const rows = rowsOf(await ask('contracts'), 'data');
  return rows
    .filter((row) => isTradable(row) && !isTooFine(row))
    .map(symbolOf)
    .toSorted();
}

export type FoundInstrument = { instrument: Instrument | null; isTooFine: boolean };

/** Null where BingX has no such USDT perpetual, or does not trade it now, or in steps that are too fine. */
export async function readInstrument(ask: Ask, symbol: string): Promise<FoundInstrument> {
  const id = toBingxId(symbol);
  const rows = rowsOf(await ask('contracts', { symbol: id }), 'data');
  const row = rows.find((candidate) => textOf(candidate, 'symbol') === id);
  if (row === undefined || !isTradable(row)) return { instrument: null, isTooFine: false };
  if (isTooFine(row)) return { instrument: null, isTooFine: true };
  return { instrument: parseInstrument(row), isTooFine: false };
}

export function parseInstrument(row: Row): Instrument {
  const lotSize = stepOf(row, 'stepSize', 'quantityPrecision');
  const maxQuantity = new Big(lotSize).times(LOTS_MAX).toFixed();
  const maxLeverage = maxLeverageOf(row);
  const maintenanceRatio = new Big(1).div(maxLeverage).div(2).round(6).toFixed();
  return {
    symbol: symbolOf(row),
    id: requiredTextOf(row, 'symbol'),
    base: requiredTextOf(row, 'asset'),
    quote: 'USDT',
    tickSize: stepOf(row, 'tickSize', 'pricePrecision'),
    lotSize,
    minQuantity: minQuantityOf(row, lotSize),
    maxQuantity,
    maxMarketQuantity: maxQuantity,
    minNotional: optionalDecimalOf(row, 'tradeMinUSDT') ?? '0',
    maxLeverage,
    marginTiers: [{ notionalMax: NOTIONAL_MAX, maintenanceRatio, maxLeverage }],
  };
}

function maxLeverageOf(row: Row): Decimal {
  const sides = ['maxLongLeverage', 'maxShortLeverage'].flatMap(
    (field) => optionalDecimalOf(row, field) ?? [],
  );
  const known = sides.filter((leverage) => !isZero(leverage));
  return known.toSorted((a, b) => Number(a) - Number(b))[0] ?? MAX_LEVERAGE_UNKNOWN;
}

/** A step, or the digits behind the point. */
function stepOf(row: Row, step: string, precision: string): Decimal {
  const stated = optionalDecimalOf(row, step);
  if (stated !== null && !isZero(stated)) return stated;
  return new Big(10).pow(-Number(decimalOf(row, precision))).toFixed();
}

/** At least one lot: BingX has stated 0. */
function minQuantityOf(row: Row, lotSize: Decimal): Decimal {
  const stated = optionalDecimalOf(row, 'tradeMinQuantity') ?? '0';
  return new Big(stated).gt(lotSize) ? stated : lotSize;
}

function isTradable(row: Row): boolean {
  const mayTrade = ['apiStateOpen', 'apiStateClose'].every((field) => String(row[field]) === 'true');
  const settled = textOf(row, 'currency') === 'USDT' || textOf(row, 'currency') === 'VST';
  return settled && mayTrade && textOf(row, 'status') === '1' && TRADABLE_NAME.test(textOf(row, 'symbol'));
}

function isTooFine(row: Row): boolean {
  return new Big(stepOf(row, 'tickSize', 'pricePrecision')).lt(SMALLEST_TICK);
}

function symbolOf(row: Row): string {
  const id = requiredTextOf(row, 'symbol');
  return fromBingxId(id) ?? id;
}
