/** Recover: first the plan, as a dry run, then, when the person agrees, the same for real. */
import { useEffect } from 'react';
import { messageOf } from '../api.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Notice, Skeleton } from '../ui/notice.tsx';
import { type Owner, useRecover } from './bot-actions.ts';
import { RecoverPlanView } from './recover-plan-view.tsx';

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
      {plan.data !== undefined && <RecoverPlanView plan={plan.data} />}
      {recovery.error !== null && (
        <Notice tone="bad" urgent>
          {messageOf(recovery.error)}
        </Notice>
      )}
    </Dialog>
  );
}
