/** The four buttons, and what they say back. */
import { useState } from 'react';
import type { BotView } from '../../bot/bot-view.ts';
import { api, codeOf, messageOf } from '../api.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Said, type SaidText, useSaid } from '../ui/said.tsx';
import { RecoverDialog } from './recover-dialog.tsx';
import { describeState } from './state-words.ts';
import { StopDialog } from './stop-dialog.tsx';

interface ControlsProps {
  view: BotView | undefined;
  refresh: () => Promise<BotView | undefined>;
}

type OpenDialog = 'stop' | 'recover' | { consent: string } | null;

export function BotControls({ view, refresh }: ControlsProps) {
  const { said, say, clear } = useSaid();
  const cache = api.useUtils();
  const [open, setOpen] = useState<OpenDialog>(null);
  const close = () => setOpen(null);
  const finish = (text: string) => {
    close();
    say('good', text);
    void refresh().catch(() => undefined);
  };
  const start = api.bot.start.useMutation({
    onSuccess: ({ message }) => finish(message),
    onError: (error) => {
      if (codeOf(error) === 'existing_position') return setOpen({ consent: error.message });
      close();
      say('bad', messageOf(error));
      // A cycle that was found on the exchange is adopted and protected even where its Start needs consent.
      void refresh().catch(() => undefined);
    },
  });
  // Where a cycle was left on the exchange, this asks the exchange itself.
  const status = api.bot.refresh.useMutation({
    onSuccess: (fresh) => {
      cache.bot.status.setData(undefined, fresh);
      const { tone, text } = describeAnswer(fresh);
      say(tone, text);
    },
    onError: (error) => say('bad', messageOf(error)),
  });
  const active =
    view !== undefined && (view.running || view.status === 'protecting' || view.status === 'starting');
  // A bot that halted still looks after its cycle, and there is something to stop.
  const canStop = active || (view?.status === 'halted' && view.cycle !== null);
  return (
    <div className="border-t border-line px-4 py-3.5 sm:px-5">
      <div className="grid grid-cols-2 gap-2 sm:flex sm:flex-wrap">
        <Button
          kind={active ? 'plain' : 'primary'}
          disabled={view === undefined || view.running}
          busy={start.isPending ? 'Starting…' : null}
          onClick={() => start.mutate({})}
        >
          Start
        </Button>
        <Button kind={active ? 'danger' : 'plain'} disabled={!canStop} onClick={() => setOpen('stop')}>
          Stop
        </Button>
        <Button busy={status.isPending ? 'Asking…' : null} onClick={() => status.mutate()}>
          Status
        </Button>
        <Button disabled={view === undefined} onClick={() => setOpen('recover')}>
          Recover
        </Button>
      </div>
      <Said said={said} onClose={clear} />
      {open === 'stop' && view !== undefined && <StopDialog view={view} onClose={close} onDone={finish} />}
      {open === 'recover' && <RecoverDialog onClose={close} onDone={finish} />}
      {typeof open === 'object' && open !== null && (
        <ConsentDialog
          message={open.consent}
          busy={start.isPending}
          onClose={close}
          onAgree={() => start.mutate({ adoptPosition: true })}
        />
      )}
    </div>
  );
}

function describeAnswer(view: BotView): SaidText {
  const words = describeState(view, Date.now());
  const clock = new Date().toLocaleTimeString('en-US', { hour12: false });
  return {
    tone: words.tone,
    text: `As of ${clock}: ${words.title}. ${words.detail}\n${words.protection.title}. ${words.protection.detail}`,
  };
}

interface ConsentProps {
  message: string;
  busy: boolean;
  onClose: () => void;
  onAgree: () => void;
}

/** A position that was there before is never taken over silently. */
function ConsentDialog({ message, busy, onClose, onAgree }: ConsentProps) {
  return (
    <Dialog
      title="There is a position already"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Leave it alone</Button>
          <Button kind="primary" busy={busy ? 'Starting…' : null} onClick={onAgree}>
            Take it over and start
          </Button>
        </>
      }
    >
      <p className="whitespace-pre-line">{message}</p>
      <p className="text-muted">
        If you agree, it becomes the first leg of a new cycle at its average entry price, and the bot places
        the take-profit and the other legs for it.
      </p>
    </Dialog>
  );
}
