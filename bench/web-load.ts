/**
 * Reactions while people use the pages: the same bots and the same market without load and then with it, so
 * that the difference is the pages' doing. Limits on users are on, as they are in production.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { livelySettings, startBots, USER_PASSWORD } from './bots.ts';
import type { Limit } from './limits.ts';
import { ADMIN_EMAIL, ADMIN_PASSWORD, scratchFolder, startPaper, startServer } from './processes.ts';
import { type Quantiles, quantilesOf } from './quantiles.ts';
import { Intents } from './reaction.ts';
import { ReactionWatcher } from './reactions.ts';
import { RecordingProxy } from './recording-proxy.ts';
import { table } from './table.ts';
import { waveFlags } from './wave.ts';
import { WebClient } from './web-client.ts';
import type { CrowdResult, CrowdWish } from './web-crowd.ts';

export interface WebLoadOptions {
  bots: number;
  seconds: number;
  say: (text: string) => void;
}

export interface WebLoadResult {
  bots: number;
  /** Fill → take-profit request on the wire, while no other request of the bot was under way. */
  calm: Quantiles | null;
  loaded: Quantiles | null;
  uncommitted: number;
  crowd: CrowdResult;
}

const PER_SECOND = 100;
const P99_MS_MAX = 15;
const WARM_UP_MS = 10_000;
/** Pages are compiled at their first request. */
const PAGES_WARM_UP_MS = 5_000;
/** As long again: of two hundred reactions the 99th percentile would be the second slowest. */
const LOADED_TIMES = 2;

export async function measureWebLoad({ bots, seconds, say }: WebLoadOptions): Promise<WebLoadResult> {
  const folder = scratchFolder();
  const paper = await startPaper(folder, waveFlags(folder));
  const intents = new Intents(folder);
  const watcher = new ReactionWatcher((id, isAmend) => intents.isCommitted(id, isAmend));
  const proxy = await RecordingProxy.listen(paper.url, watcher);
  try {
    say(`making ${bots} running bots …`);
    const cookies = await makeUsers({ bots, start: () => startServer(folder, proxy.url) });
    const server = await startServer(folder, proxy.url, { environment: { RATE_LIMITS: 'on' } });
    try {
      await sleep(WARM_UP_MS);
      watcher.record();
      say(`recording without load for ${seconds} s …`);
      await sleep(seconds * 1000);
      const calm = watcher.reactions.free.length;
      const crowd = startCrowd({ url: server.url, perSecond: PER_SECOND, ...cookies });
      await sleep(PAGES_WARM_UP_MS);
      const warm = watcher.reactions.free.length;
      const loadedSeconds = seconds * LOADED_TIMES;
      say(`recording under ${PER_SECOND} requests a second for ${loadedSeconds} s …`);
      await sleep(loadedSeconds * 1000);
      const { free, uncommitted } = watcher.reactions;
      const [without, under] = [free.slice(0, calm), free.slice(warm)];
      return { bots, calm: known(without), loaded: known(under), uncommitted, crowd: await crowd.end() };
    } finally {
      await server.stop();
    }
  } finally {
    intents.close();
    await proxy.close();
    await paper.stop();
    folder.remove();
  }
}

function known(samples: readonly number[]): Quantiles | null {
  return samples.length === 0 ? null : quantilesOf(samples);
}

type StartedServer = Awaited<ReturnType<typeof startServer>>;
type Cookies = Pick<CrowdWish, 'users' | 'admin'>;

/** On a server without limits: twenty people do not sign in from one address within seconds. */
async function makeUsers({
  bots,
  start,
}: {
  bots: number;
  start: () => Promise<StartedServer>;
}): Promise<Cookies> {
  const server = await start();
  try {
    const { url } = server;
    await startBots(url, { from: 0, to: bots, settings: livelySettings });
    const users: string[] = [];
    for (let i = 0; i < bots; i++) {
      users.push((await WebClient.signIn(url, `bench-${i}@example.com`, USER_PASSWORD)).cookie);
    }
    return { users, admin: (await WebClient.signIn(url, ADMIN_EMAIL, ADMIN_PASSWORD)).cookie };
  } finally {
    await server.stop();
  }
}

function startCrowd(wish: CrowdWish): { end: () => Promise<CrowdResult> } {
  const program = join(import.meta.dirname, 'web-crowd.ts');
  const child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify(wish));
  const said = text(child.stdout);
  return {
    end: async () => {
      child.kill('SIGTERM');
      return JSON.parse(await said) as CrowdResult;
    },
  };
}

/** A crowd that is not answered in full, or refused, would be no load. */
export function webLoadLimits({ loaded, crowd }: WebLoadResult): Limit[] {
  return [
    {
      name: `reaction under ${PER_SECOND} page and status requests a second, p99`,
      limit: `${P99_MS_MAX} ms`,
      measured: loaded === null ? 'nothing measured' : `${loaded.p99} ms`,
      held: loaded !== null && loaded.p99 <= P99_MS_MAX,
    },
    {
      name: 'of these requests, failed',
      limit: '0',
      measured: `${crowd.failed} of ${crowd.answered}`,
      held: crowd.failed === 0 && crowd.perSecond >= PER_SECOND * 0.95,
    },
  ];
}

export function webLoadTable({ bots, calm, loaded, uncommitted, crowd }: WebLoadResult): string {
  const rows = [
    row(`${bots} bots: fill → take-profit, no load`, calm),
    row(`${bots} bots: … under load`, loaded),
    row(`pages and status, ${crowd.perSecond} answers a second`, crowd.ms),
  ];
  const head = ['web load, ms', 'n', 'p50', 'p90', 'p99', 'max'];
  return `${table(head, rows)}\ntake-profits without a committed intent: ${uncommitted}`;
}

function row(name: string, quantiles: Quantiles | null): (string | number)[] {
  if (quantiles === null) return [name, 0, '–', '–', '–', '–'];
  const { count, p50, p90, p99, max } = quantiles;
  return [name, count, p50, p90, p99, max];
}
