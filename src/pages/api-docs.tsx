/** The REST doors for people: what `/openapi.json` says, readable. Open to everybody, as that is. */
import { useQuery } from '@tanstack/react-query';
import Head from 'next/head';
import Link from 'next/link';
import { doorsOf, type OpenApi } from '../components/docs/description.ts';
import { DoorCard } from '../components/docs/door-card.tsx';
import { Prose } from '../components/docs/prose.tsx';
import { Brand } from '../components/brand.tsx';
import { Card } from '../components/ui/card.tsx';
import { Notice, Skeleton } from '../components/ui/notice.tsx';

export default function ApiDocsPage() {
  const { document, failure, load } = useDescription();
  return (
    <>
      <Head>
        <title>REST · Blitz LITE</title>
      </Head>
      <header className="border-b border-line bg-panel">
        <div className="mx-auto flex min-h-14 max-w-4xl items-center justify-between px-3 sm:px-6">
          <Brand />
          <Link href="/" className="text-sm font-medium text-accent underline underline-offset-4">
            Go to your bot
          </Link>
        </div>
      </header>
      <main className="mx-auto grid max-w-4xl gap-4 px-3 py-4 sm:gap-5 sm:px-6 sm:py-6">
        <h1 className="text-xl font-semibold">REST</h1>
        {failure !== null && (
          <Notice tone="bad" urgent onRetry={load}>
            {failure}
          </Notice>
        )}
        {document === null && failure === null && <Skeleton lines={6} />}
        {document !== null && <Description document={document} />}
      </main>
    </>
  );
}

function Description({ document }: { document: OpenApi }) {
  return (
    <>
      <Prose text={document.info.description ?? ''} />
      <p className="text-sm text-muted">
        Version {document.info.version} ·{' '}
        <a href="/openapi.json" className="text-accent underline underline-offset-4">
          openapi.json
        </a>{' '}
        for programs
      </p>
      {document.tags.map(({ name, description }) => (
        <Card key={name} title={name} aside={description} flush>
          {doorsOf(document, name).map((door) => (
            <DoorCard key={`${door.method} ${door.path}`} document={document} door={door} />
          ))}
        </Card>
      ))}
    </>
  );
}

function useDescription() {
  const { data, error, refetch } = useQuery({ queryKey: ['openapi'], queryFn: loadDescription });
  const failure = error === null ? null : `The description could not be loaded: ${error.message}`;
  return { document: data ?? null, failure, load: () => void refetch() };
}

async function loadDescription(): Promise<OpenApi> {
  const response = await fetch('/openapi.json');
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return (await response.json()) as OpenApi;
}
