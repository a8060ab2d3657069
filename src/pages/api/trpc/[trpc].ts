/**
 * tRPC over HTTP, and its subscriptions as server-sent events. tRPC reads the body itself: Next would parse it
 * and tRPC would write it out again, which fails for what is nested deeper than the stack.
 */
import { createNextApiHandler } from '@trpc/server/adapters/next';
import { createContext } from '../../../server/context.ts';
import { appRouter } from '../../../server/routers/app-router.ts';
import { runtime } from '../../../server/runtime.ts';
import { refusalOf } from '../../../server/trpc.ts';

export const config = { api: { bodyParser: false } };

const BODY_BYTES_MAX = 128 * 1024;
/** As many as the pages put into one request (components/api.ts). */
const CALLS_MAX = 20;

export default createNextApiHandler({
  router: appRouter,
  createContext,
  maxBodySize: BODY_BYTES_MAX,
  maxBatchSize: CALLS_MAX,
  // Queries may also be asked by POST: settings do not belong into a URL.
  allowMethodOverride: true,
  onError({ error, path }) {
    if (error.code === 'INTERNAL_SERVER_ERROR')
      runtime().log.error({ err: error, path }, 'a procedure failed');
  },
  responseMeta({ errors }) {
    const waits = errors.map((error) => refusalOf(error)?.retryAfterSeconds ?? 0);
    const longest = Math.max(0, ...waits);
    return longest > 0 ? { headers: { 'Retry-After': String(longest) } } : {};
  },
});
