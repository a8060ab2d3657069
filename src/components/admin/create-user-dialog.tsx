/** A new user: email and a first password, which they change themselves later. */
import { api, messageOf, problemsOf } from '../api.ts';
import { byPath } from '../settings/settings-draft.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';

interface CreateUserProps {
  onClose: () => void;
  onCreated: (email: string) => void;
}

export function CreateUserDialog({ onClose, onCreated }: CreateUserProps) {
  const create = api.admin.users.create.useMutation({ onSuccess: (_created, { email }) => onCreated(email) });
  const problems = byPath(create.error === null ? [] : problemsOf(create.error));
  return (
    <Dialog
      title="Create user"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            type="submit"
            form="create-user"
            kind="primary"
            busy={create.isPending ? 'Creating…' : null}
          >
            Create user
          </Button>
        </>
      }
    >
      <form
        id="create-user"
        noValidate
        autoComplete="off"
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          const form = new FormData(event.currentTarget);
          create.mutate({ email: String(form.get('email')).trim(), password: String(form.get('password')) });
        }}
      >
        <TextField label="Email" name="email" type="email" autoComplete="off" error={problems.get('email')} />
        <TextField
          label="First password"
          name="password"
          autoComplete="off"
          spellCheck={false}
          hint="At least 10 characters. Pass it on safely; the user can change it after signing in."
          error={problems.get('password')}
        />
      </form>
      {create.error !== null && problems.size === 0 && (
        <Notice tone="bad" urgent>
          {messageOf(create.error)}
        </Notice>
      )}
    </Dialog>
  );
}
