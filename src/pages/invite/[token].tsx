/** What a link of the admin leads to: joining, or setting a password. Both sign this browser in. */
import Link from 'next/link';
import { useRouter } from 'next/router';
import { EntryForm } from '../../components/account/entry-form.tsx';
import { api, codeOf, messageOf, type Outputs } from '../../components/api.ts';
import { PublicFrame } from '../../components/public-frame.tsx';
import { Notice, Skeleton } from '../../components/ui/notice.tsx';

export default function InvitePage() {
  const router = useRouter();
  const token = typeof router.query['token'] === 'string' ? router.query['token'] : '';
  const link = api.invites.inspect.useQuery({ token }, { enabled: router.isReady, staleTime: Infinity });
  const title = link.data?.kind === 'password' ? 'Choose a password' : 'Join';
  return (
    <PublicFrame
      title={title}
      foot={
        <Link href="/signin" className="font-medium text-accent underline underline-offset-4">
          Sign in instead
        </Link>
      }
    >
      {link.isPending && <Skeleton lines={5} />}
      {link.error !== null && <BrokenLink error={link.error} />}
      {link.data !== undefined && <UseLink token={token} link={link.data} />}
    </PublicFrame>
  );
}

function BrokenLink({ error }: { error: unknown }) {
  if (codeOf(error) !== 'invalid_link') {
    return (
      <>
        <h1 className="text-lg font-semibold">The link could not be opened</h1>
        <Notice tone="bad">{messageOf(error)}</Notice>
      </>
    );
  }
  return (
    <>
      <h1 className="text-lg font-semibold">This link does not work</h1>
      <Notice tone="warn">
        It was used or revoked, it has expired, or it was not copied whole. Ask whoever sent it for a new one.
      </Notice>
    </>
  );
}

function UseLink({ token, link }: { token: string; link: Outputs['invites']['inspect'] }) {
  const accept = api.invites.accept.useMutation({ onSuccess: () => window.location.assign('/') });
  const busy = accept.isPending || accept.isSuccess;
  const joins = link.kind === 'join';
  return (
    <>
      <h1 className="text-lg font-semibold">{joins ? 'Join Blitz LITE' : 'Choose a password'}</h1>
      <p className="text-sm text-muted">
        {joins
          ? 'You were invited. You begin with play money on the built-in exchange; a real key is yours to add later.'
          : 'It counts from now on. Every device that is still signed in is signed out.'}
      </p>
      <EntryForm
        email={link.email}
        button={joins ? 'Create account' : 'Set password and sign in'}
        busy={busy ? (joins ? 'Creating…' : 'Setting…') : null}
        error={accept.error}
        offerRevoke={link.hasTokens}
        onSubmit={({ email, password, revokeTokens }) =>
          accept.mutate({ token, password, revokeTokens, ...(joins ? { email } : {}) })
        }
      />
    </>
  );
}
