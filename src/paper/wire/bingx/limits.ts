/**
 * BingX's rate limits: so many requests a second for every endpoint and account, so many in ten for an address.
 *
 * Beyond the first it answers 100410, beyond the second HTTP 429 with the same code; nothing was done then. How
 * many orders a second an account may place is a setting, since BingX's own pages differ.
 * https://bingx-api.github.io/docs-v3/#/en/Swap/Trades%20Endpoints
 */
import type { Account } from '../../core/state.ts';
import type { Switchboard } from '../../switches.ts';
import type { HttpReply, HttpRequest } from '../http.ts';
import { RateLimits, type WindowRule } from '../rate-limits.ts';
import { CODE, envelope, fail, type Reply } from './reply.ts';

const SECOND_MS = 1_000;
const MARKET_RULE: WindowRule = { limit: 500, windowMs: 10_000 };
const ENDPOINT_RULE: WindowRule = { limit: 300, windowMs: 10_000 };

const DEFAULT_A_SECOND = 5;
const A_SECOND: Record<string, number> = {
  'GET /openApi/swap/v1/positionSide/dual': 2,
  'POST /openApi/swap/v1/positionSide/dual': 2,
  'POST /openApi/swap/v2/trade/leverage': 2,
  'GET /openApi/swap/v2/trade/marginType': 2,
  'POST /openApi/swap/v2/trade/marginType': 2,
  'GET /openApi/swap/v2/trade/forceOrders': 10,
};
const PLACE = 'POST /openApi/swap/v2/trade/order';

export interface LimitsOptions {
  switchboard: Switchboard;
  ordersPerSecond: number;
  now(): number;
}

export class BingxLimits {
  readonly #options: LimitsOptions;
  readonly #limits = new RateLimits();

  constructor(options: LimitsOptions) {
    this.#options = options;
  }

  /** Null when a request from this address may come in. Market data count together, the rest by endpoint. */
  refuseAddress({ address, method, path }: HttpRequest): HttpReply | null {
    if (!this.#options.switchboard.now.rateLimits) return null;
    const now = this.#options.now();
    const isMarket = path.includes('/quote/');
    const name = isMarket ? `market ${address}` : `${method} ${path} ${address}`;
    const { granted } = this.#limits.take(name, isMarket ? MARKET_RULE : ENDPOINT_RULE, { now });
    return granted ? null : { status: 429, json: envelope(tooMany(), now) };
  }

  /** Null when the account may do this now. */
  refuseAccount(account: Account, endpoint: string): Reply | null {
    const { switchboard, ordersPerSecond, now } = this.#options;
    if (!switchboard.now.rateLimits) return null;
    const limit = endpoint === PLACE ? ordersPerSecond : (A_SECOND[endpoint] ?? DEFAULT_A_SECOND);
    const rule = { limit, windowMs: SECOND_MS };
    return this.#limits.take(`${endpoint} ${account.uid}`, rule, { now: now() }).granted ? null : tooMany();
  }
}

function tooMany(): Reply {
  return fail(CODE.tooMany, 'rate limited: too many requests, please try again later');
}
