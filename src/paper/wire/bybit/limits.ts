/**
 * Bybit's rate limits: 600 requests in 5 s per address, and per second, account and endpoint as listed.
 *
 * Beyond the first the door answers 403 and 10018, beyond the second 10006; every signed answer tells in its
 * headers how many are left. Orders over the trade websocket count like those over REST; a batch counts its
 * items. https://bybit-exchange.github.io/docs/v5/rate-limit
 */
import type { Account } from '../../core/state.ts';
import type { Switchboard } from '../../switches.ts';
import type { HttpReply } from '../http.ts';
import { RateLimits, type Verdict, type WindowRule } from '../rate-limits.ts';
import { fail, type Reply } from './reply.ts';

const IP_RULE: WindowRule = { limit: 600, windowMs: 5_000 };
const DEFAULT_A_SECOND = 10;
const A_SECOND: Record<string, number> = {
  '/v5/order/realtime': 50,
  '/v5/order/history': 50,
  '/v5/execution/list': 50,
  '/v5/position/list': 50,
  '/v5/position/closed-pnl': 50,
  '/v5/account/wallet-balance': 50,
  '/v5/account/info': 50,
  '/v5/account/transaction-log': 30,
  '/v5/account/set-margin-mode': 5,
};

export interface LimitsOptions {
  switchboard: Switchboard;
  now(): number;
}

export class BybitLimits {
  readonly #options: LimitsOptions;
  readonly #limits = new RateLimits();
  readonly #bannedUntil = new Map<string, number>();

  constructor(options: LimitsOptions) {
    this.#options = options;
  }

  /** Null when a request from this address may come in. */
  refuseAddress(address: string): HttpReply | null {
    const { rateLimits, ipBanMs } = this.#options.switchboard.now;
    if (!rateLimits) return null;
    const now = this.#options.now();
    const banned = (this.#bannedUntil.get(address) ?? 0) > now;
    const verdict = banned ? null : this.#limits.take(`ip ${address}`, IP_RULE, { now });
    if (verdict?.granted) return null;
    if (!banned && ipBanMs > 0) this.#bannedUntil.set(address, now + ipBanMs);
    return { status: 403, json: { ...fail(10018, 'Exceeded the IP Rate Limit.'), time: now } };
  }

  /** Null when nothing is counted. `path` is the REST path, also for what came over the websocket. */
  take(account: Account, path: string, body: unknown): Verdict | null {
    if (!this.#options.switchboard.now.rateLimits) return null;
    const rule = { limit: A_SECOND[path] ?? DEFAULT_A_SECOND, windowMs: 1_000 };
    // A batch larger than the limit could never pass: it takes all there is.
    const units = Math.min(itemsOf(path, body), rule.limit);
    return this.#limits.take(`${account.uid} ${path}`, rule, { units, now: this.#options.now() });
  }
}

function itemsOf(path: string, body: unknown): number {
  if (!path.endsWith('-batch')) return 1;
  const items = (body as { request?: unknown } | null)?.request;
  return Array.isArray(items) ? Math.max(1, items.length) : 1;
}

export function tooManyVisits(): Reply {
  return fail(10006, 'Too many visits. Exceeded the API Rate Limit.');
}

export function limitHeaders(verdict: Verdict): Record<string, string> {
  return {
    'X-Bapi-Limit': String(verdict.limit),
    'X-Bapi-Limit-Status': String(verdict.remaining),
    'X-Bapi-Limit-Reset-Timestamp': String(verdict.resetAt),
  };
}
