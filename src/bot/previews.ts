/** Trying settings out: the ladder at the market's price now, with the user's balance where it can be read. */
import { checkLadder } from '../domain/checks.ts';
import { describeLegs } from '../domain/preview.ts';
import { ratio } from '../domain/ratio.ts';
import type { LadderSettings, SettingsPreview } from '../domain/settings.ts';
import type { VenueKey } from '../domain/venue-key.ts';
import type { Decimal } from '../domain/words.ts';
import type { MarketData, VenueDirectory } from '../venue/venue.ts';
import type { BotResult } from './bot-view.ts';
import type { Clock } from './clock.ts';

const BALANCE_FRESH_MS = 15_000;

export class Balances {
  readonly #known = new Map<number, { balance: Decimal | null; at: number }>();
  readonly #asking = new Set<number>();
  readonly #venues: VenueDirectory;
  readonly #clock: Clock;

  constructor(venues: VenueDirectory, clock: Clock) {
    this.#venues = venues;
    this.#clock = clock;
  }

  /** The wallet of a user whose bot does not run, at most some seconds old; null when it cannot be read. */
  async read(userId: number, key: VenueKey | null): Promise<Decimal | null> {
    const known = this.#known.get(userId);
    const now = this.#clock.now();
    if (known !== undefined && now - known.at < BALANCE_FRESH_MS) return known.balance;
    const balance = key === null ? null : await this.#ask(key);
    this.#known.set(userId, { balance, at: now });
    return balance;
  }

  /** What was read last, however old. */
  known(userId: number): Decimal | null {
    return this.#known.get(userId)?.balance ?? null;
  }

  /** Reads beside the caller, who is told once something was found. */
  ask(userId: number, key: VenueKey, onFound: () => void): void {
    if (this.#asking.has(userId)) return;
    this.#asking.add(userId);
    const answered = (balance: Decimal | null) => {
      this.#asking.delete(userId);
      if (balance !== null) onFound();
    };
    this.read(userId, key).then(answered, () => answered(null));
  }

  forget(userId: number): void {
    this.#known.delete(userId);
  }

  async #ask(key: VenueKey): Promise<Decimal | null> {
    const venue = this.#venues.open(key, { purpose: 'door' });
    try {
      const account = await venue.account();
      return account.ok ? account.value.walletBalance : null;
    } finally {
      await venue.close();
    }
  }
}

export interface PreviewInput {
  userId: number;
  settings: LadderSettings;
  market: MarketData;
  balance: Decimal | null;
}

/** Errors: `venue_unavailable`. An unknown symbol is a finding about the settings, not a failure. */
export async function previewSettings(input: PreviewInput): Promise<BotResult<SettingsPreview>> {
  const { userId, settings, market, balance } = input;
  const [instrument, prices] = await Promise.all([
    market.instrument(settings.symbol),
    market.prices(settings.symbol),
  ]);
  if (!instrument.ok && instrument.code === 'unknown_symbol')
    return { ok: true, value: unknownSymbol(settings.symbol) };
  if (!instrument.ok) return unavailable(instrument.message);
  if (!prices.ok) return unavailable(prices.message);
  const lastPrice = ratio(prices.value.last);
  const walletBalance = balance === null ? null : ratio(balance);
  const context = { userId, instrument: instrument.value, lastPrice, balance: walletBalance };
  const { errors, warnings } = checkLadder(settings, context);
  const legs = describeLegs(settings, instrument.value, { lastPrice, walletBalance });
  return { ok: true, value: { legs, errors, warnings } };
}

function unknownSymbol(symbol: string): SettingsPreview {
  const message = `The exchange does not trade ${symbol} as a USDT perpetual: choose one of its symbols.`;
  return { legs: [], errors: [{ path: 'symbol', code: 'unknown_symbol', message }], warnings: [] };
}

function unavailable(message: string): BotResult<never> {
  return { ok: false, error: 'venue_unavailable', message: `The exchange could not be read: ${message}` };
}
