/**
 * What can be asked of Bybit without a key, kept for a moment and shared by all users. Callers that ask
 * at once share one request, and a failure is kept too, if only for a moment (see ../kept.ts).
 */
import type { Instrument } from '../../domain/instrument.ts';
import type { Prices } from '../../domain/observation.ts';
import { Kept } from '../kept.ts';
import type { PriceHub } from '../market-data.ts';
import type { MarketData, Purpose, Read } from '../venue.ts';
import { BybitCalls } from './bybit-calls.ts';
import { readInstrument, readSymbols } from './bybit-instruments.ts';
import { newKeyWindows } from './bybit-key-windows.ts';
import { readPrices } from './bybit-reads.ts';
import type { BybitSite } from './bybit-site.ts';

const SYMBOLS_KEPT_MS = 600_000;
/** Short: ticks and limits are read again before each entry. */
const INSTRUMENT_KEPT_MS = 60_000;
const PRICES_KEPT_MS = 1000;

export class BybitMarketData implements MarketData {
  readonly #hub: PriceHub;
  readonly #calls: BybitCalls;
  readonly #symbols = new Kept<string[]>(SYMBOLS_KEPT_MS);
  readonly #instruments = new Kept<Instrument>(INSTRUMENT_KEPT_MS);
  readonly #prices = new Kept<Prices>(PRICES_KEPT_MS);

  constructor(site: BybitSite, hub: PriceHub, { purpose }: { purpose: Purpose }) {
    this.#hub = hub;
    // Without a key only the IP's limit counts; a set of its own bounds bursts as an account's does.
    const windows = newKeyWindows();
    const exchange = () => site.publicExchange();
    this.#calls = new BybitCalls({ site, exchange, keyWindows: () => windows, purpose });
  }

  symbols(): Promise<Read<string[]>> {
    return this.#symbols.get('', () => this.#calls.read('reading the symbols', readSymbols));
  }

  instrument(symbol: string): Promise<Read<Instrument>> {
    return this.#instruments.get(symbol, async () => {
      const read = await this.#calls.read(`reading ${symbol}`, (ask) => readInstrument(ask, symbol));
      if (!read.ok) return read;
      if (read.value !== null) return { ok: true, value: read.value };
      return {
        ok: false,
        code: 'unknown_symbol',
        message: `Bybit does not trade ${symbol} as a USDT perpetual`,
      };
    });
  }

  async prices(symbol: string): Promise<Read<Prices>> {
    const streamed = this.#hub.recent(symbol, PRICES_KEPT_MS);
    if (streamed !== null) return { ok: true, value: streamed };
    return this.#prices.get(symbol, () =>
      this.#calls.read(`reading ${symbol}`, (ask) => readPrices(ask, symbol)),
    );
  }
}
