/**
 * What all accounts of one Bybit environment share: the IP's budget, the venue's clock, one exchange without
 * a key for public data. Made once per environment.
 */
import { toRow, timeOf } from './row.ts';
import { type BudgetClock, RateBudget, RateWindow } from '../rate-budget.ts';
import { ClockKeeper } from '../clock-keeper.ts';
import { type ClockSample, VenueClock } from '../venue-clock.ts';
import { withDeadline } from '../deadline.ts';
import { BudgetExhausted } from '../errors.ts';
import { type BybitAddress, type BybitExchange, createExchange } from './bybit-exchange.ts';
import { KeyWindowsByKey } from './bybit-key-windows.ts';
import type { Key } from './bybit-session.ts';

/** Bybit allows 600 requests in 5 s per IP; a part stays free for what else runs on this machine. */
const IP_LIMITS = { windowMs: 5000, shares: { protective: 560, order: 500, read: 400, door: 300 } };
/** All doors together: at least three quarters of what reads may use are the bots'. */
const DOOR_LIMITS = { windowMs: 5000, shares: { protective: 100, order: 100, read: 100, door: 100 } };
const CLOCK_DEADLINE_MS = 5000;

export interface BybitSiteOptions {
  address: BybitAddress;
  budgetClock?: BudgetClock;
  clock?: VenueClock;
  limits?: Partial<SiteLimits>;
}

export interface SiteLimits {
  readDeadlineMs: number;
  /** Shorter than a read's: what comes after an order's answer is urgent. */
  orderDeadlineMs: number;
  pingEveryMs: number;
}

/** Two missed pongs end a connection: a half-open socket is noticed within 15 s. */
const LIMITS: SiteLimits = { readDeadlineMs: 10_000, orderDeadlineMs: 5000, pingEveryMs: 5000 };

export class BybitSite {
  readonly address: BybitAddress;
  readonly budget: RateBudget;
  readonly ipWindow = new RateWindow(IP_LIMITS);
  readonly doorWindow = new RateWindow(DOOR_LIMITS);
  readonly keyWindows = new KeyWindowsByKey();
  readonly clock: VenueClock;
  readonly limits: SiteLimits;
  #publicExchange: Promise<BybitExchange> | null = null;
  readonly #clockKeeper: ClockKeeper;

  constructor({ address, budgetClock, clock, limits }: BybitSiteOptions) {
    this.address = address;
    this.limits = { ...LIMITS, ...limits };
    this.budget = new RateBudget(budgetClock);
    this.clock = clock ?? new VenueClock();
    this.#clockKeeper = new ClockKeeper(this.clock, () => this.#askTime());
  }

  publicExchange(): Promise<BybitExchange> {
    const { address, clock } = this;
    this.#publicExchange ??= createExchange({ address, clock });
    return this.#publicExchange;
  }

  async accountExchange(key: Key): Promise<BybitExchange> {
    const exchange = await this.publicExchange();
    return exchange.withKey(key);
  }

  /** Before anything is signed. */
  ensureClock(): Promise<void> {
    return this.#clockKeeper.ensure();
  }

  /** The same without waiting: false where the venue's time has to be asked first. */
  clockIsKnown(): boolean {
    if (!this.clock.stale) return true;
    if (!this.clock.measured) return false;
    void this.ensureClock();
    return true;
  }

  async #askTime(): Promise<ClockSample> {
    const exchange = await this.publicExchange();
    const request = {
      requestClass: 'protective',
      windows: [this.ipWindow],
      patienceMs: CLOCK_DEADLINE_MS,
    } as const;
    if (!(await this.budget.acquire(request))) throw new BudgetExhausted('bot');
    const sentAtMs = this.clock.monotonicMs();
    const answer = await withDeadline(exchange.publicGetV5MarketTime(), CLOCK_DEADLINE_MS, 'asking the time');
    const receivedAtMs = this.clock.monotonicMs();
    return { sentAtMs, receivedAtMs, venueMs: timeOf(toRow(answer, 'answer'), 'time') };
  }

  async close(): Promise<void> {
    this.budget.close();
    const exchange = await this.#publicExchange;
    await exchange?.close();
  }
}
