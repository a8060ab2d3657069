/** The three ways to stop. The two that give up the protection or the position ask once more. */
import { useState } from 'react';
import type { BotView } from '../../bot/bot-view.ts';
import type { StopMode } from '../../domain/words.ts';
import { messageOf } from '../api.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Notice } from '../ui/notice.tsx';
import { type Owner, useStop } from './bot-actions.ts';

interface Choice {
  mode: StopMode;
  title: string;
  text: string;
  /** What must be confirmed, where something cannot be taken back. */
  confirm: string | null;
  button: string;
}

const CHOICES: Choice[] = [
  {
    mode: 'protect',
    title: 'Let the position end safely (recommended)',
    text: 'No further legs are bought. Take-profit and stop-loss stay and follow until the position is closed.',
    confirm: null,
    button: 'Stop safely',
  },
  {
    mode: 'close',
    title: 'Close the position now',
    text: 'Everything is cancelled and the position is closed at the market price.',
    confirm: 'I want to close at whatever price the market gives now.',
    button: 'Close and stop',
  },
  {
    mode: 'leave',
    title: 'Leave everything as it is',
    text: 'Position and orders stay on the exchange, and nobody acts on them: a leg that fills later has no matching take-profit.',
    confirm: 'I will look after the position myself.',
    button: 'Leave and stop',
  },
];

interface StopProps {
  view: BotView;
  /** Whose bot, in the admin's hands. */
  owner?: Owner;
  onClose: () => void;
  onDone: (message: string) => void;
}

export function StopDialog({ view, owner, onClose, onDone }: StopProps) {
  const [mode, setMode] = useState<StopMode>('protect');
  const [confirmed, setConfirmed] = useState(false);
  const stopping = useStop(owner, onDone);
  const choice = CHOICES.find((each) => each.mode === mode);
  const risky = choice?.confirm != null;
  const whose = owner === undefined ? '' : ` of ${owner.email}`;
  return (
    <Dialog
      title={`${view.status === 'protecting' ? 'Change how the bot stops' : 'Stop the bot'}${whose}`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            kind={mode === 'protect' ? 'primary' : 'danger'}
            disabled={risky && !confirmed}
            busy={stopping.isPending ? 'Stopping…' : null}
            onClick={() => stopping.stop(mode)}
          >
            {choice?.button}
          </Button>
        </>
      }
    >
      <fieldset className="grid gap-2">
        <legend className="sr-only">How to stop</legend>
        {CHOICES.map((each) => (
          <ModeChoice
            key={each.mode}
            choice={each}
            checked={each.mode === mode}
            onChoose={() => {
              setMode(each.mode);
              setConfirmed(false);
            }}
          />
        ))}
      </fieldset>
      {risky && (
        <label className="flex items-start gap-3 rounded-lg bg-warn-soft p-3">
          <input
            type="checkbox"
            checked={confirmed}
            onChange={(event) => setConfirmed(event.target.checked)}
            className="mt-1 size-4 accent-accent"
          />
          {choice?.confirm}
        </label>
      )}
      {stopping.error !== null && (
        <Notice tone="bad" urgent>
          {messageOf(stopping.error)}
        </Notice>
      )}
    </Dialog>
  );
}

function ModeChoice({
  choice,
  checked,
  onChoose,
}: {
  choice: Choice;
  checked: boolean;
  onChoose: () => void;
}) {
  return (
    <label
      className={`grid cursor-pointer grid-cols-[auto_1fr] gap-x-3 rounded-lg border p-3 has-focus-visible:outline-2 has-focus-visible:outline-accent ${checked ? 'border-accent bg-info-soft' : 'border-line hover:bg-sunken'}`}
    >
      <input
        type="radio"
        name="stop-mode"
        value={choice.mode}
        checked={checked}
        onChange={onChoose}
        className="mt-1 size-4 accent-accent"
      />
      <span className="font-medium">{choice.title}</span>
      <span className="col-start-2 text-sm text-muted">{choice.text}</span>
    </label>
  );
}
