/** The operator's console: every user and bot in one live table. */
import { useState } from 'react';
import { CreateUserDialog } from '../../components/admin/create-user-dialog.tsx';
import { UsersTable } from '../../components/admin/users-table.tsx';
import { api, codeOf, messageOf, type Outputs } from '../../components/api.ts';
import { moment } from '../../components/format.ts';
import { Shell } from '../../components/shell.tsx';
import { Button } from '../../components/ui/button.tsx';
import { Card } from '../../components/ui/card.tsx';
import { TextField } from '../../components/ui/field.tsx';
import { Empty, Notice, Skeleton } from '../../components/ui/notice.tsx';
import { useNow } from '../../components/use-now.ts';

const ASK_EVERY_MS = 2000;

export default function ConsolePage() {
  const users = api.admin.users.list.useQuery(undefined, { refetchInterval: ASK_EVERY_MS });
  const [filter, setFilter] = useState('');
  const [creating, setCreating] = useState(false);
  const [created, setCreated] = useState<string | null>(null);
  const now = useNow(1000);
  if (users.error !== null && codeOf(users.error) === 'forbidden') return <AdminsOnly />;
  const shown = users.data?.filter((user) => matches(user, filter)) ?? [];
  return (
    <Shell title="Admin console">
      <Summary users={users.data} now={now} updatedAt={users.dataUpdatedAt} />
      {users.error !== null && (
        <Notice tone="warn" urgent onRetry={() => void users.refetch()}>
          {messageOf(users.error)}
        </Notice>
      )}
      {created !== null && <Notice tone="good">{created}</Notice>}
      <Card
        title="Users"
        flush
        aside={
          <Button small kind="primary" onClick={() => setCreating(true)}>
            Create user
          </Button>
        }
      >
        <div className="max-w-md px-4 pb-3 sm:px-5">
          <TextField
            label="Filter users"
            bare
            type="search"
            placeholder="Filter by email, id or state"
            value={filter}
            onChange={(event) => setFilter(event.target.value)}
          />
        </div>
        {users.isPending && <Skeleton lines={5} />}
        {users.isSuccess && shown.length === 0 && <Empty>No user matches this filter.</Empty>}
        {shown.length > 0 && <UsersTable users={shown} now={now} receivedAt={users.dataUpdatedAt} />}
      </Card>
      {creating && (
        <CreateUserDialog
          onClose={() => setCreating(false)}
          onCreated={(email) => {
            setCreating(false);
            setCreated(`${email} can sign in now, with a paper account and the usual settings.`);
            void users.refetch();
          }}
        />
      )}
    </Shell>
  );
}

type ManagedUser = Outputs['admin']['users']['list'][number];

function matches({ id, email, role, bot }: ManagedUser, filter: string): boolean {
  const text = `${id} ${email} ${role} ${bot?.status ?? 'not_running'}`.replaceAll('_', ' ').toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word.replaceAll('_', ' ')));
}

interface SummaryProps {
  users: ManagedUser[] | undefined;
  now: number;
  updatedAt: number;
}

function Summary({ users, now, updatedAt }: SummaryProps) {
  const bots = users?.flatMap(({ bot }) => (bot === null ? [] : [bot])) ?? [];
  const trouble = bots.filter(({ status }) => status === 'halted' || status === 'needs_attention').length;
  const figures: [string, string][] = [
    ['Users', String(users?.length ?? '–')],
    ['Running', String(bots.filter(({ running }) => running).length)],
    ['Open positions', String(bots.filter(({ position }) => position !== null).length)],
    ['Uncovered', String(bots.filter(({ protection }) => !protection.covered).length)],
    ['Need attention', String(trouble)],
  ];
  return (
    <div className="flex flex-wrap items-end justify-between gap-x-8 gap-y-3">
      <div>
        <h1 className="text-xl font-semibold">Admin console</h1>
        <p className="figures text-sm text-muted">
          {updatedAt === 0
            ? 'Asking…'
            : `As of ${moment(new Date(updatedAt).toISOString(), now)}, renewed by itself`}
        </p>
      </div>
      <dl className="figures flex flex-wrap gap-x-7 gap-y-2">
        {figures.map(([name, value]) => (
          <div key={name}>
            <dt className="text-sm text-muted">{name}</dt>
            <dd className="text-xl font-semibold">{value}</dd>
          </div>
        ))}
      </dl>
    </div>
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
