/**
 * The public ticker stream of one Bybit environment. Bybit sends a snapshot first and then only what changed:
 * https://bybit-exchange.github.io/docs/v5/websocket/public/ticker
 */
import type { PriceHub } from '../market-data.ts';
import { fromBybitId, toBybitId } from '../symbol.ts';
import { type PriceSession, type TakePrices, WantedPrices } from '../wanted-prices.ts';
import { openSession } from './bybit-session.ts';
import type { BybitSite } from './bybit-site.ts';
import { priceOf, type Row, textOf, toRow } from './row.ts';

const TOPIC = 'tickers.';

export function bybitTickers(site: BybitSite, hub: PriceHub): WantedPrices {
  return new WantedPrices({ hub, open: (symbols, take) => openTickers(site, symbols, take) });
}

async function openTickers(
  { address, limits }: BybitSite,
  symbols: readonly string[],
  take: TakePrices,
): Promise<PriceSession> {
  const session = await openSession({
    url: address.publicStream,
    pingEveryMs: limits.pingEveryMs,
    topics: symbols.map(topicOf),
    onMessage: (message) => takeTicker(message, take),
    isUrgent: () => false,
  });
  return {
    closed: session.closed,
    close: () => session.close(),
    subscribe: (wanted) => session.subscribe(wanted.map(topicOf)),
    unsubscribe: (wanted) => session.unsubscribe(wanted.map(topicOf)),
  };
}

function takeTicker(message: Row, take: TakePrices): void {
  const topic = textOf(message, 'topic');
  const symbol = topic.startsWith(TOPIC) ? fromBybitId(topic.slice(TOPIC.length)) : null;
  if (symbol === null) return;
  const row = toRow(message['data'], 'data');
  take(symbol, { last: priceOf(row, 'lastPrice'), mark: priceOf(row, 'markPrice') });
}

function topicOf(symbol: string): string {
  return TOPIC + toBybitId(symbol);
}
