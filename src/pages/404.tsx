/** For addresses that lead nowhere. */
import Head from 'next/head';
import Link from 'next/link';
import { Brand } from '../components/shell.tsx';

export default function NotFoundPage() {
  return (
    <>
      <Head>
        <title>Not found · Blitz LITE</title>
      </Head>
      <main className="grid min-h-dvh place-content-center gap-4 p-4 text-center">
        <div className="flex justify-center">
          <Brand />
        </div>
        <h1 className="text-lg font-semibold">There is nothing at this address</h1>
        <p>
          <Link href="/" className="text-accent underline underline-offset-4">
            Go to your bot
          </Link>
        </p>
      </main>
    </>
  );
}
