/** What an address shows that leads nowhere. */
import Link from 'next/link';
import { Brand } from './brand.tsx';

export function NotFound() {
  return (
    <>
      <header className="border-b border-line bg-panel">
        <div className="mx-auto flex min-h-14 max-w-7xl items-center px-3 sm:px-6">
          <Link href="/" className="rounded-lg p-1">
            <Brand />
          </Link>
        </div>
      </header>
      <main className="grid min-h-[calc(100dvh-3.5rem)] place-items-center px-4 pb-16">
        <div className="w-full max-w-md rounded-xl border border-line bg-panel p-6 text-center sm:p-10">
          <BrokenLadder />
          <p className="figures mt-6 text-sm font-medium text-muted">404</p>
          <h1 className="mt-1 text-xl font-semibold">There is nothing at this address</h1>
          <p className="mt-2 text-muted">
            It was mistyped, or what was here has moved. Your bot goes on either way.
          </p>
          <div className="mt-6 flex flex-wrap justify-center gap-2">
            <Link
              href="/"
              className="inline-flex min-h-11 items-center rounded-lg bg-accent px-4 font-medium text-on-accent hover:bg-accent-strong sm:min-h-10"
            >
              Go to your bot
            </Link>
            <Link
              href="/api-docs"
              className="inline-flex min-h-11 items-center rounded-lg border border-edge/60 px-4 font-medium hover:bg-sunken sm:min-h-10"
            >
              Addresses for scripts
            </Link>
          </div>
        </div>
      </main>
    </>
  );
}

/** The rungs of a ladder, one of them missing. */
function BrokenLadder() {
  const rungs = [0, 1, 3, 4];
  return (
    <svg viewBox="0 0 160 88" className="mx-auto h-22 w-40" fill="none" aria-hidden="true">
      {rungs.map((rung) => (
        <path
          key={rung}
          d={`M${12 + rung * 14} ${8 + rung * 18}H148`}
          className={rung < 2 ? 'stroke-accent' : 'stroke-edge'}
          strokeWidth="4"
          strokeLinecap="round"
        />
      ))}
      <path
        d="M40 44H148"
        className="stroke-bad"
        strokeWidth="3"
        strokeLinecap="round"
        strokeDasharray="1 9"
      />
    </svg>
  );
}
