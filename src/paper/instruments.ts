/**
 * The bundled instruments: twelve USDT perpetuals with realistic steps, limits and risk tiers.
 *
 * `PAPER_INSTRUMENTS` names a JSON file, an array of the same rows, that replaces the table.
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Instrument, MarginTier } from '../domain/instrument.ts';

export interface BundledInstrument extends Instrument {
  /** Where the synthetic feed's price begins and returns to. */
  basePrice: string;
}

/** Tiers in Bybit's manner: each allows twice the value of the one before at a lower leverage. */
function tiers(first: number, maxLeverage: number): MarginTier[] {
  return [1, 2, 4, 8, 16, 32].map((factor, index) => ({
    notionalMax: String(first * factor),
    maintenanceRatio: ['0.005', '0.01', '0.015', '0.025', '0.05', '0.1'][index] ?? '0.1',
    maxLeverage: String(Math.max(1, Math.floor(maxLeverage / (index === 0 ? 1 : factor)))),
  }));
}

type Row = [
  base: string,
  tickSize: string,
  lotSize: string,
  maxQuantity: string,
  maxMarketQuantity: string,
  maxLeverage: number,
  firstTier: number,
  basePrice: string,
];

const ROWS: Row[] = [
  ['BTC', '0.1', '0.001', '1190', '119', 100, 2_000_000, '64000'],
  ['ETH', '0.01', '0.01', '7240', '724', 100, 900_000, '3200'],
  ['SOL', '0.01', '0.1', '79770', '7977', 100, 600_000, '150'],
  ['XRP', '0.0001', '0.1', '4000000', '400000', 75, 600_000, '0.62'],
  ['DOGE', '0.00001', '1', '14000000', '1400000', 75, 500_000, '0.16'],
  ['BNB', '0.1', '0.01', '3000', '300', 75, 400_000, '580'],
  ['ADA', '0.0001', '1', '4500000', '450000', 75, 300_000, '0.45'],
  ['LINK', '0.001', '0.1', '100000', '10000', 50, 300_000, '14.5'],
  ['AVAX', '0.001', '0.1', '80000', '8000', 50, 300_000, '33'],
  ['FIL', '0.001', '0.1', '200000', '20000', 50, 200_000, '4.6'],
  ['NEAR', '0.0001', '0.1', '500000', '50000', 50, 200_000, '4.2'],
  ['ALGO', '0.0001', '0.1', '3000000', '300000', 50, 100_000, '0.13'],
];

export const BUNDLED_INSTRUMENTS: BundledInstrument[] = ROWS.map(
  ([base, tickSize, lotSize, maxQuantity, maxMarketQuantity, maxLeverage, firstTier, basePrice]) => ({
    symbol: `${base}/USDT`,
    id: `${base}USDT`,
    base,
    quote: 'USDT',
    tickSize,
    lotSize,
    minQuantity: lotSize,
    maxQuantity,
    maxMarketQuantity,
    minNotional: '5',
    maxLeverage: String(maxLeverage),
    marginTiers: tiers(firstTier, maxLeverage),
    basePrice,
  }),
);

const decimal = z.string().regex(/^\d{1,15}(\.\d{1,8})?$/, 'must be a decimal string such as "0.001"');
const positive = decimal.refine((text) => Number(text) > 0, 'must be greater than 0');
const instrumentSchema = z.strictObject({
  symbol: z.string().regex(/^[A-Z0-9]+\/USDT$/, 'must read like "BTC/USDT"'),
  id: z.string().regex(/^[A-Z0-9]+USDT$/, 'must read like "BTCUSDT"'),
  base: z.string().min(1),
  quote: z.literal('USDT'),
  tickSize: positive,
  lotSize: positive,
  minQuantity: positive,
  maxQuantity: positive,
  maxMarketQuantity: positive,
  minNotional: decimal,
  maxLeverage: positive,
  marginTiers: z
    .array(z.strictObject({ notionalMax: positive, maintenanceRatio: decimal, maxLeverage: positive }))
    .min(1),
  basePrice: positive.default('100'),
});

export type InstrumentsResult = { ok: true; value: BundledInstrument[] } | { ok: false; message: string };

export function loadInstruments(path: string | null): InstrumentsResult {
  if (path === null) return { ok: true, value: BUNDLED_INSTRUMENTS };
  try {
    const parsed = z
      .array(instrumentSchema)
      .min(1)
      .safeParse(JSON.parse(readFileSync(path, 'utf8')));
    if (parsed.success) return { ok: true, value: parsed.data };
    const issue = parsed.error.issues[0];
    return { ok: false, message: `PAPER_INSTRUMENTS: ${path}: ${issue?.path.join('.')}: ${issue?.message}` };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { ok: false, message: `PAPER_INSTRUMENTS: ${path} cannot be read: ${why}` };
  }
}
