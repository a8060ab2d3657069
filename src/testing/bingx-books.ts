/**
 * The paper exchange's books of an account that traded over BingX's wire, under our own order ids: there they are
 * written in its alphabet, and stop orders have none at all.
 */
import { numberOf } from '../paper/wire/bingx/ids.ts';
import { fromBingxClientId } from '../venue/ccxt/bingx-client-id.ts';
import type { Books } from './audit-books.ts';

export interface IntentName {
  clientOrderId: string;
  exchangeOrderId: string | null;
}

export function withOurIds(books: Books, intents: readonly IntentName[]): Books {
  const byVenue = new Map(
    intents.map(({ clientOrderId, exchangeOrderId }) => [exchangeOrderId, clientOrderId]),
  );
  const named = <Row extends { orderId: string; orderLinkId: string }>(row: Row): Row => {
    const nameless = row.orderId === '' ? undefined : byVenue.get(numberOf(row.orderId));
    const orderLinkId =
      row.orderLinkId === '' ? (nameless ?? '') : (fromBingxClientId(row.orderLinkId) ?? row.orderLinkId);
    return { ...row, orderLinkId };
  };
  return { ...books, orders: books.orders.map(named), executions: books.executions.map(named) };
}
