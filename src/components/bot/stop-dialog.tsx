/** Stopping one bot: which of the three ways, and the consent that the way asks for. */
import { useState } from 'react';
import type { BotView } from '../../bot/bot-view.ts';
import type { StopMode } from '../../domain/words.ts';
import { messageOf } from '../api.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Notice } from '../ui/notice.tsx';
import { type Owner, useStop } from './bot-actions.ts';
import { STOP_CHOICES, StopModes } from './stop-modes.tsx';

interface StopProps {
  view: Pick<BotView, 'status'>;
  /** Whose bot, in the admin's hands. */
  owner?: Owner;
  onClose: () => void;
  onDone: (message: string) => void;
}

export function StopDialog({ view, owner, onClose, onDone }: StopProps) {
  const [mode, setMode] = useState<StopMode>('protect');
  const [confirmed, setConfirmed] = useState(false);
  const stopping = useStop(owner, onDone);
  const { confirm, button } = STOP_CHOICES[mode];
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
            disabled={confirm !== null && !confirmed}
            busy={stopping.isPending ? 'Stopping…' : null}
            onClick={() => stopping.stop(mode)}
          >
            {button}
          </Button>
        </>
      }
    >
      <StopModes
        mode={mode}
        onChoose={(next) => {
          setMode(next);
          setConfirmed(false);
        }}
        confirmed={confirmed}
        onConfirm={setConfirmed}
      />
      {stopping.error !== null && (
        <Notice tone="bad" urgent>
          {messageOf(stopping.error)}
        </Notice>
      )}
    </Dialog>
  );
}
