/** Stop and recover for one's own bot, or, in the admin's hands, for somebody else's. */
import { useCallback } from 'react';
import { api } from '../api.ts';

export interface Owner {
  id: number;
  email: string;
}

type Done = (message: string) => void;

/** `owner` never changes while a dialog is open, so the same hooks run at every render. */
export function useStop(owner: Owner | undefined, onDone: Done) {
  const options = { onSuccess: ({ message }: { message: string }) => onDone(message) };
  const own = api.bot.stop.useMutation(options);
  const other = api.admin.users.stop.useMutation(options);
  const chosen = owner === undefined ? own : other;
  return {
    error: chosen.error,
    isPending: chosen.isPending,
    stop: (mode: 'protect' | 'leave' | 'close') =>
      owner === undefined ? own.mutate({ mode }) : other.mutate({ userId: owner.id, mode }),
  };
}

export function useRecover(owner: Owner | undefined, onDone?: Done) {
  const options = { onSuccess: ({ message }: { message: string }) => onDone?.(message) };
  const own = api.bot.recover.useMutation(options);
  const other = api.admin.users.recover.useMutation(options);
  const chosen = owner === undefined ? own : other;
  const [askOwn, askOther, userId] = [own.mutate, other.mutate, owner?.id];
  const recover = useCallback(
    (dryRun: boolean) => (userId === undefined ? askOwn({ dryRun }) : askOther({ userId, dryRun })),
    [askOwn, askOther, userId],
  );
  return { data: chosen.data, error: chosen.error, isPending: chosen.isPending, recover };
}
