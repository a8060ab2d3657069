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
import { waveFlags } from './wave.ts';

export interface ReactionOptions {
  bots: number;
  seconds: number;
  floorRounds: number;
  say: (text: string) => void;
}

export interface ReactionResult {
  bots: number;
  /** Websocket in → signed HTTP request out, without anything between, in a tight loop: undici's pool, global fetch. */
  floorPool: Quantiles;
  floorFetch: Quantiles;
  /** The same through our venue adapter, with no bot behind it. */
  adapter: Record<Channel, Quantiles>;
  websocket: ChannelResult;
  rest: ChannelResult;
}

export interface ChannelResult {
  /** The floor through undici's pool while these bots ran, asked about as often as they are filled. */
  floor: Quantiles;
  /** While no take-profit request of the bot was under way. */
  free: Quantiles | null;
  /** Of these, while no other bot had a fill to answer either. */
  alone: Quantiles | null;
  /** After waiting for the venue's answer to the request before. */
  queued: Quantiles | null;
  requests: number;
  byWebsocket: number;
  uncommitted: number;
}

export type Channel = 'websocket' | 'rest';

const WARM_UP_MS = 10_000;
/** About as often as twenty bots are filled by the wave. */
const FLOOR_PAUSE_MS = 150;

export async function measureReaction(options: ReactionOptions): Promise<ReactionResult> {
  const { bots, floorRounds, say } = options;
  say('measuring the floor …');
  const before = await measureFloors(bots, Math.ceil(floorRounds / 3));
  const websocket = await reactionsOfBots(options, 'websocket');
  say('measuring the floor again …');
  const between = await measureFloors(bots, Math.ceil(floorRounds / 3));
  const rest = await reactionsOfBots(options, 'rest');
  say('measuring the floor again …');
  const after = await measureFloors(bots, Math.ceil(floorRounds / 3));
  const floors = [before, between, after];
  const all = (transport: Transport) => quantilesOf(floors.flatMap((floor) => floor[transport]));
  return {
    ...{ bots, websocket, rest },
    ...{ floorPool: all('pool'), floorFetch: all('fetch') },
    adapter: { websocket: all('websocket'), rest: all('rest') },
  };
}

function resultOf({ free, alone, queued, ...counts }: Reactions, floor: readonly number[]): ChannelResult {
  const known = (samples: number[]) => (samples.length === 0 ? null : quantilesOf(samples));
  return {
    ...{ floor: quantilesOf(floor), free: known(free), alone: known(alone), queued: known(queued) },
    ...counts,
  };
}

type Floors = Record<Transport, number[]>;

async function measureFloors(connections: number, rounds: number): Promise<Floors> {
  return {
    pool: await measureFloor({ connections, rounds, transport: 'pool' }),
    fetch: await measureFloor({ connections, rounds, transport: 'fetch' }),
    rest: await measureFloor({ connections, rounds, transport: 'rest' }),
    websocket: await measureFloor({ connections, rounds, transport: 'websocket' }),
  };
}

async function reactionsOfBots(
  { bots, seconds, say }: ReactionOptions,
  channel: Channel,
): Promise<ChannelResult> {
  const folder = scratchFolder();
  const paper = await startPaper(folder, waveFlags(folder));
  const intents = new Intents(folder);
  const watcher = new ReactionWatcher((id, isAmend) => intents.isCommitted(id, isAmend));
  const proxy = await RecordingProxy.listen(paper.url, watcher);
  try {
    const server = await startServer(folder, proxy.url, { environment: { ORDER_CHANNEL: channel } });
    try {
      say(`starting ${bots} bots, orders by ${channel} …`);
      await startBots(server.url, { from: 0, to: bots, settings: livelySettings });
      await sleep(WARM_UP_MS);
      watcher.record();
      say(`recording for ${seconds} s …`);
      const rounds = Math.ceil((seconds * 1000) / FLOOR_PAUSE_MS);
      const floor = await measureFloor({
        ...{ connections: bots, rounds, transport: 'pool', pauseMs: FLOOR_PAUSE_MS },
      });
      return resultOf(watcher.reactions, floor);
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
