/** How far a bulk action is: a bar, the figures, and who failed and why, first. */
import { memo } from 'react';
import { messageOf } from '../api.ts';
import { Notice } from '../ui/notice.tsx';
import { Badge, type Tone } from '../ui/tone.tsx';
import type { BulkStep } from './bulk.ts';
import type { ConsoleLine } from './console-lines.ts';

interface ProgressProps<T> {
  lines: readonly ConsoleLine[];
  steps: ReadonlyMap<number, BulkStep<T>>;
  /** "Starting": what is going on. */
  working: string;
  /** What the answer of one user says. */
  say: (value: T) => string;
}

const RANK: Record<BulkStep<unknown>['state'], number> = {
  failed: 0,
  working: 1,
  done: 2,
  skipped: 3,
  waiting: 4,
};

export function BulkProgressList<T>({ lines, steps, working, say }: ProgressProps<T>) {
  const states = [...steps.values()];
  const count = (state: BulkStep<T>['state']) => states.filter((step) => step.state === state).length;
  const [done, failed, skipped] = [count('done'), count('failed'), count('skipped')];
  const ended = done + failed + skipped;
  const parts = [`${done} done`];
  if (failed > 0) parts.push(`${failed} failed`);
  if (skipped > 0) parts.push(`${skipped} not begun`);
  const sorted = lines
    .flatMap((line) => {
      const step = steps.get(line.id);
      return step === undefined ? [] : [{ line, step }];
    })
    .sort((a, b) => RANK[a.step.state] - RANK[b.step.state]);
  return (
    <div className="grid gap-3">
      <div>
        <progress
          className="h-2 w-full appearance-none overflow-hidden rounded-full bg-sunken [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-sunken [&::-webkit-progress-value]:bg-accent"
          max={Math.max(1, lines.length)}
          value={ended}
          aria-label={working}
        />
        <output className="figures block text-sm">
          {ended < steps.size ? `${working}: ${ended} of ${steps.size}` : 'Finished'} · {parts.join(' · ')}
        </output>
      </div>
      {failed > 0 && ended === steps.size && (
        <Notice tone="warn">{`${failed} of ${steps.size} failed; each says below why.`}</Notice>
      )}
      <ul className="max-h-72 overflow-y-auto rounded-lg border border-line text-sm">
        {sorted.map(({ line, step }) => (
          <StepRow
            key={line.id}
            email={line.email}
            state={step.state}
            text={
              step.state === 'done' ? say(step.value) : step.state === 'failed' ? messageOf(step.error) : ''
            }
          />
        ))}
      </ul>
    </div>
  );
}

const LOOKS: Record<BulkStep<unknown>['state'], { tone: Tone; word: string }> = {
  waiting: { tone: 'quiet', word: 'waiting' },
  working: { tone: 'info', word: 'working' },
  done: { tone: 'good', word: 'done' },
  failed: { tone: 'bad', word: 'failed' },
  skipped: { tone: 'quiet', word: 'not begun' },
};

interface StepProps {
  email: string;
  state: BulkStep<unknown>['state'];
  text: string;
}

const StepRow = memo(function StepRow({ email, state, text }: StepProps) {
  const { tone, word } = LOOKS[state];
  return (
    <li
      className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-3 py-2 last:border-b-0"
      style={{ contentVisibility: 'auto', containIntrinsicSize: 'auto 2.5rem' }}
    >
      <span className="min-w-0 flex-1 basis-40 truncate" title={email}>
        {email}
      </span>
      <Badge tone={tone}>{word}</Badge>
      {text !== '' && <span className="w-full text-[0.8125rem] text-muted">{text}</span>}
    </li>
  );
});
