/** The frame of the pages for people who are not signed in: the name, one panel, a line beneath it. */
import Head from 'next/head';
import { Brand } from './brand.tsx';

interface FrameProps {
  title: string;
  children: React.ReactNode;
  /** Beneath the panel: where else to go. */
  foot?: React.ReactNode;
}

export function PublicFrame({ title, children, foot }: FrameProps) {
  return (
    <>
      <Head>
        <title>{`${title} · Blitz LITE`}</title>
      </Head>
      <main className="grid min-h-dvh place-items-center p-4">
        <div className="w-full max-w-sm">
          <div className="mb-6 flex justify-center text-lg">
            <Brand />
          </div>
          <div className="grid gap-4 rounded-xl border border-line bg-panel p-5 sm:p-6">{children}</div>
          {foot !== undefined && <p className="mt-4 text-center text-sm text-muted">{foot}</p>}
        </div>
      </main>
    </>
  );
}
