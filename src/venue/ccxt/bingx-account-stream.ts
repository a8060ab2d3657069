/**
 * The private stream of one account: orders, executions and positions of all its symbols over one websocket.
 * https://bingx-api.github.io/docs-v3/#/en/Swap/Websocket%20Account%20Data
 */
import type { Execution, ObservedOrder } from '../../domain/observation.ts';
import { AccountWatchers } from '../account-watchers.ts';
import type { BingxExchange } from './bingx-exchange.ts';
import type { BingxNames } from './bingx-names.ts';
import { parsePushedOrder, parsePushedPosition } from './bingx-parse.ts';
import { PushedFills } from './bingx-pushed-fills.ts';
import { openAccountSession } from './bingx-session.ts';
import type { BingxSite } from './bingx-site.ts';
import { type Row, rowsOf, toRow } from './row.ts';

interface AccountStreamOptions {
  site: BingxSite;
  exchange: () => Promise<BingxExchange>;
  names: BingxNames;
  /** The executions of an order, as the history knows them; null when it cannot be read now. */
  askFills: (order: ObservedOrder) => Promise<Execution[] | null>;
}

export function bingxAccountStream({
  site,
  exchange,
  names,
  askFills,
}: AccountStreamOptions): AccountWatchers {
  const watchers: AccountWatchers = new AccountWatchers(async () => {
    const opened = await exchange();
    await site.ensureClock();
    return openAccountSession(opened, {
      url: site.address.stream,
      renewEveryMs: site.limits.renewKeyEveryMs,
      onMessage: take,
    });
  });
  const fills = new PushedFills({
    ask: askFills,
    tell: (event) => watchers.tell('order' in event ? event.order.symbol : event.execution.symbol, event),
  });
  /** A row that cannot be read throws; ccxt then ends the session, and a snapshot replaces what was lost. */
  function take(topic: string, message: Row): void {
    if (topic === 'ACCOUNT_UPDATE') takePositions(toRow(message['a'], 'a'), watchers);
    if (topic !== 'ORDER_TRADE_UPDATE') return;
    const row = toRow(message['o'], 'o');
    const order = names.named(parsePushedOrder(row, message));
    if (watchers.isWatched(order.symbol)) fills.take(order, row);
  }
  return watchers;
}

function takePositions(account: Row, watchers: AccountWatchers): void {
  const rows = account['P'] == null ? [] : rowsOf(account, 'P');
  for (const position of rows.flatMap(parsePushedPosition))
    watchers.tell(position.symbol, { type: 'position', position });
}
