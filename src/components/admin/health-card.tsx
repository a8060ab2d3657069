/** How the machine is: each figure with its sign, and the bots by state. */
import { api, messageOf } from '../api.ts';
import { Card } from '../ui/card.tsx';
import { Notice, Skeleton } from '../ui/notice.tsx';
import { Badge, ToneSign } from '../ui/tone.tsx';
import { type ConsoleLine, STATES } from './console-lines.ts';
import { countStates, describeHealth } from './health-words.ts';

const ASK_EVERY_MS = 5000;

export function HealthCard({ lines }: { lines: ConsoleLine[] }) {
  const health = api.admin.health.useQuery(undefined, { refetchInterval: ASK_EVERY_MS });
  return (
    <Card title="Machine">
      {health.isPending && <Skeleton lines={5} />}
      {health.error !== null && (
        <Notice tone="bad" onRetry={() => void health.refetch()}>
          {messageOf(health.error)}
        </Notice>
      )}
      {health.data !== undefined && (
        <dl>
          {describeHealth(health.data).map(({ name, value, detail, tone }) => (
            <div key={name} className="flex items-baseline justify-between gap-4 border-b border-line py-2">
              <dt className="flex items-center gap-2 text-muted">
                <ToneSign tone={tone} />
                {name}
              </dt>
              <dd className="figures min-w-0 text-right">
                <span className="block font-medium">{value}</span>
                <span className="block text-[0.8125rem] break-words text-muted">{detail}</span>
              </dd>
            </div>
          ))}
          <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 pt-2.5">
            <dt className="text-muted">Bots by state</dt>
            <dd className="flex flex-wrap justify-end gap-1.5">
              {countStates(lines).map(({ status, count }) => (
                <Badge key={status} tone={STATES[status].tone}>{`${count} ${STATES[status].word}`}</Badge>
              ))}
            </dd>
          </div>
        </dl>
      )}
    </Card>
  );
}
