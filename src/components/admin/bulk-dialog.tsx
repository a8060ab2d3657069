/**
 * Start or stop many bots: whom it concerns is said and agreed to before, how far it is while it goes on, and
 * what became of each in the end. Recovering shows its plans first (bulk-recover-dialog.tsx).
 */
import { useState } from 'react';
import type { StopMode } from '../../domain/words.ts';
import { api } from '../api.ts';
import { STOP_CHOICES, StopModes } from '../bot/stop-modes.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Notice } from '../ui/notice.tsx';
import { countLive, KINDS } from './bulk-kinds.ts';
import { BulkProgressList } from './bulk-progress.tsx';
import type { ConsoleLine } from './console-lines.ts';
import { useBulk } from './use-bulk.ts';

interface BulkDialogProps {
  kind: 'start' | 'stop';
  /** Whoever was chosen; the dialog leaves out whom it does not concern. */
  lines: ConsoleLine[];
  onClose: () => void;
}

export function BulkDialog({ kind, lines: given, onClose }: BulkDialogProps) {
  // As they were chosen: the list goes on changing while bots start.
  const [chosen] = useState(given);
  const [mode, setMode] = useState<StopMode>('protect');
  const [confirmed, setConfirmed] = useState(false);
  const { client } = api.useUtils();
  const bulk = useBulk<{ message: string }>();
  const words = KINDS[kind];
  const lines = chosen.filter(words.applies);
  const risk = kind === 'stop' ? STOP_CHOICES[mode].confirm : null;
  const act = (userId: number) =>
    kind === 'start'
      ? client.admin.users.start.mutate({ userId }, ALONE)
      : client.admin.users.stop.mutate({ userId, mode }, ALONE);
  const begin = () =>
    void bulk.run(
      lines.map(({ id }) => id),
      act,
    );
  return (
    <Dialog
      title={words.title}
      onClose={bulk.running ? bulk.stop : onClose}
      actions={
        bulk.running || bulk.finished ? (
          <Ending running={bulk.running} onStop={bulk.stop} onClose={onClose} />
        ) : (
          <>
            <Button onClick={onClose}>Cancel</Button>
            <Button
              kind={kind === 'stop' && mode === 'protect' ? 'primary' : words.buttonKind}
              disabled={lines.length === 0 || (risk !== null && !confirmed)}
              onClick={begin}
            >
              {words.button(lines.length)}
            </Button>
          </>
        )
      }
    >
      {bulk.running || bulk.finished ? (
        <BulkProgressList
          lines={lines}
          steps={bulk.steps}
          working={words.working}
          say={({ message }) => message}
        />
      ) : (
        <>
          <Whom lines={lines} leftOut={chosen.length - lines.length} why={words.leftOut} />
          {kind === 'stop' && (
            <StopModes
              mode={mode}
              onChoose={(next) => {
                setMode(next);
                setConfirmed(false);
              }}
              confirmed={confirmed}
              onConfirm={setConfirmed}
            />
          )}
        </>
      )}
    </Dialog>
  );
}

/** One request each: in a batch the quick ones would wait for the slowest. */
export const ALONE = { context: { alone: true } };

interface EndingProps {
  running: boolean;
  onStop: () => void;
  onClose: () => void;
}

export function Ending({ running, onStop, onClose }: EndingProps) {
  return running ? (
    <Button onClick={onStop}>Stop here</Button>
  ) : (
    <Button kind="primary" onClick={onClose}>
      Close
    </Button>
  );
}

const NAMED = 6;

/** An address is not torn apart at its hyphens. */
function Emails({ lines }: { lines: ConsoleLine[] }) {
  return lines.map(({ id, email }, index) => (
    <span key={id}>
      <span className="inline-block max-w-full break-words">{email}</span>
      {index < lines.length - 1 && ', '}
    </span>
  ));
}

interface WhomProps {
  lines: ConsoleLine[];
  leftOut: number;
  why: (count: number) => string;
}

export function Whom({ lines, leftOut, why }: WhomProps) {
  const live = countLive(lines);
  const rest = lines.slice(NAMED);
  return (
    <div className="grid gap-3">
      {lines.length === 0 ? (
        <Notice tone="warn">There is nobody to do this for.</Notice>
      ) : (
        <div>
          <p>
            This concerns <strong>{lines.length === 1 ? '1 user' : `${lines.length} users`}</strong>:
          </p>
          <p className="mt-1 text-sm break-words text-muted">
            <Emails lines={lines.slice(0, NAMED)} />
          </p>
          {rest.length > 0 && (
            <details className="mt-1 text-sm text-muted">
              <summary>and {rest.length} more</summary>
              <p className="mt-1 max-h-40 overflow-y-auto break-words">
                <Emails lines={rest} />
              </p>
            </details>
          )}
        </div>
      )}
      {live > 0 && (
        <Notice tone="warn">
          {live === 1 ? '1 of them trades real money.' : `${live} of them trade real money.`}
        </Notice>
      )}
      {leftOut > 0 && <p className="text-sm text-muted">{why(leftOut)}</p>}
    </div>
  );
}
