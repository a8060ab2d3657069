/** What can be asked of Bybit without a key. */
import type { PriceHub } from '../market-data.ts';
import type { Purpose } from '../venue.ts';
import { BybitCalls } from './bybit-calls.ts';
import { readInstrument, readSymbols } from './bybit-instruments.ts';
import { newKeyWindows } from './bybit-key-windows.ts';
import { readPrices } from './bybit-reads.ts';
import type { BybitSite } from './bybit-site.ts';
import { KeptMarketData } from './kept-market-data.ts';

export class BybitMarketData extends KeptMarketData {
  constructor(site: BybitSite, hub: PriceHub, { purpose }: { purpose: Purpose }) {
    // Without a key only the IP's limit counts; a set of its own bounds bursts as an account's does.
    const windows = newKeyWindows();
    const exchange = () => site.publicExchange();
    const calls = new BybitCalls({ site, exchange, keyWindows: () => windows, purpose });
    const reads = {
      symbols: () => calls.read('reading the symbols', readSymbols),
      instrument: (symbol: string) => calls.read(`reading ${symbol}`, (ask) => readInstrument(ask, symbol)),
      prices: (symbol: string) => calls.read(`reading ${symbol}`, (ask) => readPrices(ask, symbol)),
    };
    super('Bybit', reads, hub);
  }
}
