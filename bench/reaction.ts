/** Fill seen → take-profit request on the wire, intent committed in between, beside the floor of the same run. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { livelySettings, startBots } from './bots.ts';
import { measureFloor, type Transport } from './floor.ts';
import { type Folder, scratchFolder, startPaper, startServer } from './processes.ts';
import { type Quantiles, quantilesOf } from './quantiles.ts';
import { type Reactions, ReactionWatcher } from './reactions.ts';
import { RecordingProxy } from './recording-proxy.ts';

export interface ReactionOptions {
  bots: number;
  seconds: number;
  floorRounds: number;
  say: (text: string) => void;
}

export interface ReactionResult {
  bots: number;
  /** Websocket in → signed HTTP request out, without anything between: through undici's pool, and global fetch. */
  floorPool: Quantiles;
  floorFetch: Quantiles;
  /** The same through our venue adapter, with no bot behind it. */
  adapter: Quantiles;
  /** While no take-profit request of the bot was under way. */
  free: Quantiles | null;
  /** Of these, while no other bot had a fill to answer either. */
  alone: Quantiles | null;
  /** After waiting for the venue's answer to the request before. */
  queued: Quantiles | null;
  /** Of the medians: bot over floor through the pool. */
  ratio: number | null;
  requests: number;
  uncommitted: number;
}

/** Thirty times as fast as life: a market that fills some leg of some bot all the time. */
const PAPER_FLAGS = ['--speed', '30', '--seed', '7'];
const WARM_UP_MS = 10_000;

export async function measureReaction(options: ReactionOptions): Promise<ReactionResult> {
  const { bots, floorRounds, say } = options;
  say('measuring the floor …');
  const before = await measureFloors(bots, Math.ceil(floorRounds / 2));
  const reactions = await reactionsOfBots(options);
  say('measuring the floor again …');
  const after = await measureFloors(bots, Math.ceil(floorRounds / 2));
  const floorPool = quantilesOf([...before.pool, ...after.pool]);
  const free = reactions.free.length === 0 ? null : quantilesOf(reactions.free);
  return {
    bots,
    floorPool,
    floorFetch: quantilesOf([...before.fetch, ...after.fetch]),
    adapter: quantilesOf([...before.adapter, ...after.adapter]),
    free,
    alone: reactions.alone.length === 0 ? null : quantilesOf(reactions.alone),
    queued: reactions.queued.length === 0 ? null : quantilesOf(reactions.queued),
    ratio: free === null ? null : Math.round((free.p50 / floorPool.p50) * 100) / 100,
    requests: reactions.requests,
    uncommitted: reactions.uncommitted,
  };
}

type Floors = Record<Transport, number[]>;

async function measureFloors(connections: number, rounds: number): Promise<Floors> {
  return {
    pool: await measureFloor({ connections, rounds, transport: 'pool' }),
    fetch: await measureFloor({ connections, rounds, transport: 'fetch' }),
    adapter: await measureFloor({ connections, rounds, transport: 'adapter' }),
  };
}

async function reactionsOfBots({ bots, seconds, say }: ReactionOptions): Promise<Reactions> {
  const folder = scratchFolder();
  const paper = await startPaper(folder, PAPER_FLAGS);
  const intents = new Intents(folder);
  const watcher = new ReactionWatcher((id, isAmend) => intents.isCommitted(id, isAmend));
  const proxy = await RecordingProxy.listen(paper.url, watcher);
  try {
    const server = await startServer(folder, proxy.url);
    try {
      say(`starting ${bots} bots …`);
      await startBots(server.url, { from: 0, to: bots, settings: livelySettings });
      await sleep(WARM_UP_MS);
      watcher.record();
      say(`recording for ${seconds} s …`);
      await sleep(seconds * 1000);
      return watcher.reactions;
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

/** The server's database, read by a connection of our own: it sees what is committed, and nothing else. */
export class Intents {
  readonly #path: string;
  #database: Database.Database | null = null;
  #find: Database.Statement | null = null;

  constructor(folder: Folder) {
    this.#path = join(folder.path, 'users.db');
  }

  /** An order that has ended meanwhile had its change committed, and cleared. */
  isCommitted(clientOrderId: string, isAmend: boolean): boolean {
    this.#database ??= new Database(this.#path, { readonly: true });
    this.#find ??= this.#database.prepare('SELECT pending, state FROM OrderIntent WHERE clientOrderId = ?');
    const row = this.#find.get(clientOrderId) as { pending: string | null; state: string } | undefined;
    if (row === undefined) return false;
    return !isAmend || row.pending !== null || row.state !== 'open';
  }

  close(): void {
    this.#database?.close();
  }
}
