/**
 * Email and a password typed twice: for making an account, and for setting a password with a link. What is
 * wrong is said at its field; the rest beneath.
 */
import { useState } from 'react';
import { messageOf, problemsOf } from '../api.ts';
import { byPath } from '../settings/settings-draft.ts';
import { Button } from '../ui/button.tsx';
import { Checkbox } from '../ui/checkbox.tsx';
import { TextField } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';
import { useScriptRuns } from '../use-script-runs.ts';

export interface Entry {
  email: string;
  password: string;
  revokeTokens: boolean;
}

interface EntryFormProps {
  /** The address, where it is known already and cannot be changed. */
  email: string | null;
  button: string;
  busy: string | null;
  error: unknown;
  /** Offers to revoke the access tokens too. */
  offerRevoke?: boolean;
  onSubmit: (entry: Entry) => void;
}

export function EntryForm({ email, button, busy, error, offerRevoke = false, onSubmit }: EntryFormProps) {
  const [differs, setDiffers] = useState(false);
  const ready = useScriptRuns();
  const problems = byPath(error === null ? [] : problemsOf(error));
  const submit = (form: FormData) => {
    const [typed, password, again] = ['email', 'password', 'again'].map((name) =>
      String(form.get(name) ?? ''),
    );
    setDiffers(password !== again);
    if (password !== again) return;
    onSubmit({
      email: email ?? (typed ?? '').trim(),
      password: password ?? '',
      revokeTokens: form.get('revoke') === 'on',
    });
  };
  return (
    <form
      method="post"
      noValidate
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        submit(new FormData(event.currentTarget));
      }}
    >
      <TextField
        label="Email"
        name="email"
        type="email"
        autoComplete="username"
        {...(email === null ? {} : { value: email, readOnly: true })}
        error={problems.get('email')}
      />
      <TextField
        label="Password"
        name="password"
        type="password"
        autoComplete="new-password"
        hint="At least 10 characters."
        error={problems.get('password')}
      />
      <TextField
        label="Password again"
        name="again"
        type="password"
        autoComplete="new-password"
        error={differs ? 'is not the same as the password' : undefined}
      />
      {offerRevoke && <Checkbox name="revoke">Revoke my access tokens too</Checkbox>}
      <div aria-live="assertive" className="empty:hidden">
        {error !== null && problems.size === 0 && <Notice tone="bad">{messageOf(error)}</Notice>}
      </div>
      <Button type="submit" kind="primary" disabled={!ready} busy={busy}>
        {button}
      </Button>
    </form>
  );
}
