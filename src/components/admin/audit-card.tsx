/** Who did what on this server, newest first. */
import { useState } from 'react';
import { describeAction } from '../account/activity-words.ts';
import { api, messageOf } from '../api.ts';
import { moment } from '../format.ts';
import { Card } from '../ui/card.tsx';
import { SelectField } from '../ui/field.tsx';
import { Empty, Notice, Skeleton } from '../ui/notice.tsx';
import { Older } from '../ui/older.tsx';
import { type AuditEntry, smallPrint } from './audit-words.ts';

const PAGE = 12;
const FAILED = 'session.sign_in_failed';
/** Actions of one kind begin alike. */
const KINDS: [prefix: string, text: string][] = [
  ['session.', 'Signing in and out'],
  ['password.', 'Passwords'],
  ['invite.', 'Invites'],
  ['user.', 'Users'],
  ['token.', 'Access tokens'],
  ['credential.', 'Exchange keys'],
  ['settings.', 'Settings'],
  ['bot.', 'Bots'],
];

export function AuditCard({ now }: { now: number }) {
  const [action, setAction] = useState('');
  const pages = api.admin.audit.list.useInfiniteQuery(
    { limit: PAGE, ...(action === '' ? {} : { action }) },
    { getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined, refetchInterval: 15_000 },
  );
  const entries = pages.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Card
      title="Audit"
      flush
      aside={
        <SelectField
          label="Which actions"
          bare
          value={action}
          onChange={(event) => setAction(event.target.value)}
        >
          <option value="">Everything</option>
          {KINDS.map(([prefix, text]) => (
            <option key={prefix} value={prefix}>
              {text}
            </option>
          ))}
        </SelectField>
      }
    >
      {pages.isPending && <Skeleton lines={5} />}
      {pages.error !== null && (
        <div className="px-4 pb-3 sm:px-5">
          <Notice tone="bad" onRetry={() => void pages.refetch()}>
            {messageOf(pages.error)}
          </Notice>
        </div>
      )}
      {pages.isSuccess && entries.length === 0 && <Empty>Nothing of this kind was done yet.</Empty>}
      <div className="max-h-[26rem] overflow-y-auto">
        <ol className="px-4 pb-2 text-sm sm:px-5">
          {entries.map((entry) => (
            <EntryRow key={entry.id} entry={entry} now={now} />
          ))}
        </ol>
        <Older pages={pages} className="px-4 pb-3 sm:px-5">
          Show older entries
        </Older>
      </div>
    </Card>
  );
}

function EntryRow({ entry, now }: { entry: AuditEntry; now: number }) {
  const { actorEmail, subjectEmail } = entry;
  const other = subjectEmail !== null && subjectEmail !== actorEmail;
  return (
    <li className="grid gap-0.5 border-b border-line py-2 last:border-b-0">
      <p className="flex flex-wrap items-baseline gap-x-2">
        <time dateTime={entry.at} className="figures text-muted">
          {moment(entry.at, now)}
        </time>
        <span className="max-w-full truncate font-medium">{actorEmail ?? 'the server'}</span>
        <span title={entry.action} className={entry.action === FAILED ? 'text-bad' : ''}>
          {describeAction(entry)}
        </span>
        {other && <span className="max-w-full truncate">→ {subjectEmail}</span>}
      </p>
      <p className="text-[0.8125rem] break-words text-muted">{smallPrint(entry)}</p>
    </li>
  );
}
