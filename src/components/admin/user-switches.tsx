/** Start, stop and recover for one user's bot. Stopping asks how; recovering shows its plan first. */
import { useState } from 'react';
import { api, messageOf, type Outputs } from '../api.ts';
import { RecoverDialog } from '../bot/recover-dialog.tsx';
import { StopDialog } from '../bot/stop-dialog.tsx';
import { Button } from '../ui/button.tsx';

export function UserSwitches({ user }: { user: Outputs['admin']['users']['list'][number] }) {
  const [open, setOpen] = useState<'stop' | 'recover' | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  const cache = api.useUtils();
  const finish = (message: string | null) => {
    setOpen(null);
    setSaid(message);
    void cache.admin.users.list.invalidate();
  };
  const start = api.admin.users.start.useMutation({
    onSuccess: () => finish(null),
    onError: (error) => setSaid(messageOf(error)),
  });
  const { bot } = user;
  const active = bot !== null && (bot.running || bot.status === 'protecting' || bot.status === 'starting');
  const close = () => setOpen(null);
  return (
    <div>
      <div className="flex gap-1.5">
        <Button
          small
          disabled={bot?.running === true}
          busy={start.isPending ? 'Starting…' : null}
          onClick={() => start.mutate({ userId: user.id })}
          aria-label={`Start the bot of ${user.email}`}
        >
          Start
        </Button>
        <Button
          small
          disabled={!active}
          onClick={() => setOpen('stop')}
          aria-label={`Stop the bot of ${user.email}`}
        >
          Stop
        </Button>
        <Button small onClick={() => setOpen('recover')} aria-label={`Recover the orders of ${user.email}`}>
          Recover
        </Button>
      </div>
      <p aria-live="polite" className="mt-1 max-w-64 text-[0.8125rem] whitespace-normal empty:hidden">
        {said}
      </p>
      {open === 'stop' && bot !== null && (
        <StopDialog view={bot} owner={user} onClose={close} onDone={finish} />
      )}
      {open === 'recover' && <RecoverDialog owner={user} onClose={close} onDone={finish} />}
    </div>
  );
}
