/** `GET /metrics`: figures for Prometheus; for the admin, or for a program on this machine. */
import { isDirectFromThisMachine } from '../../server/client-address.ts';
import { forAdmin, restDoor } from '../../server/rest-door.ts';
import { runtime } from '../../server/runtime.ts';

const forAdmins = forAdmin(() => figures());

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = restDoor({
  GET: (request) => {
    const direct = isDirectFromThisMachine(request.headers);
    return direct ? figures() : forAdmins(request);
  },
});

async function figures(): Promise<Response> {
  const { metrics, bots, venues, database, cycleChecks } = runtime();
  const text = await metrics.scrape({
    bots: bots.overview(),
    ready: bots.ready(),
    budgets: venues.budgets(),
    databasePath: database.path,
    checkedCycles: cycleChecks.counts(),
  });
  return new Response(text, {
    headers: { 'Content-Type': metrics.contentType, 'Cache-Control': 'no-store' },
  });
}
