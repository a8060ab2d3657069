/**
 * The private stream of one account: orders, executions and positions of all its symbols over one websocket.
 * Open once Bybit has acknowledged the topics.
 * https://bybit-exchange.github.io/docs/v5/websocket/private/order
 */
import { AccountWatchers } from '../account-watchers.ts';
import type { VenueEvent } from '../venue.ts';
import { isLinear, parseExecution, parseOrder, parsePositions } from './bybit-parse.ts';
import { type Key, openSession } from './bybit-session.ts';
import type { BybitSite } from './bybit-site.ts';
import { type Row, rowsOf, textOf } from './row.ts';

const TOPICS = ['order', 'execution', 'position'];

export function bybitAccountStream(site: BybitSite, key: Key): AccountWatchers {
  const watchers = new AccountWatchers(async () => {
    await site.ensureClock();
    return openSession({
      url: site.address.privateStream,
      pingEveryMs: site.limits.pingEveryMs,
      login: { key, clock: site.clock },
      topics: TOPICS,
      onMessage: (message) => tellOf(message, watchers),
      isUrgent: (message) => textOf(message, 'topic') === 'execution',
    });
  });
  return watchers;
}

/** A row that cannot be read throws, which ends the session: a snapshot replaces what was lost. */
function tellOf(message: Row, watchers: AccountWatchers): void {
  const topic = textOf(message, 'topic');
  if (topic === '') return;
  for (const row of rowsOf(message, 'data')) {
    const symbol = textOf(row, 'symbol');
    if (!isLinear(row) || !watchers.isWatched(symbol)) continue;
    for (const event of eventsOf(topic, row)) watchers.tell(symbol, event);
  }
}

function eventsOf(topic: string, row: Row): VenueEvent[] {
  switch (topic) {
    case 'order':
      return [{ type: 'order', order: parseOrder(row) }];
    case 'execution': {
      const execution = parseExecution(row);
      return execution === null ? [] : [{ type: 'execution', execution }];
    }
    case 'position':
      return parsePositions(row).map((position) => ({ type: 'position', position }));
    default:
      return [];
  }
}
