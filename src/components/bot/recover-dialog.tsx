/** Recover: first the plan, as a dry run, then, when the person agrees, the same for real. */
import { useEffect } from 'react';
import type { RecoverAction } from '../../bot/bot-view.ts';
import { messageOf } from '../api.ts';
import { exact } from '../format.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Notice, Skeleton } from '../ui/notice.tsx';
import { type Owner, useRecover } from './bot-actions.ts';

interface RecoverProps {
  /** Whose orders, in the admin's hands. */
  owner?: Owner;
  onClose: () => void;
  onDone: (message: string) => void;
}

export function RecoverDialog({ owner, onClose, onDone }: RecoverProps) {
  const plan = useRecover(owner);
  const recovery = useRecover(owner, onDone);
  const ask = plan.recover;
  useEffect(() => ask(true), [ask]);
  const actions = plan.data?.actions ?? [];
  return (
    <Dialog
      title={owner === undefined ? 'Recover orders' : `Recover orders of ${owner.email}`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{actions.length > 0 ? 'Cancel' : 'Close'}</Button>
          {actions.length > 0 && (
            <Button
              kind="primary"
              busy={recovery.isPending ? 'Recovering…' : null}
              onClick={() => recovery.recover(false)}
            >
              {actions.length === 1 ? 'Do this step' : `Do these ${actions.length} steps`}
            </Button>
          )}
        </>
      }
    >
      {plan.isPending && (
        <>
          <p className="text-muted">Asking the exchange what is there…</p>
          <Skeleton lines={3} />
        </>
      )}
      {plan.error !== null && (
        <Notice tone="bad" urgent onRetry={() => ask(true)}>
          {messageOf(plan.error)}
        </Notice>
      )}
      {plan.data !== undefined && actions.length === 0 && (
        <Notice tone="good">
          {plan.data.message || 'Everything is in place: there is nothing to recover.'}
        </Notice>
      )}
      {actions.length > 0 && (
        <>
          <p className="text-muted">
            This is what is missing and what would be done. Nothing has been changed yet.
          </p>
          <RecoverPlan actions={actions} />
        </>
      )}
      {recovery.error !== null && (
        <Notice tone="bad" urgent>
          {messageOf(recovery.error)}
        </Notice>
      )}
    </Dialog>
  );
}

const VERBS: Record<RecoverAction['type'], string> = {
  place: 'Place',
  amend: 'Change',
  cancel: 'Cancel',
  'look-up': 'Look up',
  settle: 'Settle',
  halt: 'Halt',
};

/** What would be done, step by step, and why. */
export function RecoverPlan({ actions }: { actions: RecoverAction[] }) {
  return (
    <ol className="grid gap-2">
      {actions.map((action) => (
        <li key={`${action.type} ${action.clientOrderId}`} className="rounded-lg border border-line p-3">
          <p className="figures font-medium">
            {VERBS[action.type]} <span className="font-mono text-sm break-all">{action.tag}</span>
            {action.quantity !== null && ` · ${exact(action.quantity)}`}
            {action.price !== null && ` at ${exact(action.price)}`}
          </p>
          <p className="text-sm text-muted">{action.reason}</p>
        </li>
      ))}
    </ol>
  );
}
