/**
 * The venues that this server offers. Only the composition root names this file.
 *
 * Accounts of one environment share its IP budget, clock, market data and public stream; opening a venue
 * makes no request and costs next to nothing until it is used.
 */
import { BybitVenue } from './ccxt/bybit.ts';
import { bybitAddress } from './ccxt/bybit-address.ts';
import { BybitMarketData } from './ccxt/bybit-market-data.ts';
import { BybitSite } from './ccxt/bybit-site.ts';
import { BybitTickers } from './ccxt/bybit-tickers.ts';
import { PriceHub } from './market-data.ts';
import { createPaperAccount, type PaperAccount } from './paper-account.ts';
import { budgetClock } from './rate-budget.ts';
import type {
  BudgetUsage,
  EnvironmentName,
  MarketData,
  Purpose,
  Read,
  Venue,
  VenueDirectory,
  VenueKey,
  VenueName,
} from './venue.ts';

export interface VenueDirectoryOptions {
  /** Base of the paper exchange's wires, for example "http://127.0.0.1:8001". */
  paperUrl: string;
}

/** `code` tells it apart; doors refuse such a credential before it is saved. */
export class VenueNotSupported extends Error {
  readonly code = 'venue_not_supported';

  constructor(venue: VenueName) {
    super(`the venue "${venue}" is not offered by this server yet; use "bybit"`);
    this.name = 'VenueNotSupported';
  }
}

const FOR_BOTS: { purpose: Purpose } = { purpose: 'bot' };

interface Environment {
  site: BybitSite;
  hub: PriceHub;
  /** Apart, so that no bot waits for an answer that a page asked for. */
  marketData: Record<Purpose, MarketData>;
}

export function createVenueDirectory(options: VenueDirectoryOptions): VenueDirectory {
  return new Directory(options);
}

class Directory implements VenueDirectory {
  readonly #paperUrl: string;
  readonly #environments = new Map<EnvironmentName, Environment>();
  readonly #venues = new Set<Venue>();

  constructor({ paperUrl }: VenueDirectoryOptions) {
    this.#paperUrl = paperUrl;
  }

  /** Throws `VenueNotSupported` for a venue that has no adapter. */
  open({ venue: name, environment, apiKey, apiSecret }: VenueKey, { purpose } = FOR_BOTS): Venue {
    const { site, hub, marketData } = this.#environment(name, environment);
    const onClosed = () => this.#venues.delete(venue);
    const prices = (symbol: string) => marketData[purpose].prices(symbol);
    const account = { environment, apiKey, apiSecret, purpose, onClosed };
    const venue: Venue = new BybitVenue({ site, hub, prices, ...account });
    this.#venues.add(venue);
    return venue;
  }

  /** Throws `VenueNotSupported` for a venue that has no adapter. */
  marketData(venue: VenueName, environment: EnvironmentName, { purpose } = FOR_BOTS): MarketData {
    return this.#environment(venue, environment).marketData[purpose];
  }

  createPaperAccount(): Promise<Read<PaperAccount>> {
    return createPaperAccount(this.#paperUrl);
  }

  budgets(): BudgetUsage[] {
    return [...this.#environments].map(([environment, { site }]) => ({
      venue: 'bybit',
      environment,
      ...site.ipWindow.usage(budgetClock.nowMs()),
      waiting: site.budget.waiting,
    }));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#venues].map((venue) => venue.close()));
    for (const { hub } of this.#environments.values()) hub.close();
    await Promise.all([...this.#environments.values()].map(({ site }) => site.close()));
    this.#environments.clear();
  }

  #environment(venue: VenueName, name: EnvironmentName): Environment {
    if (venue !== 'bybit') throw new VenueNotSupported(venue);
    let environment = this.#environments.get(name);
    if (environment === undefined) {
      environment = openBybit(name, this.#paperUrl);
      this.#environments.set(name, environment);
    }
    return environment;
  }
}

function openBybit(name: EnvironmentName, paperUrl: string): Environment {
  const site = new BybitSite({ address: bybitAddress(name, paperUrl) });
  const hub = new PriceHub(budgetClock);
  hub.attach(new BybitTickers(site, hub));
  const marketData = {
    bot: new BybitMarketData(site, hub, { purpose: 'bot' }),
    door: new BybitMarketData(site, hub, { purpose: 'door' }),
  };
  return { site, hub, marketData };
}
