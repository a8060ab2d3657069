/** The last cycles with what they earned, after fees and funding; more on request. */
import { api, messageOf, type Outputs } from '../api.ts';
import { about, exact, moment, money, signedMoney, stretch } from '../format.ts';
import { Card } from '../ui/card.tsx';
import { Empty, Notice, Skeleton } from '../ui/notice.tsx';
import { Older } from '../ui/older.tsx';
import { Cell, Row, Table } from '../ui/table.tsx';
import { Badge, type Tone } from '../ui/tone.tsx';
import { PastTrades } from './past-trades.tsx';
import { pnlClass } from './position-card.tsx';

type ListedCycle = Outputs['cycles']['list']['items'][number];

const PAGE = 10;
const COLUMNS = [
  { name: 'Cycle' },
  { name: 'Net', number: true },
  { name: 'Result' },
  { name: 'Gross', number: true },
  { name: 'Fees', number: true },
  { name: 'Funding', number: true },
  { name: 'Legs', number: true },
  { name: 'Entry', number: true },
  { name: 'Exit', number: true },
  { name: 'Uncovered', number: true },
  { name: 'Exchange' },
  { name: 'Closed' },
];

/** `now` in ms since 1970, for the times. */
export function CyclesTable({ now }: { now: number }) {
  const pages = api.cycles.list.useInfiniteQuery(
    { limit: PAGE },
    { getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined },
  );
  const cycles = pages.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Card title="Cycles" id="cycles" flush aside={cycles.length > 0 ? 'in USDT' : undefined}>
      {pages.isPending && <Skeleton lines={4} />}
      {pages.error !== null && (
        <div className="px-4 pb-3 sm:px-5">
          <Notice tone="bad" onRetry={() => void pages.refetch()}>
            {messageOf(pages.error)}
          </Notice>
        </div>
      )}
      {pages.isSuccess && cycles.length === 0 && (
        <Empty>Your first cycle will appear here with its result.</Empty>
      )}
      {cycles.length > 0 && (
        <Table label="Cycles" columns={COLUMNS}>
          {cycles.map((cycle) => (
            <CycleRow key={cycle.cycleKey} cycle={cycle} now={now} />
          ))}
        </Table>
      )}
      <Older pages={pages}>Show older cycles</Older>
      <PastTrades now={now} />
    </Card>
  );
}

function CycleRow({ cycle, now }: { cycle: ListedCycle; now: number }) {
  return (
    <Row>
      <Cell>
        <span className="inline-block min-w-7 font-medium">{cycle.number}</span>
        <span className="text-muted max-sm:text-[0.8125rem]">
          {cycle.symbol} {cycle.side}
        </span>
      </Cell>
      <Cell number className={`font-semibold ${pnlClass(cycle.net)}`}>
        {signedMoney(cycle.net)}
      </Cell>
      <Cell>
        <CycleState cycle={cycle} />
      </Cell>
      <Cell number>{signedMoney(cycle.gross)}</Cell>
      <Cell number>{money(cycle.fees)}</Cell>
      <Cell number>{signedMoney(cycle.funding)}</Cell>
      <Cell number>{cycle.legsFilled}</Cell>
      <Cell number>{cycle.averageEntryPrice === null ? exact(null) : about(cycle.averageEntryPrice)}</Cell>
      <Cell number>{cycle.averageExitPrice === null ? exact(null) : about(cycle.averageExitPrice)}</Cell>
      <Cell number>{cycle.uncoveredMs === null ? exact(null) : stretch(cycle.uncoveredMs)}</Cell>
      <Cell>
        <ExchangeSays cycle={cycle} />
      </Cell>
      <Cell>{moment(cycle.settledAt, now)}</Cell>
    </Row>
  );
}

/** What the exchange's own rows say of these books; a difference stands open, with its reason. */
export function ExchangeSays({ cycle }: { cycle: ListedCycle }) {
  const { venueCheck, venueDifference, venueCheckReason, state } = cycle;
  if (venueCheck === null) return <span className="text-muted">{state === 'settled' ? 'asking' : '–'}</span>;
  if (venueCheck === 'agrees') return <span className="text-muted">agrees</span>;
  if (venueCheck === 'not-comparable')
    return <span className="text-[0.8125rem] text-muted">not comparable: {venueCheckReason}</span>;
  return (
    <span className="inline-grid gap-1">
      <Badge tone="bad">{`differs ${signedMoney(venueDifference)}`}</Badge>
      <span className="max-w-80 text-[0.8125rem] whitespace-normal text-bad">{venueCheckReason}</span>
    </span>
  );
}

function CycleState({ cycle }: { cycle: ListedCycle }) {
  if (cycle.state === 'abandoned') return <Badge tone="quiet">not opened</Badge>;
  if (cycle.state !== 'settled') return <Badge tone="info">under way</Badge>;
  return (
    <span className="flex items-center gap-1.5">
      <Badge tone={TONES[cycle.reason ?? ''] ?? 'quiet'}>{cycle.reason ?? 'closed'}</Badge>
      {cycle.partial && <Badge tone="warn">partial</Badge>}
    </span>
  );
}

/** By the reason that the cycle was booked with; the words are the bot's own. */
const TONES: Record<string, Tone> = {
  'take-profit': 'good',
  'stop-loss': 'warn',
  liquidation: 'bad',
  adl: 'bad',
  delisting: 'bad',
};
