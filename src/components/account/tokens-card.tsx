/** Access tokens for scripts: what there is, making one, revoking one. */
import { useState } from 'react';
import { api, messageOf, type Outputs } from '../api.ts';
import { moment } from '../format.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Notice, Skeleton } from '../ui/notice.tsx';
import { NewTokenDialog } from './new-token-dialog.tsx';

type Token = Outputs['tokens']['list'][number];

export function TokensCard({ now }: { now: number }) {
  const tokens = api.tokens.list.useQuery(undefined, { staleTime: 30_000 });
  const [creating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<Token | null>(null);
  return (
    <Card
      title="Access tokens"
      id="tokens"
      aside={
        <Button small onClick={() => setCreating(true)}>
          Create token
        </Button>
      }
    >
      <p className="mb-3 text-sm text-muted">
        For scripts that ask for your bot or switch it, without your password. A token cannot reach your
        exchange key or your account.
      </p>
      {tokens.isPending && <Skeleton lines={2} />}
      {tokens.error !== null && (
        <Notice tone="bad" onRetry={() => void tokens.refetch()}>
          {messageOf(tokens.error)}
        </Notice>
      )}
      {tokens.data?.length === 0 && <p className="py-2 text-muted">No token yet.</p>}
      <ul>
        {tokens.data?.map((token) => (
          <TokenLine key={token.id} token={token} now={now} onRevoke={() => setRevoking(token)} />
        ))}
      </ul>
      {creating && <NewTokenDialog onClose={() => setCreating(false)} />}
      {revoking !== null && <RevokeDialog token={revoking} onClose={() => setRevoking(null)} />}
    </Card>
  );
}

interface LineProps {
  token: Token;
  now: number;
  onRevoke: () => void;
}

function TokenLine({ token, now, onRevoke }: LineProps) {
  const used = token.lastUsedAt === null ? 'never used' : `last used ${moment(token.lastUsedAt, now)}`;
  return (
    <li className="flex items-center justify-between gap-3 border-b border-line py-2.5 last:border-b-0">
      <div className="min-w-0">
        <p className="truncate font-medium" title={token.name}>
          {token.name}
        </p>
        <p className="figures text-sm text-muted">
          <span className="font-mono text-[0.8125rem]">…{token.hint}</span>
          {` · ${describeScopes(token)} · ${used} · `}
          <span className={token.expired ? 'font-medium text-bad' : ''}>{describeEnd(token)}</span>
        </p>
      </div>
      <Button small kind="danger" onClick={onRevoke} aria-label={`Revoke the token ${token.name}`}>
        Revoke
      </Button>
    </li>
  );
}

function describeScopes({ scopes }: Token): string {
  return scopes.includes('control') ? 'reads and controls' : 'reads';
}

function describeEnd({ expiresAt, expired }: Token): string {
  if (expiresAt === null) return 'never expires';
  const day = new Date(expiresAt).toLocaleDateString('en-US', {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
  });
  return expired ? `expired ${day}` : `until ${day}`;
}

function RevokeDialog({ token, onClose }: { token: Token; onClose: () => void }) {
  const cache = api.useUtils();
  const revoke = api.tokens.revoke.useMutation({
    onSuccess: async () => {
      await cache.tokens.list.invalidate();
      onClose();
    },
  });
  return (
    <Dialog
      title={`Revoke ${token.name}?`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            kind="danger"
            busy={revoke.isPending ? 'Revoking…' : null}
            onClick={() => revoke.mutate({ id: token.id })}
          >
            Revoke token
          </Button>
        </>
      }
    >
      <p>Whatever uses it is refused from then on. This cannot be taken back; the bot itself goes on.</p>
      {revoke.error !== null && (
        <Notice tone="bad" urgent>
          {messageOf(revoke.error)}
        </Notice>
      )}
    </Dialog>
  );
}
