/** The operator's console: every user and bot in one live table, what happened, and how the machine is. */
import { useState } from 'react';
import { AuditCard } from '../../components/admin/audit-card.tsx';
import { BulkBar } from '../../components/admin/bulk-bar.tsx';
import { BulkDialog } from '../../components/admin/bulk-dialog.tsx';
import type { BulkKind } from '../../components/admin/bulk-kinds.ts';
import { BulkRecoverDialog } from '../../components/admin/bulk-recover-dialog.tsx';
import { ConsoleFilters } from '../../components/admin/console-filters.tsx';
import { type ConsoleLine, type Filter, isActive, NO_FILTER } from '../../components/admin/console-lines.ts';
import { ConsoleSummary } from '../../components/admin/console-summary.tsx';
import { CreateUserDialog } from '../../components/admin/create-user-dialog.tsx';
import { HealthCard } from '../../components/admin/health-card.tsx';
import { InvitesDialog } from '../../components/admin/invites-dialog.tsx';
import { StateChangesCard } from '../../components/admin/state-changes-card.tsx';
import { useConsoleTable } from '../../components/admin/use-console-table.ts';
import { useOverview } from '../../components/admin/use-overview.ts';
import { UserCards } from '../../components/admin/user-cards.tsx';
import { UserDrawer } from '../../components/admin/user-drawer.tsx';
import { UsersGrid } from '../../components/admin/users-grid.tsx';
import { api, codeOf, messageOf } from '../../components/api.ts';
import { StopDialog } from '../../components/bot/stop-dialog.tsx';
import { Shell } from '../../components/shell.tsx';
import { Button } from '../../components/ui/button.tsx';
import { Card } from '../../components/ui/card.tsx';
import { Empty, Notice, Skeleton } from '../../components/ui/notice.tsx';
import { Said, useSaid } from '../../components/ui/said.tsx';
import { useMedia } from '../../components/use-media.ts';
import { useNow } from '../../components/use-now.ts';

type Open =
  | { what: 'create' | 'invites' }
  | { what: 'user'; id: number }
  | { what: 'stop'; line: ConsoleLine }
  | { what: 'bulk'; kind: BulkKind; lines: ConsoleLine[] };

export default function ConsolePage() {
  const { lines, newestStateChange, error, receivedAt, refetch } = useOverview();
  const [filter, setFilter] = useState<Filter>(NO_FILTER);
  const [open, setOpen] = useState<Open | null>(null);
  const { said, say, clear } = useSaid();
  const now = useNow(1000);
  const phone = useMedia('(max-width: 47.99rem)');
  const { table, shown, selected, selectShown, clearSelection } = useConsoleTable(lines, filter);
  const start = api.admin.users.start.useMutation({
    onSuccess: refetch,
    onError: (failure) => say('bad', messageOf(failure)),
  });
  if (error !== null && codeOf(error) === 'forbidden') return <AdminsOnly />;
  const close = () => setOpen(null);
  const finish = (text: string) => {
    close();
    say('good', text);
    refetch();
  };
  const actions = {
    now,
    onOpen: (id: number) => setOpen({ what: 'user', id }),
    // Real money is asked about first, as for many at once.
    onSwitch: (line: ConsoleLine) => {
      if (isActive(line)) setOpen({ what: 'stop', line });
      else if (line.environment === 'live') setOpen({ what: 'bulk', kind: 'start', lines: [line] });
      else start.mutate({ userId: line.id });
    },
  };
  const opened = open?.what === 'user' ? lines?.find(({ id }) => id === open.id) : undefined;
  return (
    <Shell title="Admin console" wide>
      <div>
        <ConsoleSummary lines={lines} now={now} receivedAt={receivedAt} onFilter={setFilter} />
        <Said said={said} onClose={clear} />
      </div>
      {error !== null && (
        <Notice tone="warn" urgent onRetry={refetch}>
          {messageOf(error)}
        </Notice>
      )}
      <Card
        title="Users"
        flush
        aside={
          <span className="flex gap-2">
            <Button small onClick={() => setOpen({ what: 'invites' })}>
              Invite…
            </Button>
            <Button small kind="primary" onClick={() => setOpen({ what: 'create' })}>
              Create user
            </Button>
          </span>
        }
      >
        <ConsoleFilters lines={lines ?? []} filter={filter} onFilter={setFilter} />
        <BulkBar
          shown={shown.length}
          selected={selected.length}
          onSelectShown={selectShown}
          onClear={clearSelection}
          onAct={(kind) => setOpen({ what: 'bulk', kind, lines: selected })}
        />
        {lines === undefined && error === null && <Skeleton lines={8} />}
        {lines !== undefined && shown.length === 0 && <Empty>No user matches this filter.</Empty>}
        {shown.length > 0 &&
          (phone ? <UserCards table={table} {...actions} /> : <UsersGrid table={table} {...actions} />)}
      </Card>
      <div className="grid min-w-0 grid-cols-1 items-start gap-4 sm:gap-5 lg:grid-cols-2 2xl:grid-cols-3">
        <HealthCard lines={lines ?? []} />
        <StateChangesCard newest={newestStateChange} now={now} onOpen={actions.onOpen} />
        <div className="min-w-0 lg:col-span-2 2xl:col-span-1">
          <AuditCard now={now} />
        </div>
      </div>
      {open?.what === 'create' && (
        <CreateUserDialog
          onClose={() => {
            close();
            refetch();
          }}
          onCreated={(email) =>
            finish(`${email} can sign in now, with a paper account and the usual settings.`)
          }
        />
      )}
      {open?.what === 'invites' && <InvitesDialog now={now} onClose={close} />}
      {open?.what === 'stop' && (
        <StopDialog view={open.line} owner={open.line} onClose={close} onDone={finish} />
      )}
      {open?.what === 'bulk' && open.kind !== 'recover' && (
        <BulkDialog kind={open.kind} lines={open.lines} onClose={close} />
      )}
      {open?.what === 'bulk' && open.kind === 'recover' && (
        <BulkRecoverDialog lines={open.lines} onClose={close} />
      )}
      {opened !== undefined && (
        <UserDrawer
          key={opened.id}
          line={opened}
          now={now}
          onClose={close}
          onRemoved={(email) => finish(`${email} was removed.`)}
        />
      )}
    </Shell>
  );
}

function AdminsOnly() {
  return (
    <Shell title="Admin console">
      <h1 className="text-xl font-semibold">Admin console</h1>
      <Notice tone="bad">Only the admin may see this page. Your own bot is on the first page.</Notice>
    </Shell>
  );
}
