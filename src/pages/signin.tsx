/** Signing in. Whoever is signed in already goes on to where they were going. */
import Head from 'next/head';
import { useState, useSyncExternalStore } from 'react';
import { nextAddress } from '../components/next-address.ts';
import { signIn } from '../components/session-client.ts';
import { Brand } from '../components/shell.tsx';
import { Button } from '../components/ui/button.tsx';
import { TextField } from '../components/ui/field.tsx';
import { Notice } from '../components/ui/notice.tsx';

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
    <>
      <Head>
        <title>Sign in · Blitz LITE</title>
      </Head>
      <main className="grid min-h-dvh place-items-center p-4">
        <div className="w-full max-w-sm">
          <div className="mb-6 flex justify-center text-lg">
            <Brand />
          </div>
          <form
            method="post"
            noValidate
            className="grid gap-4 rounded-xl border border-line bg-panel p-5 sm:p-6"
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
          <p className="mt-4 text-center text-sm text-muted">
            No account yet, or the password is lost? Ask the person who runs this server.
          </p>
        </div>
      </main>
    </>
  );
}

/** Until then a press on the button would send the form as the browser does, by itself. */
function useScriptRuns(): boolean {
  return useSyncExternalStore(
    () => () => undefined,
    () => true,
    () => false,
  );
}
