/** Recover many: everybody's plan is made first, as a dry run, and shown; then what is agreed to is done. */
import { useEffect, useState } from 'react';
import type { RecoverPlan } from '../../bot/bot-view.ts';
import { api, messageOf } from '../api.ts';
import { RecoverPlanView } from '../bot/recover-plan-view.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Notice } from '../ui/notice.tsx';
import { ALONE, Ending, Whom } from './bulk-dialog.tsx';
import { KINDS } from './bulk-kinds.ts';
import { BulkProgressList } from './bulk-progress.tsx';
import type { ConsoleLine } from './console-lines.ts';
import { useBulk } from './use-bulk.ts';

interface BulkRecoverProps {
  lines: ConsoleLine[];
  onClose: () => void;
}

const words = KINDS.recover;

export function BulkRecoverDialog({ lines: given, onClose }: BulkRecoverProps) {
  const [chosen] = useState(given);
  const { client } = api.useUtils();
  const planning = useBulk<RecoverPlan>();
  const doing = useBulk<RecoverPlan>();
  const lines = chosen.filter(words.applies);
  const ids = lines.map(({ id }) => id);
  const { run: plan } = planning;
  useEffect(() => {
    const applicable = chosen.filter(words.applies).map(({ id }) => id);
    void plan(applicable, (userId) => client.admin.users.recover.mutate({ userId, dryRun: true }, ALONE));
  }, [plan, chosen, client]);
  const planned = lines.flatMap((line) => {
    const step = planning.steps.get(line.id);
    return step?.state === 'done' && step.value.actions.length > 0 ? [{ line, plan: step.value }] : [];
  });
  const under = doing.running || doing.finished ? doing : planning;
  const isPlanning = planning.running;
  const begin = () =>
    void doing.run(
      planned.map(({ line }) => line.id),
      (userId) => client.admin.users.recover.mutate({ userId, dryRun: false }, ALONE),
    );
  return (
    <Dialog
      title={words.title}
      onClose={under.running ? under.stop : onClose}
      actions={
        doing.running || doing.finished || isPlanning ? (
          <Ending running={under.running} onStop={under.stop} onClose={onClose} />
        ) : (
          <>
            <Button onClick={onClose}>{planned.length > 0 ? 'Cancel' : 'Close'}</Button>
            {planned.length > 0 && (
              <Button kind="primary" onClick={begin}>
                {words.button(planned.length)}
              </Button>
            )}
          </>
        )
      }
    >
      {doing.running || doing.finished ? (
        <BulkProgressList
          lines={planned.map(({ line }) => line)}
          steps={doing.steps}
          working={words.working}
          say={({ message }) => message}
        />
      ) : isPlanning ? (
        <>
          <Whom lines={lines} leftOut={chosen.length - lines.length} why={words.leftOut} />
          <BulkProgressList
            lines={lines}
            steps={planning.steps}
            working="Asking what is missing"
            say={({ message }) => message}
          />
        </>
      ) : (
        <Plans planned={planned} asked={ids.length} failures={failuresOf(lines, planning.steps)} />
      )}
    </Dialog>
  );
}

interface Failure {
  line: ConsoleLine;
  message: string;
}

function failuresOf(lines: ConsoleLine[], steps: ReturnType<typeof useBulk>['steps']): Failure[] {
  return lines.flatMap((line) => {
    const step = steps.get(line.id);
    return step?.state === 'failed' ? [{ line, message: messageOf(step.error) }] : [];
  });
}

interface PlansProps {
  planned: { line: ConsoleLine; plan: RecoverPlan }[];
  asked: number;
  failures: Failure[];
}

function Plans({ planned, asked, failures }: PlansProps) {
  const steps = planned.reduce((sum, { plan }) => sum + plan.actions.length, 0);
  return (
    <>
      {planned.length === 0 && failures.length === 0 && (
        <Notice tone="good">
          {asked === 1
            ? 'Everything is in place: there is nothing to recover.'
            : `Everything is in place with all ${asked}: there is nothing to recover.`}
        </Notice>
      )}
      {planned.length > 0 && (
        <p>
          {planned.length === 1 ? '1 user lacks' : `${planned.length} users lack`} something:{' '}
          {steps === 1 ? '1 step' : `${steps} steps`} in all. Nothing has been changed yet.
        </p>
      )}
      {planned.map(({ line, plan }) => (
        <details key={line.id} className="rounded-lg border border-line" open={planned.length === 1}>
          <summary className="px-3 py-2 font-medium">
            {line.email} · {plan.actions.length === 1 ? '1 step' : `${plan.actions.length} steps`}
          </summary>
          <div className="grid gap-4 px-3 pb-3">
            <RecoverPlanView plan={plan} />
          </div>
        </details>
      ))}
      {failures.length > 0 && (
        <Notice tone="bad">
          {`${failures.length} could not be asked:\n${failures.map(({ line, message }) => `${line.email}: ${message}`).join('\n')}`}
        </Notice>
      )}
    </>
  );
}
