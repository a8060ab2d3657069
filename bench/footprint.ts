/** What the compiled server costs: resident memory and start-up time with ever more running bots. */
import { setTimeout as sleep } from 'node:timers/promises';
import { startBots } from './bots.ts';
import { residentMb, scratchFolder, startPaper, startServer } from './processes.ts';

export interface Footprint {
  bots: number;
  residentMb: number;
  /** Until it listens, and until its bots are reconciled. */
  listeningMs: number;
  readyMs: number;
}

const SETTLE_MS = 15_000;

/** `counts` ascending. Each is measured on a server that was started anew with that many bots to resume. */
export async function measureFootprint(
  counts: readonly number[],
  say: (text: string) => void,
): Promise<Footprint[]> {
  const folder = scratchFolder();
  const paper = await startPaper(folder, []);
  const footprints: Footprint[] = [];
  let started = 0;
  try {
    for (const bots of counts) {
      if (bots > started) {
        say(`making ${bots} running bots …`);
        await withServer(folder, paper.url, ({ url }) => startBots(url, { from: started, to: bots }));
        started = bots;
      }
      say(`starting the server with ${bots} bots …`);
      await withServer(folder, paper.url, async ({ pid, listeningMs, readyMs }) => {
        await sleep(SETTLE_MS);
        footprints.push({ bots, residentMb: residentMb(pid), listeningMs, readyMs });
      });
    }
    return footprints;
  } finally {
    await paper.stop();
    folder.remove();
  }
}

type StartedServer = Awaited<ReturnType<typeof startServer>>;

async function withServer(
  folder: Parameters<typeof startServer>[0],
  paperUrl: string,
  work: (server: StartedServer) => Promise<void>,
): Promise<void> {
  const server = await startServer(folder, paperUrl);
  try {
    await work(server);
  } finally {
    await server.stop();
  }
}
