/** The whole group in seven figures; those that somebody has to act on lead to the lines behind them. */
import { moment, stretch } from '../format.ts';
import { type ConsoleLine, type Filter, needsAttention, NO_FILTER } from './console-lines.ts';

interface SummaryProps {
  lines: ConsoleLine[] | undefined;
  now: number;
  /** Ms since 1970. */
  receivedAt: number;
  onFilter: (filter: Filter) => void;
}

export function ConsoleSummary({ lines, now, receivedAt, onFilter }: SummaryProps) {
  const count = (matches: (line: ConsoleLine) => boolean) => lines?.filter(matches).length;
  const figures: {
    name: string;
    value: number | string | undefined;
    filter: Filter | null;
    alarming?: boolean;
  }[] = [
    { name: 'Users', value: lines?.length, filter: NO_FILTER },
    { name: 'Running', value: count(({ running }) => running), filter: { ...NO_FILTER, status: 'running' } },
    { name: 'Open positions', value: count(({ position }) => position !== null), filter: null },
    { name: 'Uncovered', value: count(({ covered }) => !covered), filter: null, alarming: true },
    { name: 'Uncovered so far', value: lines === undefined ? undefined : gapsOf(lines), filter: null },
    {
      name: 'Books differ',
      value: lines?.reduce((sum, { differing }) => sum + differing, 0),
      filter: null,
      alarming: true,
    },
    {
      name: 'Need attention',
      value: count(needsAttention),
      filter: { ...NO_FILTER, attention: true },
      alarming: true,
    },
  ];
  return (
    <div className="flex flex-wrap items-end justify-between gap-x-8 gap-y-3">
      <div>
        <h1 className="text-xl font-semibold">Admin console</h1>
        <p className="figures text-sm text-muted">
          {receivedAt === 0
            ? 'Asking…'
            : `As of ${moment(new Date(receivedAt).toISOString(), now)}, renewed by itself`}
        </p>
      </div>
      <dl className="figures flex flex-wrap gap-x-7 gap-y-2">
        {figures.map(({ name, value, filter, alarming }) => (
          <div key={name}>
            <dt className="text-sm text-muted">{name}</dt>
            <dd
              className={`text-xl font-semibold ${alarming === true && value !== undefined && value !== 0 ? 'text-bad' : ''}`}
            >
              {filter === null ? (
                (value ?? '–')
              ) : (
                <button
                  type="button"
                  className="underline-offset-4 hover:underline"
                  aria-label={`${name}: ${value ?? 'unknown'}. Show them`}
                  onClick={() => onFilter(filter)}
                >
                  {value ?? '–'}
                </button>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

/** How long positions of all bots were not covered, in all their cycles. */
function gapsOf(lines: ConsoleLine[]): string {
  return stretch(lines.reduce((sum, { totalUncoveredMs }) => sum + totalUncoveredMs, 0));
}
