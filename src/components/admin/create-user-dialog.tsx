/** A new user: with a first password, or with a link by which they choose one themselves. */
import { useState } from 'react';
import { api, messageOf, problemsOf } from '../api.ts';
import { byPath } from '../settings/settings-draft.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { LinkBox } from '../ui/link-box.tsx';
import { Notice } from '../ui/notice.tsx';

interface CreateUserProps {
  onClose: () => void;
  onCreated: (email: string) => void;
}

export function CreateUserDialog({ onClose, onCreated }: CreateUserProps) {
  const [email, setEmail] = useState('');
  const create = api.admin.users.create.useMutation({
    onSuccess: ({ inviteUrl }, input) => {
      if (inviteUrl === undefined) onCreated(input.email);
    },
  });
  const problems = byPath(create.error === null ? [] : problemsOf(create.error));
  const link = create.data?.inviteUrl;
  if (link !== undefined) {
    return (
      <Dialog
        title="User created"
        onClose={onClose}
        actions={
          <Button kind="primary" onClick={onClose}>
            Done
          </Button>
        }
      >
        <LinkBox url={link} label="Link to choose a password">
          Pass it on to {email}: with it they choose their password. It works once and is shown only now.
        </LinkBox>
      </Dialog>
    );
  }
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
          const password = String(form.get('password'));
          create.mutate({ email: email.trim(), ...(password === '' ? {} : { password }) });
        }}
      >
        <TextField
          label="Email"
          name="email"
          type="email"
          autoComplete="off"
          value={email}
          onChange={(event) => setEmail(event.target.value)}
          error={problems.get('email')}
        />
        <TextField
          label="First password"
          name="password"
          autoComplete="off"
          spellCheck={false}
          hint="At least 10 characters. Leave it empty to get a link by which the user chooses one."
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
