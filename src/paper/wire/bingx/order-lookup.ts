/** Finding an order by the digits or the client order id that a client names. */
import type { Account, Order } from '../../core/state.ts';
import type { Exchange } from '../../exchange.ts';
import { WHOLE_HISTORY } from '../../store/history.ts';
import { numberOf, prefixOf } from './ids.ts';
import { type Parsed, text, type Values } from './params.ts';
import { badParameter } from './reply.ts';

/** The id takes precedence where both are given. */
export interface OrderName {
  digits: string | null;
  linkId: string | null;
}

/** A client order id is lowercased here too, and accepted under both of its writings. */
export function readName(
  values: Values,
  names = ['orderId', 'clientOrderID', 'clientOrderId'],
): Parsed<OrderName> {
  const [idName = 'orderId', ...linkNames] = names;
  const digits = text(values, idName);
  const linkId = linkNames.map((name) => text(values, name)).find((value) => value !== null) ?? null;
  if (digits !== null && !/^\d{1,19}$/.test(digits)) {
    return { ok: false, reply: badParameter(`${idName} must be a whole number`) };
  }
  if (digits === null && linkId === null) {
    return { ok: false, reply: badParameter(`${names.slice(0, 2).join(' or ')} is needed`) };
  }
  return { ok: true, value: { digits, linkId: linkId?.toLowerCase() ?? null } };
}

/** As it is now, for whoever is about to change it. */
export function findLive(account: Account, symbol: string, name: OrderName): Order | null {
  return findIn(account.orders.values(), symbol, name);
}

export function findIn(orders: Iterable<Order>, symbol: string, name: OrderName): Order | null {
  const { digits, linkId } = name;
  for (const order of orders) {
    if (order.symbol !== symbol) continue;
    if (digits === null ? order.linkId === linkId : numberOf(order.orderId) === digits) return order;
  }
  return null;
}

/** Live or ended, as reads know it. */
export function findOrder(
  exchange: Exchange,
  account: Account,
  wanted: { symbol: string; name: OrderName },
): Order | null {
  const { symbol, name } = wanted;
  const live = findIn(exchange.reads.liveOrders(account), symbol, name);
  if (live !== null) return live;
  const orderId = name.digits === null ? null : fullId(exchange, account, name.digits);
  if (name.digits !== null && orderId === null) return null;
  const filter = { symbol, orderId, linkId: name.digits === null ? name.linkId : null, live: null };
  return exchange.reads.orders(account, filter, { ...WHOLE_HISTORY, limit: 1 }).rows[0] ?? null;
}

/** The order's UUID; null for digits that are none of the account's. */
export function fullId(exchange: Exchange, account: Account, digits: string): string | null {
  const prefix = prefixOf(digits);
  return prefix === null ? null : exchange.history.orderIdLike(account.uid, prefix);
}
