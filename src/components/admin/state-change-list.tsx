/** Changes of state as people read them: when, who, from what to what, and why. */
import type { BotStatusName } from '../../bot/bot-view.ts';
import type { Outputs } from '../api.ts';
import { moment } from '../format.ts';
import { Badge, type Tone } from '../ui/tone.tsx';
import { STATES } from './console-lines.ts';

export type StateChangeItem = Outputs['admin']['stateChanges']['list']['items'][number];

interface ListProps {
  changes: StateChangeItem[];
  now: number;
  /** Where the list is of all users. */
  onOpen?: (userId: number) => void;
}

export function StateChangeList({ changes, now, onOpen }: ListProps) {
  return (
    <ol className="px-4 pb-2 text-sm sm:px-5">
      {changes.map((change) => (
        <li key={change.id} className="grid gap-0.5 border-b border-line py-2 last:border-b-0">
          <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
            <time dateTime={change.at} className="figures text-muted">
              {moment(change.at, now)}
            </time>
            {onOpen !== undefined && (
              <button
                type="button"
                onClick={() => onOpen(change.userId)}
                className="max-w-full truncate font-medium text-accent hover:underline"
              >
                {change.email}
              </button>
            )}
            <Badge tone={toneOf(change)}>{describeChange(change)}</Badge>
          </p>
          <p className="break-words text-muted">{change.message}</p>
        </li>
      ))}
    </ol>
  );
}

/** "running → halted", or what happened without a change. */
export function describeChange({ kind, from, to }: Pick<StateChangeItem, 'kind' | 'from' | 'to'>): string {
  const word = (status: string) => STATES[status as BotStatusName]?.word ?? status;
  switch (kind) {
    case 'error':
      return `error while ${word(to)}`;
    case 'resumed':
      return `resumed after a restart: ${word(to)}`;
    case 'waiting':
      return 'cannot be resumed yet';
    default:
      return `${word(from)} → ${word(to)}`;
  }
}

function toneOf({ kind, to }: StateChangeItem): Tone {
  if (kind === 'error' || kind === 'waiting') return 'warn';
  return STATES[to as BotStatusName]?.tone ?? 'quiet';
}
