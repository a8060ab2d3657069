/** The user's page: what the bot does now, its history, its settings, its key. */
import { useEffect } from 'react';
import type { BotView } from '../bot/bot-view.ts';
import { ActivityCard } from '../components/account/activity-card.tsx';
import { CredentialsCard } from '../components/account/credentials-card.tsx';
import { PasswordCard } from '../components/account/password-card.tsx';
import { TokensCard } from '../components/account/tokens-card.tsx';
import { api, messageOf } from '../components/api.ts';
import { BotControls } from '../components/bot/bot-controls.tsx';
import { CyclesTable } from '../components/bot/cycles-table.tsx';
import { LadderCard } from '../components/bot/ladder-card.tsx';
import { OrdersTable } from '../components/bot/orders-table.tsx';
import { PositionCard } from '../components/bot/position-card.tsx';
import { StateBanner } from '../components/bot/state-banner.tsx';
import { useBotView } from '../components/bot/use-bot-view.ts';
import { moment } from '../components/format.ts';
import { SettingsCard } from '../components/settings/settings-card.tsx';
import { Shell } from '../components/shell.tsx';
import { Notice, Skeleton } from '../components/ui/notice.tsx';
import { useNow } from '../components/use-now.ts';

export default function BotPage() {
  const { view, error, receivedAt, loading, refresh } = useBotView();
  const now = useNow(1000);
  useFreshCycles(view);
  const retry = () => void refresh().catch(() => undefined);
  return (
    <Shell title="Bot">
      <h1 className="sr-only">Your bot</h1>
      <section aria-label="Bot" className="overflow-hidden rounded-xl border border-line bg-panel">
        {loading && <Skeleton lines={4} />}
        {error !== null && (
          <div className="p-4">
            <Notice tone="warn" urgent onRetry={retry}>
              {view === undefined
                ? messageOf(error)
                : `${messageOf(error)} What you see is from ${moment(new Date(receivedAt).toISOString(), now)}.`}
            </Notice>
          </div>
        )}
        {view !== undefined && <StateBanner view={view} now={now} receivedAt={receivedAt} />}
        <BotControls view={view} refresh={refresh} />
      </section>
      {view !== undefined && <BotDetails view={view} />}
      <CyclesTable now={now} />
      <SettingsCard cycleOpen={isOpen(view)} />
      <div className="grid gap-4 sm:gap-5 lg:grid-cols-2">
        <CredentialsCard />
        <PasswordCard />
        <TokensCard now={now} />
        <ActivityCard now={now} />
      </div>
    </Shell>
  );
}

function BotDetails({ view }: { view: BotView }) {
  return (
    <>
      {view.warnings.length > 0 && (
        <Notice tone="warn">{view.warnings.map(({ message }) => message).join('\n')}</Notice>
      )}
      <div className="grid gap-4 sm:gap-5 lg:grid-cols-[minmax(0,5fr)_minmax(0,3fr)]">
        <LadderCard view={view} />
        <PositionCard view={view} />
      </div>
      <OrdersTable orders={view.orders} />
    </>
  );
}

function isOpen(view: BotView | undefined): boolean {
  return view?.cycle != null && view.cycle.state !== 'settled';
}

/** The list of cycles is asked for anew whenever one begins or ends. */
function useFreshCycles(view: BotView | undefined): void {
  const cache = api.useUtils();
  const milestone = view?.cycle == null ? 'none' : `${view.cycle.number} ${view.cycle.state}`;
  useEffect(() => void cache.cycles.list.invalidate(), [cache, milestone]);
}
