/**
 * From BingX's order pushes to executions. A push tells how much of an order has filled, but its trade id is not
 * documented to be the fill history's, and one execution under two ids would be booked twice. So the history is
 * asked what filled, until it accounts for all that the push says; once it has shown a pushed trade id, later
 * pushes are taken at their word.
 *
 * Orders are handed on in the order of their pushes, each after its executions.
 */
import { Big } from 'big.js';
import type { Execution, ObservedOrder } from '../../domain/observation.ts';
import { parsePushedFill } from './bingx-parse.ts';
import type { Row } from './row.ts';

/** Reads lag behind pushes. After the last one the bot is left to its own reads. */
const ASK_AGAIN_MS = [0, 100, 300, 1000, 2000];
const ORDERS_MAX = 2000;

export interface PushedFillsOptions {
  /** The executions of an order, as the history knows them; null when it cannot be read now. */
  ask(order: ObservedOrder): Promise<Execution[] | null>;
  tell(event: { type: 'execution'; execution: Execution } | { type: 'order'; order: ObservedOrder }): void;
  sleep?(ms: number): Promise<void>;
}

interface Told {
  ids: Set<string>;
  quantity: Big;
}

export class PushedFills {
  readonly #options: Required<PushedFillsOptions>;
  /** By the venue's order id, oldest first. */
  readonly #told = new Map<string, Told>();
  readonly #queues = new Map<string, Promise<void>>();
  /** Null until the history has shown, or not shown, a pushed trade id. */
  #pushesNameFills: boolean | null = null;

  constructor(options: PushedFillsOptions) {
    this.#options = { sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)), ...options };
  }

  /** `row` is the push itself. */
  take(order: ObservedOrder, row: Row): void {
    const { exchangeOrderId } = order;
    const waiting = this.#queues.get(exchangeOrderId);
    if (waiting === undefined && this.#takeAtOnce(order, row)) return;
    const queue = (waiting ?? Promise.resolve()).then(() => this.#takeLater(order, row));
    this.#queues.set(exchangeOrderId, queue);
    void queue.finally(() => {
      if (this.#queues.get(exchangeOrderId) === queue) this.#queues.delete(exchangeOrderId);
    });
  }

  #takeAtOnce(order: ObservedOrder, row: Row): boolean {
    const execution = parsePushedFill(order, row);
    if (execution !== null && this.#pushesNameFills === true && order.clientOrderId !== null) {
      this.#tell(order.exchangeOrderId, execution);
    }
    if (!this.#isComplete(order)) return false;
    this.#options.tell({ type: 'order', order });
    return true;
  }

  async #takeLater(order: ObservedOrder, row: Row): Promise<void> {
    if (this.#takeAtOnce(order, row)) return;
    const pushedId = parsePushedFill(order, row)?.executionId;
    for (const waitMs of ASK_AGAIN_MS) {
      if (waitMs > 0) await this.#options.sleep(waitMs);
      const executions = await this.#options.ask(order);
      if (executions === null) continue;
      for (const execution of executions) this.#tell(order.exchangeOrderId, execution);
      if (!this.#isComplete(order)) continue;
      if (pushedId !== undefined)
        this.#pushesNameFills ??= executions.some(({ executionId }) => executionId === pushedId);
      break;
    }
    this.#options.tell({ type: 'order', order });
  }

  #isComplete({ exchangeOrderId, filledQuantity }: ObservedOrder): boolean {
    return (this.#told.get(exchangeOrderId)?.quantity ?? new Big(0)).gte(filledQuantity);
  }

  #tell(orderId: string, execution: Execution): void {
    const told = this.#told.get(orderId) ?? { ids: new Set(), quantity: new Big(0) };
    if (told.ids.has(execution.executionId)) return;
    told.ids.add(execution.executionId);
    this.#told.set(orderId, { ids: told.ids, quantity: told.quantity.plus(execution.quantity) });
    const [oldest] = this.#told.keys();
    if (oldest !== undefined && this.#told.size > ORDERS_MAX) this.#told.delete(oldest);
    this.#options.tell({ type: 'execution', execution });
  }
}
