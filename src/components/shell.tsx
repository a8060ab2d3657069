/** The frame of every signed-in page: name, navigation, who is signed in. */
import Head from 'next/head';
import Link from 'next/link';
import { useRouter } from 'next/router';
import { api } from './api.ts';
import { Brand } from './brand.tsx';
import { signOut } from './session-client.ts';
import { useAction } from './use-action.ts';

interface ShellProps {
  title: string;
  children: React.ReactNode;
  /** For tables that need the room. */
  wide?: boolean;
}

export function Shell({ title, children, wide = false }: ShellProps) {
  const me = api.account.me.useQuery(undefined, { staleTime: 60_000 });
  const leaving = useAction(signOut);
  const width = wide ? 'max-w-[110rem]' : 'max-w-7xl';
  return (
    <>
      <Head>
        <title>{`${title} · Blitz LITE`}</title>
      </Head>
      <a
        href="#content"
        className="sr-only z-20 rounded-lg bg-accent px-4 py-2 text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to the content
      </a>
      <header className="sticky top-0 z-10 border-b border-line bg-panel">
        <div
          className={`mx-auto flex min-h-14 ${width} flex-wrap items-center gap-x-3 px-3 sm:gap-x-5 sm:px-6`}
        >
          <Brand short />
          <nav aria-label="Main" className="flex gap-1">
            <NavLink href="/">Bot</NavLink>
            {me.data?.role === 'admin' && (
              <NavLink href="/admin/console">
                <span>
                  Admin<span className="max-sm:sr-only"> console</span>
                </span>
              </NavLink>
            )}
          </nav>
          <div className="ml-auto flex min-w-0 items-center gap-3 text-sm">
            <span className="hidden truncate text-muted sm:inline">{me.data?.email}</span>
            <button
              type="button"
              onClick={leaving.run}
              disabled={leaving.running}
              className="min-h-10 rounded-lg px-2 font-medium hover:bg-sunken"
            >
              {leaving.running ? 'Signing out…' : 'Sign out'}
            </button>
          </div>
        </div>
      </header>
      <main
        id="content"
        className={`mx-auto grid ${width} grid-cols-1 gap-4 px-3 py-4 sm:gap-5 sm:px-6 sm:py-6`}
      >
        {children}
      </main>
    </>
  );
}

function NavLink({ href, children }: { href: string; children: React.ReactNode }) {
  const current = useRouter().pathname === href;
  return (
    <Link
      href={href}
      aria-current={current ? 'page' : undefined}
      className={`flex min-h-10 items-center rounded-lg px-3 text-sm font-medium ${current ? 'bg-sunken text-ink' : 'text-muted hover:text-ink'}`}
    >
      {children}
    </Link>
  );
}
