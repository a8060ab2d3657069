/**
 * Which of the venue's order ids is which order of ours, for one account. Most orders carry our id; stop orders,
 * and what a close-all becomes, do not. They are known by the answer to their placing, and where that was lost, by
 * what they look like: the newest nameless order that we sent and that looks the same.
 *
 * A name never passes to another order, and an order never gets a second name.
 */
import { Big } from 'big.js';
import type { ObservedOrder } from '../../domain/observation.ts';
import { toBingxId } from '../symbol.ts';
import type { OrderRequest, SentOrder } from '../venue.ts';

interface Expected {
  request: OrderRequest;
  /** Venue time. */
  sentAt: number;
}

const KNOWN_MAX = 5000;
const EXPECTED_MAX = 100;
/** Our clock's idea of the venue's time may be off by this much. */
const CLOCK_SLACK_MS = 1000;

export class BingxNames {
  /** Oldest first; null is an order that is not ours. */
  readonly #byExchangeId = new Map<string, string | null>();
  readonly #byName = new Map<string, string>();
  /** Newest last. */
  #expected: Expected[] = [];

  /** Before a nameless order is sent. */
  expect(request: OrderRequest, sentAt: number): void {
    this.#expected.push({ request, sentAt });
    this.#expected = this.#expected.slice(-EXPECTED_MAX);
  }

  /** It was refused for certain. */
  unexpect(clientOrderId: string): void {
    this.#expected = this.#expected.filter(({ request }) => request.clientOrderId !== clientOrderId);
  }

  learn(exchangeOrderId: string, clientOrderId: string | null): void {
    if (this.#byExchangeId.get(exchangeOrderId) != null) return;
    this.#byExchangeId.set(exchangeOrderId, clientOrderId);
    if (clientOrderId !== null) {
      this.#byName.set(clientOrderId, exchangeOrderId);
      this.unexpect(clientOrderId);
    }
    const [oldest] = this.#byExchangeId.keys();
    if (oldest === undefined || this.#byExchangeId.size <= KNOWN_MAX) return;
    const name = this.#byExchangeId.get(oldest);
    this.#byExchangeId.delete(oldest);
    if (name != null) this.#byName.delete(name);
  }

  /** Undefined for an order that was never heard of. */
  nameOf(exchangeOrderId: string): string | null | undefined {
    return this.#byExchangeId.get(exchangeOrderId);
  }

  exchangeIdOf(clientOrderId: string): string | null {
    return this.#byName.get(clientOrderId) ?? null;
  }

  /** The order under our id, where it has one. Learns from every order that it is shown. */
  named(order: ObservedOrder): ObservedOrder {
    const { exchangeOrderId } = order;
    const known = this.#byExchangeId.get(exchangeOrderId) ?? order.clientOrderId;
    const clientOrderId = known ?? this.#recognised(order);
    this.learn(exchangeOrderId, clientOrderId);
    return clientOrderId === order.clientOrderId ? order : { ...order, clientOrderId };
  }

  #recognised(order: ObservedOrder): string | null {
    const sent = this.#expected.findLast(({ request, sentAt }) => looksLike(order, request, sentAt));
    return sent?.request.clientOrderId ?? null;
  }
}

/** For a look-up: the venue's id decides, or our id, or for a nameless order its looks. */
export function isSent(order: ObservedOrder, clientOrderId: string, sent?: SentOrder): boolean {
  if (order.clientOrderId !== null) return order.clientOrderId === clientOrderId;
  if (sent === undefined || sent.others.includes(order.exchangeOrderId)) return false;
  if (sent.exchangeOrderId !== null) return order.exchangeOrderId === sent.exchangeOrderId;
  return looksLike(order, sent.request, sent.sentAt);
}

function looksLike(order: ObservedOrder, request: OrderRequest, sentAt: number): boolean {
  const { direction, side, positionMode, type, quantity, triggerPrice } = request;
  return (
    order.clientOrderId === null &&
    toBingxId(order.symbol) === toBingxId(request.symbol) &&
    order.direction === direction &&
    order.side === (positionMode === 'one-way' ? null : side) &&
    order.type === type &&
    order.createdAt >= sentAt - CLOCK_SLACK_MS &&
    same(order.quantity, quantity) &&
    (triggerPrice === null || (order.triggerPrice !== null && same(order.triggerPrice, triggerPrice)))
  );
}

function same(one: string, other: string): boolean {
  return new Big(one).eq(other);
}
