/**
 * What can be asked of a venue without a key, kept for a moment and shared by all users. Callers that ask at
 * once share one request, and a failure is kept too, if only for a moment (see ../kept.ts).
 */
import type { Instrument } from '../../domain/instrument.ts';
import type { Prices } from '../../domain/observation.ts';
import { Kept } from '../kept.ts';
import type { PriceHub } from '../market-data.ts';
import type { MarketData, Read } from '../venue.ts';

const SYMBOLS_KEPT_MS = 600_000;
/** Short: ticks and limits are read again before each entry. */
const INSTRUMENT_KEPT_MS = 60_000;
const PRICES_KEPT_MS = 1000;

export interface MarketReads {
  symbols(): Promise<Read<string[]>>;
  /** Null where the venue does not trade it now. */
  instrument(symbol: string): Promise<Read<Instrument | null>>;
  prices(symbol: string): Promise<Read<Prices>>;
}

export class KeptMarketData implements MarketData {
  readonly #title: string;
  readonly #reads: MarketReads;
  readonly #hub: PriceHub;
  readonly #symbols = new Kept<string[]>(SYMBOLS_KEPT_MS);
  readonly #instruments = new Kept<Instrument>(INSTRUMENT_KEPT_MS);
  readonly #prices = new Kept<Prices>(PRICES_KEPT_MS);

  /** `title` is the venue's name for people. */
  constructor(title: string, reads: MarketReads, hub: PriceHub) {
    this.#title = title;
    this.#reads = reads;
    this.#hub = hub;
  }

  symbols(): Promise<Read<string[]>> {
    return this.#symbols.get('', () => this.#reads.symbols());
  }

  instrument(symbol: string): Promise<Read<Instrument>> {
    return this.#instruments.get(symbol, async () => {
      const read = await this.#reads.instrument(symbol);
      if (!read.ok) return read;
      if (read.value !== null) return { ok: true, value: read.value };
      const message = `${this.#title} does not trade ${symbol} as a USDT perpetual`;
      return { ok: false, code: 'unknown_symbol', message };
    });
  }

  async prices(symbol: string): Promise<Read<Prices>> {
    const streamed = this.#hub.recent(symbol, PRICES_KEPT_MS);
    if (streamed !== null) return { ok: true, value: streamed };
    return this.#prices.get(symbol, () => this.#reads.prices(symbol));
  }
}
