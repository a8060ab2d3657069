/** Everything about one user and their bot, and what the admin can do for them. */
import { api, messageOf } from '../api.ts';
import { OrdersTable } from '../bot/orders-table.tsx';
import { PositionCard } from '../bot/position-card.tsx';
import { StateBanner } from '../bot/state-banner.tsx';
import { moment } from '../format.ts';
import { Card } from '../ui/card.tsx';
import { Drawer } from '../ui/drawer.tsx';
import { Empty, Notice, Skeleton } from '../ui/notice.tsx';
import type { ConsoleLine } from './console-lines.ts';
import { describeUser } from './line-parts.tsx';
import { RecentCycles } from './recent-cycles.tsx';
import { StateChangeList } from './state-change-list.tsx';
import { UserAccess } from './user-access.tsx';
import { UserSwitches } from './user-switches.tsx';

interface UserDrawerProps {
  line: ConsoleLine;
  now: number;
  onClose: () => void;
  onRemoved: (email: string) => void;
}

const ASK_EVERY_MS = 2000;

export function UserDrawer({ line, now, onClose, onRemoved }: UserDrawerProps) {
  const userId = line.id;
  const status = api.bot.status.useQuery({ userId }, { refetchInterval: ASK_EVERY_MS });
  const changes = api.admin.stateChanges.list.useQuery(
    { userId, limit: 8 },
    { refetchInterval: ASK_EVERY_MS },
  );
  const view = status.data;
  return (
    <Drawer title={line.email} subtitle={describeUser(line)} onClose={onClose}>
      <section aria-label="Bot" className="overflow-hidden rounded-xl border border-line bg-panel">
        {status.isPending && <Skeleton lines={4} />}
        {status.error !== null && (
          <div className="p-4">
            <Notice tone="warn" urgent onRetry={() => void status.refetch()}>
              {messageOf(status.error)}
            </Notice>
          </div>
        )}
        {view !== undefined && <StateBanner view={view} now={now} receivedAt={status.dataUpdatedAt} />}
        <UserSwitches line={line} view={view} />
      </section>
      {view?.lastError != null && (
        <Card title="Last error" aside={moment(view.lastError.at, now)}>
          <p className="break-words whitespace-pre-line">{view.lastError.message}</p>
          <p className="mt-1 font-mono text-[0.8125rem] text-muted">{view.lastError.code}</p>
        </Card>
      )}
      {view !== undefined && view.warnings.length > 0 && (
        <Notice tone="warn">{view.warnings.map(({ message }) => message).join('\n')}</Notice>
      )}
      {view !== undefined && <PositionCard view={view} />}
      {view !== undefined && <OrdersTable orders={view.orders} />}
      <RecentCycles userId={userId} now={now} />
      <Card title="What happened" flush>
        {changes.isPending && <Skeleton lines={3} />}
        {changes.error !== null && (
          <div className="px-4 pb-3">
            <Notice tone="warn" onRetry={() => void changes.refetch()}>
              {messageOf(changes.error)}
            </Notice>
          </div>
        )}
        {changes.data?.items.length === 0 && <Empty>Nothing yet.</Empty>}
        <StateChangeList changes={changes.data?.items ?? []} now={now} />
      </Card>
      <UserAccess line={line} onRemoved={onRemoved} />
    </Drawer>
  );
}
