/**
 * The public price stream of one environment, shared by all users: which symbols are wanted, which of them the
 * session has, and the newest of both prices of each. Knows nothing of a venue's topics or frames.
 */
import type { Decimal } from '../domain/words.ts';
import type { PriceHub, PriceSource } from './market-data.ts';
import { Reconnecting, type Session } from './reconnecting.ts';

/** What a venue's session can be told while it stands. */
export interface PriceSession extends Session {
  /** Ends once the venue has acknowledged; rejects where it refused or did not answer. */
  subscribe(symbols: readonly string[]): Promise<void>;
  /** Nobody waits for the answer: at worst prices arrive that nobody listens to. */
  unsubscribe(symbols: readonly string[]): void;
}

/** A price that a frame does not tell is null: the one before still counts. */
export interface TickedPrices {
  last: Decimal | null;
  mark: Decimal | null;
}

export type TakePrices = (symbol: string, ticked: TickedPrices) => void;

interface WantedPricesOptions {
  hub: PriceHub;
  /** Opens a session that has these symbols, and hands over whatever it hears. */
  open: (symbols: readonly string[], take: TakePrices) => Promise<PriceSession>;
}

export class WantedPrices implements PriceSource {
  readonly #hub: PriceHub;
  /** By symbol. */
  readonly #known = new Map<string, TickedPrices>();
  readonly #stream: Reconnecting;
  #session: PriceSession | null = null;
  #subscribed: ReadonlySet<string> = new Set();

  constructor({ hub, open }: WantedPricesOptions) {
    this.#hub = hub;
    this.#stream = new Reconnecting({
      open: async () => {
        const symbols = [...this.#known.keys()];
        this.#subscribed = new Set(symbols);
        this.#session = await open(symbols, (symbol, ticked) => this.#take(symbol, ticked));
        return this.#session;
      },
      onConnected: () => this.#catchUp(),
      onDisconnected: () => {},
    });
  }

  want(symbol: string): void {
    if (this.#known.has(symbol)) return;
    this.#known.set(symbol, { last: null, mark: null });
    if (this.#stream.connected) this.#subscribe([symbol]);
    else this.#stream.start();
  }

  drop(symbol: string): void {
    if (!this.#known.delete(symbol)) return;
    if (this.#known.size === 0) this.#stream.stop();
    else this.#session?.unsubscribe([symbol]);
  }

  close(): void {
    this.#known.clear();
    this.#stream.stop();
  }

  /** Symbols that were wanted while the session was being opened. */
  #catchUp(): void {
    const missing = [...this.#known.keys()].filter((symbol) => !this.#subscribed.has(symbol));
    if (missing.length > 0) this.#subscribe(missing);
  }

  #subscribe(symbols: readonly string[]): void {
    // A refusal or a lost answer starts the session anew, with all symbols.
    this.#session?.subscribe(symbols).catch(() => this.#stream.restart());
  }

  #take(symbol: string, ticked: TickedPrices): void {
    const known = this.#known.get(symbol);
    if (known === undefined) return;
    known.last = ticked.last ?? known.last;
    known.mark = ticked.mark ?? known.mark;
    const { last, mark } = known;
    if (last !== null && mark !== null) this.#hub.publish(symbol, { last, mark, at: Date.now() });
  }
}
