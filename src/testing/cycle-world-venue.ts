/**
 * A small perfect venue for the world of one cycle: it keeps its word, fills what it is told to fill, and
 * pushes each change. Hand-written for the domain's properties; it shares no code with the paper exchange.
 *
 * What it does like a real one: refuses an id that was used before, refuses reduce-only orders without a
 * position and stops whose trigger has passed, never lets a reduce-only order turn the position round, and
 * cancels reduce-only orders when the position is gone.
 */
import type { Answer } from '../domain/apply.ts';
import type { Intent } from '../domain/intent.ts';
import type { Execution, ObservedOrder, ObservedStatus, Snapshot } from '../domain/observation.ts';
import { type Grid, lots, priceText, quantityText, type Ticks } from '../domain/units.ts';
import { opens, type Side } from '../domain/words.ts';

export interface VenueOrder {
  intent: Intent;
  exchangeOrderId: string;
  price: Ticks | null;
  triggerPrice: Ticks | null;
  quantity: number;
  filled: number;
  status: ObservedStatus;
  reason: string | null;
  createdAt: number;
  updatedAt: number;
}

export type Push = { type: 'order'; order: ObservedOrder } | { type: 'execution'; execution: Execution };

export interface Change {
  price: Ticks | null;
  triggerPrice: Ticks | null;
  quantity: number;
}

const refuse = (code: string): Answer => ({ kind: 'rejected', code, message: `the venue says ${code}` });

export class TestVenue {
  readonly orders: VenueOrder[] = [];
  readonly executions: Execution[] = [];
  /** Orders of somebody else. */
  readonly strangers: ObservedOrder[] = [];
  /** Lots on our side, somebody else's included. */
  position = 0;
  /** In ticks. */
  mark: number;
  private readonly grid: Grid;
  private readonly side: Side;
  private readonly symbol: string;
  private readonly push: (push: Push) => void;
  private readonly clock: () => number;

  constructor(options: {
    grid: Grid;
    side: Side;
    symbol: string;
    mark: number;
    push: (push: Push) => void;
    clock: () => number;
  }) {
    this.grid = options.grid;
    this.side = options.side;
    this.symbol = options.symbol;
    this.mark = options.mark;
    this.push = options.push;
    this.clock = options.clock;
  }

  live(): VenueOrder[] {
    return this.orders.filter((order) => order.status === 'open');
  }

  find(clientOrderId: string): VenueOrder | undefined {
    return this.orders.find((order) => order.intent.clientOrderId === clientOrderId);
  }

  place(intent: Intent): Answer {
    if (this.find(intent.clientOrderId) !== undefined) {
      return { kind: 'ambiguous', cause: 'duplicate_id', message: 'known id', provableAfterMs: 0 };
    }
    if (intent.reduceOnly && this.position === 0) return refuse('reduce_only_refused');
    if (intent.triggerPrice !== null && this.isPassed(intent.triggerPrice)) return refuse('trigger_passed');
    const order: VenueOrder = {
      intent,
      exchangeOrderId: `v${this.orders.length + 1}`,
      price: intent.price,
      triggerPrice: intent.triggerPrice,
      quantity: intent.quantity,
      filled: 0,
      status: 'open',
      reason: null,
      createdAt: this.clock(),
      updatedAt: this.clock(),
    };
    this.orders.push(order);
    this.announce(order);
    return { kind: 'accepted', exchangeOrderId: order.exchangeOrderId };
  }

  amend(clientOrderId: string, change: Change): Answer {
    const order = this.find(clientOrderId);
    if (order === undefined || order.status !== 'open') return refuse('order_not_found');
    if (change.quantity <= order.filled) return refuse('invalid_order');
    if (change.triggerPrice !== null && this.isPassed(change.triggerPrice)) return refuse('trigger_passed');
    Object.assign(order, change);
    this.announce(order);
    return { kind: 'accepted', exchangeOrderId: order.exchangeOrderId };
  }

