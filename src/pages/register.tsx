/** Making an account where the operator lets anybody do so; else it says how one gets in. */
import Link from 'next/link';
import { EntryForm } from '../components/account/entry-form.tsx';
import { api, messageOf } from '../components/api.ts';
import { PublicFrame } from '../components/public-frame.tsx';
import { Notice, Skeleton } from '../components/ui/notice.tsx';

export default function RegisterPage() {
  const registration = api.account.registration.useQuery(undefined, { staleTime: 60_000 });
  const register = api.account.register.useMutation({ onSuccess: () => window.location.assign('/') });
  const busy = register.isPending || register.isSuccess;
  return (
    <PublicFrame title="Create an account" foot={<SignInInstead />}>
      <h1 className="text-lg font-semibold">Create an account</h1>
      {registration.isPending && <Skeleton lines={4} />}
      {registration.error !== null && (
        <Notice tone="bad" onRetry={() => void registration.refetch()}>
          {messageOf(registration.error)}
        </Notice>
      )}
      {registration.data?.mode === 'open' && (
        <>
          <p className="text-sm text-muted">
            You begin with play money on the built-in exchange. A real key is yours to add later.
          </p>
          <EntryForm
            email={null}
            button="Create account"
            busy={busy ? 'Creating…' : null}
            error={register.error}
            onSubmit={({ email, password }) => register.mutate({ email, password })}
          />
        </>
      )}
      {registration.data?.mode === 'invite' && (
        <Notice tone="info">
          Accounts are made with an invite link here. Ask the person who runs this server for one, and open
          it.
        </Notice>
      )}
      {registration.data?.mode === 'closed' && (
        <Notice tone="info">This server takes no new accounts. Ask the person who runs it.</Notice>
      )}
    </PublicFrame>
  );
}

function SignInInstead() {
  return (
    <>
      You have an account?{' '}
      <Link href="/signin" className="font-medium text-accent underline underline-offset-4">
        Sign in
      </Link>
    </>
  );
}
