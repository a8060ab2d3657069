/** Removing the exchange key, once more asked: without it the bot cannot do anything. */
import { api, messageOf, type Outputs } from '../api.ts';
import { describeVenue } from '../bot/state-banner.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Notice } from '../ui/notice.tsx';

interface RemoveKeyProps {
  credential: NonNullable<Outputs['credentials']['get']>;
  onClose: () => void;
}

export function RemoveKeyDialog({ credential, onClose }: RemoveKeyProps) {
  const cache = api.useUtils();
  const remove = api.credentials.remove.useMutation({
    // The page's head says where the bot trades, and must not say so any longer.
    onSuccess: async () => {
      await Promise.all([cache.bot.status.invalidate(), cache.settings.symbols.invalidate()]);
      await cache.credentials.get.invalidate();
    },
  });
  const paper = credential.environment === 'paper';
  return (
    <Dialog
      title="Remove the exchange key?"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Keep it</Button>
          <Button kind="danger" busy={remove.isPending ? 'Removing…' : null} onClick={() => remove.mutate()}>
            Remove key
          </Button>
        </>
      }
    >
      <p>
        {describeVenue(credential)}, key ending in{' '}
        <span className="font-mono text-sm">{credential.keyHint}</span>. Without a key the bot cannot start;
        your settings and your history stay.
      </p>
      <p className="text-muted">
        {paper
          ? 'The play money of this account cannot be reached again: a new paper account starts afresh.'
          : 'It is deleted here only: delete it at the exchange too, if nothing else uses it.'}
      </p>
      {remove.error !== null && (
        <Notice tone="bad" urgent>
          {messageOf(remove.error)}
        </Notice>
      )}
    </Dialog>
  );
}
