/** Signing in. Whoever is signed in already goes on to where they were going. */
import Link from 'next/link';
import { useState } from 'react';
import { api } from '../components/api.ts';
import { nextAddress } from '../components/next-address.ts';
import { PublicFrame } from '../components/public-frame.tsx';
import { signIn } from '../components/session-client.ts';
import { Button } from '../components/ui/button.tsx';
import { TextField } from '../components/ui/field.tsx';
import { Notice } from '../components/ui/notice.tsx';
import { useScriptRuns } from '../components/use-script-runs.ts';

export default function SignInPage() {
  const [failure, setFailure] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const ready = useScriptRuns();
  const submit = async (form: FormData) => {
    setBusy(true);
    setFailure(null);
    const result = await signIn(String(form.get('email')), String(form.get('password')));
    if (result.ok) return window.location.assign(nextAddress(window.location.search, window.location.origin));
    setFailure(result.message);
    setBusy(false);
  };
  return (
    <PublicFrame title="Sign in" foot={<NoAccountYet />}>
      <form
        method="post"
        noValidate
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          void submit(new FormData(event.currentTarget));
        }}
      >
        <h1 className="text-lg font-semibold">Sign in</h1>
        <TextField label="Email" name="email" type="email" autoComplete="username" required />
        <TextField
          label="Password"
          name="password"
          type="password"
          autoComplete="current-password"
          required
        />
        <div aria-live="assertive" className="empty:hidden">
          {failure !== null && <Notice tone="bad">{failure}</Notice>}
        </div>
        <Button type="submit" kind="primary" disabled={!ready} busy={busy ? 'Signing in…' : null}>
          Sign in
        </Button>
      </form>
    </PublicFrame>
  );
}

/** Says what is possible here; the usual words until that is known. */
function NoAccountYet() {
  const registration = api.account.registration.useQuery(undefined, { staleTime: 60_000 });
  if (registration.data?.mode !== 'open') {
    return <>No account yet, or the password is lost? Ask the person who runs this server.</>;
  }
  return (
    <>
      No account yet?{' '}
      <Link href="/register" className="font-medium text-accent underline underline-offset-4">
        Create one
      </Link>
      . If the password is lost, ask the person who runs this server.
    </>
  );
}
