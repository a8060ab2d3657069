/**
 * Our own rate budgets: one window per IP, shared by every account, and windows per key.
 *
 * A window is the venue's own rule, "at most n requests in any t ms", kept as the times of the last n grants,
 * so it is full again after t ms of silence and a burst of n goes out at once. Each class of request may use
 * only its share of a window: reads stop first, then orders, and what protects a position (reduce-only
 * orders, amends, cancels) may use all of it. Who has to wait is served by class, then in order of arrival;
 * one key that is out of budget never holds up another.
 */
import { assert } from '../domain/assert.ts';

export type RequestClass = 'protective' | 'order' | 'read';

export interface WindowLimits {
  windowMs: number;
  /** How many grants of any class may lie in one window before a request of this class has to wait. */
  shares: Record<RequestClass, number>;
}

export interface BudgetClock {
  nowMs(): number;
  /** Calls back once after the delay; returns how to cancel that. */
  after(delayMs: number, callback: () => void): () => void;
}

export const budgetClock: BudgetClock = {
  nowMs: () => performance.now(),
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

export class RateWindow {
  readonly #limits: WindowLimits;
  readonly #grantedAtMs: number[] = [];
  #blockedUntilMs = 0;

  constructor(limits: WindowLimits) {
    this.#limits = limits;
  }

  /** 0 when a request of this class may go now. */
  waitMs(requestClass: RequestClass, nowMs: number): number {
    const horizonMs = nowMs - this.#limits.windowMs;
    while ((this.#grantedAtMs[0] ?? nowMs) <= horizonMs) this.#grantedAtMs.shift();
    const excess = this.#grantedAtMs.length - this.#limits.shares[requestClass];
    const freeAtMs = excess < 0 ? nowMs : (this.#grantedAtMs[excess] ?? nowMs) + this.#limits.windowMs;
    return Math.max(0, freeAtMs - nowMs, this.#blockedUntilMs - nowMs);
  }

  grant(nowMs: number): void {
    this.#grantedAtMs.push(nowMs);
  }

  /** The venue said "too many": nobody goes for a while, whatever we counted. */
  block(untilMs: number): void {
    this.#blockedUntilMs = Math.max(this.#blockedUntilMs, untilMs);
  }
}

export interface BudgetRequest {
  requestClass: RequestClass;
  /** All of them must have room. */
  windows: readonly RateWindow[];
  /** Given up after this long in the queue. */
  patienceMs: number;
}

interface Waiter extends BudgetRequest {
  settle: (granted: boolean) => void;
  expiresAtMs: number;
}

const RANK: Record<RequestClass, number> = { protective: 0, order: 1, read: 2 };
const WAITERS_MAX = 10_000;

export class RateBudget {
  readonly #clock: BudgetClock;
  #waiters: Waiter[] = [];
  #cancelTimer: (() => void) | null = null;

  constructor(clock: BudgetClock = budgetClock) {
    this.#clock = clock;
  }

  /** True at once or later when the request may be sent; false when patience or the queue ran out. */
  acquire(request: BudgetRequest): boolean | Promise<boolean> {
    const nowMs = this.#clock.nowMs();
    if (this.#waiters.length === 0 && waitOf(request, nowMs) === 0) {
      grant(request, nowMs);
      return true;
    }
    if (this.#waiters.length >= WAITERS_MAX) return false;
    return new Promise((settle) => {
      const waiter = { ...request, settle, expiresAtMs: nowMs + request.patienceMs };
      const later = this.#waiters.findIndex((other) => RANK[other.requestClass] > RANK[request.requestClass]);
      this.#waiters.splice(later === -1 ? this.#waiters.length : later, 0, waiter);
      this.#serve();
    });
  }

  /** Nobody may use this window for a while; who waits for it waits longer. */
  block(window: RateWindow, forMs: number): void {
    window.block(this.#clock.nowMs() + forMs);
  }

  /** Everybody who waits is refused. */
  close(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    for (const waiter of this.#waiters.splice(0)) waiter.settle(false);
  }

  #serve(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    const nowMs = this.#clock.nowMs();
    let nextMs = Number.POSITIVE_INFINITY;
    this.#waiters = this.#waiters.filter((waiter) => {
      const waitMs = waitOf(waiter, nowMs);
      if (waitMs > 0 && nowMs < waiter.expiresAtMs) {
        nextMs = Math.min(nextMs, waitMs, waiter.expiresAtMs - nowMs);
        return true;
      }
      if (waitMs === 0) grant(waiter, nowMs);
      waiter.settle(waitMs === 0);
      return false;
    });
    if (this.#waiters.length === 0) return;
    assert(nextMs > 0, 'whoever still waits, waits for a moment in the future');
    this.#cancelTimer = this.#clock.after(Math.ceil(nextMs), () => this.#serve());
  }
}

function waitOf({ windows, requestClass }: BudgetRequest, nowMs: number): number {
  return windows.reduce((longest, window) => Math.max(longest, window.waitMs(requestClass, nowMs)), 0);
}

function grant({ windows }: BudgetRequest, nowMs: number): void {
  for (const window of windows) window.grant(nowMs);
}
