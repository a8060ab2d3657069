/**
 * The windows in which a request to BingX counts: its endpoint's per account and per IP, or, for market data,
 * those of all market data together. A little below what BingX documents, in requests or in time, since the network
 * compresses what we space out.
 */
import { RateWindow, type RequestClass, type WindowLimits } from '../rate-budget.ts';
import { ENDPOINTS, type Endpoint, isMarketData } from './bingx-endpoints.ts';

const SECOND_MS = 1100;
const TEN_SECONDS_MS = 10_000;
const MARKET_IN_TEN_SECONDS = shares(TEN_SECONDS_MS, 480);
const MARKET_IN_A_MINUTE = shares(60_000, 950);
const IP_REQUESTS = 280;

/** Orders may use three quarters of a window, bots' reads two thirds, pages a quarter. */
function shares(windowMs: number, protective: number): WindowLimits {
  const part = (ratio: number) => Math.max(1, Math.floor(protective * ratio));
  return { windowMs, shares: { protective, order: part(3 / 4), read: part(2 / 3), door: part(1 / 4) } };
}

/** A window per endpoint, made when it is first asked for. */
export class EndpointWindows {
  readonly #limits: (endpoint: Endpoint) => WindowLimits;
  readonly #windows = new Map<Endpoint, RateWindow>();

  constructor(limits: (endpoint: Endpoint) => WindowLimits) {
    this.#limits = limits;
  }

  of(endpoint: Endpoint): RateWindow {
    let window = this.#windows.get(endpoint);
    if (window === undefined) {
      window = new RateWindow(this.#limits(endpoint));
      this.#windows.set(endpoint, window);
    }
    return window;
  }
}

/** Of one account. Reads ask for nothing urgent: they may use all of an endpoint that only they use. */
export function accountWindows(): EndpointWindows {
  return new EndpointWindows((endpoint) => {
    const { perSecond } = ENDPOINTS[endpoint];
    const limits = shares(SECOND_MS, perSecond);
    return { ...limits, shares: { ...limits.shares, read: perSecond } };
  });
}

/** Of this machine's IP. `ordersPerSecond` is the operator's, where BingX allows them less than it documents. */
export class IpWindows {
  readonly #market = [new RateWindow(MARKET_IN_TEN_SECONDS), new RateWindow(MARKET_IN_A_MINUTE)];
  readonly #endpoints: EndpointWindows;

  constructor(ordersPerSecond: number | null = null) {
    const orders =
      ordersPerSecond === null ? shares(TEN_SECONDS_MS, IP_REQUESTS) : shares(SECOND_MS, ordersPerSecond);
    this.#endpoints = new EndpointWindows((endpoint) =>
      endpoint === 'place' || endpoint === 'cancel' ? orders : shares(TEN_SECONDS_MS, IP_REQUESTS),
    );
  }

  of(endpoint: Endpoint): RateWindow[] {
    return isMarketData(endpoint) ? this.#market : [this.#endpoints.of(endpoint)];
  }
}

/** All doors together, whatever they ask: most of every window stays for the bots. */
export function doorWindow(): RateWindow {
  const most: Record<RequestClass, number> = { protective: 40, order: 40, read: 40, door: 40 };
  return new RateWindow({ windowMs: TEN_SECONDS_MS, shares: most });
}
