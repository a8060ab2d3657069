/** Giving or taking admin rights, with what that means. */
import { api, messageOf } from '../api.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Notice } from '../ui/notice.tsx';
import type { ConsoleLine } from './console-lines.ts';

interface RoleProps {
  line: ConsoleLine;
  onClose: () => void;
  onDone: (message: string) => void;
}

export function RoleDialog({ line, onClose, onDone }: RoleProps) {
  const { id: userId, email } = line;
  const isAdmin = line.role === 'admin';
  const change = api.admin.users.setRole.useMutation({
    onSuccess: ({ role }) =>
      onDone(role === 'admin' ? `${email} is an admin now.` : `${email} is no admin any more.`),
  });
  return (
    <Dialog
      title={isAdmin ? `Take admin rights from ${email}` : `Make ${email} an admin`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            kind={isAdmin ? 'danger' : 'primary'}
            busy={change.isPending ? 'Changing…' : null}
            onClick={() => change.mutate({ userId, role: isAdmin ? 'user' : 'admin' })}
          >
            {isAdmin ? 'Take admin rights' : 'Make admin'}
          </Button>
        </>
      }
    >
      <p>
        {isAdmin
          ? 'They keep their own bot and lose this console.'
          : 'Admins see every user, start and stop every bot, make links that set passwords, and remove users, you included.'}{' '}
        Their sessions and access tokens end now, so that nothing goes on with the rights of before; they sign
        in again. Bots are not touched.
      </p>
      {change.error !== null && (
        <Notice tone="bad" urgent>
          {messageOf(change.error)}
        </Notice>
      )}
    </Dialog>
  );
}
