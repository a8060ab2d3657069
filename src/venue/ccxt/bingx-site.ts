/**
 * What all accounts of one BingX environment share: the IP's budget, the venue's clock, one exchange without a
 * key for public data. Made once per environment.
 */
import { ByKey } from '../by-key.ts';
import { ClockKeeper } from '../clock-keeper.ts';
import { withDeadline } from '../deadline.ts';
import { BudgetExhausted } from '../errors.ts';
import { type BudgetClock, RateBudget, type RequestClass } from '../rate-budget.ts';
import { type ClockSample, VenueClock } from '../venue-clock.ts';
import type { BingxAddress } from './bingx-address.ts';
import type { Endpoint } from './bingx-endpoints.ts';
import { type BingxExchange, CHANGE_RECV_WINDOW_MS, createExchange } from './bingx-exchange.ts';
import { accountWindows, doorWindow, type EndpointWindows, IpWindows } from './bingx-limits.ts';
import type { CallSite, Refusal } from './calls.ts';
import { timeOf, toRow } from './row.ts';

const CLOCK_DEADLINE_MS = 5000;
const BLOCK_MS = 10_000;
/** "… will be unblocked after 1704966960310", "… can retry after time: 1727193970155". */
const UNBLOCKED_AT = /(?:unblocked after|retry after time:?)\s*(\d{13})/i;
const BLOCK_MS_MAX = 600_000;

export interface SiteLimits {
  readDeadlineMs: number;
  /** Shorter than a read's: what comes after an order's answer is urgent. */
  orderDeadlineMs: number;
  pingEveryMs: number;
  /** A listen key lives for an hour. */
  renewKeyEveryMs: number;
}

/** The server pings every five seconds: a stream that is silent for ten is dead. */
const LIMITS: SiteLimits = {
  readDeadlineMs: 10_000,
  orderDeadlineMs: 5000,
  pingEveryMs: 5000,
  renewKeyEveryMs: 20 * 60_000,
};

export interface BingxSiteOptions {
  address: BingxAddress;
  budgetClock?: BudgetClock;
  clock?: VenueClock;
  limits?: Partial<SiteLimits>;
  /** What BingX allows this IP, where it is less than documented. */
  ordersPerSecond?: number | null;
}

/** An account's calls, by its key; without one only market data can be asked. */
export type BingxCallSite = CallSite<BingxExchange, Endpoint>;

export class BingxSite {
  readonly address: BingxAddress;
  readonly budget: RateBudget;
  readonly clock: VenueClock;
  readonly limits: SiteLimits;
  readonly #ip: IpWindows;
  readonly #doors = doorWindow();
  readonly #accounts = new ByKey<EndpointWindows>(accountWindows);
  readonly #clockKeeper: ClockKeeper;
  #publicExchange: Promise<BingxExchange> | null = null;

  constructor({ address, budgetClock, clock, limits, ordersPerSecond }: BingxSiteOptions) {
    this.address = address;
    this.limits = { ...LIMITS, ...limits };
    this.budget = new RateBudget(budgetClock);
    this.clock = clock ?? new VenueClock();
    this.#ip = new IpWindows(ordersPerSecond);
    this.#clockKeeper = new ClockKeeper(this.clock, () => this.#askTime());
  }

  publicExchange(): Promise<BingxExchange> {
    this.#publicExchange ??= this.#createExchange();
    return this.#publicExchange;
  }

  accountExchange(key: { apiKey: string; apiSecret: string }): Promise<BingxExchange> {
    return this.#createExchange(key);
  }

  ensureClock(): Promise<void> {
    return this.#clockKeeper.ensure();
  }

  /** Null as the key for public data. */
  callSite(apiKey: string | null, exchange: () => Promise<BingxExchange>): BingxCallSite {
    const windows = (endpoint: Endpoint, requestClass: RequestClass) => {
      const account = apiKey === null ? [] : [this.#accounts.of(apiKey).of(endpoint)];
      const doors = requestClass === 'door' ? [this.#doors] : [];
      return [...this.#ip.of(endpoint), ...account, ...doors];
    };
    const tooMany = (endpoint: Endpoint, { venueCode, message }: Refusal) => {
      if (venueCode === null) return;
      const account = apiKey === null ? [] : [this.#accounts.of(apiKey).of(endpoint)];
      // A gateway speaks of the IP; BingX itself counts the account's requests of this endpoint.
      const blocked = venueCode.length > 3 && account.length > 0 ? account : this.#ip.of(endpoint);
      for (const window of blocked) this.budget.block(window, this.#blockedForMs(message));
    };
    const { budget, clock, limits } = this;
    return {
      ...{ venue: 'bingx', budget, clock, limits, admittedForMs: CHANGE_RECV_WINDOW_MS, exchange },
      ensureClock: () => this.ensureClock(),
      unwrap: (answer) => toRow(answer, 'answer'),
      windows,
      tooMany,
    };
  }

  /** BingX counts each endpoint apart; placing orders is the one that matters. */
  orderUsage(nowMs: number): { used: number; limit: number } {
    const [window] = this.#ip.of('place');
    return window?.usage(nowMs) ?? { used: 0, limit: 0 };
  }

  async close(): Promise<void> {
    this.budget.close();
    const exchange = await this.#publicExchange;
    await exchange?.close();
  }

  #blockedForMs(message: string): number {
    const until = UNBLOCKED_AT.exec(message)?.[1];
    const forMs = until === undefined ? BLOCK_MS : Number(until) - this.clock.now();
    return Math.min(Math.max(forMs, 1000), BLOCK_MS_MAX);
  }

  #createExchange(key?: { apiKey: string; apiSecret: string }): Promise<BingxExchange> {
    const { address, clock, limits } = this;
    const { pingEveryMs } = limits;
    return createExchange({ address, clock, pingEveryMs, ...(key === undefined ? {} : { key }) });
  }

  async #askTime(): Promise<ClockSample> {
    const exchange = await this.publicExchange();
    const windows = this.#ip.of('time');
    const granted = this.budget.acquire({
      requestClass: 'protective',
      windows,
      patienceMs: CLOCK_DEADLINE_MS,
    });
    if (!(await granted)) throw new BudgetExhausted('bot');
    const sentAtMs = this.clock.monotonicMs();
    const answer = await withDeadline(
      exchange.swapV2PublicGetServerTime(),
      CLOCK_DEADLINE_MS,
      'asking the time',
    );
    const receivedAtMs = this.clock.monotonicMs();
    const data = toRow(toRow(answer, 'answer')['data'], 'data');
    return { sentAtMs, receivedAtMs, venueMs: timeOf(data, 'serverTime') };
  }
}
