/** Start, stop and recover for one user's bot. Stopping asks how; recovering shows its plan first. */
import { useState } from 'react';
import { api, messageOf, type Outputs } from '../api.ts';
import { RecoverDialog } from '../bot/recover-dialog.tsx';
import { StopDialog } from '../bot/stop-dialog.tsx';
import { Button } from '../ui/button.tsx';
import { Said, useSaid } from '../ui/said.tsx';
import { canStart, type ConsoleLine, isActive } from './console-lines.ts';
import { useRenewOverview } from './use-overview.ts';

interface SwitchesProps {
  line: ConsoleLine;
  view: Outputs['bot']['status'] | undefined;
}

export function UserSwitches({ line, view }: SwitchesProps) {
  const [open, setOpen] = useState<'stop' | 'recover' | null>(null);
  const { said, say, clear } = useSaid();
  const cache = api.useUtils();
  const renew = useRenewOverview();
  const finish = (message: string) => {
    setOpen(null);
    say('good', message);
    renew();
    void cache.bot.status.invalidate({ userId: line.id });
  };
  const fail = (error: unknown) => say('bad', messageOf(error));
  const start = api.admin.users.start.useMutation({
    onSuccess: ({ message }) => finish(message),
    onError: fail,
  });
  const refresh = api.bot.refresh.useMutation({
    onSuccess: (fresh) => {
      cache.bot.status.setData({ userId: line.id }, fresh);
      say('good', 'This is what the exchange says now.');
    },
    onError: fail,
  });
  const active = isActive(view ?? line);
  const isLeft = view !== undefined && !active && view.cycle !== null;
  const close = () => setOpen(null);
  return (
    <div className="border-t border-line px-4 py-3.5 sm:px-5">
      <div className="flex flex-wrap gap-2">
        <Button
          kind={active ? 'plain' : 'primary'}
          disabled={!canStart({ ...line, running: (view ?? line).running })}
          busy={start.isPending ? 'Starting…' : null}
          onClick={() => start.mutate({ userId: line.id })}
        >
          Start
        </Button>
        <Button kind={active ? 'danger' : 'plain'} disabled={!active} onClick={() => setOpen('stop')}>
          Stop
        </Button>
        <Button onClick={() => setOpen('recover')}>Recover</Button>
        {isLeft && (
          <Button
            busy={refresh.isPending ? 'Asking the exchange…' : null}
            onClick={() => refresh.mutate({ userId: line.id })}
          >
            Ask the exchange
          </Button>
        )}
      </div>
      <Said said={said} onClose={clear} />
      {open === 'stop' && <StopDialog view={view ?? line} owner={line} onClose={close} onDone={finish} />}
      {open === 'recover' && <RecoverDialog owner={line} onClose={close} onDone={finish} />}
    </div>
  );
}
