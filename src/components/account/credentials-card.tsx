/** The exchange key: written, checked, removed, never shown. */
import { useState } from 'react';
import { api, messageOf, type Outputs } from '../api.ts';
import { describeVenue } from '../bot/state-banner.tsx';
import { money } from '../format.ts';
import { Button } from '../ui/button.tsx';
import { Card, Fact } from '../ui/card.tsx';
import { Notice, Skeleton } from '../ui/notice.tsx';
import { CredentialForm } from './credential-form.tsx';
import { RemoveKeyDialog } from './remove-key-dialog.tsx';

export function CredentialsCard() {
  const credential = api.credentials.get.useQuery(undefined, { staleTime: 60_000 });
  return (
    <Card title="Exchange key" id="key">
      {credential.isPending && <Skeleton lines={3} />}
      {credential.error !== null && (
        <Notice tone="bad" onRetry={() => void credential.refetch()}>
          {messageOf(credential.error)}
        </Notice>
      )}
      {credential.data === null && <CredentialForm onDone={() => undefined} />}
      {credential.data != null && <StoredCredential credential={credential.data} />}
    </Card>
  );
}

function StoredCredential({ credential }: { credential: NonNullable<Outputs['credentials']['get']> }) {
  const [replacing, setReplacing] = useState(false);
  const [removing, setRemoving] = useState(false);
  const check = api.credentials.check.useQuery(undefined, { enabled: false, retry: false });
  const cache = api.useUtils();
  if (replacing) {
    const close = () => setReplacing(false);
    const replaced = () => {
      // It was said of the key before.
      void cache.credentials.check.reset();
      close();
    };
    return (
      <div className="grid gap-4">
        <p className="text-sm text-muted">
          The bot will trade on the account of the new key. Orders and positions on the account of this one
          stay as they are, and nobody looks after them.
        </p>
        <CredentialForm onDone={replaced} onCancel={close} />
      </div>
    );
  }
  return (
    <div className="grid gap-4">
      <dl>
        <Fact name="Account">{describeVenue(credential)}</Fact>
        <Fact name="API key">
          <span className="font-mono text-sm">••••{credential.keyHint}</span>
        </Fact>
        <Fact name="Account number">{credential.accountUid ?? 'not checked yet'}</Fact>
      </dl>
      <div aria-live="polite" className="grid gap-3 empty:hidden">
        {check.data !== undefined && !check.isFetching && <CheckResult check={check.data} />}
        {check.error !== null && !check.isFetching && <Notice tone="bad">{messageOf(check.error)}</Notice>}
      </div>
      <div className="flex flex-wrap gap-2">
        <Button small busy={check.isFetching ? 'Checking…' : null} onClick={() => void check.refetch()}>
          Check
        </Button>
        <Button small onClick={() => setReplacing(true)}>
          Replace
        </Button>
        <Button small kind="danger" onClick={() => setRemoving(true)}>
          Remove
        </Button>
      </div>
      {removing && <RemoveKeyDialog credential={credential} onClose={() => setRemoving(false)} />}
    </div>
  );
}

function CheckResult({ check }: { check: Outputs['credentials']['check'] }) {
  const balance = `The key works. Balance ${money(check.walletBalance)} USDT, ${money(check.availableBalance)} free.`;
  return (
    <Notice tone={check.warnings.length === 0 ? 'good' : 'warn'}>
      {[balance, ...check.warnings].join('\n')}
    </Notice>
  );
}
