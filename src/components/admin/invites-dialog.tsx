/** Links that let people join: made, shown once, listed and taken back. */
import { useState } from 'react';
import { api, messageOf, type Outputs, problemsOf } from '../api.ts';
import { moment } from '../format.ts';
import { byPath } from '../settings/settings-draft.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { LinkBox } from '../ui/link-box.tsx';
import { Empty, Notice, Skeleton } from '../ui/notice.tsx';
import { Badge, type Tone } from '../ui/tone.tsx';

type Link = Outputs['admin']['invites']['list'][number];

const LIFETIMES: [hours: number, text: string][] = [
  [24, 'a day'],
  [72, '3 days'],
  [168, 'a week'],
  [720, '30 days'],
];

export function InvitesDialog({ now, onClose }: { now: number; onClose: () => void }) {
  const cache = api.useUtils();
  const links = api.admin.invites.list.useQuery();
  const renew = () => void cache.admin.invites.list.invalidate();
  const create = api.admin.invites.create.useMutation({ onSuccess: renew });
  const revoke = api.admin.invites.revoke.useMutation({ onSuccess: renew });
  const [hours, setHours] = useState('72');
  const problems = byPath(create.error === null ? [] : problemsOf(create.error));
  const failure = revoke.error ?? (problems.size === 0 ? create.error : null);
  return (
    <Dialog title="Invite people" onClose={onClose} actions={<Button onClick={onClose}>Close</Button>}>
      <form
        noValidate
        autoComplete="off"
        className="grid gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          const email = String(new FormData(event.currentTarget).get('email')).trim();
          create.mutate({ expiresInHours: Number(hours), ...(email === '' ? {} : { email }) });
        }}
      >
        <TextField
          label="For whom"
          name="email"
          type="email"
          autoComplete="off"
          placeholder="anybody who has the link"
          hint="With an email, only that address may join with the link."
          error={problems.get('email')}
        />
        <SelectField label="Works for" value={hours} onChange={(event) => setHours(event.target.value)}>
          {LIFETIMES.map(([each, text]) => (
            <option key={each} value={each}>
              {text}
            </option>
          ))}
        </SelectField>
        <div>
          <Button type="submit" kind="primary" busy={create.isPending ? 'Making a link…' : null}>
            Make a link
          </Button>
        </div>
      </form>
      {create.data !== undefined && (
        <LinkBox url={create.data.url} label="Invite link">
          It works once and is shown only now.
        </LinkBox>
      )}
      {failure !== null && (
        <Notice tone="bad" urgent>
          {messageOf(failure)}
        </Notice>
      )}
      {links.isPending && <Skeleton lines={3} />}
      {links.error !== null && (
        <Notice tone="warn" onRetry={() => void links.refetch()}>
          {messageOf(links.error)}
        </Notice>
      )}
      {links.data?.length === 0 && <Empty>No link was made yet.</Empty>}
      <ul className="text-sm">
        {links.data?.map((link) => (
          <LinkRow
            key={link.id}
            link={link}
            now={now}
            busy={revoke.isPending && revoke.variables.id === link.id}
            onRevoke={() => revoke.mutate({ id: link.id })}
          />
        ))}
      </ul>
    </Dialog>
  );
}

const STATE_TONES: Record<Link['state'], Tone> = {
  open: 'info',
  used: 'good',
  revoked: 'quiet',
  expired: 'quiet',
};

interface LinkRowProps {
  link: Link;
  now: number;
  busy: boolean;
  onRevoke: () => void;
}

function LinkRow({ link, now, busy, onRevoke }: LinkRowProps) {
  const whom = link.email ?? 'anybody';
  const what = link.kind === 'join' ? `Join: ${whom}` : `Password of ${whom}`;
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line py-2 last:border-b-0">
      <span className="min-w-0 flex-1 basis-40">
        <span className="block truncate">{what}</span>
        <span className="figures block text-[0.8125rem] text-muted">
          {link.state === 'used'
            ? `used ${moment(link.usedAt, now)}`
            : `until ${moment(link.expiresAt, now)}`}
        </span>
      </span>
      <Badge tone={STATE_TONES[link.state]}>{link.state}</Badge>
      {link.state === 'open' && (
        <Button small busy={busy ? 'Revoking…' : null} onClick={onRevoke} aria-label={`Revoke: ${what}`}>
          Revoke
        </Button>
      )}
    </li>
  );
}
