/**
 * The public price stream of one BingX environment: last and mark price are topics of their own.
 * https://bingx-api.github.io/docs-v3/#/en/Swap/Websocket%20Market%20Data
 */
import type { PriceHub } from '../market-data.ts';
import { fromBingxId, toBingxId } from '../symbol.ts';
import { type PriceSession, type TakePrices, WantedPrices } from '../wanted-prices.ts';
import { openPublicSession, subscribe, unsubscribe } from './bingx-session.ts';
import type { BingxSite } from './bingx-site.ts';
import { priceOf, type Row, toRow } from './row.ts';

const LAST = '@lastPrice';
const MARK = '@markPrice';

export function bingxPrices(site: BingxSite, hub: PriceHub): WantedPrices {
  return new WantedPrices({ hub, open: (symbols, take) => openPrices(site, symbols, take) });
}

async function openPrices(
  site: BingxSite,
  symbols: readonly string[],
  take: TakePrices,
): Promise<PriceSession> {
  const exchange = await site.publicExchange();
  const url = site.address.stream;
  const session = await openPublicSession(exchange, {
    ...{ url, topics: topicsOf(symbols) },
    onMessage: (topic, message) => takePrice(topic, message, take),
  });
  return {
    ...session,
    subscribe: (wanted) => subscribe(exchange, url, topicsOf(wanted)),
    unsubscribe: (wanted) => unsubscribe(exchange, url, topicsOf(wanted)),
  };
}

function takePrice(topic: string, message: Row, take: TakePrices): void {
  const isLast = topic.endsWith(LAST);
  if (!isLast && !topic.endsWith(MARK)) return;
  const symbol = fromBingxId(topic.slice(0, topic.indexOf('@')));
  if (symbol === null) return;
  const row = toRow(message['data'], 'data');
  const price = priceOf(row, 'p') ?? priceOf(row, 'c');
  take(symbol, isLast ? { last: price, mark: null } : { last: null, mark: price });
}

function topicsOf(symbols: readonly string[]): string[] {
  return symbols.map(toBingxId).flatMap((id) => [id + LAST, id + MARK]);
}
