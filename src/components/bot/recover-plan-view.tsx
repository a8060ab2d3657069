/** A recover plan, order by order: what the exchange has, what should be, what is done and why. */
import type { RecoverAction, RecoverPlan } from '../../bot/bot-view.ts';
import { exact } from '../format.ts';
import { Notice } from '../ui/notice.tsx';
import { Badge, type Tone } from '../ui/tone.tsx';

const VERBS: Record<RecoverAction['type'], { tone: Tone; word: string }> = {
  keep: { tone: 'good', word: 'Keep' },
  adopt: { tone: 'info', word: 'Adopt' },
  place: { tone: 'warn', word: 'Place' },
  amend: { tone: 'warn', word: 'Change' },
  cancel: { tone: 'bad', word: 'Cancel' },
  'look-up': { tone: 'info', word: 'Look up' },
  read: { tone: 'info', word: 'Read again' },
  settle: { tone: 'info', word: 'Settle' },
  halt: { tone: 'bad', word: 'Halt' },
};

export function RecoverPlanView({ plan }: { plan: RecoverPlan }) {
  const { actions, checked, message, notes } = plan;
  const kept = checked.filter(({ type }) => type === 'keep');
  const nothing = actions.length === 0;
  return (
    <>
      {nothing ? (
        <Notice tone="good">{message}</Notice>
      ) : (
        <p>
          {message} <span className="text-muted">Nothing has been changed yet.</span>
        </p>
      )}
      {!nothing && <Lines label="What would be done" lines={actions} />}
      {kept.length > 0 && (
        <details open={nothing}>
          <summary className="cursor-pointer py-1 font-medium">
            {kept.length === 1 ? '1 order stays as it is' : `${kept.length} orders stay as they are`}
          </summary>
          <div className="mt-2">
            <Lines label="What stays" lines={kept} />
          </div>
        </details>
      )}
      {notes.length > 0 && (
        <ul className="grid list-disc gap-1 pl-5 text-sm text-muted">
          {notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
    </>
  );
}

function Lines({ label, lines }: { label: string; lines: RecoverAction[] }) {
  return (
    <ol aria-label={label} className="grid gap-2">
      {lines.map((line, index) => (
        <Line key={`${line.type} ${line.clientOrderId} ${index}`} line={line} />
      ))}
    </ol>
  );
}

function Line({ line }: { line: RecoverAction }) {
  const { tone, word } = VERBS[line.type];
  const { onVenue, wanted } = line;
  return (
    <li className="grid gap-1.5 rounded-lg border border-line p-3">
      <div className="flex flex-wrap items-center gap-2">
        <Badge tone={tone}>{word}</Badge>
        {line.tag !== '' && <span className="font-medium">{nameOf(line.tag)}</span>}
        {line.clientOrderId !== '' && (
          <span className="font-mono text-[0.8125rem] break-all text-muted">{line.clientOrderId}</span>
        )}
      </div>
      {line.tag !== '' && (
        <dl className="figures grid grid-cols-[auto_1fr] gap-x-3 text-sm">
          <dt className="text-muted">On the exchange</dt>
          <dd>
            {onVenue === null
              ? 'nothing'
              : `${at(onVenue)}, ${onVenue.state}${/[1-9]/.test(onVenue.filledQuantity) ? `, ${exact(onVenue.filledQuantity)} filled` : ''}`}
          </dd>
          <dt className="text-muted">Should be</dt>
          <dd>{wanted === null ? 'nothing' : at(wanted)}</dd>
        </dl>
      )}
      <p className="text-sm text-muted first-letter:uppercase">{line.reason}</p>
    </li>
  );
}

function at({ price, quantity }: { price: string | null; quantity: string }): string {
  return price === null ? `${exact(quantity)} at market` : `${exact(quantity)} at ${exact(price)}`;
}

/** "sm_leg_2_42_BTCUSDT" is leg 2. */
function nameOf(tag: string): string {
  if (tag.startsWith('sm_tp_')) return 'Take-profit';
  if (tag.startsWith('sm_sl_')) return 'Stop-loss';
  const leg = /^sm_leg_(\d+)_/.exec(tag)?.[1] ?? '';
  return leg === '0' ? 'Leg 0, entry' : `Leg ${leg}`;
}
