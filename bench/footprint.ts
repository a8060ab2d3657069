/** What the compiled server holds in memory with ever more running bots. */
import { setTimeout as sleep } from 'node:timers/promises';
import { startBots } from './bots.ts';
import { measureHeapMb } from './heap.ts';
import type { Limit } from './limits.ts';
import { residentMb, scratchFolder, startPaper, startServer } from './processes.ts';
import { table } from './table.ts';

export interface Footprint {
  bots: number;
  residentMb: number;
  /** After a garbage collection, on a server of its own: an inspector takes memory too. */
  heapMb: number;
}

const SETTLE_MS = 15_000;
const RESIDENT_MB_MAX = 320;
const HEAP_MB_PER_BOT_MAX = 0.5;

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
      const resident = await withServer(folder, paper.url, async ({ pid }) => {
        await sleep(SETTLE_MS);
        return residentMb(pid);
      });
      const heapMb = await measureHeapMb(folder, paper.url);
      footprints.push({ bots, residentMb: resident, heapMb });
    }
    return footprints;
  } finally {
    await paper.stop();
    folder.remove();
  }
}

type StartedServer = Awaited<ReturnType<typeof startServer>>;

async function withServer<T>(
  folder: Parameters<typeof startServer>[0],
  paperUrl: string,
  work: (server: StartedServer) => Promise<T>,
): Promise<T> {
  const server = await startServer(folder, paperUrl);
  try {
    return await work(server);
  } finally {
    await server.stop();
  }
}

/** Of the largest count, and from the first count with bots to the largest. */
export function footprintLimits(footprints: readonly Footprint[]): Limit[] {
  const [first, last] = [footprints.find(({ bots }) => bots > 0), footprints.at(-1)];
  if (first === undefined || last === undefined) return [];
  const resident = {
    name: `memory of the server process, ${last.bots} bots`,
    limit: `${RESIDENT_MB_MAX} MB`,
    measured: `${last.residentMb} MB`,
    held: last.residentMb <= RESIDENT_MB_MAX,
  };
  if (first === last) return [resident];
  const perBot = (last.heapMb - first.heapMb) / (last.bots - first.bots);
  const heap = {
    name: `heap per further bot, ${first.bots} to ${last.bots} bots`,
    limit: `${HEAP_MB_PER_BOT_MAX} MB`,
    measured: `${perBot.toFixed(3)} MB`,
    held: perBot <= HEAP_MB_PER_BOT_MAX,
  };
  return [resident, heap];
}

export function footprintTable(footprints: readonly Footprint[]): string {
  const rows = footprints.map(({ bots, residentMb: resident, heapMb }) => [bots, resident, heapMb]);
  return table(['bots', 'resident MB', 'heap MB'], rows);
}
