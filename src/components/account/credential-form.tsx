/** Entering a key. The secret goes to the server and nowhere else; the form forgets it when it is saved. */
import { useState } from 'react';
import { api, type Inputs, messageOf, problemsOf } from '../api.ts';
import { byPath } from '../settings/settings-draft.ts';
import { Button } from '../ui/button.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';

type Input = Inputs['credentials']['save'];

const PLACES: { value: string; name: string; venue: Input['venue']; environment: Input['environment'] }[] = [
  { value: 'paper', name: 'Paper exchange: play money, no key needed', venue: 'bybit', environment: 'paper' },
  { value: 'bybit-live', name: 'Bybit: real money', venue: 'bybit', environment: 'live' },
  { value: 'bybit-demo', name: 'Bybit: demo account', venue: 'bybit', environment: 'demo' },
  { value: 'bybit-testnet', name: 'Bybit: test network', venue: 'bybit', environment: 'testnet' },
  { value: 'bingx-live', name: 'BingX: real money', venue: 'bingx', environment: 'live' },
  { value: 'bingx-demo', name: 'BingX: demo account (VST)', venue: 'bingx', environment: 'demo' },
  {
    value: 'bingx-paper',
    name: 'Paper exchange as BingX: play money, no key needed',
    venue: 'bingx',
    environment: 'paper',
  },
];

interface CredentialFormProps {
  onDone: () => void;
  onCancel?: () => void;
}

export function CredentialForm({ onDone, onCancel }: CredentialFormProps) {
  const [chosen, setChosen] = useState('paper');
  const cache = api.useUtils();
  const save = api.credentials.save.useMutation({
    onSuccess: async () => {
      await cache.credentials.get.invalidate();
      onDone();
    },
  });
  const place = PLACES.find(({ value }) => value === chosen) ?? PLACES[0];
  const problems = byPath(save.error === null ? [] : problemsOf(save.error));
  const paper = place?.environment === 'paper';
  return (
    <form
      noValidate
      className="grid gap-4"
      autoComplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        if (place === undefined) return;
        const form = new FormData(event.currentTarget);
        const { venue, environment } = place;
        save.mutate({ venue, environment, ...readKey(form) });
      }}
    >
      <SelectField label="Where to trade" value={chosen} onChange={(event) => setChosen(event.target.value)}>
        {PLACES.map(({ value, name }) => (
          <option key={value} value={value}>
            {name}
          </option>
        ))}
      </SelectField>
      {!paper && (
        <>
          <TextField
            label="API key"
            name="apiKey"
            spellCheck={false}
            autoComplete="off"
            error={problems.get('apiKey')}
          />
          <TextField
            label="API secret"
            name="apiSecret"
            type="password"
            autoComplete="off"
            error={problems.get('apiSecret')}
            hint="Stored encrypted and never shown again. Allow trading, never withdrawals."
          />
        </>
      )}
      {paper && (
        <p className="text-sm text-muted">
          You get a fresh account with play money on the built-in exchange.
        </p>
      )}
      {save.error !== null && (
        <Notice tone="bad" urgent>
          {messageOf(save.error)}
        </Notice>
      )}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" kind="primary" busy={save.isPending ? 'Saving…' : null}>
          {paper ? 'Get a paper account' : 'Save key'}
        </Button>
        {onCancel !== undefined && <Button onClick={onCancel}>Cancel</Button>}
      </div>
    </form>
  );
}

/** Empty fields are left out, so that the server names what is missing. */
function readKey(form: FormData): { apiKey?: string; apiSecret?: string } {
  const [apiKey, apiSecret] = ['apiKey', 'apiSecret'].map((name) => String(form.get(name) ?? '').trim());
  return { ...(apiKey ? { apiKey } : {}), ...(apiSecret ? { apiSecret } : {}) };
}
