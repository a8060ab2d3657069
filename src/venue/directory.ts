/**
 * The venues that this server offers. Only the composition root names this file.
 *
 * Accounts of one environment share its IP budget, clock, market data and public stream; opening a venue
 * makes no request and costs next to nothing until it is used.
 */
import { BingxVenue } from './ccxt/bingx.ts';
import { bingxAddress } from './ccxt/bingx-address.ts';
import { BingxMarketData } from './ccxt/bingx-market-data.ts';
import { bingxPrices } from './ccxt/bingx-prices.ts';
import { BingxSite } from './ccxt/bingx-site.ts';
import { BybitVenue } from './ccxt/bybit.ts';
import { bybitAddress } from './ccxt/bybit-address.ts';
import { BybitMarketData } from './ccxt/bybit-market-data.ts';
import { BybitSite } from './ccxt/bybit-site.ts';
import { bybitTickers } from './ccxt/bybit-tickers.ts';
import { PriceHub } from './market-data.ts';
import { createPaperAccount, type PaperAccount } from './paper-account.ts';
import { budgetClock } from './rate-budget.ts';
import type {
  BudgetUsage,
  EnvironmentName,
  MarketData,
  OrderChannel,
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
  /** What BingX allows this machine's IP, where it is less than BingX documents. */
  bingxOrdersPerSecond?: number | null;
  /** `websocket` by default. */
  orderChannel?: OrderChannel;
}

/** `code` tells it apart; doors refuse such a credential before it is saved. */
export class VenueNotSupported extends Error {
  readonly code = 'venue_not_supported';

  constructor(message: string) {
    super(message);
    this.name = 'VenueNotSupported';
  }
}

const FOR_BOTS: { purpose: Purpose } = { purpose: 'bot' };

/** What an account of an environment is opened with, beside the hub. */
interface Account {
  apiKey: string;
  apiSecret: string;
  purpose: Purpose;
  onClosed: () => void;
}

interface Environment {
  hub: PriceHub;
  /** Apart, so that no bot waits for an answer that a page asked for. */
  marketData: Record<Purpose, MarketData>;
  open(account: Account): Venue;
  usage(): BudgetUsage;
  close(): Promise<void>;
}

export function createVenueDirectory(options: VenueDirectoryOptions): VenueDirectory {
  return new Directory(options);
}

class Directory implements VenueDirectory {
  readonly #options: VenueDirectoryOptions;
  readonly #environments = new Map<string, Environment>();
  readonly #venues = new Set<Venue>();

  constructor(options: VenueDirectoryOptions) {
    this.#options = options;
  }

  /** Throws `VenueNotSupported` for an environment that the venue does not have. */
  open({ venue: name, environment, apiKey, apiSecret }: VenueKey, { purpose } = FOR_BOTS): Venue {
    const onClosed = () => this.#venues.delete(venue);
    const venue = this.#environment(name, environment).open({ apiKey, apiSecret, purpose, onClosed });
    this.#venues.add(venue);
    return venue;
  }

  /** Throws `VenueNotSupported` for an environment that the venue does not have. */
  marketData(venue: VenueName, environment: EnvironmentName, { purpose } = FOR_BOTS): MarketData {
    return this.#environment(venue, environment).marketData[purpose];
  }

  createPaperAccount(): Promise<Read<PaperAccount>> {
    return createPaperAccount(this.#options.paperUrl);
  }

  budgets(): BudgetUsage[] {
    return [...this.#environments.values()].map((environment) => environment.usage());
  }

  async close(): Promise<void> {
    await Promise.all([...this.#venues].map((venue) => venue.close()));
    for (const { hub } of this.#environments.values()) hub.close();
    await Promise.all([...this.#environments.values()].map((environment) => environment.close()));
    this.#environments.clear();
  }

  #environment(venue: VenueName, name: EnvironmentName): Environment {
    const id = `${venue} ${name}`;
    let environment = this.#environments.get(id);
    if (environment === undefined) {
      environment = venue === 'bybit' ? openBybit(name, this.#options) : openBingx(name, this.#options);
      this.#environments.set(id, environment);
    }
    return environment;
  }
}

function openBybit(environment: EnvironmentName, options: VenueDirectoryOptions): Environment {
  const { paperUrl, orderChannel = 'websocket' } = options;
  const site = new BybitSite({ address: bybitAddress(environment, paperUrl) });
  const hub = new PriceHub(budgetClock);
  hub.attach(bybitTickers(site, hub));
  const marketData = {
    bot: new BybitMarketData(site, hub, { purpose: 'bot' }),
    door: new BybitMarketData(site, hub, { purpose: 'door' }),
  };
  const open = (account: Account) => {
    const prices = (symbol: string) => marketData[account.purpose].prices(symbol);
    return new BybitVenue({ site, hub, prices, environment, orderChannel, ...account });
  };
  const usage = () => ({
    ...{ venue: 'bybit' as const, environment, waiting: site.budget.waiting },
    ...site.ipWindow.usage(budgetClock.nowMs()),
  });
  return { hub, marketData, open, usage, close: () => site.close() };
}

function openBingx(environment: EnvironmentName, options: VenueDirectoryOptions): Environment {
  const address = bingxAddress(environment, options.paperUrl);
  if (address === null) {
    throw new VenueNotSupported('BingX has no test network; use its demo environment, or the paper exchange');
  }
  const site = new BingxSite({ address, ordersPerSecond: options.bingxOrdersPerSecond ?? null });
  const hub = new PriceHub(budgetClock);
  hub.attach(bingxPrices(site, hub));
  const marketData = {
    bot: new BingxMarketData(site, hub, { purpose: 'bot' }),
    door: new BingxMarketData(site, hub, { purpose: 'door' }),
  };
  const open = (account: Account) => new BingxVenue({ site, hub, environment, ...account });
  const usage = () => ({
    ...{ venue: 'bingx' as const, environment, waiting: site.budget.waiting },
    ...site.orderUsage(budgetClock.nowMs()),
  });
  return { hub, marketData, open, usage, close: () => site.close() };
}
