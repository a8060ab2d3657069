/** The server's log of what its bots went through, live: asked again whenever something new is in it. */
import { useEffect } from 'react';
import { api, messageOf } from '../api.ts';
import { Card } from '../ui/card.tsx';
import { Empty, Notice, Skeleton } from '../ui/notice.tsx';
import { Older } from '../ui/older.tsx';
import { StateChangeList } from './state-change-list.tsx';

const PAGE = 12;

interface StateChangesProps {
  /** Grows with every change. */
  newest: number;
  now: number;
  onOpen: (userId: number) => void;
}

export function StateChangesCard({ newest, now, onOpen }: StateChangesProps) {
  const cache = api.useUtils();
  const pages = api.admin.stateChanges.list.useInfiniteQuery(
    { limit: PAGE },
    { getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined },
  );
  useEffect(() => {
    if (newest > 0) void cache.admin.stateChanges.list.invalidate({ limit: PAGE });
  }, [cache, newest]);
  const changes = pages.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Card title="Changes of state" flush>
      {pages.isPending && <Skeleton lines={5} />}
      {pages.error !== null && (
        <div className="px-4 pb-3 sm:px-5">
          <Notice tone="bad" onRetry={() => void pages.refetch()}>
            {messageOf(pages.error)}
          </Notice>
        </div>
      )}
      {pages.isSuccess && changes.length === 0 && (
        <Empty>Starts, stops, halts and errors of all bots will appear here.</Empty>
      )}
      <div className="max-h-[26rem] overflow-y-auto">
        <StateChangeList changes={changes} now={now} onOpen={onOpen} />
        <Older pages={pages} className="px-4 pb-3 sm:px-5">
          Show older changes
        </Older>
      </div>
    </Card>
  );
}
