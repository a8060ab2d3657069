/** Making an access token: what for, what it may do, how long. Then the token itself, shown this once. */
import { useState } from 'react';
import { api, messageOf, problemsOf } from '../api.ts';
import { byPath } from '../settings/settings-draft.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';
import { useAction } from '../use-action.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const LIFETIMES = [
  { days: 30, name: '30 days' },
  { days: 90, name: '90 days' },
  { days: 365, name: 'One year' },
  { days: 0, name: 'Until I revoke it' },
];

export function NewTokenDialog({ onClose }: { onClose: () => void }) {
  const cache = api.useUtils();
  const create = api.tokens.create.useMutation({ onSuccess: () => cache.tokens.list.invalidate() });
  const problems = byPath(create.error === null ? [] : problemsOf(create.error));
  if (create.data !== undefined) return <MadeToken token={create.data.token} onClose={onClose} />;
  const submit = (form: FormData) => {
    const days = Number(form.get('days'));
    create.mutate({
      name: String(form.get('name')),
      scopes: form.get('scope') === 'control' ? ['read', 'control'] : ['read'],
      ...(days === 0 ? {} : { expiresAt: new Date(Date.now() + days * DAY_MS).toISOString() }),
    });
  };
  return (
    <Dialog
      title="Create an access token"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            type="submit"
            form="create-token"
            kind="primary"
            busy={create.isPending ? 'Creating…' : null}
          >
            Create token
          </Button>
        </>
      }
    >
      <form
        id="create-token"
        noValidate
        autoComplete="off"
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          submit(new FormData(event.currentTarget));
        }}
      >
        <TextField
          label="What is it for?"
          name="name"
          placeholder="Status on my phone"
          error={problems.get('name')}
        />
        <SelectField label="What it may do" name="scope" defaultValue="read">
          <option value="read">Look only: status, cycles, settings</option>
          <option value="control">Also start, stop, recover and save settings</option>
        </SelectField>
        <SelectField label="How long" name="days" defaultValue="90">
          {LIFETIMES.map(({ days, name }) => (
            <option key={days} value={days}>
              {name}
            </option>
          ))}
        </SelectField>
      </form>
      {create.error !== null && problems.size === 0 && (
        <Notice tone="bad" urgent>
          {messageOf(create.error)}
        </Notice>
      )}
    </Dialog>
  );
}

function MadeToken({ token, onClose }: { token: string; onClose: () => void }) {
  const [copied, setCopied] = useState(false);
  const copy = useAction(async () => {
    await navigator.clipboard.writeText(token);
    setCopied(true);
  });
  return (
    <Dialog
      title="Copy the token now"
      onClose={onClose}
      actions={
        <Button kind={copied ? 'primary' : 'plain'} onClick={onClose}>
          Done
        </Button>
      }
    >
      <p>It is shown only this once. Keep it like a password.</p>
      <div className="grid gap-2 sm:grid-cols-[1fr_auto]">
        <TextField
          label="Access token"
          bare
          readOnly
          value={token}
          spellCheck={false}
          onFocus={(event) => event.currentTarget.select()}
        />
        <Button kind={copied ? 'plain' : 'primary'} onClick={copy.run}>
          {copied ? 'Copied' : 'Copy'}
        </Button>
      </div>
      {copy.failure !== null && (
        <Notice tone="warn">
          This browser does not let the page copy. Select the token and copy it yourself.
        </Notice>
      )}
      <div>
        <p className="mb-1 text-sm text-muted">For example:</p>
        <pre className="overflow-x-auto rounded-lg bg-sunken p-3 text-[0.8125rem] leading-relaxed">
          {`curl -H "Authorization: Bearer $TOKEN" \\\n  ${window.location.origin}/api/bot/status`}
        </pre>
      </div>
    </Dialog>
  );
}
