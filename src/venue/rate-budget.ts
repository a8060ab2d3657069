/**
 * Our own rate budgets: one window per IP, shared by every account, and windows per key.
 *
 * A window is the venue's own rule, "at most n requests in any t ms", kept as the times of the last n grants,
 * so it is full again after t ms of silence and a burst of n goes out at once. Each class of request may use
 * only its share of a window: doors stop first, then bots' reads, then orders, and what protects a position
 * (reduce-only orders, amends, cancels) may use all of it. Who has to wait is served by class; within one,
 * keys take turns, and each is served in order of arrival: one key never holds up another.
 */
import { assert } from '../domain/assert.ts';

/** `door`: a read that a page caused, for example the check of a key; everything of bots goes before it. */
export type RequestClass = 'protective' | 'order' | 'read' | 'door';

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

let windowsMade = 0;

export class RateWindow {
  readonly id = (windowsMade += 1);
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

  /** Requests of the last window, and how many any class may use. */
  usage(nowMs: number): { used: number; limit: number } {
    const horizonMs = nowMs - this.#limits.windowMs;
    const used = this.#grantedAtMs.filter((atMs) => atMs > horizonMs).length;
    return { used, limit: Math.max(...Object.values(this.#limits.shares)) };
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

/** Requests of one class for the same windows, in order of arrival: where the first has no room, none has. */
interface Lane {
  requestClass: RequestClass;
  windows: readonly RateWindow[];
  waiters: Set<Waiter>;
}

interface Waiter {
  settle: (granted: boolean) => void;
  cancelExpiry: () => void;
}

const CLASSES: readonly RequestClass[] = ['protective', 'order', 'read', 'door'];
/** Doors are few: whoever looks at a page rather tries again than waits for a crowd. */
const WAITERS_MAX: Record<RequestClass, number> = {
  protective: 10_000,
  order: 10_000,
  read: 10_000,
  door: 50,
};

export class RateBudget {
  readonly #clock: BudgetClock;
  /** Only lanes in which somebody waits; who was served goes to the end, so that keys take turns. */
  readonly #lanes: Record<RequestClass, Map<string, Lane>> = {
    protective: new Map(),
    order: new Map(),
    read: new Map(),
    door: new Map(),
  };
  readonly #waiting: Record<RequestClass, number> = { protective: 0, order: 0, read: 0, door: 0 };
  #timer: { atMs: number; cancel: () => void } | null = null;

  constructor(clock: BudgetClock = budgetClock) {
    this.#clock = clock;
  }

  /** True at once or later when the request may be sent; false when patience or the queue ran out. */
  acquire(request: BudgetRequest): boolean | Promise<boolean> {
    const nowMs = this.#clock.nowMs();
    const waitMs = waitOf(request, nowMs);
    const nobodyWaits = CLASSES.every((requestClass) => this.#waiting[requestClass] === 0);
    if (nobodyWaits && waitMs === 0) {
      grant(request, nowMs);
      return true;
    }
    if (this.#waiting[request.requestClass] >= WAITERS_MAX[request.requestClass]) return false;
    return new Promise((settle) => {
      this.#enqueue(request, settle);
      // There is room, and whoever waited longer has the first right to it; otherwise only a timer is due.
      if (waitMs === 0) this.#serve();
      else this.#serveAt(nowMs + waitMs);
    });
  }

  /** How many requests wait for room. */
  get waiting(): number {
    return CLASSES.reduce((sum, requestClass) => sum + this.#waiting[requestClass], 0);
  }

  /** Nobody may use this window for a while; who waits for it waits longer. */
  block(window: RateWindow, forMs: number): void {
    window.block(this.#clock.nowMs() + forMs);
  }

  /** Everybody who waits is refused. */
  close(): void {
    this.#timer?.cancel();
    this.#timer = null;
    for (const requestClass of CLASSES) {
      for (const [id, lane] of this.#lanes[requestClass]) {
        for (const waiter of lane.waiters) this.#settle(id, lane, { waiter, granted: false });
      }
    }
  }

  #enqueue({ requestClass, windows, patienceMs }: BudgetRequest, settle: (granted: boolean) => void): void {
    const id = windows.map((window) => window.id).join(' ');
    const lanes = this.#lanes[requestClass];
    let lane = lanes.get(id);
    if (lane === undefined) {
      lane = { requestClass, windows, waiters: new Set() };
      lanes.set(id, lane);
    }
    const own = lane;
    const expire = () => this.#settle(id, own, { waiter, granted: false });
    const waiter: Waiter = { settle, cancelExpiry: this.#clock.after(patienceMs, expire) };
    lane.waiters.add(waiter);
    this.#waiting[requestClass] += 1;
  }

  #settle(id: string, lane: Lane, { waiter, granted }: { waiter: Waiter; granted: boolean }): void {
    assert(lane.waiters.delete(waiter), 'whoever is settled was waiting');
    this.#waiting[lane.requestClass] -= 1;
    const lanes = this.#lanes[lane.requestClass];
    if (granted || lane.waiters.size === 0) lanes.delete(id);
    if (granted && lane.waiters.size > 0) lanes.set(id, lane);
    waiter.cancelExpiry();
    waiter.settle(granted);
  }

  /** Each visit of a lane ends it for this time or grants one request, and windows bound the grants. */
  #serve(): void {
    this.#timer?.cancel();
    this.#timer = null;
    const nowMs = this.#clock.nowMs();
    let nextMs = Number.POSITIVE_INFINITY;
    for (const requestClass of CLASSES) {
      // A map's iteration also meets what is put at its end meanwhile: a lane that was served comes again.
      for (const [id, lane] of this.#lanes[requestClass]) {
        const waitMs = waitOf(lane, nowMs);
        nextMs = waitMs === 0 ? nextMs : Math.min(nextMs, waitMs);
        const [waiter] = lane.waiters;
        if (waitMs > 0 || waiter === undefined) continue;
        grant(lane, nowMs);
        this.#settle(id, lane, { waiter, granted: true });
      }
    }
    if (nextMs < Number.POSITIVE_INFINITY) this.#serveAt(nowMs + nextMs);
  }

  #serveAt(atMs: number): void {
    if (this.#timer !== null && this.#timer.atMs <= atMs) return;
    this.#timer?.cancel();
    const delayMs = Math.ceil(atMs - this.#clock.nowMs());
    this.#timer = { atMs, cancel: this.#clock.after(delayMs, () => this.#serve()) };
  }
}

type Wanted = Pick<BudgetRequest, 'windows' | 'requestClass'>;

function waitOf({ windows, requestClass }: Wanted, nowMs: number): number {
  return windows.reduce((longest, window) => Math.max(longest, window.waitMs(requestClass, nowMs)), 0);
}

function grant({ windows }: Wanted, nowMs: number): void {
  for (const window of windows) window.grant(nowMs);
}
