/** tRPC over HTTP, and its subscriptions as server-sent events. */
import { createNextApiHandler } from '@trpc/server/adapters/next';
import { createContext } from '../../../server/context.ts';
import { appRouter } from '../../../server/routers/app-router.ts';
import { runtime } from '../../../server/runtime.ts';
import { refusalOf } from '../../../server/trpc.ts';

export const config = { api: { bodyParser: { sizeLimit: '128kb' } } };

export default createNextApiHandler({
  router: appRouter,
  createContext,
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
