/** Trades that came along from the server before this one; nothing at all for whoever has none. */
import { api, type Outputs } from '../api.ts';
import { about, exact, moment, signedMoney } from '../format.ts';
import { Older } from '../ui/older.tsx';
import { Cell, Row, Table } from '../ui/table.tsx';
import { pnlClass } from './position-card.tsx';

type PastTrade = Outputs['trades']['list']['items'][number];

const PAGE = 10;
const COLUMNS = [
  { name: 'Trade' },
  { name: 'Profit', number: true },
  { name: 'Quantity', number: true },
  { name: 'Entry', number: true },
  { name: 'Exit', number: true },
  { name: 'Closed' },
];

/** `now` in ms since 1970, for the times. */
export function PastTrades({ now }: { now: number }) {
  const pages = api.trades.list.useInfiniteQuery(
    { limit: PAGE },
    { getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined, staleTime: Number.POSITIVE_INFINITY },
  );
  const trades = pages.data?.pages.flatMap(({ items }) => items) ?? [];
  if (trades.length === 0) return null;
  return (
    <section aria-label="Before the move" className="border-t border-line">
      <h3 className="px-4 pt-3 text-sm font-medium text-muted sm:px-5">Before the move</h3>
      <Table label="Trades before the move" columns={COLUMNS}>
        {trades.map((trade) => (
          <TradeRow key={trade.id} trade={trade} now={now} />
        ))}
      </Table>
      <Older pages={pages}>Show older trades</Older>
    </section>
  );
}

function TradeRow({ trade, now }: { trade: PastTrade; now: number }) {
  return (
    <Row>
      <Cell>
        {trade.symbol ?? '–'} <span className="text-muted">{trade.side}</span>
      </Cell>
      <Cell number className={`font-semibold ${pnlClass(trade.pnl)}`}>
        {signedMoney(trade.pnl)}
      </Cell>
      <Cell number>{exact(trade.quantity)}</Cell>
      <Cell number>{trade.entryPrice === null ? exact(null) : about(trade.entryPrice)}</Cell>
      <Cell number>{trade.exitPrice === null ? exact(null) : about(trade.exitPrice)}</Cell>
      <Cell>{moment(trade.closedAt, now)}</Cell>
    </Row>
  );
}
