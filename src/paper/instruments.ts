/**
 * The instruments: the bundled table, or what `PAPER_INSTRUMENTS` names: a JSON file with an array of instruments
 * that replaces it. Every error names the file, the instrument and what is wrong with it.
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Instrument, MarginTier } from '../domain/instrument.ts';
import { dec, isMultiple } from './decimal.ts';
import { INSTRUMENT_ROWS } from './instrument-table.ts';

export interface BundledInstrument extends Instrument {
  /** Where the synthetic feed's price begins and returns to. */
  basePrice: string;
}

const TIERS = 10;

/**
 * Tiers in Bybit's manner: each step of value asks as much more initial margin as the first, and half of that
 * for maintenance. With a leverage of 50: 1 ÷ 50 and 0.01, then 2 ÷ 50 and 0.02, and so on.
 */
function tiers(lowest: number, maxLeverage: number): MarginTier[] {
  return Array.from({ length: TIERS }, (_, index) => ({
    notionalMax: String(lowest * (index + 1)),
    maintenanceRatio: String(Math.round(((index + 1) / maxLeverage / 2) * 1e6) / 1e6),
    maxLeverage: String(Math.floor((maxLeverage / (index + 1)) * 100) / 100),
  }));
}

export const BUNDLED_INSTRUMENTS: BundledInstrument[] = INSTRUMENT_ROWS.map(
  ([base, tickSize, lotSize, maxQuantity, maxMarketQuantity, maxLeverage, lowestTier, basePrice]) => ({
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
    marginTiers: tiers(lowestTier, maxLeverage),
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
  const wrong = (why: string): InstrumentsResult => ({
    ok: false,
    message: `PAPER_INSTRUMENTS: ${path}: ${why}`,
  });
  let rows: unknown;
  try {
    rows = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    return wrong(`cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  const parsed = z.array(instrumentSchema).min(1, 'must name at least one instrument').safeParse(rows);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const [index, ...field] = issue?.path ?? [];
    const row = Array.isArray(rows) ? (rows as { id?: unknown }[])[Number(index)] : undefined;
    const name = index === undefined ? 'the file' : `${String(row?.id ?? `row ${Number(index) + 1}`)}`;
    return wrong([name, field.join('.'), issue?.message].filter(Boolean).join(': '));
  }
  for (const [index, instrument] of parsed.data.entries()) {
    const twice = parsed.data.findIndex((each) => each.id === instrument.id) !== index;
    const why = twice ? 'is listed twice' : contradictionIn(instrument);
    if (why !== null) return wrong(`${instrument.id}: ${why}`);
  }
  return { ok: true, value: parsed.data };
}

/** What its fields say against each other; null when they agree. */
function contradictionIn(instrument: BundledInstrument): string | null {
  const { id, base, symbol, lotSize, tickSize, minQuantity, maxQuantity, maxMarketQuantity } = instrument;
  if (id !== `${base}USDT` || symbol !== `${base}/USDT`) {
    return `id, symbol and base must belong together: "${base}USDT", "${base}/USDT", "${base}"`;
  }
  for (const [name, quantity] of Object.entries({ minQuantity, maxQuantity, maxMarketQuantity })) {
    if (!isMultiple(dec(quantity), dec(lotSize)))
      return `${name} ${quantity} is not a multiple of lotSize ${lotSize}`;
  }
  if (dec(minQuantity).gt(dec(maxQuantity))) return 'minQuantity is above maxQuantity';
  if (dec(instrument.basePrice).lt(dec(tickSize))) return 'basePrice is below tickSize';
  return contradictionInTiers(instrument);
}

function contradictionInTiers({ marginTiers, maxLeverage }: BundledInstrument): string | null {
  for (const [index, tier] of marginTiers.entries()) {
    const before = marginTiers[index - 1];
    const name = `marginTiers.${index}`;
    if (dec(tier.maintenanceRatio).gte(dec('1'))) return `${name}.maintenanceRatio must be below 1`;
    if (before === undefined) continue;
    if (dec(tier.notionalMax).lte(dec(before.notionalMax))) return `${name}.notionalMax must rise`;
    if (dec(tier.maintenanceRatio).lt(dec(before.maintenanceRatio)))
      return `${name}.maintenanceRatio must not fall`;
    if (dec(tier.maxLeverage).gt(dec(before.maxLeverage))) return `${name}.maxLeverage must not rise`;
  }
  const highest = marginTiers[0]?.maxLeverage;
  if (highest !== undefined && dec(highest).eq(dec(maxLeverage))) return null;
  return `maxLeverage ${maxLeverage} must be that of the lowest tier, ${highest}`;
}
