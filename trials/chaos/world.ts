/**
 * The built server and the paper exchange as processes that are killed and started again at their places, with
 * users whose bots trade. Whatever is done to them is told to the observer.
 */
import { join } from 'node:path';
import { livelySettings, USER_PASSWORD } from '../../bench/bots.ts';
import { type Fault, openAccount, setFaults } from '../../bench/paper-control.ts';
import {
  ADMIN_EMAIL,
  ADMIN_PASSWORD,
  type Folder,
  freePort,
  type Launched,
  launchServer,
  type Running,
  startPaper,
} from '../../bench/processes.ts';
import { waveFlags } from '../../bench/wave.ts';
import { WebClient } from '../../bench/web-client.ts';
import { bingxRequest } from '../../src/venue/ccxt/bingx-request.ts';
import type { Bounds } from './audit-looks.ts';
import type { Trader } from './looks.ts';
import { Observer } from './observer.ts';

export type VenueWish = 'bybit' | 'bingx' | 'both';

export interface WorldWish {
  folder: Folder;
  bots: number;
  venue: VenueWish;
  bounds: Bounds;
  /** How long the market's wave lasts. */
  marketSeconds: number;
  /** Of faults by chance. */
  seed: number;
}

/** A user, as the server and the exchange know them. */
export interface Player extends Trader {
  client: WebClient;
}

export const START_BALANCE = '10000';
/** In percent on margin: passed by the deepest point of the wave, so that stop-losses are hit too. */
const STOP_LOSS = '7';
/**
 * A bot that could not read its account reads again within four seconds. With one request of eight lost, and five to a
 * reading, half of the readings fail: one bot of a thousand needs ten of them, some of which wait for a lost answer.
 */
const READY_MS_MAX = 90_000;

export class World {
  readonly folder: Folder;
  readonly players: Player[] = [];
  readonly readyMs: number[] = [];
  #observer: Observer | null = null;
  readonly #wish: WorldWish;
  readonly #flags: readonly string[];
  readonly #ports: { server: number; paper: number };
  #server: Launched | null = null;
  #paper: Running | null = null;
  #faults: readonly Fault[] = [];

  private constructor(wish: WorldWish, ports: { server: number; paper: number }) {
    this.#wish = wish;
    this.folder = wish.folder;
    this.#ports = ports;
    this.#flags = [...waveFlags(wish.folder, wish.marketSeconds), '--seed', String(wish.seed)];
  }

  /** Running, with every bot started and the observer at its glass. */
  static async open(wish: WorldWish): Promise<World> {
    const world = new World(wish, { server: await freePort(), paper: await freePort() });
    await world.#startPaper();
    await world.launchServer();
    await world.untilReady();
    await world.#makePlayers();
    const { folder, bounds } = wish;
    world.#observer = new Observer({ paperUrl: world.paperUrl, folder, traders: world.players, bounds });
    world.#tell({ type: 'server', state: 'launched' });
    world.#tell({ type: 'server', state: 'ready' });
    world.observer.begin();
    for (const { client } of world.players) await client.mutate('bot.start');
    return world;
  }

