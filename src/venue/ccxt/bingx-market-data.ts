/** What can be asked of BingX without a key. */
import type { Instrument } from '../../domain/instrument.ts';
import type { PriceHub } from '../market-data.ts';
import type { Purpose, Read } from '../venue.ts';
import { BingxCalls } from './bingx-calls.ts';
import { readInstrument, readSymbols } from './bingx-instruments.ts';
import { readPrices } from './bingx-reads.ts';
import type { BingxSite } from './bingx-site.ts';
import { KeptMarketData } from './kept-market-data.ts';

export class BingxMarketData extends KeptMarketData {
  constructor(site: BingxSite, hub: PriceHub, { purpose }: { purpose: Purpose }) {
    const calls = new BingxCalls(
      site.callSite(null, () => site.publicExchange()),
      purpose,
    );
    const reads = {
      symbols: () => calls.read('reading the symbols', readSymbols),
      instrument: (symbol: string) => readTradable(calls, symbol),
      prices: (symbol: string) => calls.read(`reading ${symbol}`, (ask) => readPrices(ask, symbol)),
    };
    super('BingX', reads, hub);
  }
}

async function readTradable(calls: BingxCalls, symbol: string): Promise<Read<Instrument | null>> {
  const found = await calls.read(`reading ${symbol}`, (ask) => readInstrument(ask, symbol));
  if (!found.ok) return found;
  if (!found.value.isTooFine) return { ok: true, value: found.value.instrument };
  const message = `BingX quotes ${symbol} in steps below 0.000001, too fine to be sent safely: choose another symbol`;
  return { ok: false, code: 'unknown_symbol', message };
}
