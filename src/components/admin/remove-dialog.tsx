/** Removing a user for good: their email must be typed, so that nobody is removed by a slip. */
import { useState } from 'react';
import { api, messageOf } from '../api.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';
import type { ConsoleLine } from './console-lines.ts';

interface RemoveProps {
  line: ConsoleLine;
  onClose: () => void;
  onRemoved: () => void;
}

export function RemoveDialog({ line, onClose, onRemoved }: RemoveProps) {
  const [typed, setTyped] = useState('');
  const remove = api.admin.users.remove.useMutation({ onSuccess: onRemoved });
  const matches = typed.trim().toLowerCase() === line.email.toLowerCase();
  return (
    <Dialog
      title={`Remove ${line.email}`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            kind="danger"
            type="submit"
            form="remove-user"
            disabled={!matches}
            busy={remove.isPending ? 'Removing…' : null}
          >
            Remove for good
          </Button>
        </>
      }
    >
      <p>
        Settings, exchange key, cycles and fills are deleted and cannot be brought back; export them first if
        anybody may need them. The audit keeps what was done. A bot that runs or holds a position must be
        stopped before.
      </p>
      <form
        id="remove-user"
        noValidate
        autoComplete="off"
        onSubmit={(event) => {
          event.preventDefault();
          if (matches) remove.mutate({ userId: line.id, confirmEmail: typed });
        }}
      >
        <TextField
          label={`Type ${line.email} to confirm`}
          name="confirmEmail"
          autoComplete="off"
          spellCheck={false}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      </form>
      {remove.error !== null && (
        <Notice tone="bad" urgent>
          {messageOf(remove.error)}
        </Notice>
      )}
    </Dialog>
  );
}
