/** A user's newest cycles with what they earned, for a glance. */
import { api, messageOf } from '../api.ts';
import { moment, signedMoney } from '../format.ts';
import { Card } from '../ui/card.tsx';
import { Empty, Notice, Skeleton } from '../ui/notice.tsx';
import { ExchangeSays } from '../bot/cycles-table.tsx';
import { pnlClass } from '../bot/position-card.tsx';

const SHOWN = 6;

export function RecentCycles({ userId, now }: { userId: number; now: number }) {
  const cycles = api.cycles.list.useQuery({ userId, limit: SHOWN }, { refetchInterval: 10_000 });
  return (
    <Card title="Recent cycles" aside="net, in USDT" flush>
      {cycles.isPending && <Skeleton lines={3} />}
      {cycles.error !== null && (
        <div className="px-4 pb-3">
          <Notice tone="warn" onRetry={() => void cycles.refetch()}>
            {messageOf(cycles.error)}
          </Notice>
        </div>
      )}
      {cycles.data?.items.length === 0 && <Empty>There was no cycle yet.</Empty>}
      <ul className="figures px-4 pb-2 text-sm sm:px-5">
        {cycles.data?.items.map((cycle) => (
          <li
            key={cycle.cycleKey}
            className="flex flex-wrap items-baseline gap-x-3 border-b border-line py-1.5 last:border-b-0"
          >
            <span className="min-w-8 font-medium">{cycle.number}</span>
            <span className="flex-1 text-muted">
              {cycle.symbol} {cycle.side} ·{' '}
              {cycle.state === 'settled' ? (cycle.reason ?? 'closed') : 'under way'} ·{' '}
              {moment(cycle.settledAt ?? cycle.openedAt, now)}
            </span>
            <span className={`font-semibold ${pnlClass(cycle.net)}`}>{signedMoney(cycle.net)}</span>
            {cycle.venueCheck === 'differs' && (
              <span className="basis-full">
                <ExchangeSays cycle={cycle} />
              </span>
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}
