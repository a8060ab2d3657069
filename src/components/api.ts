/**
 * The pages' way to the server: tRPC hooks over the router's type, nothing of its code.
 *
 * Calls are batched; settings travel by POST, not in a URL. Whoever is not signed in is sent to the sign-in
 * page from here, whichever call found out.
 */
import { MutationCache, QueryCache } from '@tanstack/react-query';
import { httpBatchLink, httpLink, httpSubscriptionLink, splitLink, TRPCClientError } from '@trpc/client';
import { createTRPCNext } from '@trpc/next';
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '../server/routers/app-router.ts';

export type Outputs = inferRouterOutputs<AppRouter>;
export type Inputs = inferRouterInputs<AppRouter>;

const URL_PATH = '/api/trpc';

export const api = createTRPCNext<AppRouter>({
  ssr: false,
  config: () => ({
    links: [
      splitLink({
        condition: ({ type }) => type === 'subscription',
        true: httpSubscriptionLink({ url: URL_PATH }),
        false: splitLink({
          condition: ({ context }) => context['alone'] === true,
          true: httpLink({ url: URL_PATH, methodOverride: 'POST' }),
          false: httpBatchLink({ url: URL_PATH, methodOverride: 'POST', maxItems: 20 }),
        }),
      }),
    ],
    queryClientConfig: {
      queryCache: new QueryCache({ onError: leaveWhenSignedOut }),
      mutationCache: new MutationCache({ onError: leaveWhenSignedOut }),
      defaultOptions: { queries: { retry: retryUnlessRefused, staleTime: 1000 } },
    },
  }),
});

/** The server's machine-readable code; "unreachable" when it did not answer at all. */
export function codeOf(error: unknown): string {
  if (!(error instanceof TRPCClientError)) return 'unreachable';
  const data: unknown = error.data;
  return typeof data === 'object' && data !== null && 'code' in data ? String(data.code) : 'unreachable';
}

/** What to show people for an error. */
export function messageOf(error: unknown): string {
  if (codeOf(error) === 'unreachable')
    return 'The server cannot be reached. Check the connection and try again.';
  return error instanceof Error ? error.message : String(error);
}

/** The fields that were wrong, where the server named them. */
export function problemsOf(error: unknown): { path: string; code: string; message: string }[] {
  if (!(error instanceof TRPCClientError)) return [];
  const data = error.data as { errors?: { path: string; code: string; message: string }[] } | undefined;
  return data?.errors ?? [];
}

/** Seconds after which a refused call may be tried again; null where it was refused for another reason. */
export function retryAfterOf(error: unknown): number | null {
  if (codeOf(error) !== 'rate_limited' || !(error instanceof TRPCClientError)) return null;
  const data = error.data as { retryAfterSeconds?: number | null } | undefined;
  return data?.retryAfterSeconds ?? 1;
}

function leaveWhenSignedOut(error: unknown): void {
  if (codeOf(error) !== 'unauthorized' || window.location.pathname === '/signin') return;
  const next = window.location.pathname + window.location.search;
  window.location.assign(next === '/' ? '/signin' : `/signin?next=${encodeURIComponent(next)}`);
}

/** A refusal will be the same the next time; only silence is worth another try. */
function retryUnlessRefused(failures: number, error: unknown): boolean {
  return codeOf(error) === 'unreachable' && failures < 2;
}
