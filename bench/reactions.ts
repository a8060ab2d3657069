/**
 * From a leg's fill on the private websocket to the take-profit request on the wire, per bot.
 *
 * A reaction counts as free when the bot had no take-profit request under way as the fill left towards it;
 * otherwise it had to wait for the venue's answer, and is listed apart. At the moment a request arrives, its
 * intent must already be readable in the database: a row that a second connection sees is committed.
 */
import type { FrameRow, OrderSeen, Watcher } from './recording-proxy.ts';

export interface Reactions {
  free: number[];
  /** Of the free ones: no other bot had a fill waiting for its reaction either. */
  alone: number[];
  queued: number[];
  /** Take-profit requests whose intent was not committed when they arrived; must stay 0. */
  uncommitted: number;
  requests: number;
  /** How many of the requests came over the trade socket. */
  byWebsocket: number;
}

interface Pending {
  atMs: number;
  free: boolean;
  alone: boolean;
}

const IS_TAKE_PROFIT = /^sm_tp_/;
const IS_LEG = /^sm_leg_/;
const AMEND = 'amend';
const CHANGES = new Set(['create', AMEND]);

/** Whether a request places or changes a take-profit. */
export function isTakeProfit({ operation, orderLinkId }: OrderSeen): boolean {
  return CHANGES.has(operation) && IS_TAKE_PROFIT.test(orderLinkId);
}

/** Whether executions are of a leg. */
export function hasLegFill(rows: readonly FrameRow[]): boolean {
  return rows.some(({ orderLinkId, execType }) => execType === 'Trade' && IS_LEG.test(orderLinkId));
}

/** Whether the intent, and of an amend its change, can be read from the database now. */
export type IsCommitted = (clientOrderId: string, isAmend: boolean) => boolean;

export class ReactionWatcher implements Watcher {
  readonly reactions: Reactions = {
    free: [],
    alone: [],
    queued: [],
    uncommitted: 0,
    requests: 0,
    byWebsocket: 0,
  };
  readonly #isCommitted: IsCommitted;
  readonly #pending = new Map<string, Pending>();
  readonly #underWay = new Map<string, number>();
  #recording = false;

  constructor(isCommitted: IsCommitted) {
    this.#isCommitted = isCommitted;
  }

  record(): void {
    this.#recording = true;
  }

  onExecutions(key: string, rows: readonly FrameRow[], atMs: number): void {
    if (!hasLegFill(rows)) return;
    if (this.#pending.has(key)) return;
    const free = (this.#underWay.get(key) ?? 0) === 0;
    this.#pending.set(key, { atMs, free, alone: free && this.#pending.size === 0 });
  }

  onRequest(key: string, order: OrderSeen, atMs: number): void {
    if (!isTakeProfit(order)) return;
    this.#underWay.set(key, (this.#underWay.get(key) ?? 0) + 1);
    const pending = this.#pending.get(key);
    this.#pending.delete(key);
    if (!this.#recording) return;
    this.reactions.requests += 1;
    if (order.channel === 'websocket') this.reactions.byWebsocket += 1;
    if (!this.#isCommitted(order.orderLinkId, order.operation === AMEND)) this.reactions.uncommitted += 1;
    if (pending === undefined) return;
    (pending.free ? this.reactions.free : this.reactions.queued).push(atMs - pending.atMs);
    if (pending.alone) this.reactions.alone.push(atMs - pending.atMs);
  }

  onAnswer(key: string, order: OrderSeen): void {
    if (!isTakeProfit(order)) return;
    this.#underWay.set(key, (this.#underWay.get(key) ?? 1) - 1);
  }
}
