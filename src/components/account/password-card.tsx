/** Changing one's own password; every other session ends with it, access tokens only when that is asked for. */
import { useState } from 'react';
import { api, messageOf, problemsOf } from '../api.ts';
import { byPath } from '../settings/settings-draft.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Checkbox } from '../ui/checkbox.tsx';
import { TextField } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';

export function PasswordCard() {
  const [differs, setDiffers] = useState(false);
  const cache = api.useUtils();
  const tokens = api.tokens.list.useQuery(undefined, { staleTime: 30_000 });
  const change = api.account.changePassword.useMutation({ onSuccess: () => cache.tokens.list.invalidate() });
  const problems = byPath(change.error === null ? [] : problemsOf(change.error));
  const submit = (element: HTMLFormElement) => {
    const form = new FormData(element);
    const [currentPassword, newPassword, again] = ['current', 'new', 'again'].map((name) =>
      String(form.get(name)),
    );
    setDiffers(newPassword !== again);
    if (newPassword !== again) return;
    change.mutate(
      {
        currentPassword: currentPassword ?? '',
        newPassword: newPassword ?? '',
        revokeTokens: form.get('revoke') === 'on',
      },
      { onSuccess: () => element.reset() },
    );
  };
  return (
    <Card title="Password" id="password">
      <form
        noValidate
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          submit(event.currentTarget);
        }}
      >
        <TextField label="Current password" name="current" type="password" autoComplete="current-password" />
        <TextField
          label="New password"
          name="new"
          type="password"
          autoComplete="new-password"
          hint="At least 10 characters."
          error={problems.get('newPassword')}
        />
        <TextField
          label="New password again"
          name="again"
          type="password"
          autoComplete="new-password"
          error={differs ? 'is not the same as the new password' : undefined}
        />
        {tokens.data !== undefined && tokens.data.length > 0 && (
          <Checkbox name="revoke">Revoke my access tokens too; otherwise they keep working</Checkbox>
        )}
        <div aria-live="polite" className="empty:hidden">
          {change.isSuccess && (
            <Notice tone="good">
              Changed. Every other device was signed out.
              {change.data.tokensRevoked > 0 && ' The access tokens were revoked.'}
            </Notice>
          )}
          {change.error !== null && <Notice tone="bad">{messageOf(change.error)}</Notice>}
        </div>
        <div>
          <Button type="submit" busy={change.isPending ? 'Changing…' : null}>
            Change password
          </Button>
        </div>
      </form>
    </Card>
  );
}