  get observer(): Observer {
    if (this.#observer === null) throw new Error('nobody observes before the users are made');
    return this.#observer;
  }

  get paperUrl(): string {
    return `http://127.0.0.1:${this.#ports.paper}`;
  }

  get serverUrl(): string {
    return `http://127.0.0.1:${this.#ports.server}`;
  }

  get serverLog(): string {
    return join(this.folder.path, 'server.log');
  }

  /** Begins a server and waits for nothing. */
  async launchServer(): Promise<void> {
    this.#server = await launchServer(this.folder, this.paperUrl, {
      port: this.#ports.server,
      logFile: this.serverLog,
      environment: { LOG_LEVEL: 'info' },
    });
    this.#tell({ type: 'server', state: 'launched' });
  }

  /** Throws when it takes longer than the bound, or the process ends before. */
  async untilReady(): Promise<number> {
    if (this.#server === null) throw new Error('only a launched server becomes ready');
    const late = AbortSignal.timeout(READY_MS_MAX);
    const readyMs = await Promise.race([
      this.#server.untilReady(),
      new Promise<never>((_, reject) =>
        late.addEventListener('abort', () => reject(new Error(`not ready within ${READY_MS_MAX} ms`))),
      ),
    ]);
    this.#tell({ type: 'server', state: 'ready' });
    this.readyMs.push(readyMs);
    return readyMs;
  }

  /** Gone when it resolves. */
  async stopServer(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    this.#tell({ type: 'server', state: 'down' });
    await this.#server?.stop(signal);
  }

  async killPaper(): Promise<void> {
    this.#tell({ type: 'exchange', state: 'down' });
    await this.#paper?.stop('SIGKILL');
  }

  /** At its place again, with the faults that it had. */
  async revivePaper(): Promise<void> {
    await this.#startPaper();
    await setFaults(this.paperUrl, this.#faults);
    this.#tell({ type: 'exchange', state: 'up' });
  }

  /** These from here on; none for a sound wire. */
  async setFaults(faults: readonly Fault[]): Promise<void> {
    this.#faults = faults;
    if (faults.length > 0) this.#tell({ type: 'faults', state: 'on' });
    await setFaults(this.paperUrl, faults);
    if (faults.length === 0) this.#tell({ type: 'faults', state: 'off' });
  }

  /** What has ended without being told to, in words. */
  strayEndings(): string[] {
    const [server, paper] = [this.#server?.ending() ?? null, this.#paper?.ending() ?? null];
    return [
      ...(server === null ? [] : [`the server ended by itself with ${server}`]),
      ...(paper === null ? [] : [`the paper exchange ended by itself with ${paper}`]),
    ];
  }

  /** Ends all that runs, in order. */
  async close(): Promise<void> {
    await this.#observer?.end();
    await this.#server?.stop();
    await this.#paper?.stop();
  }

  async #startPaper(): Promise<void> {
    const logFile = join(this.folder.path, 'paper.log');
    this.#paper = await startPaper(this.folder, this.#flags, { port: this.#ports.paper, logFile });
  }

  async #makePlayers(): Promise<void> {
    const { bots, venue } = this.#wish;
    const admin = await WebClient.signIn(this.serverUrl, ADMIN_EMAIL, ADMIN_PASSWORD);
    for (let bot = 0; bot < bots; bot += 1) {
      const own = venue === 'both' ? (bot % 2 === 0 ? 'bybit' : 'bingx') : venue;
      const email = `chaos-${bot}@example.com`;
      await admin.mutate('admin.users.create', { email, password: USER_PASSWORD });
      const client = await WebClient.signIn(this.serverUrl, email, USER_PASSWORD);
      this.players.push({ client, ...(await this.#furnish(client, bot, own)) });
    }
  }

  /** An account of a known number, and settings: every third with a stop-loss, every second hedge on BingX. */
  async #furnish(client: WebClient, bot: number, venue: 'bybit' | 'bingx'): Promise<Trader> {
    const key = { apiKey: `chaos-${bot}`, apiSecret: `chaos-secret-${bot}` };
    const uid = await openAccount(this.paperUrl, { ...key, balance: START_BALANCE });
    if (venue === 'bingx') {
      const dualSidePosition = String(bot % 4 === 1);
      const path = '/openApi/swap/v1/positionSide/dual';
      await bingxRequest(this.paperUrl, key, { method: 'POST', path, params: { dualSidePosition } });
    }
    await client.mutate('credentials.save', { venue, environment: 'paper', ...key });
    const wantsStopLoss = bot % 3 === 0;
    const stopLoss = wantsStopLoss ? STOP_LOSS : '0';
    await client.mutate('settings.save', { ...livelySettings(bot), stopLoss });
    const { userId } = (await client.query('bot.status')) as { userId: number };
    return { userId, uid, venue, wantsStopLoss };
  }

  #tell(happening: Happens): void {
    this.#observer?.happened({ ...happening, atMs: Date.now() });
  }
}

type Happens =
  | { type: 'server'; state: 'launched' | 'ready' | 'down' }
  | { type: 'exchange'; state: 'up' | 'down' }
  | { type: 'faults'; state: 'on' | 'off' };
