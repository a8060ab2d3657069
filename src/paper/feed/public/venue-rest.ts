/**
 * What is asked of a venue's public REST side: its instruments with their risk tiers, prices, and past candles.
 *
 * Bybit's words, as the paper exchange itself speaks them. Whatever is not as expected throws, saying what.
 */
import { z } from 'zod';
import type { MarginTier } from '../../../domain/instrument.ts';
import { dec } from '../../decimal.ts';
import type { BundledInstrument } from '../../instruments.ts';

const REQUEST_MS = 10_000;
const PAGES_MAX = 20;

const decimal = z.string().regex(/^-?\d{1,24}(\.\d{1,24})?$/);
const instrumentRow = z.object({
  symbol: z.string(),
  status: z.string(),
  contractType: z.string(),
  baseCoin: z.string(),
  settleCoin: z.string(),
  leverageFilter: z.object({ maxLeverage: decimal }),
  priceFilter: z.object({ tickSize: decimal }),
  lotSizeFilter: z.object({
    maxOrderQty: decimal,
    minOrderQty: decimal,
    qtyStep: decimal,
    maxMktOrderQty: decimal.optional(),
    minNotionalValue: decimal.optional(),
  }),
});
type InstrumentRow = z.output<typeof instrumentRow>;
const tierRow = z.object({ riskLimitValue: decimal, maintenanceMargin: decimal, maxLeverage: decimal });
const tickerRow = z.object({
  symbol: z.string(),
  lastPrice: decimal,
  fundingRate: decimal.or(z.literal('')).optional(),
});
export type TickerRow = z.output<typeof tickerRow>;
const klineRow = z.tuple([decimal, decimal, decimal, decimal, decimal, decimal]).rest(z.string());
export type KlineRow = z.output<typeof klineRow>;

async function ask<T>(base: string, path: string, schema: z.ZodType<T>): Promise<T> {
  const answer = await fetch(`${base}${path}`, { signal: AbortSignal.timeout(REQUEST_MS) });
  if (!answer.ok) throw new Error(`${path} answers HTTP ${answer.status}`);
  const body = z
    .object({ retCode: z.number(), retMsg: z.string(), result: z.unknown() })
    .safeParse(await answer.json());
  if (!body.success) throw new Error(`${path} answers something that is not Bybit's`);
  const { retCode, retMsg, result } = body.data;
  if (retCode !== 0) throw new Error(`${path} answers ${retCode} ${retMsg}`);
  const parsed = schema.safeParse(result);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new Error(`${path} answers an unexpected ${issue?.path.join('.')}: ${issue?.message}`);
}

/** Those of `wanted` that the venue trades, with the venue's own steps, limits and tiers. */
export async function fetchInstruments(
  base: string,
  wanted: readonly BundledInstrument[],
): Promise<BundledInstrument[]> {
  const known = new Map(wanted.map((each) => [each.id, each]));
  const rows = (await fetchInstrumentRows(base)).filter(
    (row) => known.has(row.symbol) && row.settleCoin === 'USDT' && row.status === 'Trading',
  );
  const prices = new Map((await fetchTickers(base)).map((row) => [row.symbol, row.lastPrice]));
  const instruments: BundledInstrument[] = [];
  for (const row of rows) {
    const price = prices.get(row.symbol);
    const bundled = known.get(row.symbol);
    if (price === undefined || bundled === undefined) continue;
    const tiers = await fetchTiers(base, row.symbol).catch(() => bundled.marginTiers);
    instruments.push({ ...toInstrument(row, tiers), basePrice: price });
  }
  if (instruments.length === 0) throw new Error('none of its instruments is in our table');
  return instruments;
}

async function fetchInstrumentRows(base: string): Promise<InstrumentRow[]> {
  const page = z.object({ list: z.array(z.unknown()), nextPageCursor: z.string().optional() });
  const rows: InstrumentRow[] = [];
  let cursor = '';
  for (let pages = 0; pages < PAGES_MAX; pages += 1) {
    const more = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const got = await ask(base, `/v5/market/instruments-info?category=linear&limit=1000${more}`, page);
    // Rows of other kinds (futures, pre-listings) may look different, and do not matter.
    rows.push(...got.list.flatMap((row) => instrumentRow.safeParse(row).data ?? []));
    cursor = got.nextPageCursor ?? '';
    if (cursor === '') break;
  }
  return rows;
}

async function fetchTiers(base: string, symbol: string): Promise<MarginTier[]> {
  const { list } = await ask(
    base,
    `/v5/market/risk-limit?category=linear&symbol=${symbol}`,
    z.object({ list: z.array(tierRow).min(1) }),
  );
  return list
    .map((row) => ({
      notionalMax: plain(row.riskLimitValue),
      maintenanceRatio: plain(row.maintenanceMargin),
      maxLeverage: plain(row.maxLeverage),
    }))
    .sort((a, b) => Number(a.notionalMax) - Number(b.notionalMax));
}

/** Without the zeros that the venue writes behind. */
function plain(text: string): string {
  return dec(text).toString();
}

function toInstrument(row: InstrumentRow, marginTiers: MarginTier[]): Omit<BundledInstrument, 'basePrice'> {
  const { lotSizeFilter: lots } = row;
  return {
    symbol: `${row.baseCoin}/USDT`,
    id: row.symbol,
    base: row.baseCoin,
    quote: 'USDT',
    tickSize: plain(row.priceFilter.tickSize),
    lotSize: plain(lots.qtyStep),
    minQuantity: plain(lots.minOrderQty),
    maxQuantity: plain(lots.maxOrderQty),
    maxMarketQuantity: plain(lots.maxMktOrderQty ?? lots.maxOrderQty),
    minNotional: plain(lots.minNotionalValue ?? '5'),
    maxLeverage: plain(row.leverageFilter.maxLeverage),
    marginTiers,
  };
}

export async function fetchTickers(base: string): Promise<TickerRow[]> {
  const page = z.object({ list: z.array(z.unknown()) });
  const { list } = await ask(base, '/v5/market/tickers?category=linear', page);
  return list.flatMap((row) => tickerRow.safeParse(row).data ?? []);
}

/** Oldest first. */
export async function fetchKlines(
  base: string,
  wanted: { symbol: string; interval: '1' | '60'; limit: number },
): Promise<KlineRow[]> {
  const { symbol, interval, limit } = wanted;
  const path = `/v5/market/kline?category=linear&symbol=${symbol}&interval=${interval}&limit=${limit}`;
  const { list } = await ask(base, path, z.object({ list: z.array(klineRow) }));
  return list.reverse();
}
