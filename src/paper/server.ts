/**
 * The paper exchange's composition root: settings → lock → database → feed → exchange → wires → listen.
 *
 * `startPaper(config)` runs it in this process and resolves once it listens. Whatever a person can mend is
 * a `StartError` with a message that says how; everything is released again before it is thrown.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type Database from 'better-sqlite3';
import type { PaperConfig } from './config.ts';
import { Exchange } from './exchange.ts';
import { type ChosenFeed, chooseFeed } from './feed/choose.ts';
import type { Feed } from './feed/feed.ts';
import { FeedRunner } from './feed/runner.ts';
import { type InstanceLock, takeLock } from './instance-lock.ts';
import { loadInstruments } from './instruments.ts';
import { loadListing, loadMarket, type MarketRecord, openPaperDb, saveListing } from './store/paper-db.ts';
import { Switchboard } from './switches.ts';
import { serveWires } from './wire/serve.ts';

/** Longer than clients keep idle connections, so that none is cut while a request is on its way. */
const KEEP_ALIVE_MS = 65_000;
/** How often the prices of a public feed are written down, for a start without it. */
const REMEMBER_MS = 10_000;

class StartError extends Error {
  readonly code = 'paper_start';
}

export interface Paper {
  port: number;
  exchange: Exchange;
  close(): Promise<void>;
}

export interface StartOptions {
  /** Called when the exchange cannot go on; a process should end itself. */
  onFatal?(error: unknown): void;
  now?(): number;
  /** What a person should hear while it runs. */
  say?(line: string): void;
}

export async function startPaper(config: PaperConfig, options: StartOptions = {}): Promise<Paper> {
  const { now = Date.now, say = () => undefined } = options;
  const instruments = loadInstruments(config.instrumentsPath);
  if (!instruments.ok) throw new StartError(instruments.message);
  const chosen = chooseFeed(config, instruments.value, { now, say });
  if (!chosen.ok) throw new StartError(chosen.message);
  const lock = takeLock(config.folder);
  if (lock === null) {
    throw new StartError(
      `Another paper exchange is running on ${join(config.folder, 'paper.db')}. Stop it first: npm run paper -- stop`,
    );
  }
  const opened = openPaperDb(join(config.folder, 'paper.db'));
  if (!opened.ok) {
    lock.release();
    throw new StartError(opened.message);
  }
  const release = () => {
    opened.db.close();
    lock.release();
  };
  try {
    return await run(config, options, { db: opened.db, chosen: chosen.value, lock, release });
  } catch (error) {
    chosen.value.live?.close();
    release();
    throw error;
  }
}

interface Held {
  db: Database.Database;
  chosen: ChosenFeed;
  lock: InstanceLock;
  /** Gives the database and the lock back. */
  release(): void;
}

async function run(config: PaperConfig, options: StartOptions, held: Held): Promise<Paper> {
  const { now = Date.now, onFatal = throwLater } = options;
  const { db, chosen } = held;
  const { feed, live } = chosen;
  live?.recall(loadListing(db, feed.name));
  const market = resumeMarket(loadMarket(db), { feed, config, now: now() });
  const instruments = (live?.remember() ?? chosen.instruments).map((instrument) => ({
    instrument,
    ticks: feed.ticksAt(instrument.id, market.time),
  }));
  const switchboard = new Switchboard(config.switches);
  const exchange = new Exchange({ db, instruments, market, switchboard, now, onFatal });
  const runner = new FeedRunner({ exchange, feed, speed: config.speed, clock: () => performance.now() });
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS });
  const wires = serveWires({ server, exchange, feed, runner, config, now });
  exchange.onChange(() => runner.begin());
  // A venue that answers lists its instruments before anybody is let in; one that does not is tried again.
  await live?.start(exchange);
  const port = await listen(server, config.port);
  held.lock.listensOn(port);
  exchange.checkpoint();
  runner.start();
  const remember = () => {
    if (live !== null) saveListing(db, { feed: feed.name, instruments: live.remember() });
  };
  const remembering = live === null ? null : setInterval(remember, REMEMBER_MS);
  const close = async () => {
    if (remembering !== null) clearInterval(remembering);
    live?.close();
    runner.close();
    await wires.close();
    exchange.desk.close();
    remember();
    held.release();
  };
  return { port, exchange, close };
}

/** The stored clock of the same feed goes on; another feed starts anew, on its own clock. */
function resumeMarket(
  stored: MarketRecord | null,
  start: { feed: Feed; config: PaperConfig; now: number },
): MarketRecord {
  const { feed, config, now } = start;
  if (stored !== null && stored.feed === feed.name) return stored;
  const time = feed.startTime ?? now;
  return { time, started: config.start === 'now', paused: false, feed: feed.name };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      reject(
        taken
          ? new StartError(
              `Port ${port} is in use. Choose another with PAPER_PORT or --port, or stop what listens there.`,
            )
          : error,
      );
    });
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

function throwLater(error: unknown): void {
  setImmediate(() => {
    throw error;
  });
}
