/** What the admin does about a user's account: a new password, shutting out and letting in, export, removal. */
import { useState } from 'react';
import { api, messageOf } from '../api.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { LinkBox } from '../ui/link-box.tsx';
import { Said, useSaid } from '../ui/said.tsx';
import type { ConsoleLine } from './console-lines.ts';
import { DisableDialog } from './disable-dialog.tsx';
import { RemoveDialog } from './remove-dialog.tsx';
import { RoleDialog } from './role-dialog.tsx';
import { useRenewOverview } from './use-overview.ts';

interface UserAccessProps {
  line: ConsoleLine;
  onRemoved: (email: string) => void;
}

export function UserAccess({ line, onRemoved }: UserAccessProps) {
  const [open, setOpen] = useState<'disable' | 'remove' | 'role' | null>(null);
  const { said, say, clear } = useSaid();
  const renew = useRenewOverview();
  const cache = api.useUtils();
  const done = (message: string) => {
    setOpen(null);
    say('good', message);
    renew();
    void cache.bot.status.invalidate({ userId });
  };
  const { id: userId } = line;
  const fail = (error: unknown) => say('bad', messageOf(error));
  const reset = api.admin.users.resetPassword.useMutation({ onError: fail });
  const enable = api.admin.users.enable.useMutation({
    onSuccess: () => done(`${line.email} can sign in again. The bot stays stopped until it is started.`),
    onError: fail,
  });
  const close = () => setOpen(null);
  return (
    <Card title="Account">
      <div className="flex flex-wrap gap-2">
        <Button
          disabled={line.disabled}
          busy={reset.isPending ? 'Making a link…' : null}
          onClick={() => reset.mutate({ userId })}
        >
          Reset password
        </Button>
        <Download userId={userId} />
        <Button disabled={line.disabled} onClick={() => setOpen('role')}>
          {line.role === 'admin' ? 'Take admin rights' : 'Make admin'}
        </Button>
        {line.disabled ? (
          <Button busy={enable.isPending ? 'Enabling…' : null} onClick={() => enable.mutate({ userId })}>
            Enable
          </Button>
        ) : (
          <Button kind="danger" onClick={() => setOpen('disable')}>
            Disable
          </Button>
        )}
        <Button kind="danger" onClick={() => setOpen('remove')}>
          Remove
        </Button>
      </div>
      {reset.data !== undefined && (
        <LinkBox url={reset.data.url} label="Password link">
          Pass it on to {line.email}: it works once and is shown only now. Nothing changes until it is used.
        </LinkBox>
      )}
      <Said said={said} onClose={clear} />
      {open === 'disable' && <DisableDialog line={line} onClose={close} onDone={done} />}
      {open === 'role' && <RoleDialog line={line} onClose={close} onDone={done} />}
      {open === 'remove' && (
        <RemoveDialog line={line} onClose={close} onRemoved={() => onRemoved(line.email)} />
      )}
    </Card>
  );
}

/** A plain link: the browser saves what may be large. */
function Download({ userId }: { userId: number }) {
  return (
    <a
      href={`/api/account/export?userId=${userId}`}
      download
      className="inline-flex min-h-11 items-center rounded-lg border border-edge/60 bg-panel px-4 font-medium hover:bg-sunken sm:min-h-10"
    >
      Export
    </a>
  );
}
