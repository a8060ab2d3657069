/** The ladder's settings: edited as a draft, tried against the market while typing, saved as a whole. */
import { keepPreviousData } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { LadderSettings, LegPreview, SettingsProblem } from '../../domain/settings.ts';
import { api, codeOf, messageOf, type Outputs, problemsOf } from '../api.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Notice, Skeleton } from '../ui/notice.tsx';
import { LadderEditor } from './ladder-editor.tsx';
import {
  byPath,
  describeProblem,
  type Draft,
  fieldName,
  isSame,
  toDraft,
  toInput,
} from './settings-draft.ts';
import { SettingsFields } from './settings-fields.tsx';

const ASK_AGAIN_MS = 3000;

interface SettingsCardProps {
  /** A cycle is open: some changes wait for the next one. */
  cycleOpen: boolean;
}

export function SettingsCard({ cycleOpen }: SettingsCardProps) {
  const settings = api.settings.get.useQuery(undefined, {
    staleTime: Number.POSITIVE_INFINITY,
    // A new user's settings may still be in the making.
    refetchInterval: ({ state }) => (state.error === null ? false : ASK_AGAIN_MS),
  });
  return (
    <Card title="Ladder settings" id="settings">
      {settings.isPending && <Skeleton lines={6} />}
      {settings.error !== null && (
        <Notice tone="bad" onRetry={() => void settings.refetch()}>
          {messageOf(settings.error)}
        </Notice>
      )}
      {settings.data !== undefined && <SettingsForm saved={settings.data} cycleOpen={cycleOpen} />}
    </Card>
  );
}

function SettingsForm({ saved, cycleOpen }: SettingsCardProps & { saved: LadderSettings }) {
  const [draft, setDraft] = useState<Draft>(() => toDraft(saved));
  const cache = api.useUtils();
  const save = api.settings.save.useMutation({
    onSuccess: ({ settings }) => {
      cache.settings.get.setData(undefined, settings);
      setDraft(toDraft(settings));
    },
  });
  const preview = usePreview(draft);
  const refused = save.error === null ? [] : problemsOf(save.error);
  const problems = byPath(preview.errors ?? refused);
  const unsaved = !isSame(draft, saved);
  const edit = (change: Draft) => {
    save.reset();
    setDraft(change);
  };
  return (
    <form
      noValidate
      className="grid gap-5"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate(toInput(draft));
      }}
    >
      <SettingsFields draft={draft} problems={problems} onEdit={edit} />
      <LadderEditor draft={draft} problems={problems} legs={preview.legs} onEdit={edit} />
      <Warnings warnings={preview.warnings} />
      {preview.failure !== null && <Notice tone="warn">{`No preview: ${preview.failure}`}</Notice>}
      <div aria-live="polite" className="grid gap-3 empty:hidden">
        {save.error !== null && <SaveFailure error={save.error} />}
        {save.data !== undefined && <Saved applied={save.data.applied} cycleOpen={cycleOpen} />}
      </div>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <Button type="submit" kind="primary" disabled={!unsaved} busy={save.isPending ? 'Saving…' : null}>
          Save settings
        </Button>
        {unsaved && <Button onClick={() => edit(toDraft(saved))}>Discard changes</Button>}
        <p className="min-w-0 flex-1 basis-64 text-sm text-muted">
          {cycleOpen
            ? 'A cycle is open: take-profit, stop-loss, repeat and guard count at once, everything else with the next cycle.'
            : 'Everything counts from the next cycle.'}
        </p>
      </div>
    </form>
  );
}

interface Preview {
  legs: LegPreview[];
  /** Null while nothing is known about this draft. */
  errors: SettingsProblem[] | null;
  warnings: SettingsProblem[];
  failure: string | null;
}

/** Asked a moment after the last keystroke; the numbers before stay until the new ones are there. */
function usePreview(draft: Draft): Preview {
  const input = useSettled(toInput(draft), 350);
  const query = api.settings.preview.useQuery(input, {
    placeholderData: keepPreviousData,
    refetchInterval: 15_000,
    retry: false,
  });
  return {
    legs: query.data?.legs ?? [],
    errors: query.data?.errors ?? null,
    warnings: query.data?.warnings ?? [],
    failure: query.error === null ? null : messageOf(query.error),
  };
}

function useSettled<T>(value: T, delayMs: number): T {
  const [settled, setSettled] = useState(value);
  const text = JSON.stringify(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(JSON.parse(text) as T), delayMs);
    return () => clearTimeout(timer);
  }, [text, delayMs]);
  return settled;
}

function Warnings({ warnings }: { warnings: SettingsProblem[] }) {
  if (warnings.length === 0) return null;
  return (
    <Notice tone="warn">
      <ul className="grid gap-1">
        {warnings.map(({ path, code, message }) => (
          <li key={`${path} ${code}`}>{describeProblem({ path, code, message })}</li>
        ))}
      </ul>
    </Notice>
  );
}

function SaveFailure({ error }: { error: unknown }) {
  const problems = problemsOf(error);
  const count = problems.length === 1 ? 'one field needs' : `${problems.length} fields need`;
  const text =
    codeOf(error) === 'invalid_settings'
      ? [`Not saved: ${count} a change.`, ...problems.map(describeProblem)].join('\n')
      : `Not saved. ${messageOf(error)}`;
  return (
    <Notice tone="bad" urgent>
      {text}
    </Notice>
  );
}

function Saved({
  applied,
  cycleOpen,
}: {
  applied: Outputs['settings']['save']['applied'];
  cycleOpen: boolean;
}) {
  const list = (fields: string[]) => fields.map(fieldName).join(', ');
  const parts = ['Saved.'];
  if (cycleOpen && applied.now.length > 0) parts.push(`Counts now: ${list(applied.now)}.`);
  if (cycleOpen && applied.nextCycle.length > 0)
    parts.push(`With the next cycle: ${list(applied.nextCycle)}.`);
  return <Notice tone="good">{parts.join(' ')}</Notice>;
}
