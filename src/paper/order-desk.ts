/**
 * The order desk: where new orders are handed in, whatever wire they came by.
 *
 * As long as `asyncAckMs` is 0 an order is decided before it is acknowledged. Otherwise it is acknowledged first:
 * only a client order id that was used before is refused at once. What the exchange then cannot take becomes a
 * rejected order, heard on the stream and found in the history. What is not decided yet when the process is
 * killed is lost; an orderly end decides it.
 */
import { randomUUID } from 'node:crypto';
import { placeOrder, type PlaceRequest, rejectOrder } from './core/placing.ts';
import { done, type Result, refuse } from './core/refusal.ts';
import type { Account } from './core/state.ts';
import type { Turn } from './core/turn.ts';
import type { Switchboard } from './switches.ts';

export interface Acknowledged {
  orderId: string;
  linkId: string;
}

export interface OrderDeskOptions {
  switchboard: Switchboard;
  act<T>(command: (turn: Turn) => T): T;
}

export class OrderDesk {
  readonly #options: OrderDeskOptions;
  /** Acknowledged and undecided, by order id, oldest first. */
  readonly #waiting = new Map<string, { account: Account; request: PlaceRequest; timer: NodeJS.Timeout }>();

  constructor(options: OrderDeskOptions) {
    this.#options = options;
  }

  place(account: Account, request: PlaceRequest): Result<Acknowledged> {
    const { act, switchboard } = this.#options;
    const { asyncAckMs } = switchboard.now;
    if (asyncAckMs === 0 && this.#waiting.size === 0)
      return act((turn) => placeOrder(turn, account, request));
    const { linkId } = request;
    if (
      linkId !== '' &&
      (this.#isWaiting(account, linkId) || act((turn) => turn.isUsed(account.uid, linkId)))
    ) {
      return refuse('duplicate_link_id', 'OrderLinkedID is duplicate');
    }
    const orderId = randomUUID();
    const timer = setTimeout(() => this.#decide(orderId), asyncAckMs);
    this.#waiting.set(orderId, { account, request: { ...request, orderId }, timer });
    return done({ orderId, linkId });
  }

  /** Decides at once what was only acknowledged. */
  close(): void {
    for (const orderId of [...this.#waiting.keys()]) this.#decide(orderId);
  }

  #isWaiting(account: Account, linkId: string): boolean {
    return [...this.#waiting.values()].some(
      (each) => each.account === account && each.request.linkId === linkId,
    );
  }

  #decide(orderId: string): void {
    const waiting = this.#waiting.get(orderId);
    if (waiting === undefined) return;
    clearTimeout(waiting.timer);
    this.#waiting.delete(orderId);
    const { account, request } = waiting;
    this.#options.act((turn) => {
      const placed = placeOrder(turn, account, request);
      if (!placed.ok) rejectOrder(turn, account, { request, refusal: placed.error });
    });
  }
}