  cancel(clientOrderId: string): Answer {
    const order = this.find(clientOrderId);
    if (order === undefined || order.status !== 'open') return refuse('order_not_found');
    this.end(order, 'cancelled', 'CancelByUser');
    return { kind: 'accepted', exchangeOrderId: order.exchangeOrderId };
  }

  /** Fills up to `quantity` lots of a live order, at its own price or at the mark. */
  fill(order: VenueOrder, quantity: number): void {
    const { intent } = order;
    const most = intent.reduceOnly ? this.position : Number.POSITIVE_INFINITY;
    const wanted = intent.closeAll ? this.position : order.quantity - order.filled;
    const filled = Math.min(quantity, wanted, most);
    if (order.status !== 'open' || filled <= 0) return;
    order.filled += filled;
    this.position += intent.direction === opens(this.side) ? filled : -filled;
    const execution: Execution = {
      executionId: `e${this.executions.length + 1}`,
      exchangeOrderId: order.exchangeOrderId,
      clientOrderId: intent.clientOrderId,
      symbol: this.symbol,
      direction: intent.direction,
      kind: 'trade',
      price: priceText(this.grid, order.price ?? order.triggerPrice ?? (this.mark as Ticks)),
      quantity: quantityText(this.grid, lots(filled)),
      fee: '0.01',
      feeCurrency: 'USDT',
      at: this.clock(),
    };
    this.executions.push(execution);
    this.push({ type: 'execution', execution });
    if (order.filled >= order.quantity || intent.closeAll) this.end(order, 'filled', null);
    else this.announce(order);
    if (this.position === 0) this.dropReduceOnly();
  }

  /** The venue ends a live order: a market order's remainder, or for reasons of its own. */
  end(order: VenueOrder, status: ObservedStatus, reason: string | null): void {
    if (order.status !== 'open') return;
    order.status = status;
    order.reason = reason;
    this.announce(order);
  }

  /** Moves the mark price; stops that it passes are executed at once. */
  moveMark(mark: number): void {
    this.mark = mark;
    for (const order of this.live()) {
      if (order.triggerPrice !== null && this.isPassed(order.triggerPrice)) this.fill(order, order.quantity);
    }
  }

  /** Somebody else sells all there is. */
  closeOutside(): void {
    this.position = 0;
    this.dropReduceOnly();
  }

  observed(order: VenueOrder): ObservedOrder {
    const text = (price: Ticks | null) => (price === null ? null : priceText(this.grid, price));
    return {
      symbol: this.symbol,
      clientOrderId: order.intent.clientOrderId,
      exchangeOrderId: order.exchangeOrderId,
      direction: order.intent.direction,
      side: this.side,
      type: order.intent.type,
      reduceOnly: order.intent.reduceOnly,
      price: text(order.price),
      triggerPrice: text(order.triggerPrice),
      quantity: quantityText(this.grid, lots(order.quantity)),
      filledQuantity: quantityText(this.grid, lots(order.filled)),
      status: order.status,
      createdAt: order.createdAt,
      updatedAt: order.updatedAt,
      reason: order.reason,
    };
  }

  snapshot(): Snapshot {
    const mark = priceText(this.grid, this.mark as Ticks);
    const position = {
      symbol: this.symbol,
      side: this.side,
      quantity: quantityText(this.grid, lots(this.position)),
      averageEntryPrice: null,
      liquidationPrice: null,
      unrealizedPnl: '0',
      leverage: null,
    };
    return {
      askedAt: this.clock(),
      orders: [...this.live().map((order) => this.observed(order)), ...this.strangers],
      positions: [position],
      executions: [...this.executions],
      prices: { last: mark, mark, at: this.clock() },
      walletBalance: '10000',
      availableBalance: '10000',
    };
  }

  private isPassed(trigger: Ticks): boolean {
    return this.side === 'long' ? this.mark <= trigger : this.mark >= trigger;
  }

  private dropReduceOnly(): void {
    for (const order of this.live()) {
      if (order.intent.reduceOnly) this.end(order, 'cancelled', 'CancelByReduceOnly');
    }
  }

  private announce(order: VenueOrder): void {
    order.updatedAt = this.clock();
    this.push({ type: 'order', order: this.observed(order) });
  }
}
