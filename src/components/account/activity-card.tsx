/** What was done with the account lately, and a copy of everything that is stored about it. */
import { api, messageOf } from '../api.ts';
import { moment } from '../format.ts';
import { Card } from '../ui/card.tsx';
import { Notice, Skeleton } from '../ui/notice.tsx';
import { Older } from '../ui/older.tsx';
import { describeActivity, describeOrigin } from './activity-words.ts';

const PAGE = 8;

export function ActivityCard({ now }: { now: number }) {
  const me = api.account.me.useQuery(undefined, { staleTime: 60_000 });
  const activity = api.account.activity.useInfiniteQuery(
    { limit: PAGE },
    { getNextPageParam: (last) => last.nextCursor, staleTime: 30_000 },
  );
  const entries = activity.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Card
      title="Activity"
      id="activity"
      aside={
        <a
          href="/api/account/export"
          download
          className="font-medium text-accent underline underline-offset-4"
        >
          Download my data
        </a>
      }
    >
      {activity.isPending && <Skeleton lines={4} />}
      {activity.error !== null && (
        <Notice tone="bad" onRetry={() => void activity.refetch()}>
          {messageOf(activity.error)}
        </Notice>
      )}
      <ul>
        {entries.map((entry) => (
          <li key={entry.id} className="border-b border-line py-2 last:border-b-0">
            <div className="flex items-baseline justify-between gap-4">
              <span
                className={entry.action === 'session.sign_in_failed' ? 'font-medium text-bad' : 'font-medium'}
              >
                {describeActivity(entry, me.data?.id ?? 0)}
              </span>
              <time dateTime={entry.at} className="figures shrink-0 text-sm text-muted">
                {moment(entry.at, now)}
              </time>
            </div>
            <p className="figures text-sm break-words text-muted empty:hidden">{describeOrigin(entry)}</p>
          </li>
        ))}
      </ul>
      <Older pages={activity} className="mt-3">
        Show older
      </Older>
    </Card>
  );
}
