/** Shutting a user out: sessions and tokens end at once, and the bot stops in the way that is chosen. */
import { useState } from 'react';
import type { StopMode } from '../../domain/words.ts';
import { api, messageOf } from '../api.ts';
import { STOP_CHOICES, StopModes } from '../bot/stop-modes.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Notice } from '../ui/notice.tsx';
import type { ConsoleLine } from './console-lines.ts';

interface DisableProps {
  line: ConsoleLine;
  onClose: () => void;
  onDone: (message: string) => void;
}

const BOT = {
  stopped: 'The bot was stopped.',
  protecting: 'The bot stops as soon as its position is closed.',
  not_running: 'The bot was not running.',
};

export function DisableDialog({ line, onClose, onDone }: DisableProps) {
  const [mode, setMode] = useState<StopMode>('protect');
  const [confirmed, setConfirmed] = useState(false);
  const disable = api.admin.users.disable.useMutation({
    onSuccess: ({ bot }) => onDone(`${line.email} is disabled. ${BOT[bot]}`),
  });
  return (
    <Dialog
      title={`Disable ${line.email}`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            kind="danger"
            disabled={STOP_CHOICES[mode].confirm !== null && !confirmed}
            busy={disable.isPending ? 'Disabling…' : null}
            onClick={() => disable.mutate({ userId: line.id, mode })}
          >
            Disable
          </Button>
        </>
      }
    >
      <p>
        Sessions, access tokens and open links end at once. Until you enable the user again, nobody can sign
        in as them or start their bot. What shall become of the bot now?
      </p>
      <StopModes
        mode={mode}
        onChoose={(next) => {
          setMode(next);
          setConfirmed(false);
        }}
        confirmed={confirmed}
        onConfirm={setConfirmed}
      />
      {disable.error !== null && (
        <Notice tone="bad" urgent>
          {messageOf(disable.error)}
        </Notice>
      )}
    </Dialog>
  );
}
